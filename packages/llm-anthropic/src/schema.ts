import type { JSONSchema } from "@beluga/core";
import { isRecord } from "@beluga/core/provider";

/**
 * What a grammar cannot say, and the API refuses:
 * {@link https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations}.
 */
const unsupported = new Set([
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
]);

const formats = new Set([
  "date-time",
  "time",
  "date",
  "duration",
  "email",
  "hostname",
  "uri",
  "ipv4",
  "ipv6",
  "uuid",
]);

/**
 * A schema as the API takes it for answers: objects closed, and what it does not take moved into the description beside it, so that the
 * model reads it all the same.
 *
 * @returns With the names of the keywords that were moved, sorted.
 */
export function answerSchema(schema: JSONSchema): { schema: JSONSchema; moved: string[] } {
  const moved = new Set<string>();
  return { schema: adaptSchema(schema, moved), moved: [...moved].sort() };
}

function adaptSchema(schema: JSONSchema, moved: Set<string>): JSONSchema {
  const adapted: Record<string, unknown> = {};
  const notes: string[] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    if (isUnsupported(keyword, value)) {
      moved.add(keyword);
      notes.push(`${keyword}: ${JSON.stringify(value)}`);
    } else {
      // There is no "exactly one of these", and nothing lost: it is one of these that the model writes.
      const canBeAnyOf = keyword === "oneOf" && schema["anyOf"] === undefined;
      adapted[canBeAnyOf ? "anyOf" : keyword] = adaptKeyword(keyword, value, moved);
    }
  }
  if (schema["type"] === "object" || schema["properties"] !== undefined) {
    adapted["additionalProperties"] ??= false;
  }
  if (notes.length > 0) {
    const { description } = schema;
    adapted["description"] = [
      ...(typeof description === "string" ? [description] : []),
      notes.join(", "),
    ].join("\n");
  }
  return adapted;
}

function isUnsupported(keyword: string, value: unknown): boolean {
  if (keyword === "minItems") return value !== 0 && value !== 1;
  if (keyword === "format") return !formats.has(String(value));
  return unsupported.has(keyword);
}

/** Where schemas stand inside of a schema. */
function adaptKeyword(keyword: string, value: unknown, moved: Set<string>): unknown {
  switch (keyword) {
    case "properties":
    case "$defs":
    case "definitions":
      return isRecord(value)
        ? Object.fromEntries(
            Object.entries(value).map(([name, member]) => [name, adaptMember(member, moved)]),
          )
        : value;
    case "items":
      return adaptMember(value, moved);
    case "anyOf":
    case "oneOf":
    case "allOf":
    case "prefixItems":
      return Array.isArray(value) ? value.map((member) => adaptMember(member, moved)) : value;
    default:
      return value;
  }
}

function adaptMember(value: unknown, moved: Set<string>): unknown {
  return isRecord(value) ? adaptSchema(value, moved) : value;
}
