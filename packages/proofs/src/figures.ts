import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Compared, Light } from "./compared.js";
import { type Report, remark, rowsTable, searchTable, speedTable } from "./figures-of-speed.js";
import { table, withTable } from "./markdown.js";

/** What `npm run figures` measured last, in figures.json; the tables in the READMEs are made of it. */
export interface Figures {
  /** Where programs were started. */
  machine: { node: string; cores: number };
  /** By the name of a contender of the benchmarks, and `lightest`: the least that Beluga can be. */
  compared: Record<string, Compared>;
  speed: Report;
}

const root = resolve(import.meta.dirname, "../../..");
const file = join(root, "packages/proofs/figures.json");

export function readFigures(): Figures {
  return JSON.parse(readFileSync(file, "utf8")) as Figures;
}

/** Writes them, and the tables that are made of them. */
export function writeFigures(figures: Figures): void {
  writeFileSync(file, `${JSON.stringify(figures, undefined, 2)}\n`);
  for (const { path, text } of pages(figures)) writeFileSync(path, text);
}

/** The pages that hold tables, as they have to be. */
export function pages(figures: Figures): { path: string; text: string }[] {
  const { speed } = figures;
  return Object.entries({
    "README.md": { sizes: `${sizesTable(figures)}\n\n${besidePeers(figures)}`, speed: speedTable(speed) },
    "packages/bench/README.md": {
      rows: `${remark(speed)}\n\n${rowsTable(speed)}`,
      search: searchTable(speed),
    },
  }).map(([page, tables]) => {
    const path = join(root, page);
    const text = Object.entries(tables).reduce(
      (text, [name, table]) => withTable(text, name, table),
      readFileSync(path, "utf8"),
    );
    return { path, text };
  });
}

/** How far what is measured may be from what the tables say, as a share of it. */
const tolerance = 0.03;

/** What a table says of ours that is not so any more. */
export function stale(name: string, said: Light | undefined, measured: Light): string[] {
  if (JSON.stringify(said?.packages) !== JSON.stringify(measured.packages))
    return [`${name}: other packages`];
  const pairs = {
    "its bundle": [said?.bundle.total, measured.bundle.total],
    "its bundle without zod": [said?.bundle.withoutZod, measured.bundle.withoutZod],
    "the packages installed": [said?.install.packages, measured.install.packages],
    "the bytes installed": [said?.install.bytes, measured.install.bytes],
  };
  return Object.entries(pairs)
    .filter(([, [before = 0, now = 0]]) => Math.abs(now - before) > before * tolerance)
    .map(([what, [before, now]]) => `${name}: ${what}: ${now}, and not ${before}`);
}

/** The table of the README. */
function sizesTable({ compared }: Figures): string {
  const shortName = (name: string) => `\`${compared[name]?.packages.at(-1)?.replace("@beluga/", "")}\``;
  const columns = {
    beluga: `Beluga, ${shortName("beluga")}`,
    lightest: shortName("lightest"),
    openai: "`openai`",
    langchain: "LangChain",
    "ai-sdk": "AI SDK",
  };
  const row = (what: string, aim: string, of: (compared: Compared) => string) => [
    what,
    aim,
    ...Object.keys(columns).map((name) => of(compared[name] as Compared)),
  ];
  return table(
    ["to stream a chat", "aim, at most", ...Object.values(columns)],
    [
      row("bundle, minified and gzipped, without zod", "15 kB", ({ bundle }) => kilobytes(bundle.withoutZod)),
      row("zod's part", "", ({ bundle }) => kilobytes(bundle.total - bundle.withoutZod)),
      row("npm packages", "12", ({ install }) => String(install.packages)),
      row("on the disk", "4 MB", ({ install }) => megabytes(install.bytes)),
      row("import, above an empty program", "40 ms", ({ start }) => `${Math.round(start)} ms`),
    ],
  );
}

function besidePeers({ machine, compared }: Figures): string {
  const peers = Object.entries(compared)
    .filter(([name]) => name !== "beluga" && name !== "lightest")
    .map(([, { packages }]) => packages.map((each) => `\`${each}\``).join(" with "));
  return [
    `\`llm-openai\` speaks both of OpenAI's wires; zod is built into core. Measured by \`npm run figures\` on ${machine.cores} cores with Node ${machine.node}, beside`,
    `${peers.join(", ")}.`,
  ].join("\n");
}

function kilobytes(bytes: number): string {
  return bytes === 0 ? "none" : `${(bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0)} kB`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}
