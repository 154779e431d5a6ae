import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "../median.js";
import { answerOf } from "../processes.js";
import { type SearchContenderName, approximate, searchContenderNames } from "./contender.js";
import type { SearchMeasurement, SearchScenario } from "./scenarios.js";

/** One contender over one corpus. */
export interface SearchRow {
  title: string;
  contender: SearchContenderName;
  /** Medians, in milliseconds a search. */
  cpu: number;
  time: number;
  /** How many times as fast as the flat loop, by CPU. */
  speed: number;
  recall: number;
  rounds: SearchMeasurement[];
}

/**
 * All contenders over one corpus, one after the other: two of the larger ones would not fit in memory together. The flat loop is measured before and
 * after them, and its median is what they are compared with.
 */
export async function measureSearch(scenario: SearchScenario): Promise<SearchRow[]> {
  const measured = new Map<SearchContenderName, SearchMeasurement[]>();
  for (const contender of searchContenderNames)
    measured.set(contender, await measureOne(contender, scenario));
  const flat = [...(measured.get("flat loop") ?? []), ...(await measureOne("flat loop", scenario))];
  measured.set("flat loop", flat);
  const ofFlat = median(flat.map((round) => round.cpu));

  return [...measured].map(([contender, rounds]) => {
    const cpu = median(rounds.map((round) => round.cpu));
    const recall = Math.min(...rounds.map((round) => round.recall));
    if (recall < 1 && !approximate.has(contender))
      throw new Error(`${contender} missed some of the nearest (recall ${recall})`);
    const time = median(rounds.map((round) => round.wall)) / 1000;
    const { title } = scenario;
    return { title, contender, cpu: cpu / 1000, time, speed: ofFlat / cpu, recall, rounds };
  });
}

async function measureOne(
  contender: SearchContenderName,
  scenario: SearchScenario,
): Promise<SearchMeasurement[]> {
  // Beside the bundle that this is in.
  const file = fileURLToPath(new URL("search/run-search.js", import.meta.url));
  // Some keep each vector as an array of its own.
  const child = fork(file, [contender, JSON.stringify(scenario)], {
    execArgv: ["--max-old-space-size=8192"],
  });
  try {
    await answerOf(child, contender);
    const rounds: SearchMeasurement[] = [];
    // The first round is a warm-up.
    for (let round = -1; round < scenario.rounds; round++) {
      child.send("measure");
      const measurement = await answerOf<SearchMeasurement>(child, contender);
      if (round >= 0) rounds.push(measurement);
    }
    return rounds;
  } finally {
    // It ends by itself then, and removes its files.
    if (child.connected) child.disconnect();
  }
}

/** The table of one corpus. */
export function searchTable(rows: readonly SearchRow[]): string {
  return rows
    .map(({ title, contender, cpu, time, speed, recall }, at) =>
      [
        (at === 0 ? title : "").padEnd(28),
        contender.padEnd(18),
        `${cpu.toFixed(2)} ms`.padStart(12),
        `${time.toFixed(2)} ms`.padStart(12),
        contender === "flat loop" ? "" : `${speed.toFixed(2)} times as fast`.padStart(24),
        recall < 1 ? `  finds ${(100 * recall).toFixed(1)} %` : "",
      ].join(""),
    )
    .join("\n");
}

/** Beluga's aims: in memory at least so many times as fast as the flat loop, in SQLite at most so many times sqlite-vec's time. */
const leastSpeed = 5;
const mostOfBare = 1.3;

export function searchVerdict(rows: readonly SearchRow[]): string {
  return [...new Set(rows.map(({ title }) => title))]
    .flatMap((title) => {
      const cpuOf = (name: SearchContenderName): number =>
        rows.find((row) => row.title === title && row.contender === name)?.cpu ?? NaN;
      const { speed = NaN } =
        rows.find((row) => row.title === title && row.contender === "vector-memory") ?? {};
      const share = cpuOf("vector-sqlite") / cpuOf("sqlite-vec");
      return [
        `${title}: vector-memory is ${speed.toFixed(2)} times as fast as the flat loop (aim: ${leastSpeed} at least).`,
        `${title}: vector-sqlite takes ${share.toFixed(2)} times what bare sqlite-vec takes (aim: ${mostOfBare} at most).`,
      ];
    })
    .join("\n");
}
