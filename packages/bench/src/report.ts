import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { availableParallelism, cpus, loadavg } from "node:os";
import { type ContenderName, contenderNames, packagesOf } from "./contender.js";
import { median } from "./median.js";
import { searchPackagesOf } from "./search/contender.js";
import type { Measurement, Scenario } from "./scenarios.js";

/** What each contender gave in each round. */
export type Rounds = Record<ContenderName, Measurement[]>;

/** One metric of one scenario. */
export interface Row {
  group: string;
  title: string;
  label: string;
  unit: string;
  /** At most so many times the bare loop: what Beluga aims at. */
  aim?: number;
  /** The medians. */
  values: Record<ContenderName, number>;
  /** The medians, divided by that of the bare loop. */
  ratios: Record<ContenderName, number>;
  /** The values that the medians are of, in the order of the rounds. */
  rounds: Record<ContenderName, number[]>;
}

export interface Machine {
  node: string;
  cpu: string;
  cores: number;
  /** How busy the machine was before: the mean number of running processes over a minute. Best below 0.5. */
  load: number;
  /** Of every package that was measured. */
  versions: Record<string, string>;
}

const peers = contenderNames.filter((name) => name !== "bare" && name !== "beluga");

export function describeMachine(): Machine {
  const packages = [...Object.values(packagesOf), ...Object.values(searchPackagesOf)].flat();
  return {
    node: process.versions.node,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    load: loadavg()[0] ?? NaN,
    versions: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
  };
}

function versionOf(packageName: string): string {
  const manifest = findPackageJSON(packageName, import.meta.url);
  if (!manifest) throw new Error(`${packageName} is not installed`);
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}

export function rowsOf({ group, title, metrics }: Scenario, measurements: Rounds): Row[] {
  return metrics.map(({ of, label, unit, scale = 1, aim }) => {
    const rounds = each((name) => measurements[name].map((measurement) => (measurement[of] ?? NaN) * scale));
    const values = each((name) => median(rounds[name]));
    const ratios = each((name) => values[name] / values.bare);
    return { group, title, label, unit, ...(aim !== undefined && { aim }), values, ratios, rounds };
  });
}

function each<T>(of: (name: ContenderName) => T): Record<ContenderName, T> {
  return Object.fromEntries(contenderNames.map((name) => [name, of(name)])) as Record<ContenderName, T>;
}

const titleWidth = 28;
const metricWidth = 18;
const valueWidth = 16;

export function header({ node, cpu, cores, load, versions }: Machine, quick: boolean): string {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Node ${node}, ${cores} cores, ${cpu}, load ${load.toFixed(1)}`,
    packages.join(", "),
    ...(quick
      ? ["A quick run: the engine is still compiling while it is measured, so the figures are rough."]
      : []),
  ].join("\n");
}

export function columns(): string {
  const names = contenderNames.map((name) => name.padStart(valueWidth)).join("");
  return `\nMedians; in brackets, how many times the bare loop.\n\n${" ".repeat(titleWidth + metricWidth)}${names}`;
}

export function table(rows: readonly Row[]): string {
  return rows
    .map(({ title, label, unit, values, ratios }, at) => {
      const cells = contenderNames.map((name) => {
        const ratio = name === "bare" ? "" : ` (${ratios[name].toFixed(2)})`;
        return (rounded(values[name]) + ratio).padStart(valueWidth);
      });
      return (
        (at === 0 ? title : "").padEnd(titleWidth) + `${label} ${unit}`.padEnd(metricWidth) + cells.join("")
      );
    })
    .join("\n");
}

/** Three digits that count. */
function rounded(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

/** How the measurements stand to what Beluga aims at: some times the bare loop at most, and ahead of every peer. */
export function verdict(rows: readonly Row[]): string {
  const aims = rows.flatMap(({ title, label, aim, ratios }) => {
    if (aim === undefined) return [];
    const name = `  ${title}, ${label}`.padEnd(titleWidth + metricWidth);
    return `${name}${ratios.beluga.toFixed(2).padStart(6)}, aim ${aim.toFixed(2)}${ratios.beluga > aim ? "  MISSED" : ""}`;
  });
  const behind = rows.flatMap(({ title, label, unit, values }) => {
    const faster = peers.filter((name) => values[name] < values.beluga);
    const names = faster.map(
      (name) => `${name} (${rounded(values[name])} ${unit} to ${rounded(values.beluga)})`,
    );
    return names.length > 0 ? [`  ${title}, ${label}: behind ${names.join(", ")}`] : [];
  });
  return [
    "",
    "Beluga, in times of the bare loop:",
    ...aims,
    ...(behind.length > 0
      ? ["Beluga is not ahead of every peer:", ...behind]
      : ["Beluga is ahead of every peer in every row."]),
  ].join("\n");
}
