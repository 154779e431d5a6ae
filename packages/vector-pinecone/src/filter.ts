import type { FilterValue } from "@beluga/core";
import type { FilterDialect, LeafFilter, RangeFilter, RefuseFilter } from "@beluga/core/provider";

/** A condition in {@link https://docs.pinecone.io/guides/index-data/indexing-overview#metadata-filter-expressions | Pinecone's language}. */
export type PineconeFilter = Readonly<Record<string, unknown>>;

/** {@link https://docs.pinecone.io/reference/api/database-limits/operation-limits#metadata-filter-limits} */
const maxListLength = 10_000;

/**
 * Filters as Pinecone says them.
 *
 * - Keys and values are members and values of JSON, so that none can become an operator; keys that begin with `$` are refused.
 * - A list of strings "takes on" all its values, and `$ne` and `$nin` hold where it has none of theirs.
 * - The reference does not say whether `$ne`, `$nin` and `$not` hold for records without the key. So they stand beside `{ $exists: false }`, and the
 *   filter is right either way.
 * - A bound is a number, and only numbers satisfy it; `$not` is what says that of the rest.
 *
 * @param contentKey - Where the document's text is, which is no metadata of the document.
 */
export function pineconeFilters(contentKey: string): FilterDialect<PineconeFilter> {
  const checkKey = (key: string, refuse: RefuseFilter): void => {
    const problem = problemWithKey(key, contentKey);
    if (problem) refuse(`key ${JSON.stringify(key)}: ${problem}`);
  };
  return {
    leaf(leaf, refuse) {
      checkKey(leaf.key, refuse);
      return conditionOf(leaf, refuse);
    },
    not(range, refuse) {
      checkKey(range.key, refuse);
      return orMissing(range.key, { [range.key]: { $not: boundOf(range, refuse) } });
    },
    and: (conditions) => ({ $and: conditions }),
    or: (conditions) => ({ $or: conditions }),
  };
}

/** Why a key can be no key of a document's metadata, if so. */
export function problemWithKey(key: string, contentKey: string): string | undefined {
  // {@link https://docs.pinecone.io/guides/index-data/indexing-overview#metadata-format}
  if (key.startsWith("$")) return "Pinecone has no keys that begin with $";
  return key === contentKey ? "it keeps the document's text (see contentKey)" : undefined;
}

function conditionOf(leaf: LeafFilter, refuse: RefuseFilter): PineconeFilter {
  const { key } = leaf;
  switch (leaf.op) {
    case "exists":
      return { [key]: { $exists: leaf.value } };
    case "eq":
      return { [key]: { $eq: leaf.value } };
    case "ne":
      return orMissing(key, { [key]: { $ne: leaf.value } });
    case "in":
      return joined(
        "$or",
        listsOf(leaf.value, "$eq", "$in").map((test) => ({ [key]: test })),
      );
    case "nin":
      return orMissing(
        key,
        joined(
          "$and",
          listsOf(leaf.value, "$ne", "$nin").map((test) => ({ [key]: test })),
        ),
      );
    default:
      return { [key]: boundOf(leaf, refuse) };
  }
}

function boundOf({ op, value }: RangeFilter, refuse: RefuseFilter): PineconeFilter {
  return typeof value === "number"
    ? { [`$${op}`]: value }
    : refuse(`"${op}" takes a number: Pinecone does not order texts`);
}

function orMissing(key: string, condition: PineconeFilter): PineconeFilter {
  return { $or: [{ [key]: { $exists: false } }, condition] };
}

/**
 * The tests of a list of values: lists are of "string, number", of which those of both kinds are not mentioned, and have at most 10,000 values;
 * truth values go one by one.
 */
function listsOf(values: readonly FilterValue[], one: "$eq" | "$ne", many: "$in" | "$nin"): PineconeFilter[] {
  const tests: PineconeFilter[] = [];
  for (const type of ["string", "number"]) {
    const ofType = values.filter((value) => typeof value === type);
    for (let from = 0; from < ofType.length; from += maxListLength) {
      tests.push({ [many]: ofType.slice(from, from + maxListLength) });
    }
  }
  for (const value of values) if (typeof value === "boolean") tests.push({ [one]: value });
  return tests;
}

function joined(operator: "$and" | "$or", conditions: readonly PineconeFilter[]): PineconeFilter {
  const [only] = conditions;
  return only && conditions.length === 1 ? only : { [operator]: conditions };
}
