import { BelugaError } from "./errors.js";
import type { MetadataValue } from "./vector-store.js";

/**
 * A condition on the metadata of documents. It means the same in every store, namely what {@link matchesFilter} says:
 *
 * - two-valued: `not(x)` is the exact complement of `x`, `ne` of `eq`, `nin` of `in`; so `ne`, `nin` and `not` match documents that lack the key;
 * - a key that holds an array satisfies a comparison when one of its elements does;
 * - types are kept: `1` never equals `"1"`, and a string is never greater than a number; strings compare by code point;
 * - `in []` matches nothing, `nin []` everything.
 *
 * What a store cannot express it refuses with `unsupported`; it never ignores a filter.
 */
export type Filter =
  | { op: "eq" | "ne"; key: string; value: FilterValue }
  | { op: "gt" | "gte" | "lt" | "lte"; key: string; value: number | string }
  | { op: "in" | "nin"; key: string; value: readonly FilterValue[] }
  | { op: "exists"; key: string; value: boolean }
  | { op: "and" | "or"; filters: readonly Filter[] }
  | { op: "not"; filter: Filter };

export type FilterValue = string | number | boolean;

type Leaf = Extract<Filter, { key: string }>;

/**
 * Builds filters.
 *
 * @example
 * ```ts
 * filter.and(filter.eq("lang", "en"), filter.gte("year", 2020), filter.not(filter.in("tag", ["draft", "old"])));
 * filter.match({ lang: "en", year: 2026 });
 * ```
 */
export const filter = {
  eq: (key: string, value: FilterValue): Filter => ({ op: "eq", key, value }),
  ne: (key: string, value: FilterValue): Filter => ({ op: "ne", key, value }),
  gt: (key: string, value: number | string): Filter => ({ op: "gt", key, value }),
  gte: (key: string, value: number | string): Filter => ({ op: "gte", key, value }),
  lt: (key: string, value: number | string): Filter => ({ op: "lt", key, value }),
  lte: (key: string, value: number | string): Filter => ({ op: "lte", key, value }),
  in: (key: string, value: readonly FilterValue[]): Filter => ({ op: "in", key, value }),
  nin: (key: string, value: readonly FilterValue[]): Filter => ({ op: "nin", key, value }),
  exists: (key: string, value = true): Filter => ({ op: "exists", key, value }),
  and: (...filters: readonly Filter[]): Filter => ({ op: "and", filters }),
  or: (...filters: readonly Filter[]): Filter => ({ op: "or", filters }),
  not: (inner: Filter): Filter => ({ op: "not", filter: inner }),
  /** Every key equals its value. */
  match: (values: Readonly<Record<string, FilterValue>>): Filter => ({
    op: "and",
    filters: Object.entries(values).map(([key, value]) => ({ op: "eq", key, value })),
  }),
} as const;

/** Whether a document's metadata satisfies a filter: the reference that every store agrees with. */
export function matchesFilter(
  condition: Filter,
  metadata: Readonly<Record<string, MetadataValue>> = {},
): boolean {
  switch (condition.op) {
    case "and":
      return condition.filters.every((inner) => matchesFilter(inner, metadata));
    case "or":
      return condition.filters.some((inner) => matchesFilter(inner, metadata));
    case "not":
      return !matchesFilter(condition.filter, metadata);
    case "exists":
      return hasKey(metadata, condition.key) === condition.value;
    case "eq":
      return elements(metadata, condition.key).includes(condition.value);
    case "ne":
      return !elements(metadata, condition.key).includes(condition.value);
    case "in":
      return elements(metadata, condition.key).some((element) => condition.value.includes(element));
    case "nin":
      return !elements(metadata, condition.key).some((element) => condition.value.includes(element));
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return elements(metadata, condition.key).some((element) =>
        satisfies(element, condition.op, condition.value),
      );
    default:
      throw malformed("vector.filter")("filter", unknownOperator(condition));
  }
}

function hasKey(metadata: Readonly<Record<string, MetadataValue>>, key: string): boolean {
  return Object.hasOwn(metadata, key) && metadata[key] !== undefined;
}

function elements(metadata: Readonly<Record<string, MetadataValue>>, key: string): readonly FilterValue[] {
  if (!hasKey(metadata, key)) return [];
  const value = metadata[key] as MetadataValue;
  return typeof value === "object" ? value : [value];
}

function satisfies(element: FilterValue, op: "gt" | "gte" | "lt" | "lte", bound: number | string): boolean {
  if (typeof element !== typeof bound) return false;
  const order =
    typeof bound === "number" ? (element as number) - bound : compareCodePoints(element as string, bound);
  return op === "gt" ? order > 0 : op === "gte" ? order >= 0 : op === "lt" ? order < 0 : order <= 0;
}

