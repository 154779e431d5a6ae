import { expect, test } from "vitest";
import { answerSchema } from "./schema.js";

test("a schema that the API takes stays as it is", () => {
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    title: "Order",
    properties: {
      id: { type: "string", format: "uuid", description: "An id" },
      lines: { type: "array", minItems: 1, maxItems: 9, items: { $ref: "#/$defs/line" } },
      place: { type: "array", prefixItems: [{ type: "number", minimum: 0, maximum: 9 }, { type: "string" }] },
      note: { anyOf: [{ type: "string" }, { type: "null" }] },
      colour: { enum: ["red", "blue"] },
      rest: { type: "object", additionalProperties: { type: "number" } },
    },
    required: ["id"],
    additionalProperties: false,
    propertyOrdering: ["id", "lines"],
    $defs: { line: { type: "object", properties: {} } },
  };
  expect(answerSchema(schema)).toEqual({ schema, ignored: [] });
});

test("a const is an enum of one, where the API knows its kind", () => {
  const kinds = { oneOf: [{ const: "a" }, { const: 1 }, { const: true }, { const: "b", enum: ["b"] }] };
  expect(answerSchema(kinds)).toEqual({
    schema: { oneOf: [{ enum: ["a"] }, { enum: [1] }, { const: true }, { const: "b", enum: ["b"] }] },
    ignored: ["const"],
  });
});

test("what the API passes over is named, at every depth", () => {
  const schema = {
    type: "object",
    properties: {
      age: { type: "integer", multipleOf: 2 },
      tags: { type: "array", uniqueItems: true, items: { type: "string", maxLength: 5 } },
      either: { anyOf: [{ type: "number", exclusiveMinimum: 0 }] },
      map: { additionalProperties: { type: "string", pattern: "^a" } },
    },
    $defs: { code: { type: "string", minLength: 2 } },
    definitions: {},
  };
  expect(answerSchema(schema)).toEqual({
    schema,
    ignored: [
      "definitions",
      "exclusiveMinimum",
      "maxLength",
      "minLength",
      "multipleOf",
      "pattern",
      "uniqueItems",
    ],
  });
});

test("properties may have the names of keywords", () => {
  const schema = { type: "object", properties: { pattern: { type: "string" }, const: { type: "number" } } };
  expect(answerSchema(schema)).toEqual({ schema, ignored: [] });
});
