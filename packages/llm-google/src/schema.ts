import type { JSONSchema } from "@beluga/core";
import { isRecord } from "@beluga/core/provider";

/**
 * What a schema for answers may say; all else is passed over:
 * {@link https://ai.google.dev/api/generate-content#v1beta.GenerationConfig} (`responseJsonSchema`).
 */
const known: ReadonlySet<string> = new Set([
  "$id",
  "$defs",
  "$ref",
  "$anchor",
  "$schema",
  "type",
  "format",
  "title",
  "description",
  "enum",
  "items",
  "prefixItems",
  "minItems",
  "maxItems",
  "minimum",
  "maximum",
  "anyOf",
  "oneOf",
  "properties",
  "additionalProperties",
  "required",
  "propertyOrdering",
]);

/**
 * A schema as the API understands it: a `const` is an `enum` of one.
 *
 * @returns With the keywords that the API passes over, sorted.
 */
export function answerSchema(schema: JSONSchema): { schema: JSONSchema; ignored: string[] } {
  const ignored = new Set<string>();
  return { schema: adapt(schema, ignored), ignored: [...ignored].sort() };
}

function adapt(schema: JSONSchema, ignored: Set<string>): JSONSchema {
  const adapted: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    const isConst = keyword === "const" && (typeof value === "string" || typeof value === "number");
    if (isConst && schema["enum"] === undefined) {
      adapted["enum"] = [value];
      continue;
    }
    if (!known.has(keyword)) ignored.add(keyword);
    adapted[keyword] = adaptKeyword(keyword, value, ignored);
  }
  return adapted;
}

/** Where schemas stand inside of a schema. */
function adaptKeyword(keyword: string, value: unknown, ignored: Set<string>): unknown {
  switch (keyword) {
    case "properties":
    case "$defs":
      return isRecord(value)
        ? Object.fromEntries(
            Object.entries(value).map(([name, member]) => [name, adaptMember(member, ignored)]),
          )
        : value;
    case "items":
    case "additionalProperties":
      return adaptMember(value, ignored);
    case "anyOf":
    case "oneOf":
    case "prefixItems":
      return Array.isArray(value) ? value.map((member) => adaptMember(member, ignored)) : value;
    default:
      return value;
  }
}

function adaptMember(value: unknown, ignored: Set<string>): unknown {
  return isRecord(value) ? adapt(value, ignored) : value;
}
