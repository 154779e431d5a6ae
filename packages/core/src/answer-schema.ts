import type { JSONSchema } from "./common.js";
import { isRecord } from "./provider/wire.js";

/**
 * The schema of what a model is to answer: an object at the root, because vendors take nothing else there, so that anything else stands in
 * its `value`; and objects closed, because several vendors guarantee an answer by the schema only then.
 */
export function answerSchema(
  schema: JSONSchema,
  description?: string,
): { schema: JSONSchema; wrapped: boolean } {
  const wrapped = schema["type"] !== "object" || isComposed(schema);
  const whole = closeObjects(schema);
  return {
    wrapped,
    schema: { ...(wrapped ? wrap(whole) : whole), ...(description !== undefined && { description }) },
  };
}

/** Puts a schema into the `value` of an object. Definitions stay at the root, where vendors look for them. */
function wrap({ $defs, definitions, ...schema }: JSONSchema): JSONSchema {
  return {
    type: "object",
    properties: { value: rebase(schema) },
    required: ["value"],
    additionalProperties: false,
    ...($defs !== undefined && { $defs: rebase($defs) }),
    ...(definitions !== undefined && { definitions: rebase(definitions) }),
  };
}

/** The same, with references to what moves into `value` following it there. */
function rebase(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(rebase);
  if (!isRecord(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [
      keyword,
      keyword === "$ref" && typeof value === "string"
        ? value.replace(/^#(?=$|\/(?!(?:\$defs|definitions)\/))/, "#/properties/value")
        : rebase(value),
    ]),
  );
}

/** Closes the objects of which it is sure that they have the members named in one place, and no others. */
function closeObjects(schema: JSONSchema): JSONSchema {
  return mentions(schema, "allOf") ? schema : (close(schema) as JSONSchema);
}

function close(schema: unknown): unknown {
  if (!isRecord(schema)) return schema;
  const { properties, additionalProperties } = schema;
  if (isRecord(properties) && isComposed(schema)) return schema;
  const closed: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "properties" || keyword === "$defs" || keyword === "definitions") {
      closed[keyword] = isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, close(member)]))
        : value;
    } else if (
      keyword === "items" ||
      keyword === "prefixItems" ||
      keyword === "anyOf" ||
      keyword === "oneOf"
    ) {
      closed[keyword] = Array.isArray(value) ? value.map(close) : close(value);
    } else closed[keyword] = value;
  }
  if (isRecord(properties) && additionalProperties === undefined) closed["additionalProperties"] = false;
  return closed;
}

/** Whether other schemas beside it have a say in what the object may be. */
function isComposed(schema: JSONSchema): boolean {
  return ["$ref", "anyOf", "oneOf", "allOf", "if", "patternProperties", "unevaluatedProperties"].some(
    (keyword) => schema[keyword] !== undefined,
  );
}

function mentions(schema: unknown, keyword: string): boolean {
  if (typeof schema !== "object" || schema === null) return false;
  return Object.entries(schema).some(([key, value]) => key === keyword || mentions(value, keyword));
}
