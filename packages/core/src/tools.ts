import { BelugaError } from "./errors.js";
import type { JSONSchema, StandardSchema } from "./common.js";

/** Something that a model may call. */
export interface Tool {
  name: string;
  description?: string;
  /** A JSON Schema, or a schema of any library that follows Standard Schema (zod, valibot, arktype). */
  parameters: JSONSchema | StandardSchema;
  /** Runs the tool. Not called by models: by whatever drives the conversation. */
  execute?(args: unknown, context: ToolContext): unknown;
}

export interface ToolContext {
  toolCallId: string;
  /** Aborted when what drives the conversation is, or is left. */
  signal: AbortSignal;
}

/** A tool as it is sent to a vendor. */
export interface ToolDeclaration {
  name: string;
  description?: string;
  parameters: JSONSchema;
}

/**
 * A {@link Tool} whose `execute` knows the type of its arguments from the schema.
 *
 * @example
 * ```ts
 * const weather = tool({
 *   name: "weather",
 *   description: "The weather in a city",
 *   parameters: z.object({ city: z.string() }),
 *   execute: ({ city }) => `Sunny in ${city}`,
 * });
 * ```
 */
export function tool<Output>(definition: {
  name: string;
  description?: string;
  parameters: StandardSchema<unknown, Output> | JSONSchema;
  execute?(args: Output, context: ToolContext): unknown;
}): Tool {
  // The loop that runs tools validates arguments with `parameters` first, so `execute` only ever sees its output.
  return definition;
}

/**
 * A schema that can also say itself as JSON Schema, for libraries that leave this out: `zod/mini`, valibot.
 *
 * @example
 * ```ts
 * const city = z.object({ city: z.string() }); // from "zod/mini"
 * const parameters = withJSONSchema(city, z.toJSONSchema(city));
 * ```
 */
export function withJSONSchema<Input, Output>(
  schema: StandardSchema<Input, Output>,
  jsonSchema: object,
): StandardSchema<Input, Output> {
  return { "~standard": { ...schema["~standard"], jsonSchema: { input: () => ({ ...jsonSchema }) } } };
}

/**
 * The JSON Schema that a vendor is sent, of a schema of either kind.
 *
 * @throws BelugaError `invalid_input` where a schema cannot say itself as JSON Schema.
 */
export function toJSONSchema(schema: JSONSchema | StandardSchema, op: string): JSONSchema {
  if (!isStandardSchema(schema)) return schema;
  const { vendor, jsonSchema } = schema["~standard"];
  let why = "";
  try {
    if (jsonSchema) return withoutDialect(jsonSchema.input({ target: "draft-07" }));
  } catch (error) {
    why = ` (${error instanceof Error ? error.message : String(error)})`;
  }
  throw new BelugaError({
    op,
    code: "invalid_input",
    message: `${op}: this ${vendor} schema does not say itself as JSON Schema${why}; wrap it: withJSONSchema(schema, jsonSchema)`,
  });
}

export function isStandardSchema(schema: JSONSchema | StandardSchema): schema is StandardSchema {
  return "~standard" in schema;
}

/** Vendors take the schema without the `$schema` line, and some refuse it. */
function withoutDialect({ $schema: _, ...schema }: Record<string, unknown>): JSONSchema {
  return schema;
}
