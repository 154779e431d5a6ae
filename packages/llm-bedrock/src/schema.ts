import type { JSONSchema } from "@beluga/core";
import { isRecord } from "@beluga/core/provider";

/**
 * What answers are not guaranteed to keep, and the API refuses in a schema:
 * {@link https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html}.
 */
const unsupported: ReadonlySet<string> = new Set([
  "exclusiveMaximum",
  "exclusiveMinimum",
  "maxItems",
  "maxLength",
  "maxProperties",
  "maximum",
  "minLength",
  "minProperties",
  "minimum",
  "multipleOf",
  "uniqueItems",
]);

/** Members that are a map of schemas, rather than a schema or a list of them. */
const maps: ReadonlySet<string> = new Set(["$defs", "definitions", "properties"]);
/** Members that hold values, in which nothing is a schema. */
const values: ReadonlySet<string> = new Set(["const", "default", "enum", "examples", "required"]);

/**
 * A schema as the API takes it: objects closed, and what it does not take moved into the description beside it, so that the model reads it
 * all the same.
 *
 * @returns With the keywords that were moved, sorted.
 */
export function answerSchema(schema: JSONSchema): { schema: JSONSchema; moved: string[] } {
  const moved = new Set<string>();
  return { schema: adapted(schema, moved) as JSONSchema, moved: [...moved].sort() };
}

function adapted(schema: unknown, moved: Set<string>): unknown {
  if (Array.isArray(schema)) return schema.map((member) => adapted(member, moved));
  if (!isRecord(schema)) return schema;
  const result: Record<string, unknown> = {};
  const notes: string[] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    if (unsupported.has(keyword) || (keyword === "minItems" && value !== 0 && value !== 1)) {
      moved.add(keyword);
      notes.push(`${keyword}: ${JSON.stringify(value)}`);
    } else if (maps.has(keyword) && isRecord(value)) {
      const members = Object.entries(value).map(([name, member]) => [name, adapted(member, moved)]);
      result[keyword] = Object.fromEntries(members);
    } else {
      result[keyword] = values.has(keyword) ? value : adapted(value, moved);
    }
  }
  if (schema["type"] === "object" || schema["properties"] !== undefined)
    result["additionalProperties"] ??= false;
  const { description } = schema;
  if (notes.length > 0)
    result["description"] = [
      ...(typeof description === "string" ? [description] : []),
      notes.join(", "),
    ].join("\n");
  return result;
}
