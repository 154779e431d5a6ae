import { describe, expect, it } from "vitest";
import * as z from "zod";
import { answerSchema } from "./answer-schema.js";
import type { JSONSchema } from "./common.js";
import { toJSONSchema } from "./tools.js";

const schemaOf = (schema: z.ZodType): ReturnType<typeof answerSchema> =>
  answerSchema(toJSONSchema(schema, "test"));
const text = { type: "string" };

describe("answerSchema", () => {
  it("closes objects, however deep they are", () => {
    const inner = z.object({ a: z.string() });
    const closed = { type: "object", properties: { a: text }, required: ["a"], additionalProperties: false };
    expect(
      schemaOf(z.object({ one: inner, many: z.array(inner), either: z.union([inner, z.null()]) })),
    ).toEqual({
      wrapped: false,
      schema: {
        type: "object",
        properties: {
          one: closed,
          many: { type: "array", items: closed },
          either: { anyOf: [closed, { type: "null" }] },
        },
        required: ["one", "many", "either"],
        additionalProperties: false,
      },
    });
  });

  it.each<[what: string, schema: JSONSchema]>([
    ["an object with any members", { type: "object" }],
    ["an open object", { type: "object", properties: { a: text }, additionalProperties: true }],
    ["members of one type", { type: "object", properties: {}, additionalProperties: text }],
    [
      "schemas that only hold together",
      {
        type: "object",
        properties: { a: { allOf: [{ properties: { b: text } }, { properties: { c: text } }] } },
      },
    ],
    [
      "a choice beside members",
      {
        type: "object",
        properties: { a: { properties: { b: text }, anyOf: [{ properties: { c: text } }, {}] } },
        additionalProperties: false,
      },
    ],
    ["a value that looks like a schema", { type: "object", const: { properties: { a: text } } }],
  ])("leaves open what closing would change: %s", (_what, schema) => {
    expect(answerSchema(schema)).toEqual({ schema, wrapped: false });
  });

  it("takes members that are called like keywords for members", () => {
    const schema = {
      type: "object",
      properties: { properties: { type: "array", items: text }, items: text, anyOf: text },
    };
    expect(answerSchema(schema).schema).toEqual({ ...schema, additionalProperties: false });
  });

  it.each<[what: string, schema: z.ZodType, value: JSONSchema]>([
    ["an array", z.array(z.string()), { type: "array", items: text }],
    ["an enum", z.enum(["a", "b"]), { type: "string", enum: ["a", "b"] }],
    [
      "a union",
      z.union([z.string(), z.array(z.string())]),
      { anyOf: [text, { type: "array", items: text }] },
    ],
    [
      "an object or nothing",
      z.nullable(z.object({})),
      { anyOf: [{ type: "object", properties: {}, additionalProperties: false }, { type: "null" }] },
    ],
  ])("puts %s into an object", (_what, schema, value) => {
    expect(schemaOf(schema)).toEqual({
      wrapped: true,
      schema: { type: "object", properties: { value }, required: ["value"], additionalProperties: false },
    });
  });

  it("puts an object with a choice at its root into another, because vendors take none there", () => {
    const value = { type: "object", properties: { a: text }, anyOf: [{ required: ["a"] }, {}] };
    expect(answerSchema(value)).toMatchObject({ wrapped: true, schema: { properties: { value } } });
  });

  it("has references follow what it puts into an object, and leaves definitions at the root", () => {
    const schema = {
      type: "array",
      items: {
        anyOf: [{ $ref: "#" }, { $ref: "#/items" }, { $ref: "#/$defs/b" }, { $ref: "#/definitions/a" }],
      },
      $defs: { b: { $ref: "#" } },
      definitions: { a: { $ref: "#/items" } },
    };
    expect(answerSchema(schema).schema).toEqual({
      type: "object",
      properties: {
        value: {
          type: "array",
          items: {
            anyOf: [
              { $ref: "#/properties/value" },
              { $ref: "#/properties/value/items" },
              { $ref: "#/$defs/b" },
              { $ref: "#/definitions/a" },
            ],
          },
        },
      },
      required: ["value"],
      additionalProperties: false,
      $defs: { b: { $ref: "#/properties/value" } },
      definitions: { a: { $ref: "#/properties/value/items" } },
    });
  });

  it("says what the object is, in place of the schema's own words", () => {
    const schema = { type: "object", description: "Its own" };
    expect(answerSchema(schema, "A city").schema).toEqual({ type: "object", description: "A city" });
    expect(answerSchema(schema).schema).toEqual(schema);
    expect(answerSchema({ type: "string" }, "A city").schema).toMatchObject({ description: "A city" });
  });

  it("leaves the schema alone", () => {
    const schema = { type: "array", items: { type: "object", properties: { a: text } }, $defs: { b: {} } };
    const copy = structuredClone(schema);
    answerSchema(schema, "A list");
    expect(schema).toEqual(copy);
  });
});
