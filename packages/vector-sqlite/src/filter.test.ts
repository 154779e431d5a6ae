import { type Filter, filter } from "@beluga/core";
import { compileFilter } from "@beluga/core/provider";
import { expect, test } from "vitest";
import { type SqlCondition, sqlDialect } from "./filter.js";
import { createSqliteStore } from "./index.js";

function compile(condition: Filter): SqlCondition | undefined {
  const options = { op: "vector.search", provider: "sqlite" };
  const compiled = compileFilter(
    condition,
    sqlDialect(() => "metadata"),
    options,
  );
  return compiled.matches === "some" ? compiled.condition : undefined;
}

test("keys and values are bound in order, and none stands in the SQL", () => {
  const hostile = "'; DROP TABLE documents; --";
  const condition = filter.or(
    filter.and(filter.eq(hostile, hostile), filter.nin("b", [hostile, 2, true])),
    filter.not(filter.gt("c", hostile)),
    filter.lte("d", 4),
    filter.exists(hostile, false),
  );
  const { sql, values } = compile(condition) ?? { sql: "", values: [] };
  expect(sql).not.toContain("DROP");
  expect(sql.split("?")).toHaveLength(values.length + 1);
  expect(values).toEqual([
    hostile,
    hostile,
    "b",
    hostile,
    2,
    Uint8Array.of(1),
    "c",
    hostile,
    "d",
    4,
    hostile,
  ]);
});

test("each operator is a set of documents that is either in or not in", () => {
  const rows: [Filter, string][] = [
    [filter.exists("a"), "document IN (SELECT document FROM metadata WHERE key = ?)"],
    [filter.exists("a", false), "document NOT IN (SELECT document FROM metadata WHERE key = ?)"],
    [filter.ne("a", 1), "document NOT IN (SELECT document FROM metadata WHERE key = ? AND value = ?)"],
    [
      filter.in("a", [1, "b"]),
      "document IN (SELECT document FROM metadata WHERE key = ? AND value IN (?, ?))",
    ],
    [
      filter.gt("a", 1),
      "document IN (SELECT document FROM metadata WHERE key = ? AND value > ? AND value < '')",
    ],
    [
      filter.not(filter.lte("a", "b")),
      "document NOT IN (SELECT document FROM metadata WHERE key = ? AND value <= ? AND value >= '')",
    ],
  ];
  expect(rows.map(([condition]) => compile(condition)?.sql)).toEqual(rows.map(([, sql]) => sql));
});

test("filters that are long, wide and deep are still SQL to SQLite", async () => {
  const store = createSqliteStore({ path: ":memory:" });
  await store.add([{ id: "a", content: "", metadata: { n: 7 }, embedding: [1] }]);
  const numbers = Array.from({ length: 15_000 }, (_, n) => n);
  const nested = Array.from({ length: 90 }).reduce<Filter>(
    (inner, _, n) => (n % 2 ? filter.and(inner, filter.ne("n", -n)) : filter.or(inner, filter.eq("n", -n))),
    filter.eq("n", 7),
  );
  for (const condition of [
    filter.in("n", [...numbers, ...numbers.map((n) => `text ${n}`)]),
    filter.or(...numbers.slice(0, 3000).map((n) => filter.eq("n", n))),
    filter.and(...numbers.slice(0, 3000).map((n) => filter.ne("n", -n - 1))),
    nested,
  ]) {
    expect(await store.search([1], { filter: condition })).toHaveLength(1);
    expect(await store.search([1], { filter: filter.not(condition) })).toHaveLength(0);
  }
});

test("a filter with more values than SQLite takes is unsupported, and one with a lone surrogate invalid_input", async () => {
  const store = createSqliteStore({ path: ":memory:" });
  const wide = filter.in(
    "n",
    Array.from({ length: 32_000 }, (_, n) => n),
  );
  for (const [condition, code] of [
    [wide, "unsupported"],
    [filter.eq("a", "\uD800"), "invalid_input"],
    [filter.exists("\uDC00"), "invalid_input"],
  ] as const) {
    await expect(store.search([1], { filter: condition })).rejects.toMatchObject({
      code,
      op: "vector.search",
    });
    await expect(store.delete({ filter: condition })).rejects.toMatchObject({ code, op: "vector.delete" });
  }
});

test("an id with a lone surrogate deletes nothing, not even what SQLite would make of it", async () => {
  const store = createSqliteStore({ path: ":memory:" });
  await store.add([{ id: "\uFFFD", content: "", embedding: [1] }]);
  await store.delete({ ids: ["\uD800"] });
  expect(await store.search([1])).toHaveLength(1);
});
