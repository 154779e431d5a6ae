import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import type { StandardSchema } from "./common.js";
import {
  type Tool,
  type ToolContext,
  isStandardSchema,
  toJSONSchema,
  tool,
  withJSONSchema,
} from "./tools.js";

const op = "llm.generate";

const citySchema = {
  type: "object",
  properties: { city: { type: "string", description: "Its name" } },
  required: ["city"],
} as const;

/** A schema of a library that core has never heard of, and that cannot say itself as JSON Schema. */
const homemade: StandardSchema<unknown, { city: string }> = {
  "~standard": {
    version: 1,
    vendor: "homemade",
    validate: (value) => ({ value: value as { city: string } }),
  },
};

describe("toJSONSchema", () => {
  it("takes a zod schema, without the dialect that some vendors refuse", () => {
    const schema = z.object({ city: z.string().describe("Its name"), days: z.optional(z.int().max(14)) });
    expect(toJSONSchema(schema, op)).toEqual({
      type: "object",
      properties: {
        city: { type: "string", description: "Its name" },
        days: { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: 14 },
      },
      required: ["city"],
    });
  });

  it("says what goes in, not what comes out, where a schema changes the value", () => {
    const schema = z.object({
      city: z.string().transform((city) => city.length),
      unit: z.string().default("C"),
    });
    expect(toJSONSchema(schema, op)).toEqual({
      type: "object",
      properties: { city: { type: "string" }, unit: { type: "string", default: "C" } },
      required: ["city"],
    });
  });

  it("takes a zod/mini schema through withJSONSchema", () => {
    const schema = mini.object({ city: mini.string() });
    const parameters = withJSONSchema(schema, mini.toJSONSchema(schema));
    expect(toJSONSchema(parameters, op)).toEqual({
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
      additionalProperties: false,
    });
    expect(parameters["~standard"].vendor).toBe("zod");
    expect(parameters["~standard"].validate({ city: "Basel" })).toEqual({ value: { city: "Basel" } });
    expect(parameters["~standard"].validate({ city: 1 })).toHaveProperty("issues");
  });

  it("takes any Standard Schema through withJSONSchema, and leaves the JSON Schema given to it alone", () => {
    const given = Object.freeze({ $schema: "https://json-schema.org/draft/2020-12/schema", ...citySchema });
    expect(toJSONSchema(withJSONSchema(homemade, given), op)).toEqual(citySchema);
    expect(given.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
  });

  it("takes a Standard Schema that is a function", () => {
    const schema = Object.assign(() => undefined, withJSONSchema(homemade, citySchema));
    expect(toJSONSchema(schema, op)).toEqual(citySchema);
  });

  it("hands a JSON Schema on as it is", () => {
    expect(toJSONSchema(citySchema, op)).toBe(citySchema);
  });

  it.each([
    ["zod/mini", mini.object({ city: mini.string() }), "zod"],
    ["another library", homemade, "homemade"],
  ])("refuses a schema of %s that does not say itself, and says what to do", (_library, schema, vendor) => {
    expect(() => toJSONSchema(schema, op)).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        op,
        message: `llm.generate: this ${vendor} schema does not say itself as JSON Schema; wrap it: withJSONSchema(schema, jsonSchema)`,
      }),
    );
  });

  it("refuses a schema with something that JSON Schema has no words for, as a BelugaError", () => {
    const schema = z.object({ when: z.date() });
    expect(() => toJSONSchema(schema, op)).toThrow(
      expect.objectContaining({
        name: "BelugaError",
        code: "invalid_input",
        op,
        message:
          "llm.generate: this zod schema does not say itself as JSON Schema (Date cannot be represented in JSON Schema); " +
          "wrap it: withJSONSchema(schema, jsonSchema)",
      }),
    );
  });
});

describe("isStandardSchema", () => {
  it("tells the two kinds of schema apart", () => {
    expect([homemade, z.string(), mini.string(), citySchema, {}].map(isStandardSchema)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("tool", () => {
  it("is the definition itself", () => {
    const definition = { name: "weather", parameters: citySchema, execute: () => "Sunny" };
    expect(tool(definition)).toBe(definition);
  });

  it("infers the type of execute's argument from a schema, and its output where it changes the value", () => {
    const tools: Tool[] = [
      tool({
        name: "zod",
        parameters: z.object({ city: z.string(), days: z.string().transform(Number) }),
        execute(args, context) {
          expectTypeOf(args).toEqualTypeOf<{ city: string; days: number }>();
          expectTypeOf(context).toEqualTypeOf<ToolContext>();
        },
      }),
      tool({
        name: "mini",
        parameters: mini.object({ city: mini.string() }),
        execute: (args) => expectTypeOf(args).toEqualTypeOf<{ city: string }>(),
      }),
      tool({
        name: "wrapped",
        parameters: withJSONSchema(homemade, citySchema),
        execute: (args) => expectTypeOf(args).toEqualTypeOf<{ city: string }>(),
      }),
    ];
    expect(tools).toHaveLength(3);
  });

  it("knows nothing of the argument's type from a JSON Schema", () => {
    const weather = tool({
      name: "weather",
      parameters: { type: "object", properties: { city: { type: "string" } } },
      execute: (args) => expectTypeOf(args).toBeUnknown(),
    });
    expect(weather.name).toBe("weather");
    // @ts-expect-error: a schema that is none
    expect(tool({ name: "none", parameters: "object" }).name).toBe("none");
  });
});
