import type { FilterValue } from "@beluga/core";
import type { FilterDialect, LeafFilter } from "@beluga/core/provider";

/** SQL that is true or not for a row. What it holds of the filter, keys and values, it binds to parameters. */
export type Condition = (bind: Bind) => string;

/** Makes a value a parameter of the statement: `$1`, `$2`, ... */
export type Bind = (value: string | readonly string[]) => string;

/** The most values that are looked for one by one. A GIN index on the metadata serves these; more of them are hashed. */
const maxContained = 16;

/**
 * Filters on the jsonb column `metadata`: {@link https://www.postgresql.org/docs/current/functions-json.html}. Values are compared as jsonb,
 * where numbers, strings and booleans are never equal. Numbers are exact decimals there, and stand in both places as JavaScript writes them, so they
 * are equal where JavaScript's are, and in the same order.
 *
 * A condition that a row does not meet may be NULL: a `NOT` would keep it so, and `IS NOT TRUE` does not.
 */
export const filters: FilterDialect<Condition> = {
  leaf: (leaf) => {
    switch (leaf.op) {
      case "ne":
      case "nin":
        return complement(equals(leaf.key, [leaf.value].flat()));
      case "eq":
      case "in":
        return equals(leaf.key, [leaf.value].flat());
      case "exists":
        return leaf.value ? has(leaf.key) : complement(has(leaf.key));
      default:
        return isBeyond(leaf);
    }
  },
  not: (range) => complement(isBeyond(range)),
  and: (conditions) => (bind) => `(${conditions.map((condition) => condition(bind)).join(" AND ")})`,
  or: (conditions) => (bind) => `(${conditions.map((condition) => condition(bind)).join(" OR ")})`,
};

function complement(condition: Condition): Condition {
  return (bind) => `(${condition(bind)}) IS NOT TRUE`;
}

function has(key: string): Condition {
  return (bind) => `metadata ? ${bind(key)}`;
}

/** Whether the key has one of the values, or a list with one of them. */
function equals(key: string, values: readonly FilterValue[]): Condition {
  if (values.length > maxContained) {
    const list = values.map((value) => JSON.stringify(value));
    return (bind) =>
      `EXISTS (SELECT FROM jsonb_path_query(metadata -> ${bind(key)}, '$[*]') AS element WHERE element = ANY (${bind(list)}::jsonb[]))`;
  }
  const objects = values.flatMap((value) => [{ [key]: value }, { [key]: [value] }]);
  return (bind) => `metadata @> ANY (${bind(objects.map((object) => JSON.stringify(object)))}::jsonb[])`;
}

const comparisons = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/**
 * A path compares strings by code point, and values of different types with no result. `[*]` are a list's elements, and a value that is no list.
 */
function isBeyond({ op, key, value }: LeafFilter & { op: keyof typeof comparisons }): Condition {
  const path = `'$[*] ? (@ ${comparisons[op]} $bound)'`;
  return (bind) =>
    `jsonb_path_exists(metadata -> ${bind(key)}, ${path}, ${bind(JSON.stringify({ bound: value }))}::jsonb)`;
}
