import { expect, test } from "vitest";
import { traitsOf } from "./models.js";

test.each([
  ["us.anthropic.claude-opus-4-6-v1", "anthropic.claude-opus-4-6-v1"],
  [
    "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
    "anthropic.claude-3-haiku-20240307-v1:0",
  ],
  [
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-2-lite-v1:0",
    "amazon.nova-2-lite-v1:0",
  ],
  ["anthropic.claude-opus-7-1", "anthropic.claude-opus-5-5"],
  ["global.anthropic.claude-haiku-6", "anthropic.claude-haiku-5-5"],
  [
    "arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1",
    "anthropic.claude-opus-4-5",
  ],
  ["anthropic.claude-instant-v1", "anthropic.claude-v2:1"],
])("%s is as %s", (model, other) => {
  expect(traitsOf(model)).toEqual(traitsOf(other));
});

test.each([
  ["anthropic.claude-3-5-sonnet-20241022-v2:0", "never"],
  ["anthropic.claude-3-7-sonnet-20250219-v1:0", "claude"],
  ["us.amazon.nova-2-lite-v1:0", "nova"],
  ["amazon.nova-pro-v1:0", "never"],
  ["openai.gpt-oss-20b-1:0", "gpt-oss"],
  ["us.meta.llama4-scout-17b-instruct-v1:0", "never"],
  ["moonshot.kimi-k2-thinking", "unknown"],
  ["arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc", "unknown"],
])("%s is told to think as: %s", (model, thinking) => {
  expect(traitsOf(model).thinking).toBe(thinking);
});

const claudes = [
  "3-7-sonnet-20250219-v1:0",
  "sonnet-4-5-20250929-v1:0",
  "opus-4-6-v1",
  "opus-4-8",
  "sonnet-5",
  "opus-5-5",
  "sonnet-5-5",
  "mythos-preview",
  "fable-5-1",
];

test("what Claude's versions differ in is known", () => {
  const traits = claudes.map((name) => Object.values(traitsOf(`anthropic.claude-${name}`).claude ?? {}));
  expect(Object.fromEntries(claudes.map((name, at) => [name, traits[at]?.join(" ")]))).toEqual({
    "3-7-sonnet-20250219-v1:0": "budget default false all true false",
    "sonnet-4-5-20250929-v1:0": "budget default false either true true",
    "opus-4-6-v1": "either default false either true true",
    "opus-4-8": "effort default true none true true",
    "sonnet-5": "effort disabled true none true true",
    "opus-5-5": "effort impossible true none false true",
    "sonnet-5-5": "effort between_tools true none false true",
    "mythos-preview": "effort impossible true none true true",
    "fable-5-1": "effort impossible true none false true",
  });
});
