// The gate: all that must hold before a change goes in. `npm test` runs it through scripts/run.mjs, and `npm run check` its
// static half. Prints a line per step, the output of a step that failed, and last the sums over all tests.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bin, root, run, typescript } from "./tools.mjs";

/** @typedef {{ name: string, args: string[], live?: boolean, verify?: () => string | undefined }} Step */

const { values: options } = parseArgs({ options: { "checks-only": { type: "boolean", default: false } } });

/** What vitest reports, of the sources and of the packages that were built from them. */
const reports = { tests: join(root, ".beluga/vitest.json"), proofs: join(root, ".beluga/proofs.json") };
const recordings = join(root, "../shared/recordings");

/** @type {Step[]} */
const checks = [
  { name: "format", args: [bin("oxfmt"), "--check"] },
  { name: "dependencies", args: ["scripts/check-dependencies.mjs"] },
  { name: "types", args: [bin("typescript", "tsc"), "--project", "tsconfig.json"] },
  { name: "snippets", args: ["scripts/check-snippets.mjs"] },
  { name: "lint", args: [bin("oxlint"), "--type-aware"] },
  { name: "unused", args: [bin("knip")] },
];

/** @type {Step[]} */
const tests = [
  { name: "build", args: [bin("turbo"), "run", "build"] },
  vitest("tests"),
  vitest("proofs", "--config", "packages/proofs/vitest.config.ts"),
  { name: "capabilities", args: ["scripts/capabilities.mjs", "--check"] },
  ...replay(),
];

const started = performance.now();
/** @type {string[]} */
const failures = [];
for (const report of Object.values(reports)) rmSync(report, { force: true });

// Two lanes side by side: the checks take about as long as the build and the tests.
await Promise.all(options["checks-only"] ? [lane(checks)] : [lane(checks), lane(tests)]);

const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  failures.length > 0 ? `\nFailed after ${seconds} s: ${failures.join(", ")}` : `\nAll ok after ${seconds} s`,
);
if (!options["checks-only"]) {
  const sums = { passed: 0, failed: 0 };
  for (const { passed, failed } of Object.values(reports).map(sumsOf)) {
    sums.passed += passed;
    sums.failed += failed;
  }
  console.log(`${sums.passed} passed, ${sums.failed} failed`);
}
process.exitCode = failures.length > 0 ? 1 : 0;

/** A step that fails does not stop those after it: one run tells everything. */
async function lane(/** @type {Step[]} */ steps) {
  for (const { name, args, live, verify } of steps) {
    const start = performance.now();
    const color = process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
    // Where CI is set, oxlint and oxfmt print in colour whatever else is said. Only the tests have to know of it.
    const ci = live ? {} : { CI: undefined };
    const { code, output } = await run(process.execPath, args, {
      env: { ...process.env, ...color, ...ci },
      onOutput: live ? (chunk) => process.stdout.write(chunk) : () => {},
    });
    const problem = code === 0 ? verify?.() : `exit code ${code}`;
    const time = `${((performance.now() - start) / 1000).toFixed(1)} s`;
    console.log(
      `${problem ? "FAILED" : "ok    "} ${name.padEnd(14)}${time.padStart(7)}${problem ? `  ${problem}` : ""}`,
    );
    if (!problem) continue;
    failures.push(name);
    if (!live) console.log(output.trimEnd());
  }
}

/** The recordings of real traffic stand beside the repository where its maintainers work, and are not part of it. */
function replay() {
  if (!existsSync(join(root, "scripts/replay.ts"))) return [];
  if (!existsSync(recordings)) {
    console.log("skipped replay: there is no folder ../shared/recordings");
    return [];
  }
  return [
    {
      name: "replay",
      args: [...typescript("scripts/replay.ts"), recordings, "--floors", ".ci/replay-floors.json"],
    },
  ];
}

/**
 * @param {keyof typeof reports} name
 * @param {string[]} args
 * @returns {Step}
 */
function vitest(name, ...args) {
  const report = reports[name];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  return {
    name,
    args: [bin("vitest"), "run", ...args, ...reporters],
    live: true,
    verify: () => (sumsOf(report).passed === 0 ? "no test ran" : undefined),
  };
}

/** The tests of vitest's own report. A file that could not be loaded counts as one failed test, and so does a run that came to none. */
function sumsOf(/** @type {string} */ report) {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  /** @type {{ numPassedTests: number, numFailedTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} */
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  const unloaded = testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  const failed = numFailedTests + unloaded.length;
  return { passed: numPassedTests, failed: numPassedTests + failed === 0 ? 1 : failed };
}
