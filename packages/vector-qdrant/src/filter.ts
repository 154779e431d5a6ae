import type { FilterValue } from "@beluga/core";
import type { FilterDialect, RangeFilter, RefuseFilter } from "@beluga/core/provider";

/**
 * A filter as Qdrant has it: all of `must`, one of `should`, none of `must_not`. An empty `should` matches everything, so none is ever made.
 *
 * @see {@link https://qdrant.tech/documentation/search/filtering/}
 */
export interface QdrantFilter {
  readonly must?: readonly QdrantCondition[];
  readonly should?: readonly QdrantCondition[];
  readonly must_not?: readonly QdrantCondition[];
}

type QdrantCondition =
  | { readonly key: string; readonly match: { readonly value: string | boolean } }
  | { readonly key: string; readonly match: { readonly any: readonly string[] } }
  | { readonly key: string; readonly range: Readonly<Partial<Record<RangeFilter["op"], number>>> }
  | { readonly is_empty: { readonly key: string } }
  | QdrantFilter;

/**
 * Filters on the metadata under a field of the payload. Keys and values are JSON strings, and a key is quoted within its path, so that none can become
 * a part of the query.
 *
 * Conditions hold for an array where they hold for one of its elements, values of other types match nothing, and `must_not` is the exact
 * complement, documents without the key included: what core's `matchesFilter` means as well.
 *
 * @see {@link https://github.com/qdrant/qdrant/blob/v1.19.0/lib/segment/src/payload_storage/condition_checker.rs | What conditions match}
 */
export function qdrantFilters(metadataField: string): FilterDialect<QdrantFilter> {
  const pathOf = (key: string, refuse: RefuseFilter): string =>
    hasPath(key)
      ? payloadPath(metadataField, key)
      : refuse(`the key ${JSON.stringify(key)}: Qdrant's paths have no place for " and \\`);
  return {
    leaf(leaf, refuse) {
      const key = pathOf(leaf.key, refuse);
      switch (leaf.op) {
        case "eq":
          return { must: [equals(key, leaf.value)] };
        case "ne":
          return { must_not: [equals(key, leaf.value)] };
        case "in":
          return oneOf(equalsAny(key, leaf.value));
        case "nin":
          return { must_not: equalsAny(key, leaf.value) };
        case "exists":
          // An empty list is none: see `pointOf`.
          return { [leaf.value ? "must_not" : "must"]: [{ is_empty: { key } }] };
        default:
          return { must: [isWithin(key, leaf, refuse)] };
      }
    },
    not: (range, refuse) => ({ must_not: [isWithin(pathOf(range.key, refuse), range, refuse)] }),
    and: allOf,
    or: (filters) => oneOf(filters.flatMap(alternativesOf)),
  };
}

/** Whether Qdrant's paths can name a key: {@link https://github.com/qdrant/qdrant/blob/v1.19.0/lib/segment/src/json_path/parse.rs | its parser}. */
function hasPath(key: string): boolean {
  return !/["\\]/.test(key);
}

/** The path to a field within another: `metadata.lang`, `metadata."a.b"`. */
export function payloadPath(...fields: readonly string[]): string {
  return fields.map((field) => (/^[\w-]+$/.test(field) ? field : `"${field}"`)).join(".");
}

/**
 * Numbers are compared as a range of one: `match` takes integers alone, and would take a stored 1.0 for another number than 1.
 */
function equals(key: string, value: FilterValue): QdrantCondition {
  return typeof value === "number" ? { key, range: { gte: value, lte: value } } : { key, match: { value } };
}

/** A `match` takes texts or integers in one list, and no truth values. */
function equalsAny(key: string, values: readonly FilterValue[]): QdrantCondition[] {
  const texts = values.filter((value) => typeof value === "string");
  const others = values.filter((value) => typeof value !== "string").map((value) => equals(key, value));
  return texts.length > 1
    ? [{ key, match: { any: texts } }, ...others]
    : [...texts.map((text) => equals(key, text)), ...others];
}

function isWithin(key: string, { op, value }: RangeFilter, refuse: RefuseFilter): QdrantCondition {
  if (typeof value === "string")
    refuse(`"${op}" with a text: Qdrant has ranges of numbers and of dates only`);
  return { key, range: { [op]: value } };
}

function oneOf(conditions: readonly QdrantCondition[]): QdrantFilter {
  return conditions.length === 1 ? { must: conditions } : { should: conditions };
}

/** All parts in one filter, as far as there is place: it has one `should`, and another needs a filter of its own. */
function allOf(filters: readonly QdrantFilter[]): QdrantFilter {
  const [first, ...others] = filters.flatMap(({ should }) => (should ? [should] : []));
  const must = [
    ...filters.flatMap(({ must }) => must ?? []),
    ...others.map((should): QdrantFilter => ({ should })),
  ];
  const mustNot = filters.flatMap(({ must_not }) => must_not ?? []);
  return {
    ...(must.length > 0 && { must }),
    ...(first && { should: first }),
    ...(mustNot.length > 0 && { must_not: mustNot }),
  };
}

/** What one filter of an "or" adds to its alternatives: itself, unless it says no more than its conditions do. */
function alternativesOf(filter: QdrantFilter): readonly QdrantCondition[] {
  const { must = [], should, must_not } = filter;
  if (!must_not && !should && must.length === 1) return must;
  if (!must_not && should && must.length === 0) return should;
  return [filter];
}

/** How many objects and lists stand inside of each other. */
export function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let deepest = 0;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depthOf(inner));
  return deepest + 1;
}
