import { expect, test } from "vitest";
import { answerSchema } from "./schema.js";

test("a schema that the API takes stays as it is", () => {
  const schema = {
    type: "object",
    title: "Order",
    properties: {
      id: { type: "string", format: "uuid", pattern: "^[a-f]" },
      lines: { type: "array", minItems: 1, items: { $ref: "#/$defs/line" } },
      note: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
    },
    required: ["id"],
    additionalProperties: false,
    $defs: { line: { type: "object", properties: {}, additionalProperties: false } },
  };
  expect(answerSchema(schema)).toEqual({ schema, moved: [] });
});

test("objects are closed, at every depth", () => {
  const open = { type: "object", properties: { a: { properties: { b: { type: "string" } } } } };
  expect(answerSchema(open).schema).toEqual({
    type: "object",
    properties: { a: { properties: { b: { type: "string" } }, additionalProperties: false } },
    additionalProperties: false,
  });
});

test("one of several is any of them", () => {
  const kinds = [{ type: "string", minLength: 1 }, { type: "null" }];
  expect(answerSchema({ oneOf: kinds })).toEqual({
    schema: { anyOf: [{ type: "string", description: "minLength: 1" }, { type: "null" }] },
    moved: ["minLength"],
  });
  const both = { anyOf: [{ type: "string" }], oneOf: [{ type: "string" }] };
  expect(answerSchema(both)).toEqual({ schema: both, moved: [] });
});

test("an object that was left open on purpose is for the API to refuse", () => {
  const map = { type: "object", additionalProperties: { type: "number" } };
  expect(answerSchema(map)).toEqual({ schema: map, moved: [] });
});

test("what the API does not take is moved into the description beside it, and named", () => {
  expect(
    answerSchema({
      type: "object",
      properties: {
        age: { type: "integer", description: "In years", minimum: 0, maximum: 150 },
        tags: { type: "array", maxItems: 3, minItems: 2, items: { type: "string", maxLength: 5 } },
        site: { type: "string", format: "uri-template" },
        either: { anyOf: [{ type: "number", multipleOf: 2 }, { type: "null" }] },
      },
      definitions: { code: { type: "string", minLength: 2 } },
      additionalProperties: false,
    }),
  ).toEqual({
    schema: {
      type: "object",
      properties: {
        age: { type: "integer", description: "In years\nminimum: 0, maximum: 150" },
        tags: {
          type: "array",
          items: { type: "string", description: "maxLength: 5" },
          description: "maxItems: 3, minItems: 2",
        },
        site: { type: "string", description: 'format: "uri-template"' },
        either: { anyOf: [{ type: "number", description: "multipleOf: 2" }, { type: "null" }] },
      },
      definitions: { code: { type: "string", description: "minLength: 2" } },
      additionalProperties: false,
    },
    moved: ["format", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "multipleOf"],
  });
});

test("properties may have the names of keywords", () => {
  const schema = {
    type: "object",
    properties: { minimum: { type: "number" }, format: { type: "string" } },
    additionalProperties: false,
  };
  expect(answerSchema(schema)).toEqual({ schema, moved: [] });
});
