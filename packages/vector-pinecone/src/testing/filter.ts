import { PineconeError } from "./pinecone-error.js";
import type { PineconeMetadata } from "./request-schemas.js";

/** A filter that was checked, ready to be held against metadata. */
export type Matcher = (metadata: PineconeMetadata) => boolean;

type Scalar = string | number | boolean;

/**
 * What the reference does not say: whether a record without the key satisfies `$ne`, `$nin` and `$not`. A client has to be right either way.
 */
export type MissingKeys = "match" | "do not match";

const isText = (value: unknown): boolean => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const isScalar = (value: unknown): boolean => isText(value) || isNumber(value) || typeof value === "boolean";

/** "String, number" are the types of lists; a list of both is not mentioned, so it is refused here. */
const isList = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  // {@link https://docs.pinecone.io/reference/api/database-limits/operation-limits#metadata-filter-limits}
  value.length <= 10_000 &&
  (value.every(isText) || value.every(isNumber));

interface Operator {
  takes(operand: unknown): boolean;
  matches(elements: readonly Scalar[], operand: never): boolean;
}

/** On a key that a record has. A list of strings "takes on" all its values, and `$ne` and `$nin` hold where none of them is meant. */
const operators: Readonly<Record<string, Operator>> = {
  $eq: { takes: isScalar, matches: (elements, value: Scalar) => elements.includes(value) },
  $ne: { takes: isScalar, matches: (elements, value: Scalar) => !elements.includes(value) },
  $in: {
    takes: isList,
    matches: (elements, list: Scalar[]) => elements.some((element) => list.includes(element)),
  },
  $nin: {
    takes: isList,
    matches: (elements, list: Scalar[]) => !elements.some((element) => list.includes(element)),
  },
  $gt: {
    takes: isNumber,
    matches: (elements, bound: number) => elements.some((n) => isNumber(n) && n > bound),
  },
  $gte: {
    takes: isNumber,
    matches: (elements, bound: number) => elements.some((n) => isNumber(n) && n >= bound),
  },
  $lt: {
    takes: isNumber,
    matches: (elements, bound: number) => elements.some((n) => isNumber(n) && n < bound),
  },
  $lte: {
    takes: isNumber,
    matches: (elements, bound: number) => elements.some((n) => isNumber(n) && n <= bound),
  },
};

const negative = ["$ne", "$nin", "$not"];

/**
 * The filter language, as {@link https://docs.pinecone.io/guides/index-data/indexing-overview#metadata-filter-expressions} has it: what it does not
 * show is refused, empty lists, clauses and filters among it.
 *
 * @throws PineconeError 400 where the filter is not in the language.
 */
export function compileFilter(filter: unknown, missing: MissingKeys): Matcher {
  const clauses = Object.entries(fieldsOf(filter)).map(([key, condition]): Matcher => {
    if (key === "$and" || key === "$or") {
      if (!Array.isArray(condition) || condition.length === 0)
        throw refused(`${key} takes a list of clauses`);
      const parts = condition.map((part) => compileFilter(part, missing));
      return key === "$and"
        ? (metadata) => parts.every((matches) => matches(metadata))
        : (metadata) => parts.some((matches) => matches(metadata));
    }
    if (key.startsWith("$")) throw refused(`${key} cannot stand at the top level`);
    return compileField(key, condition, missing);
  });
  return (metadata) => clauses.every((matches) => matches(metadata));
}

function compileField(key: string, condition: unknown, missing: MissingKeys): Matcher {
  // `{"genre": "comedy"}` is short for `{"genre": {"$eq": "comedy"}}`; a list in that place is a documented error.
  const operands = isScalar(condition) ? { $eq: condition } : fieldsOf(condition);
  const tests = Object.entries(operands).map(([operator, operand]): Matcher => {
    const onMissing = negative.includes(operator) && missing === "match";
    if (operator === "$exists") {
      if (typeof operand !== "boolean") throw refused("$exists takes true or false");
      return (metadata) => Object.hasOwn(metadata, key) === operand;
    }
    if (operator === "$not") {
      const inner = compileField(key, fieldsOf(operand), missing);
      return (metadata) => (Object.hasOwn(metadata, key) ? !inner(metadata) : onMissing);
    }
    const known = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
    if (!known) throw refused(`unknown operator ${operator}`);
    if (!known.takes(operand)) throw refused(`${operator} cannot take that`);
    return (metadata) =>
      Object.hasOwn(metadata, key)
        ? known.matches([metadata[key] ?? []].flat(), operand as never)
        : onMissing;
  });
  return (metadata) => tests.every((matches) => matches(metadata));
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length === 0)
    throw refused("expected an object that is not empty");
  return value as Record<string, unknown>;
}

function refused(problem: string): PineconeError {
  return new PineconeError(400, 3, `Invalid filter: ${problem}`);
}
