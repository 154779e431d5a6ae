/** `npm run bench`: see the README. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type ContenderName, contenderNames } from "./contender.js";
import { Runner, forkServer } from "./processes.js";
import { type Rounds, columns, describeMachine, header, rowsOf, table, verdict } from "./report.js";
import { type Scenario, scenarios } from "./scenarios.js";
import { type SearchRow, measureSearch, searchTable, searchVerdict } from "./search/measure.js";
import { quickSearchScenario, searchScenarios } from "./search/scenarios.js";

const groups = [...new Set(scenarios.map(({ group }) => group)), "search"];
const { values: options } = parseArgs({
  options: {
    json: { type: "string" },
    only: { type: "string", multiple: true },
    quick: { type: "boolean", default: false },
  },
});
const only = options.only?.flatMap((names) => names.split(",")) ?? groups;
const unknown = only.filter((group) => !groups.includes(group));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")}; there are ${groups.join(", ")}.`);
  process.exit(2);
}

const pace = options.quick ? "quick" : "full";
const machine = describeMachine();
console.log(header(machine, options.quick));
if (only.some((group) => group !== "search")) console.log(columns());
const server = await forkServer();
const rows = [];
try {
  for (const [place, scenario] of scenarios.entries()) {
    if (!only.includes(scenario.group)) continue;
    const measured = rowsOf(scenario, await measure(place));
    console.log(table(measured));
    rows.push(...measured);
  }
} finally {
  server.end();
}
if (!options.quick && rows.length > 0) console.log(verdict(rows));

const searches: SearchRow[] = [];
if (only.includes("search")) {
  console.log(
    "\nThe ten nearest by cosine: CPU and time of a search, and how it compares with the flat loop by CPU.\n",
  );
  for (const scenario of options.quick ? [quickSearchScenario] : searchScenarios) {
    const measured = await measureSearch(scenario);
    console.log(searchTable(measured));
    searches.push(...measured);
  }
  if (!options.quick) console.log(`\n${searchVerdict(searches)}`);
}

if (options.json) {
  const report = { ...machine, quick: options.quick, rows, searches };
  writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
}

/** All contenders in one scenario. They take turns, so that a machine that grows slower or faster does so for each of them. */
async function measure(place: number): Promise<Rounds> {
  const { size, warmUps, rounds, ownProcess = false } = scenarios[place] as Scenario;
  const measurements = Object.fromEntries(contenderNames.map((name) => [name, []])) as unknown as Rounds;
  const lasting = new Map<ContenderName, Runner>();

  const start = async (name: ContenderName): Promise<Runner> => {
    const runner = await Runner.start(name, place, server.origin);
    const warmUpSize = ownProcess ? Math.ceil(size[pace] / 10) : size[pace];
    for (let round = 0; round < (options.quick ? 1 : warmUps); round++) await runner.measure(warmUpSize);
    return runner;
  };

  try {
    if (!ownProcess) for (const name of contenderNames) lasting.set(name, await start(name));
    for (let round = ownProcess && !options.quick ? -1 : 0; round < rounds[pace]; round++) {
      for (const name of contenderNames) {
        const runner = lasting.get(name) ?? (await start(name));
        const measurement = await runner.measure(size[pace]);
        if (round >= 0) measurements[name].push(measurement);
        if (ownProcess) runner.end();
      }
    }
  } finally {
    for (const runner of lasting.values()) runner.end();
  }
  return measurements;
}
