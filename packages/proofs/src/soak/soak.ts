import { makeCall } from "./caller.js";
import type { End } from "./cases.js";
import type { Clients } from "./clients.js";
import { type HeapSample, heapInUse, heapProblem } from "./heap.js";
import { watchLeftovers } from "./leftovers.js";
import { countCalls } from "./observer.js";
import { type Plan, callsFor, expectedOf, planOf } from "./plan.js";
import { Problems } from "./problems.js";
import type { SoakServer } from "./server.js";
import { severalAtOnce } from "./several-at-once.js";

export interface SoakOptions {
  seed: number;
  streams: number;
  /** How many calls are under way at a time. */
  atOnce: number;
  server: SoakServer;
  clients: Clients;
  /** After how long a call hangs, in milliseconds. Default: 30 s, which is more than any plan takes. */
  patience?: number;
  onCheckpoint?(checkpoint: Checkpoint): void;
}

export interface Checkpoint extends HeapSample {
  /** Connections that the client had kept for its next calls. */
  idle: number;
}

export interface SoakReport {
  /** While calls were under way. */
  seconds: number;
  /** How the calls of each case ended. */
  ends: ReadonlyMap<string, ReadonlyMap<End, number>>;
  checkpoints: readonly Checkpoint[];
  /** How long the client kept its idle connections after the last call, in milliseconds. */
  idleFor: number | undefined;
  /** Empty where all is well. */
  problems: readonly string[];
}

/** Enough for the rule about the heap. */
const checkpointCount = 10;

/** Makes all calls, so many at a time. Ten times it waits for those that are under way, and looks at what all before have left behind. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { seed, atOnce, server, clients, patience = 30_000 } = options;
  const calls = callsFor(options.streams);
  const problems = new Problems();
  const leftovers = watchLeftovers(server, problems);
  const ends = new Map<string, Map<End, number>>();
  const checkpoints: Checkpoint[] = [];
  let seconds = 0;
  let idleFor: number | undefined;

  const callOne = async (number: number): Promise<void> => {
    const plan = planOf(seed, number);
    const { end, problems: found } = await makeCall(plan, clients, leftovers.lasting);
    const ofCase = ends.get(plan.case.name) ?? new Map<End, number>();
    ends.set(plan.case.name, ofCase.set(end, (ofCase.get(end) ?? 0) + 1));
    const allowed = expectedOf(plan).ends;
    if (!allowed.includes(end)) found.push(`ended with ${end} where ${allowed.join(" or ")} was due`);
    for (const problem of found) problems.add(`${describe(plan)}: ${problem}`);
  };

  try {
    for (let tenth = 1; tenth <= checkpointCount; tenth++) {
      const from = Math.round((calls * (tenth - 1)) / checkpointCount);
      const to = Math.round((calls * tenth) / checkpointCount);
      // Calls take another way where somebody watches, so every other tenth is watched.
      const stopCounting = tenth % 2 === 0 ? countCalls(problems) : undefined;
      const began = performance.now();
      const hanging = await severalAtOnce({ from, to, atOnce, patience }, callOne);
      seconds += (performance.now() - began) / 1000;
      for (const number of hanging) problems.add(`${describe(planOf(seed, number))}: hangs`);
      if (hanging.length > 0) break;
      stopCounting?.();

      const idle = await leftovers.afterCalls();
      if (tenth < checkpointCount) await leftovers.closeIdle();
      else idleFor = await leftovers.untilIdleEnd();
      for (const [number, count] of await requestsOf(server, from, to)) {
        const plan = planOf(seed, number);
        const [least, most] = expectedOf(plan).requests;
        if (count < least || count > most)
          problems.add(`${describe(plan)}: ${count} requests where ${least} to ${most} were due`);
      }
      const checkpoint = { calls: to, bytes: await heapInUse(), idle };
      checkpoints.push(checkpoint);
      options.onCheckpoint?.(checkpoint);
    }
    if (checkpoints.length === checkpointCount) problems.add(heapProblem(checkpoints));
  } finally {
    leftovers.end();
  }
  return { seconds, ends, checkpoints, idleFor, problems: problems.all };
}

/** How many requests each call has made, none among them. */
async function requestsOf(
  server: SoakServer,
  from: number,
  to: number,
): Promise<[number: number, requests: number][]> {
  const counted = new Map(await server.ask("requests"));
  return Array.from({ length: to - from }, (_, at): [number, number] => [
    from + at,
    counted.get(from + at) ?? 0,
  ]);
}

function describe({ number, case: { name }, kind, wire, whim }: Plan): string {
  return `call ${number} (${wire} ${kind}, ${name}${whim ? `, ${whim}` : ""})`;
}