/**
 * Negative, zero or positive, as `a` sorts before, with or after `b` by code point. JavaScript's own `<` compares UTF-16 units, and so
 * puts an emoji before some letters that databases put first.
 */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    // Where only one of two differing units is a surrogate, that string has the greater code point there.
    if (x !== y) return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** Matches every document, and none: what empty conjunctions and `in []` come to. */
const everything: Filter = { op: "and", filters: [] };
const nothing: Filter = { op: "or", filters: [] };

/**
 * An equivalent filter in the form that stores translate:
 *
 * - `not` stands only before `gt`, `gte`, `lt` and `lte` (whose complement no other operator says, since it holds for documents without the
 *   key as well), and nowhere else;
 * - `and` and `or` hold at least two filters, and none of their own kind; the only exceptions are the two constants that the whole
 *   filter can come to: `and []` matches everything, `or []` nothing;
 * - `in` and `nin` hold at least two values.
 *
 * @throws BelugaError `invalid_input` where the filter is malformed.
 */
export function normalizeFilter(condition: Filter, op = "vector.search", provider?: string): Filter {
  checkFilter(condition, malformed(op, provider), "filter");
  return normalize(condition, false);
}

function normalize(condition: Filter, negated: boolean): Filter {
  switch (condition.op) {
    case "not":
      return normalize(condition.filter, !negated);
    case "and":
    case "or":
      return join((condition.op === "and") === negated ? "or" : "and", condition.filters, negated);
    case "exists":
      return { ...condition, value: condition.value !== negated };
    case "eq":
    case "ne":
      return { ...condition, op: (condition.op === "eq") === negated ? "ne" : "eq" };
    case "in":
    case "nin": {
      const positive = (condition.op === "in") !== negated;
      const values = [...new Set(condition.value)];
      if (values.length === 0) return positive ? nothing : everything;
      if (values.length === 1)
        return { op: positive ? "eq" : "ne", key: condition.key, value: values[0] as FilterValue };
      return { op: positive ? "in" : "nin", key: condition.key, value: values };
    }
    default:
      return negated ? { op: "not", filter: condition } : condition;
  }
}

function join(op: "and" | "or", filters: readonly Filter[], negated: boolean): Filter {
  const joined: Filter[] = [];
  for (const inner of filters) {
    const part = normalize(inner, negated);
    if (part.op !== "and" && part.op !== "or") joined.push(part);
    else if (part.op === op) for (const filter of part.filters) joined.push(filter);
    else if (part.filters.length === 0) return part; // a constant that decides: "nothing" in an and, "everything" in an or
    else joined.push(part);
  }
  return joined.length === 1 ? (joined[0] as Filter) : { op, filters: joined };
}

const leafValues: Record<Leaf["op"], (value: unknown) => boolean> = {
  eq: isFilterValue,
  ne: isFilterValue,
  gt: isComparable,
  gte: isComparable,
  lt: isComparable,
  lte: isComparable,
  in: isFilterValues,
  nin: isFilterValues,
  exists: (value) => typeof value === "boolean",
};

function isFilterValue(value: unknown): boolean {
  return typeof value === "boolean" || isComparable(value);
}

function isComparable(value: unknown): boolean {
  return typeof value === "string" || (typeof value === "number" && Number.isFinite(value));
}

function isFilterValues(value: unknown): boolean {
  return Array.isArray(value) && value.every(isFilterValue);
}

/** Deeper than any real filter, and far from where the stack ends. */
const maxDepth = 100;

/** Filters often come from outside (a model, a query string), so their shape is not taken on trust. */
function checkFilter(condition: Filter, fail: Fail, path: string, depth = 0): void {
  if (typeof condition !== "object" || condition === null) throw fail(path, "expected a filter object");
  if (depth > maxDepth) throw fail("filter", `more than ${maxDepth} filters inside of each other`);
  switch (condition.op) {
    case "not":
      return checkFilter(condition.filter, fail, `${path}.filter`, depth + 1);
    case "and":
    case "or":
      if (!Array.isArray(condition.filters)) throw fail(path, "expected an array of filters");
      for (const [at, inner] of condition.filters.entries()) {
        checkFilter(inner as Filter, fail, `${path}.filters[${at}]`, depth + 1);
      }
      return;
    default:
      if (!Object.hasOwn(leafValues, condition.op)) throw fail(path, unknownOperator(condition));
      if (typeof condition.key !== "string") throw fail(path, "expected a string as key");
      if (!leafValues[condition.op](condition.value)) {
        throw fail(path, `a value that "${condition.op}" cannot take`);
      }
  }
}

function unknownOperator({ op }: { op: unknown }): string {
  return `unknown operator ${typeof op === "string" ? JSON.stringify(op) : String(op)}`;
}

type Fail = (path: string, problem: string) => BelugaError;

function malformed(op: string, provider?: string): Fail {
  const subject = provider === undefined ? op : `${provider} ${op}`;
  return (path, problem) =>
    new BelugaError({ op, code: "invalid_input", provider, message: `${subject}: ${path}: ${problem}` });
}
