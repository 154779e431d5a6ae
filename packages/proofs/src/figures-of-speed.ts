import { table } from "./markdown.js";

/** What the tables need of the report that `npm run bench -- --json report.json` writes. */
export interface Report {
  node: string;
  cores: number;
  load: number;
  versions: Record<string, string>;
  rows: Row[];
  searches: Search[];
}

interface Row {
  title: string;
  label: string;
  unit: string;
  aim?: number;
  /** Medians, by contender. */
  values: Record<string, number>;
  /** Of the medians to the bare loop's. */
  ratios: Record<string, number>;
}

interface Search {
  title: string;
  contender: string;
  /** Milliseconds a search. */
  cpu: number;
  /** Times as fast as the flat loop. */
  speed: number;
  recall: number;
}

/** Of a report, what the tables need: not each round. */
export function inShort(report: Report): Report {
  const { node, cores, load, versions, rows, searches } = report;
  return {
    node,
    cores,
    load,
    versions,
    rows: rows.map(({ title, label, unit, aim, values, ratios }) => ({
      title,
      label,
      unit,
      ...(aim !== undefined && { aim }),
      values: eachRounded(values),
      ratios: eachRounded(ratios),
    })),
    searches: searches.map(({ title, contender, cpu, speed, recall }) => ({
      title,
      contender,
      cpu: rounded(cpu),
      speed: rounded(speed),
      recall: rounded(recall),
    })),
  };
}

/** In the order of the tables. */
const contenders: Readonly<Record<string, string>> = {
  beluga: "Beluga",
  openai: "`openai`",
  langchain: "LangChain",
  "ai-sdk": "AI SDK",
};
const names = Object.keys(contenders);
const titles = Object.values(contenders);

/** The table of the README: what has an aim, in times of the bare loop. */
export function speedTable({ rows, searches }: Report): string {
  const lines = rows.flatMap(({ title, label, aim, ratios }) =>
    aim === undefined
      ? []
      : [[`${title}, ${label}`, String(aim), ...names.map((name) => digits(ratios[name] ?? NaN))]],
  );
  const last = searches.at(-1)?.title ?? "";
  const search = names.map((name) => {
    const found = searches.find(
      ({ title, contender }) => title === last && contender === (inMemory[name] ?? name),
    );
    return found ? digits(1 / found.speed) : "";
  });
  return table(
    ["times a bare loop", "aim, at most", ...titles],
    [...lines, [`nearest ten of ${last}, CPU`, String(1 / leastSpeed), ...search]],
  );
}

/** The store that a user would take for a search in memory, where it has another name. */
const inMemory: Readonly<Record<string, string>> = { beluga: "vector-memory" };

/** As packages/bench/src/search/measure.ts has it. */
const leastSpeed = 5;

/** The table of the benchmarks: all rows. */
export function rowsTable({ rows }: Report): string {
  const lines = rows.map(({ title, label, unit, aim, values, ratios }, at) => [
    title === rows[at - 1]?.title ? "" : title,
    `${label}, ${unit}`,
    aim === undefined ? "" : String(aim),
    digits(values["bare"] ?? NaN),
    ...names.map((name) => `${digits(values[name] ?? NaN)} (${digits(ratios[name] ?? NaN)})`),
  ]);
  return table(["row", "", "aim", "bare loop", ...titles], lines);
}

/** Where that was measured. */
export function remark({ node, cores, load }: Report): string {
  return `On ${cores} cores with Node ${node}; the load before was ${load.toFixed(1)}.`;
}

/** The table of the vector searches: CPU, and how many times as fast as the flat loop that is. */
export function searchTable({ searches }: Report): string {
  const sizes = [...new Set(searches.map(({ title }) => title))];
  const lines = [...new Set(searches.map(({ contender }) => contender))].map((name) => [
    /^(?:vector|sqlite)-/.test(name) ? `\`${name}\`` : name,
    ...sizes.map((size) => {
      const found = searches.find(({ title, contender }) => title === size && contender === name);
      if (!found) return "";
      const speed = name === "flat loop" ? "" : ` (${digits(found.speed)})`;
      const recall = found.recall < 1 ? `, finds ${(100 * found.recall).toFixed(1)} %` : "";
      return `${digits(found.cpu)} ms${speed}${recall}`;
    }),
  ]);
  return table(["contender", ...sizes], lines);
}

/** Two digits behind the point, or three that count. */
function digits(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

function eachRounded(values: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rounded(value)]));
}

/** To six digits that count: more would only be noise in the file. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
