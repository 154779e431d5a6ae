// npm run capabilities            writes docs/capabilities.md from the report of the last `npm test`
// npm run capabilities -- --check  fails where it says something else; a step of the gate
//
// The conformance suites report what they saw of each provider (`meta.beluga` of a test, see packages/conformance/src/check.ts). So
// the tables say what was tried, and nothing that someone remembers.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./tools.mjs";

/**
 * @typedef {{ capability: string, name: string, packageName: string, features: Record<string, boolean | string> }} Observation
 * @typedef {{ title: string, remark: string, split?: Record<string, (feature: string) => boolean> }} Table
 */

/** By the prefix of the packages. @type {Record<string, Table>} */
const tables = {
  llm: {
    title: "Chat models",
    remark:
      "What a vendor cannot do is a warning (an option) or an `unsupported` error (content), never silence. Whether a model of the vendor can is the vendor's word.",
    split: {
      "Options that change what is sent": (feature) =>
        !/ (data|by its URL)$/.test(feature) && !answers.has(feature),
      "What a user's message may hold": (feature) => / (data|by its URL)$/.test(feature),
      "What answers tell": (feature) => answers.has(feature),
    },
  },
  embed: {
    title: "Embedders",
    remark: "`dimensions` names the widths that were tried, where the model has a list of them.",
  },
  rerank: { title: "Rerankers", remark: "" },
  vector: {
    title: "Vector stores",
    remark:
      "An operator counts where it finds exactly what core's `matchesFilter` says: documents without the key and values of other types included. What a store lacks it refuses before anything is sent.",
    split: {
      "Filters by operator": (feature) => feature.includes("`"),
      "What they keep, and how they measure": (feature) => !feature.includes("`"),
    },
  },
};
const answers = new Set(["reasoning", "sources", "refusals", "usage", "cached tokens", "reasoning tokens"]);

const path = join(root, "docs/capabilities.md");
const { values: options } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const seen = observations();
const text = page(seen);
if (options.check) {
  const written = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (written === text) process.exit(0);
  // An engine that does not run on someone's machine was not tried there. CI has all of them.
  const untried = [...written.matchAll(/packages\/([\w-]+)\//g)]
    .map(([, folder]) => `@beluga/${folder}`)
    .find((name) => !seen.some(({ packageName }) => packageName === name));
  if (untried && !process.env["CI"]) {
    console.log(`Not compared: ${untried} was not tested here.`);
    process.exit(0);
  }
  console.error(
    "docs/capabilities.md is not what the conformance suites saw: write it with `npm run capabilities`.",
  );
  process.exit(1);
}
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, text);

/** @returns {Observation[]} */
function observations() {
  const report = join(root, ".beluga/vitest.json");
  if (!existsSync(report)) {
    console.error("There is no report of the tests yet: run `npm test` first.");
    process.exit(1);
  }
  /** @type {{ testResults: { assertionResults: { meta?: { beluga?: Observation } }[] }[] }} */
  const { testResults } = JSON.parse(readFileSync(report, "utf8"));
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .flatMap(({ meta }) => meta?.beluga ?? [])
    .filter(({ packageName }) => existsSync(folderOf(packageName)));
}

/** @param {readonly Observation[]} seen */
function page(seen) {
  const sections = Object.entries(tables).map(([capability, table]) =>
    section(
      table,
      seen.filter((observation) => observation.capability === capability),
    ),
  );
  return (
    [
      "# What each provider can do",
      "Made by `npm run capabilities` from what the conformance suites saw in the last run of the tests; the gate fails where it is stale.",
      "● it does; ◐ in one of its ways (another API of the vendor's, another wire) and not in all; a blank: it does not.",
      ...sections,
    ].join("\n\n") + "\n"
  );
}

/**
 * @param {Table} table
 * @param {readonly Observation[]} seen
 */
function section({ title, remark, split = { "": () => true } }, seen) {
  const packages = [...new Set(seen.map(({ packageName }) => packageName))].sort();
  const features = [...new Set(seen.flatMap(({ features }) => Object.keys(features)))].sort();
  const parts = Object.entries(split).map(([heading, belongs]) => {
    const rows = features
      .filter(belongs)
      .map((feature) => [
        feature,
        ...packages.map((packageName) =>
          cell(
            seen
              .filter((each) => each.packageName === packageName)
              .flatMap(({ features }) => features[feature] ?? []),
          ),
        ),
      ]);
    const names = packages.map(
      (name) => `[${shortName(name)}](../packages/${name.replace("@beluga/", "")}/README.md)`,
    );
    const lines =
      ["", ...names].length > 9 ? transposed(["", ...names], rows) : markdown(["", ...names], rows);
    return [heading && `### ${heading}`, lines].filter(Boolean).join("\n\n");
  });
  return [`## ${title}`, remark, ...parts].filter(Boolean).join("\n\n");
}

/** @param {readonly (boolean | string)[]} values */
function cell(values) {
  // In an order of their own: tests end in any.
  const different = [...new Set(values)].sort(
    (a, b) => Number(a) - Number(b) || String(a).localeCompare(String(b), "en"),
  );
  if (different.every((value) => typeof value === "boolean")) {
    return different.length === 2 ? "◐" : different[0] ? "●" : "";
  }
  return different
    .filter((value) => value !== "false")
    .map(remarkOf)
    .join(" or ");
}

/** @param {boolean | string} value */
function remarkOf(value) {
  if (value === true) return "any";
  return value === "Infinity" ? "any number" : value || "";
}

/**
 * With the packages as rows, where they are too many for columns.
 *
 * @param {readonly string[]} names
 * @param {readonly string[][]} rows
 */
function transposed(names, rows) {
  const header = ["", ...rows.map(([feature = ""]) => feature)];
  return markdown(
    header,
    names.slice(1).map((name, at) => [name, ...rows.map((row) => row[at + 1] ?? "")]),
  );
}

/**
 * As oxfmt would have it.
 *
 * @param {readonly string[]} header
 * @param {readonly string[][]} rows
 */
function markdown(header, rows) {
  const widths = header.map((_, at) =>
    Math.max(3, ...[header, ...rows].map((row) => (row[at] ?? "").length)),
  );
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${widths.map((width, at) => (cells[at] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** @param {string} packageName */
function shortName(packageName) {
  return packageName.replace(/^@beluga\/[a-z0-9]+-/, "");
}

/** @param {string} packageName */
function folderOf(packageName) {
  return join(root, "packages", packageName.replace("@beluga/", ""), "package.json");
}
