import { type Filter, type MetadataValue, filter } from "@beluga/core";
import type { VectorCheck } from "../vector-store.js";
import { VectorOracle } from "./oracle.js";
import { type VectorSuite, document } from "./suite.js";

/** Values that a store may take for each other, of one key, which one document lacks and another has as an empty list. */
const values: readonly (MetadataValue | undefined)[] = [
  undefined,
  [],
  0,
  1,
  -1,
  1.5,
  // Neighbours, and a number whose shortest text is not what it is exactly: engines that parse numbers from JSON confuse them.
  0.3,
  0.1 + 0.2,
  2 ** 53,
  2 ** 53 + 2,
  4032266097344588000,
  1e21,
  Number.MIN_VALUE,
  -Number.MAX_VALUE,
  "",
  "0",
  "1",
  "01",
  "1.5",
  "true",
  "null",
  "a",
  "A",
  "a ",
  "ab",
  "ä",
  "a\u0308",
  "\uFF5E",
  "🦊",
  true,
  false,
  ["a", "b"],
  ["b", "1"],
  [0, 2],
  [1, -1],
  ["a b"],
  ['["a"]'],
];

export function filterChecks(suite: VectorSuite): VectorCheck[] {
  const documents = values
    .filter((value) => value === undefined || suite.supports.metadata("key", value))
    .map((value, at) => document(`d${at}`, [1, at], value === undefined ? {} : { key: value }));
  const check = (name: string, conditions: readonly Filter[]): VectorCheck =>
    suite.check(name, async (store) => {
      const oracle = new VectorOracle(suite.metric);
      oracle.add(documents);
      await store.add(documents);
      for (const condition of conditions.filter((condition) => suite.hasFilter(condition))) {
        await suite.compare(store, oracle, [1, 1], { k: 1000, filter: condition });
      }
    });

  const scalars = values.filter((value) => value !== undefined && typeof value !== "object");
  const bounds = scalars.filter((value) => typeof value !== "boolean");
  return [
    check(
      "eq keeps types apart, and ne is its complement",
      scalars.flatMap((value) => [
        filter.eq("key", value),
        filter.ne("key", value),
        filter.not(filter.eq("key", value)),
        filter.not(filter.ne("key", value)),
      ]),
    ),
    check(
      "a bound holds for values of its own type, in the order of numbers or of code points",
      bounds.flatMap((value) =>
        [filter.gt, filter.gte, filter.lt, filter.lte].flatMap((compare) => [
          compare("key", value),
          filter.not(compare("key", value)),
        ]),
      ),
    ),
    check(
      "in and nin take lists of any types, and none",
      [
        [],
        ["a"],
        ["a", "a"],
        [1, "a", true],
        [1, "1"],
        [0, false, ""],
        [0.3, 2 ** 53],
        ["unknown"],
        [...scalars],
      ].flatMap((list) => [
        filter.in("key", list),
        filter.nin("key", list),
        filter.not(filter.in("key", list)),
        filter.not(filter.nin("key", list)),
      ]),
    ),
    check("a key exists where it has a value, an empty list too", [
      filter.exists("key"),
      filter.exists("key", false),
      filter.not(filter.exists("key")),
      filter.exists("Key"),
      filter.exists("unknown", false),
      filter.exists(""),
    ]),
    check("and, or and not combine, also of nothing", [
      filter.and(),
      filter.or(),
      filter.not(filter.and()),
      filter.not(filter.or()),
      filter.and(filter.or(), filter.exists("key")),
      filter.or(filter.and(), filter.exists("key")),
      filter.and(filter.gt("key", 0), filter.lt("key", 1)),
      filter.and(filter.eq("key", "a"), filter.eq("key", "b")),
      filter.and(filter.eq("key", 0), filter.ne("key", 2)),
      filter.or(filter.eq("key", "a"), filter.eq("key", 1), filter.eq("key", true)),
      filter.not(filter.or(filter.eq("key", "a"), filter.gt("key", 0))),
      filter.not(filter.and(filter.eq("key", "a"), filter.not(filter.eq("key", "b")))),
      filter.match({}),
      filter.match({ key: "a", other: 1 }),
    ]),
    check("long conjunctions, disjunctions and lists are no problem", [
      filter.and(...Array.from({ length: 300 }, (_, n) => filter.ne("key", `n${n}`))),
      filter.or(...Array.from({ length: 300 }, (_, n) => filter.eq("key", n))),
      filter.in(
        "key",
        Array.from({ length: 1000 }, (_, n) => n),
      ),
      Array.from({ length: 40 }).reduce<Filter>(
        (inner, _, n) =>
          n % 2 ? filter.and(inner, filter.ne("key", n)) : filter.or(inner, filter.eq("key", n)),
        filter.exists("key"),
      ),
    ]),
  ];
}
