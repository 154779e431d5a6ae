import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What was in use after so many calls, with none under way and all garbage collected. */
export interface HeapSample {
  calls: number;
  bytes: number;
}

/** As `node --expose-gc` has it. */
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** The bytes in use, those of buffers outside of the heap too. */
export async function heapInUse(): Promise<number> {
  // What a finaliser lets go of is garbage only for the next round.
  for (let round = 0; round < 4; round++) {
    collect();
    await nextTurn();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** More than noise, and much less than the least that a call could leave behind: a listener, a map's entry. */
const bytesPerCall = 64;
const noise = 1.5 * 2 ** 20;

/**
 * By how much more is in use at the end than at the start. The lowest of the last third of the samples is compared with the lowest of the first
 * third: whatever is in use for a while makes some samples higher, and only what stays makes all of the last ones higher. The first samples of
 * all are of the warm-up. `undefined` where there are too few.
 */
export function heapGrowth(samples: readonly HeapSample[]): HeapSample | undefined {
  const warm = samples.slice(Math.ceil(samples.length / 5));
  const third = Math.floor(warm.length / 3);
  const first = lowest(warm.slice(0, third));
  const last = lowest(warm.slice(-third));
  return first && last && { calls: last.calls - first.calls, bytes: last.bytes - first.bytes };
}

/** What is wrong with a heap. */
export function heapProblem(samples: readonly HeapSample[]): string | undefined {
  const growth = heapGrowth(samples);
  if (!growth) return `${samples.length} samples of the heap are too few`;
  const { calls, bytes } = growth;
  if (bytes <= Math.max(noise, bytesPerCall * calls)) return undefined;
  return `the heap grew by ${(bytes / 2 ** 20).toFixed(2)} MB in ${calls} calls, ${Math.round(bytes / calls)} bytes a call`;
}

function lowest(samples: readonly HeapSample[]): HeapSample | undefined {
  return samples.toSorted((a, b) => a.bytes - b.bytes)[0];
}
