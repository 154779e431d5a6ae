/** `npm run figures`: measures what the tables of the READMEs say, and writes them. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { spawnSync } from "node:child_process";
import { compare } from "./compared.js";
import { type Figures, readFigures, writeFigures } from "./figures.js";
import { type Report, inShort } from "./figures-of-speed.js";
import { withRegistry } from "./with-registry.js";

const { values: options } = parseArgs({
  options: {
    /** A report of `npm run bench -- --json report.json`, where there is one already. */
    bench: { type: "string" },
    only: { type: "string" },
  },
});
const groups = ["sizes", "speed"];
if (options.only !== undefined && !groups.includes(options.only)) {
  console.error(`There is no ${options.only}; there are ${groups.join(" and ")}.`);
  process.exit(2);
}

let figures: Figures = readFigures();
if (options.only !== "speed") {
  console.log("Sizes, installs and starts, of ours and of the peers …");
  const machine = { node: process.versions.node, cores: availableParallelism() };
  figures = { ...figures, machine, compared: await withRegistry(compare) };
}
if (options.only !== "sizes") {
  figures = {
    ...figures,
    speed: inShort(options.bench === undefined ? runBenchmarks() : readReport(options.bench)),
  };
}
writeFigures(figures);
console.log("Written: README.md, packages/bench/README.md, packages/proofs/figures.json");

function runBenchmarks(): Report {
  const folder = mkdtempSync(join(tmpdir(), "beluga-figures-"));
  try {
    const report = join(folder, "report.json");
    const program = resolve(import.meta.dirname, "../../bench/dist/main.js");
    const { status } = spawnSync(process.execPath, [program, "--json", report], { stdio: "inherit" });
    if (status !== 0) throw new Error(`The benchmarks ended with ${status}`);
    return readReport(report);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): Report {
  return JSON.parse(readFileSync(file, "utf8")) as Report;
}
