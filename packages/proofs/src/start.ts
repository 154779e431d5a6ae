import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Project } from "./project.js";

/** How many milliseconds later a program starts than one that imports nothing. */
export interface Start {
  /** As a clock sees it, from the start of the process to its end. */
  time: Milliseconds;
  /** Of all of the process's threads. */
  cpu: Milliseconds;
  /** How long the empty program itself took, at the quickest: it says how fast the machine is, and how busy. */
  empty: number;
}

interface Milliseconds {
  /** The quickest start, less the quickest one of the empty program: what is left where the machine did nothing else. */
  least: number;
  /** The median over the pairs. */
  median: number;
}

interface Run {
  time: number;
  cpu: number;
}

/** Starts both programs in turn, so that whatever else the machine does hits them alike. */
export async function measureStart(project: Project, imports: string, pairs: number): Promise<Start> {
  const empty = project.write("start-empty.js", own);
  const importing = project.write("start-importing.js", `${imports}\n${own}`);
  const runs: { empty: Run; importing: Run }[] = [];
  // The first reads the files from the disk.
  for (let pair = -1; pair < pairs; pair++) {
    const run = { empty: await runOnce(empty), importing: await runOnce(importing) };
    if (pair >= 0) runs.push(run);
  }
  const above = (of: keyof Run): Milliseconds => ({
    least: least(runs.map(({ importing }) => importing[of])) - least(runs.map(({ empty }) => empty[of])),
    median: median(runs.map(({ empty, importing }) => importing[of] - empty[of])),
  });
  return { time: above("time"), cpu: above("cpu"), empty: least(runs.map(({ empty }) => empty.time)) };
}

/** What every program ends with. */
const own = "process.stdout.write(JSON.stringify(process.cpuUsage()));\n";

async function runOnce(file: string): Promise<Run> {
  const start = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: join(file, "..") });
  const time = performance.now() - start;
  const { user, system } = JSON.parse(stdout) as NodeJS.CpuUsage;
  return { time, cpu: (user + system) / 1000 };
}

function least(values: readonly number[]): number {
  return Math.min(...values);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
