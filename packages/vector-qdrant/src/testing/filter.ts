// What the conditions of a filter match. Paths beside the rules are those of https://github.com/qdrant/qdrant/tree/v1.19.0/lib/segment/src.
import { isRecord } from "@beluga/core/provider";
import type { ConditionBody, FilterBody } from "./schemas.js";

/** `index/query_optimization/optimized_filter.rs`: an empty `should` is as good as none. */
export function matches(filter: FilterBody, payload: unknown): boolean {
  const { must = [], should = [], must_not: mustNot = [] } = filter;
  const holds = (condition: ConditionBody): boolean => matchesCondition(condition, payload);
  return (should.length === 0 || should.some(holds)) && must.every(holds) && !mustNot.some(holds);
}

function matchesCondition(condition: ConditionBody, payload: unknown): boolean {
  // `common/utils.rs`, check_is_empty: no value, null, or a list of nothing.
  if ("is_empty" in condition) return valuesAt(condition.is_empty.key, payload).every(isEmpty);
  if (!("key" in condition)) return matches(condition, payload);
  // `payload_storage/condition_checker.rs`, ValueChecker: of a list, one element is enough; no value matches nothing.
  const values = valuesAt(condition.key, payload).flatMap((value) =>
    Array.isArray(value) ? value : [value],
  );
  return values.some((value: unknown) => matchesValue(condition, value));
}

type FieldCondition = Extract<ConditionBody, { key: string }>;

function matchesValue(condition: FieldCondition, value: unknown): boolean {
  if ("range" in condition) {
    const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = condition.range;
    return typeof value === "number" && value > gt && value >= gte && value < lt && value <= lte;
  }
  const { match } = condition;
  return ("any" in match ? match.any : [match.value]).some((wanted) => wanted === value);
}

function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

/** `json_path/mod.rs`, value_get: the value at a path, if there is one. */
function valuesAt(path: string, payload: unknown): unknown[] {
  let value = payload;
  for (const key of parsePath(path) ?? []) {
    if (!isRecord(value) || !Object.hasOwn(value, key)) return [];
    value = value[key];
  }
  return [value];
}

/**
 * `json_path/parse.rs`: keys of letters, digits, `_` and `-`, others in quotes, in which nothing can be escaped; joined by dots. Paths into lists,
 * `a[0]` and `a[]`, are left out: the store has none.
 */
export function parsePath(path: string): string[] | undefined {
  const item = /(?:([\p{Alphabetic}\p{N}_-]+)|"([^"\\]*)")(\.|$)/uy;
  const keys: string[] = [];
  for (;;) {
    const [, plain, quoted, end] = item.exec(path) ?? [];
    const key = plain ?? quoted;
    if (key === undefined) return undefined;
    keys.push(key);
    if (end === "") return keys;
  }
}
