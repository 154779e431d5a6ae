import { describe, expect, test } from "vitest";
import { type SearchContender, approximate, searchContenderNames, searchContenders } from "./contender.js";
import { makeCorpus, rowOf } from "./corpus.js";
import { flatLoop } from "./flat-loop.js";
import { type SearchRow, searchTable, searchVerdict } from "./measure.js";
import { SearchRun } from "./scenarios.js";

const small = { title: "small", rows: 300, queries: 3, rounds: 1 };

describe.each(searchContenderNames)("%s", (name) => {
  test("finds the nearest", async () => {
    const run = await SearchRun.prepare(await searchContenders[name](), small);
    const { recall, cpu, wall } = await run.measure();
    await run.close();
    expect(recall).toBeGreaterThanOrEqual(approximate.has(name) ? 0.5 : 1);
    expect([cpu, wall].every((value) => value >= 0)).toBe(true);
  }, 30_000);
});

const changed = (change: (rows: readonly number[]) => number[]): SearchContender => ({
  async build(corpus) {
    const index = await flatLoop.build(corpus);
    return { search: async (query, k) => change(await index.search(query, k)) };
  },
});

test("a contender that finds others, or fewer, is found out", async () => {
  const others = await SearchRun.prepare(
    changed((rows) => rows.map((row, at) => (at < 5 ? row : 299 - at))),
    small,
  );
  expect((await others.measure()).recall).toBeLessThan(0.7);
  const fewer = await SearchRun.prepare(
    changed((rows) => rows.slice(1)),
    small,
  );
  await expect(fewer.measure()).rejects.toThrow("hits");
});

test("the corpus is the same each time, and another for another seed", () => {
  const [one, same, other] = [makeCorpus(4, 3), makeCorpus(4, 3), makeCorpus(4, 3, 2)];
  expect(one).toEqual(same);
  expect(one).not.toEqual(other);
  expect(rowOf(one, 1)).toEqual(one.values.slice(3, 6));
  expect(Math.max(...one.values)).toBeLessThanOrEqual(1);
});

const row = (contender: SearchRow["contender"], cpu: number, recall = 1): SearchRow => ({
  title: "few",
  contender,
  cpu,
  time: cpu + 1,
  speed: 12 / cpu,
  recall,
  rounds: [],
});

test("the table and the verdict say how each compares", () => {
  const rows = [
    row("flat loop", 12),
    row("vector-memory", 2),
    row("usearch", 0.5, 0.934),
    row("vector-sqlite", 6),
    row("sqlite-vec", 5),
  ];
  expect(
    searchTable(rows)
      .split("\n")
      .map((line) => line.replaceAll(/ +/g, " ").trim()),
  ).toEqual([
    "few flat loop 12.00 ms 13.00 ms",
    "vector-memory 2.00 ms 3.00 ms 6.00 times as fast",
    "usearch 0.50 ms 1.50 ms 24.00 times as fast finds 93.4 %",
    "vector-sqlite 6.00 ms 7.00 ms 2.00 times as fast",
    "sqlite-vec 5.00 ms 6.00 ms 2.40 times as fast",
  ]);
  expect(searchVerdict(rows)).toBe(
    [
      "few: vector-memory is 6.00 times as fast as the flat loop (aim: 5 at least).",
      "few: vector-sqlite takes 1.20 times what bare sqlite-vec takes (aim: 1.3 at most).",
    ].join("\n"),
  );
});
