import { expect, test } from "vitest";
import { type Report, inShort, rowsTable, searchTable, speedTable } from "./figures-of-speed.js";

const row = { title: "small call", unit: "µs/call", values: {}, ratios: {} };
const report: Report = {
  node: "24.21.0",
  cores: 2,
  load: 0.1,
  versions: { openai: "7.57.0" },
  rows: [
    {
      ...row,
      label: "CPU",
      aim: 1.1,
      values: { bare: 200, beluga: 230, openai: 400, langchain: 480, "ai-sdk": 440 },
      ratios: { bare: 1, beluga: 1.15, openai: 2, langchain: 2.4, "ai-sdk": 2.2 },
    },
    {
      ...row,
      label: "time",
      values: { bare: 1.234, beluga: 12.34, openai: 3, langchain: 4, "ai-sdk": 5 },
      ratios: { bare: 1, beluga: 10, openai: 2.43, langchain: 3.24, "ai-sdk": 4.05 },
    },
  ],
  searches: [
    { title: "100 vectors", contender: "flat loop", cpu: 60, speed: 1, recall: 1 },
    { title: "100 vectors", contender: "vector-memory", cpu: 7.5, speed: 8, recall: 1 },
    { title: "100 vectors", contender: "langchain", cpu: 300, speed: 0.2, recall: 1 },
    { title: "100 vectors", contender: "usearch", cpu: 0.5, speed: 120, recall: 0.9876 },
  ],
};

/** Without what only makes the columns as wide as each other. */
const narrow = (table: string): string[] =>
  table.split("\n").map((line) => line.replaceAll(/ +/g, " ").replaceAll(/-+/g, "-"));

test("the README's table has what has an aim, in times of the bare loop, and the search of each", () => {
  expect(narrow(speedTable(report))).toEqual([
    "| times a bare loop | aim, at most | Beluga | `openai` | LangChain | AI SDK |",
    "| - | - | - | - | - | - |",
    "| small call, CPU | 1.1 | 1.15 | 2.00 | 2.40 | 2.20 |",
    "| nearest ten of 100 vectors, CPU | 0.2 | 0.13 | | 5.00 | |",
  ]);
});

test("the table of the benchmarks has all rows, with what was measured", () => {
  expect(narrow(rowsTable(report))).toEqual([
    "| row | | aim | bare loop | Beluga | `openai` | LangChain | AI SDK |",
    "| - | - | - | - | - | - | - | - |",
    "| small call | CPU, µs/call | 1.1 | 200 | 230 (1.15) | 400 (2.00) | 480 (2.40) | 440 (2.20) |",
    "| | time, µs/call | | 1.23 | 12.3 (10.0) | 3.00 (2.43) | 4.00 (3.24) | 5.00 (4.05) |",
  ]);
});

test("the table of the searches says how they compare with the flat loop, and what they miss", () => {
  expect(narrow(searchTable(report))).toEqual([
    "| contender | 100 vectors |",
    "| - | - |",
    "| flat loop | 60.0 ms |",
    "| `vector-memory` | 7.50 ms (8.00) |",
    "| langchain | 300 ms (0.20) |",
    "| usearch | 0.50 ms (120), finds 98.8 % |",
  ]);
});

test("of a report, what the tables show is kept, and not each round", () => {
  const rounds = { bare: [1, 2, 3] };
  const whole = {
    ...report,
    rows: report.rows.map((row) => ({ ...row, group: "calls", rounds })),
    quick: false,
  };
  expect(inShort(whole)).toEqual(report);
});
