import type { FilterValue, MetadataValue } from "@beluga/core";
import type { FilterDialect, LeafFilter, RangeFilter } from "@beluga/core/provider";
import type { SqlValue } from "./database.js";
import { storeError } from "./errors.js";

/** A condition on the column `document`, and what is bound to its parameters, in order. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** SQLite takes 32,766 parameters; a few are needed beside the filter's. */
const maxValues = 32_000;

/** @throws BelugaError `unsupported` where a condition has too many values. */
export function checkSize({ values }: SqlCondition, op: string): void {
  if (values.length <= maxValues) return;
  const problem = `filter: ${values.length} keys and values, of which SQLite takes ${maxValues}`;
  throw storeError(op, "unsupported", problem);
}

/**
 * Filters as SQL. Keys and values are bound, so none can become SQL; and since each condition is a set of documents that is either in or not
 * in, it is two-valued without further ado.
 *
 * @param table - The name of the metadata's table.
 */
export function sqlDialect(table: () => string): FilterDialect<SqlCondition> {
  const within = (leaf: LeafFilter): SqlCondition => {
    const { sql, values } = testOf(leaf);
    return {
      sql: `(SELECT document FROM ${table()} WHERE key = ?${sql && ` AND ${sql}`})`,
      values: [leaf.key, ...values],
    };
  };
  const prefixed = (prefix: string, { sql, values }: SqlCondition): SqlCondition => ({
    sql: `${prefix} ${sql}`,
    values,
  });
  return {
    leaf: (leaf) => prefixed(`document ${isNegative(leaf) ? "NOT IN" : "IN"}`, within(leaf)),
    not: (range: RangeFilter) => prefixed("document NOT IN", within(range)),
    and: (conditions) => join("AND", conditions),
    or: (conditions) => join("OR", conditions),
  };
}

function isNegative({ op, value }: LeafFilter): boolean {
  return op === "ne" || op === "nin" || (op === "exists" && !value);
}

/** What the values of a key have to be. */
function testOf(leaf: LeafFilter): SqlCondition {
  switch (leaf.op) {
    case "exists":
      return { sql: "", values: [] };
    case "eq":
    case "ne":
      return { sql: "value = ?", values: [toSql(leaf.value)] };
    case "in":
    case "nin":
      return { sql: `value IN (${leaf.value.map(() => "?").join(", ")})`, values: leaf.value.map(toSql) };
    default:
      return {
        sql: `value ${comparisons[leaf.op]} ? AND ${limitOf(leaf.op, leaf.value)}`,
        values: [leaf.value],
      };
  }
}

const comparisons = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** SQLite puts all numbers before all texts, and those before all blobs: where the values of the bound's own type end. */
function limitOf(op: keyof typeof comparisons, bound: string | number): string {
  const upwards = op === "gt" || op === "gte";
  if (typeof bound === "number") return upwards ? "value < ''" : "TRUE";
  return upwards ? "value < x''" : "value >= ''";
}

/** As a balanced tree: a chain of a thousand is deeper than SQLite takes. */
function join(operator: "AND" | "OR", conditions: readonly SqlCondition[]): SqlCondition {
  const sqlOf = (from: number, to: number): string => {
    if (to - from === 1) return (conditions[from] as SqlCondition).sql;
    const middle = (from + to) >> 1;
    return `(${sqlOf(from, middle)} ${operator} ${sqlOf(middle, to)})`;
  };
  return { sql: sqlOf(0, conditions.length), values: conditions.flatMap(({ values }) => values) };
}

/** The rows in which the metadata's table keeps a value; see `IndexTables`. */
export function rowsOf(value: MetadataValue): SqlValue[] {
  if (typeof value !== "object") return [toSql(value)];
  return value.length === 0 ? [new Uint8Array(0)] : value.map(toSql);
}

function toSql(value: FilterValue): SqlValue {
  return typeof value === "boolean" ? Uint8Array.of(value ? 1 : 0) : value;
}
