import type { Filter, FilterValue, MetadataValue } from "@beluga/core";
import { normalizeFilter, vectorInputError } from "@beluga/core/provider";
import type { SqlValue } from "./database.js";
import { provider, storeError } from "./errors.js";
import type { IndexTables } from "./schema.js";

/** A condition on the column `document`, and what is bound to its parameters, in order. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** SQLite takes 32,766 parameters; a few are needed beside the filter's. */
const maxValues = 32_000;

/**
 * A filter as SQL. Keys and values are bound, so none can become SQL; and since each condition is a set of documents that is either in or not
 * in, it is two-valued without further ado.
 *
 * @throws BelugaError `invalid_input` where the filter is malformed or has a lone surrogate; `unsupported` where it has too many values.
 */
export function compileFilter(condition: Filter | undefined, tables: IndexTables, op: string): SqlCondition {
  if (condition === undefined) return { sql: "TRUE", values: [] };
  const values: SqlValue[] = [];
  const bind = (value: FilterValue): string => {
    if (typeof value === "string" && hasLoneSurrogate(value)) {
      throw vectorInputError(provider, op, "filter: a lone surrogate, which UTF-8 has no place for");
    }
    values.push(toSql(value));
    return "?";
  };
  const sql = translate(normalizeFilter(condition, op, provider), tables.metadata, bind);
  if (values.length > maxValues) {
    throw storeError(
      op,
      "unsupported",
      `filter: ${values.length} keys and values, of which SQLite takes ${maxValues}`,
    );
  }
  return { sql, values };
}

type Bind = (value: FilterValue) => string;

function translate(condition: Filter, metadata: string, bind: Bind): string {
  const documents = (key: string, test?: () => string): string =>
    `(SELECT document FROM ${metadata} WHERE key = ${bind(key)}${test ? ` AND ${test()}` : ""})`;
  const list = (values: readonly FilterValue[]): string => values.map(bind).join(", ");
  switch (condition.op) {
    case "and":
    case "or":
      return join(
        condition.op,
        condition.filters.map((inner) => translate(inner, metadata, bind)),
      );
    case "not":
      return `NOT ${translate(condition.filter, metadata, bind)}`;
    case "exists":
      return `document ${condition.value ? "IN" : "NOT IN"} ${documents(condition.key)}`;
    case "eq":
    case "ne":
      return `document ${condition.op === "eq" ? "IN" : "NOT IN"} ${documents(condition.key, () => `value = ${bind(condition.value)}`)}`;
    case "in":
    case "nin":
      return `document ${condition.op === "in" ? "IN" : "NOT IN"} ${documents(condition.key, () => `value IN (${list(condition.value)})`)}`;
    default: {
      const bound = (): string =>
        `value ${comparisons[condition.op]} ${bind(condition.value)} AND ${limitOf(condition.op, condition.value)}`;
      return `document IN ${documents(condition.key, bound)}`;
    }
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
function join(op: "and" | "or", parts: readonly string[]): string {
  if (parts.length === 0) return op === "and" ? "TRUE" : "FALSE";
  if (parts.length === 1) return parts[0] as string;
  const middle = parts.length >> 1;
  return `(${join(op, parts.slice(0, middle))} ${op.toUpperCase()} ${join(op, parts.slice(middle))})`;
}

/** The rows in which the metadata's table keeps a value; see `IndexTables`. */
export function rowsOf(value: MetadataValue): SqlValue[] {
  if (typeof value !== "object") return [toSql(value)];
  return value.length === 0 ? [new Uint8Array(0)] : value.map(toSql);
}

function toSql(value: FilterValue): SqlValue {
  return typeof value === "boolean" ? Uint8Array.of(value ? 1 : 0) : value;
}

export function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}
