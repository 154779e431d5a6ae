import type { FilterValue } from "@beluga/core";
import type { FilterDialect, RangeFilter } from "@beluga/core/provider";
import { isInteger, problemWithKey, problemWithNumber } from "./values.js";

/** A condition in {@link https://docs.trychroma.com/reference/where-filter | Chroma's language}: an object of one key. */
export type ChromaWhere = Readonly<Record<string, unknown>>;

/**
 * Filters as Chroma says them. Keys and values are members and values of JSON, so that none can become an operator.
 *
 * `$ne` and `$nin` are exact complements, and hold for documents without the key: what core's `matchesFilter` means as well. There is no `$not`,
 * and nothing that asks whether a key is there, with which the complement of a bound could be said.
 */
export const chromaFilters: FilterDialect<ChromaWhere> = {
  leaf(leaf, refuse) {
    const { key } = leaf;
    const problem = problemWithKey(key);
    if (problem !== undefined) refuse(`the key ${JSON.stringify(key)}: ${problem}`);
    for (const value of [leaf.value].flat()) {
      const problem = typeof value === "number" ? problemWithNumber(value) : undefined;
      if (problem !== undefined) refuse(problem);
    }
    switch (leaf.op) {
      case "eq":
        return equals(key, leaf.value);
      case "ne":
        return differs(key, leaf.value);
      case "in":
        return joined("$or", [
          ...listsOf(leaf.value).map((list) => ({ [key]: { $in: list } })),
          ...leaf.value.filter(isFloat).map((value) => equals(key, value)),
        ]);
      case "nin":
        return joined("$and", [
          ...listsOf(leaf.value).map((list) => ({ [key]: { $nin: list } })),
          ...leaf.value.filter(isFloat).map((value) => differs(key, value)),
        ]);
      case "exists":
        return refuse('"exists": Chroma cannot say whether a key is there');
      default:
        return typeof leaf.value === "number"
          ? bounded(key, leaf.op, leaf.value)
          : refuse(`"${leaf.op}" with a text: Chroma orders numbers only`);
    }
  },
  and: (conditions) => joined("$and", conditions),
  or: (conditions) => joined("$or", conditions),
};

/** Matches every document, whether it has the key or not. */
export const everything: ChromaWhere = { $or: [{ any: { $eq: true } }, { any: { $ne: true } }] };

// Chroma compares the whole numbers that it keeps with a fraction cut to a whole number: 1 "equals" 1.5, and is not less. A second condition makes up
// for that, and does no harm where a server compares them as they are:
// https://github.com/chroma-core/chroma/blob/1.5.9/rust/segment/src/sqlite_metadata.rs (create_union_subquery_for_int_float_ops)

function equals(key: string, value: FilterValue): ChromaWhere {
  const condition = { [key]: { $eq: value } };
  return isFraction(value) ? { $and: [condition, { [key]: { $ne: Math.trunc(value) } }] } : condition;
}

function differs(key: string, value: FilterValue): ChromaWhere {
  const condition = { [key]: { $ne: value } };
  return isFraction(value) ? { $or: [condition, { [key]: { $eq: Math.trunc(value) } }] } : condition;
}

function bounded(key: string, op: RangeFilter["op"], value: number): ChromaWhere {
  const condition = { [key]: { [`$${op}`]: value } };
  if (!isFraction(value)) return condition;
  const [under, over] = [Math.floor(value), Math.ceil(value)];
  switch (op) {
    case "gt":
      return { $or: [condition, { [key]: { $gte: over } }] };
    case "gte":
      return { $and: [condition, { [key]: { $gt: under } }] };
    case "lt":
      return { $or: [condition, { [key]: { $lte: under } }] };
    case "lte":
      return { $and: [condition, { [key]: { $lt: over } }] };
  }
}

function isFraction(value: FilterValue): value is number {
  return typeof value === "number" && !Number.isInteger(value);
}

/** Whether Chroma keeps a value apart from whole numbers. */
function isFloat(value: FilterValue): value is number {
  return typeof value === "number" && !isInteger(value);
}

/** Values in a list for each type, since Chroma mixes none. Floats are not among them: their lists take whole numbers for equal as well. */
function listsOf(values: readonly FilterValue[]): FilterValue[][] {
  const listed = values.filter((value) => !isFloat(value));
  return ["string", "number", "boolean"]
    .map((type) => listed.filter((value) => typeof value === type))
    .filter((list) => list.length > 0);
}

/** SQLite makes a chain of what stands side by side, and takes chains of a thousand. */
const maxWidth = 100;

function joined(operator: "$and" | "$or", conditions: readonly ChromaWhere[]): ChromaWhere {
  const [only] = conditions;
  if (only && conditions.length === 1) return only;
  if (conditions.length <= maxWidth) return { [operator]: conditions };
  const groups: ChromaWhere[] = [];
  for (let from = 0; from < conditions.length; from += maxWidth)
    groups.push(joined(operator, conditions.slice(from, from + maxWidth)));
  return joined(operator, groups);
}

/** The most levels of JSON in a request: {@link https://docs.rs/serde_json/1/serde_json/struct.Deserializer.html#method.disable_recursion_limit}. */
const maxDepth = 127;

/** SQLite takes 32,766 parameters; a few are needed beside the filter's. */
const maxParameters = 32_000;

/** What is too much for a server, if anything is. */
export function problemWithSize(where: ChromaWhere): string | undefined {
  const { depth, parameters } = sizeOf(where);
  if (depth + 1 > maxDepth) return "more filters inside of each other than Chroma reads";
  if (parameters > maxParameters) return "more keys and values than Chroma takes";
  return undefined;
}

function sizeOf(where: ChromaWhere): { depth: number; parameters: number } {
  const size = { depth: 3, parameters: 0 };
  for (const [key, value] of Object.entries(where)) {
    if (key === "$and" || key === "$or") {
      for (const inner of (value as readonly ChromaWhere[]).map(sizeOf)) {
        size.depth = Math.max(size.depth, inner.depth + 2);
        size.parameters += inner.parameters;
      }
    } else {
      // The key and its values, twice: whole numbers and others are looked for apart.
      size.parameters += 2 * (1 + Object.values(value as object).flat().length);
    }
  }
  return size;
}
