import { type Filter, filter } from "@beluga/core";
import { compileFilter } from "@beluga/core/provider";
import { describe, expect, test } from "vitest";
import { filters } from "./filter.js";
import { Parameters, where } from "./statement.js";

/** A filter as SQL, and the values of its parameters. */
function sqlOf(condition: Filter): [sql: string, ...values: unknown[]] {
  const compiled = compileFilter(condition, filters, { op: "vector.search", provider: "pgvector" });
  if (compiled.matches !== "some") return [compiled.matches];
  const parameters = new Parameters();
  return [where(compiled.condition, parameters, "vector.search"), ...parameters.values];
}

describe("each operator is SQL that holds nothing of the filter", () => {
  test.each<[string, Filter, ...unknown[]]>([
    [" WHERE metadata @> ANY ($1::jsonb[])", filter.eq("lang", "en"), ['{"lang":"en"}', '{"lang":["en"]}']],
    [" WHERE (metadata @> ANY ($1::jsonb[])) IS NOT TRUE", filter.ne("n", 1), ['{"n":1}', '{"n":[1]}']],
    [
      " WHERE metadata @> ANY ($1::jsonb[])",
      filter.in("n", [1, "1", true]),
      ['{"n":1}', '{"n":[1]}', '{"n":"1"}', '{"n":["1"]}', '{"n":true}', '{"n":[true]}'],
    ],
    [
      " WHERE (metadata @> ANY ($1::jsonb[])) IS NOT TRUE",
      filter.nin("n", [1, 2]),
      ['{"n":1}', '{"n":[1]}', '{"n":2}', '{"n":[2]}'],
    ],
    [" WHERE metadata ? $1", filter.exists("n"), "n"],
    [" WHERE (metadata ? $1) IS NOT TRUE", filter.exists("n", false), "n"],
    ...(["gt", "gte", "lt", "lte"] as const).flatMap((op): [string, Filter, ...unknown[]][] => {
      const sign = { gt: ">", gte: ">=", lt: "<", lte: "<=" }[op];
      const path = `jsonb_path_exists(metadata -> $1, '$[*] ? (@ ${sign} $bound)', $2::jsonb)`;
      return [
        [` WHERE ${path}`, filter[op]("n", 1.5), "n", '{"bound":1.5}'],
        [` WHERE (${path}) IS NOT TRUE`, filter.not(filter[op]("n", "a")), "n", '{"bound":"a"}'],
      ];
    }),
    [
      " WHERE (metadata ? $1 AND (metadata ? $2 OR (metadata ? $3) IS NOT TRUE))",
      filter.and(filter.exists("a"), filter.or(filter.exists("b"), filter.exists("c", false))),
      "a",
      "b",
      "c",
    ],
  ])("%s", (sql, condition, ...values) => {
    expect(sqlOf(condition)).toEqual([sql, ...values]);
  });

  test("a list of more than 16 values is hashed", () => {
    const numbers = Array.from({ length: 17 }, (_, n) => n);
    const element =
      "EXISTS (SELECT FROM jsonb_path_query(metadata -> $1, '$[*]') AS element WHERE element = ANY ($2::jsonb[]))";
    expect(sqlOf(filter.in("n", numbers))).toEqual([` WHERE ${element}`, "n", numbers.map(String)]);
    expect(sqlOf(filter.nin("n", numbers))[0]).toBe(` WHERE (${element}) IS NOT TRUE`);
    expect(sqlOf(filter.in("n", numbers.slice(1)))[0]).toBe(" WHERE metadata @> ANY ($1::jsonb[])");
  });
});

test("a number is bound in the digits in which its metadata is written", () => {
  for (const number of [0.1 + 0.2, 2 ** 53 + 2, 1e21, 5e-324, Number.MAX_VALUE, 4032266097344588000, -1e-7]) {
    const text = JSON.stringify(number);
    expect(sqlOf(filter.eq("n", number))[1]).toEqual([`{"n":${text}}`, `{"n":[${text}]}`]);
    expect(sqlOf(filter.gt("n", number))[2]).toBe(`{"bound":${text}}`);
  }
});

test("a key that is special to JavaScript is a key like others", () => {
  expect(sqlOf(filter.eq("__proto__", "x"))[1]).toEqual(['{"__proto__":"x"}', '{"__proto__":["x"]}']);
});

function wide(length: number): Filter {
  return filter.or(...Array.from({ length }, (_, n) => filter.eq("n", n)));
}

test("more keys and values than a statement can have are unsupported", () => {
  expect(sqlOf(wide(65_535))).toHaveLength(65_536);
  expect(() => sqlOf(wide(65_536))).toThrow(
    expect.objectContaining({
      code: "unsupported",
      message: "pgvector vector.search: filter: 65536 keys and values, of which Postgres takes 65535",
    }),
  );
});
