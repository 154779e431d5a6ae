// npm run replay -- FOLDER [--json FILE] [--floors FILE] [--seed N] [--only PART-OF-AN-ID]
//
// Serves recorded traffic of real vendors to the providers that speak its wires, and compares what comes of it. The format of a
// recording is in packages/conformance/src/replay/recording.ts; which provider reads what stands in its src/replay.ts.
import { existsSync } from "node:fs";
import { glob, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { newSeed } from "../packages/conformance/src/random.js";
import { readRecordings } from "../packages/conformance/src/replay/recording.js";
import {
  type Floors,
  compareWithFloors,
  describeResults,
  resultsAsJSON,
} from "../packages/conformance/src/replay/report.js";
import { replay } from "../packages/conformance/src/replay/run.js";
import type { ReplayTarget } from "../packages/conformance/src/replay/target.js";
import { root } from "./tools.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    floors: { type: "string" },
    seed: { type: "string" },
    only: { type: "string" },
  },
});
const [folder] = positionals;
const seed = values.seed === undefined ? newSeed() : Number(values.seed);

if (folder === undefined || positionals.length > 1 || !Number.isInteger(seed)) {
  console.error(
    "usage: npm run replay -- FOLDER [--json FILE] [--floors FILE] [--seed N] [--only PART-OF-AN-ID]",
  );
  process.exit(2);
}
if (!existsSync(folder)) {
  console.error(`There is no folder ${resolve(folder)}.`);
  process.exit(2);
}

const { only } = values;
const recordings = (await readRecordings(folder)).filter(({ id }) => only === undefined || id.includes(only));
const targets = await findTargets();
const started = performance.now();
const results = await replay({ recordings, targets, seed });
const seconds = ((performance.now() - started) / 1000).toFixed(1);

console.log(describeResults(results));
console.log(`\n${recordings.length} recordings in ${seconds} s, seed ${seed}`);
if (values.json !== undefined)
  await writeFile(values.json, `${JSON.stringify(resultsAsJSON(results, seed), null, 2)}\n`);

if (values.floors === undefined) {
  process.exitCode = recordings.length === 0 || results.some(({ failed }) => failed.length > 0) ? 1 : 0;
} else {
  const floors = JSON.parse(await readFile(values.floors, "utf8")) as Floors;
  const { problems, remarks } = compareWithFloors(results, floors);
  for (const remark of remarks) console.log(remark);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

/** What the packages' `src/replay.ts` export. */
async function findTargets(): Promise<ReplayTarget[]> {
  const found: ReplayTarget[] = [];
  for await (const file of glob("packages/*/src/replay.ts", { cwd: root })) {
    const module = (await import(pathToFileURL(join(root, file)).href)) as { replayTargets?: ReplayTarget[] };
    if (!module.replayTargets) throw new Error(`${file} exports no replayTargets`);
    found.push(...module.replayTargets);
  }
  return found;
}
