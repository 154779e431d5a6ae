import { type End, cases } from "./cases.js";
import { heapGrowth } from "./heap.js";
import { callsFor } from "./plan.js";
import type { Checkpoint, SoakReport } from "./soak.js";

/** How the calls of each case ended, and what was seen at the checkpoints. */
export function describeReport({ ends, seconds, checkpoints, idleFor }: SoakReport, streams: number): string {
  const rows = cases.map(({ name }) => {
    const ofCase = [...(ends.get(name) ?? [])].sort(([, a], [, b]) => b - a);
    return [name, String(sum(ofCase)), ofCase.map(([end, count]) => `${count} ${end}`).join(", ")];
  });
  const all = [...ends.values()].flatMap((ofCase) => [...ofCase]);
  const calls = callsFor(streams);
  const growth = heapGrowth(checkpoints);
  const idle = checkpoints.at(-1)?.idle ?? 0;
  return [
    table(["what happens", "calls", "how they ended"], rows),
    "",
    `${sum(all)} calls in ${seconds.toFixed(1)} s, ${Math.round(sum(all) / seconds)} a second (${Math.round((sum(all) / seconds) * (streams / calls))} of them streams): ${tally(all)}`,
    growth
      ? `From the first third to the last, the heap grew by ${(growth.bytes / 2 ** 20).toFixed(2)} MB.`
      : "",
    idleFor === undefined
      ? "Not all connections were closed."
      : `The ${idle} idle connections of the last tenth were closed after ${(idleFor / 1000).toFixed(1)} s.`,
  ].join("\n");
}

export function describeCheckpoint({ calls, bytes, idle }: Checkpoint): string {
  return `${String(calls).padStart(7)} calls: heap ${(bytes / 2 ** 20).toFixed(2).padStart(6)} MB, ${idle} idle connections`;
}

function tally(all: readonly [End, number][]): string {
  const of = (test: (end: End) => boolean): number => sum(all.filter(([end]) => test(end)));
  const own: readonly End[] = ["finished", "aborted", "left", "thrown", "something else"];
  return [
    `${of((end) => end === "finished")} finished`,
    `${of((end) => !own.includes(end))} failed with a BelugaError`,
    `${of((end) => end === "aborted")} aborted by the caller`,
    `${of((end) => end === "left" || end === "thrown")} left by it`,
  ].join(", ");
}

function sum(counts: readonly (readonly [unknown, number])[]): number {
  return counts.reduce((total, [, count]) => total + count, 0);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
