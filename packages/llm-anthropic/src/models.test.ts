import { expect, test } from "vitest";
import { traitsOf } from "./models.js";

test.each([
  ["claude-opus-5-5", 128_000],
  ["claude-opus-4-6", 128_000],
  ["claude-mythos-preview", 128_000],
  ["claude-opus-4-5-20251101", 64_000],
  ["claude-haiku-4-5", 64_000],
  ["claude-sonnet-4-20250514", 64_000],
  ["claude-sonnet-4-0", 64_000],
  ["claude-3-7-sonnet-latest", 64_000],
  ["claude-opus-4-1-20250805", 32_000],
  ["claude-opus-4-0", 32_000],
  ["claude-3-5-haiku-20241022", 8_192],
  ["claude-3-haiku-20240307", 4_096],
  ["a-model-of-another-vendor", 8_192],
])("%s produces %i tokens at most", (model, tokens) => {
  expect(traitsOf(model).maxOutputTokens).toBe(tokens);
});

test.each([
  ["anthropic/claude-opus-4.5", "claude-opus-4-5"],
  ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"],
  ["claude-3-7-sonnet@20250219", "claude-3-7-sonnet-20250219"],
  ["claude-opus-7-1", "claude-opus-5-5"],
  ["claude-haiku-6", "claude-haiku-5-5"],
  ["claude-novella-9", "claude-haiku-5-5"],
])("%s is as %s", (model, other) => {
  expect(traitsOf(model)).toEqual(traitsOf(other));
});

// https://platform.claude.com/docs/en/build-with-claude/thinking-troubleshooting#supported-models
test.each([
  ["claude-fable-5-1", "adaptive", "impossible"],
  ["claude-mythos-5", "adaptive", "impossible"],
  ["claude-opus-5-5", "adaptive", "impossible"],
  ["claude-opus-5", "adaptive", "disabled"],
  ["claude-opus-4-8", "adaptive", "default"],
  ["claude-opus-4-7", "adaptive", "default"],
  ["claude-sonnet-5-5", "adaptive", "between_tools"],
  ["claude-sonnet-5", "adaptive", "disabled"],
  ["claude-haiku-5-5", "adaptive", "disabled"],
  ["claude-opus-4-6", "either", "default"],
  ["claude-sonnet-4-6", "either", "default"],
  ["claude-opus-4-5", "budget", "default"],
  ["claude-haiku-4-5", "budget", "default"],
  ["claude-3-5-haiku-20241022", "none", "default"],
])("%s is told to think by %s, and not to by %s", (model, thinking, withoutThinking) => {
  expect(traitsOf(model)).toMatchObject({ thinking, withoutThinking });
});

const all = [
  "claude-fable-5-2",
  "claude-fable-5-1",
  "claude-fable-5",
  "claude-opus-5-5",
  "claude-opus-5",
  "claude-opus-4-8",
  "claude-opus-4-6",
  "claude-opus-4-5",
  "claude-sonnet-5-5",
  "claude-sonnet-5",
  "claude-sonnet-4-6",
  "claude-sonnet-4-5",
  "claude-haiku-5-5",
  "claude-haiku-4-5",
  "claude-sonnet-4-0",
];
const having = (test: (traits: ReturnType<typeof traitsOf>) => boolean): string[] =>
  all.filter((model) => test(traitsOf(model)));

test("what models do not take is known", () => {
  expect({
    forcedTools: having(({ forcedTools }) => !forcedTools),
    laterSystem: having(({ laterSystem }) => !laterSystem),
    effort: having(({ effort }) => !effort),
    jsonSchema: having(({ jsonSchema }) => !jsonSchema),
    sampling: having(({ sampling }) => sampling !== "none"),
    givesThinking: having(({ omitsThinking }) => !omitsThinking),
  }).toEqual({
    forcedTools: ["claude-fable-5-2", "claude-fable-5-1", "claude-opus-5-5", "claude-sonnet-5-5"],
    laterSystem: [
      "claude-opus-4-6",
      "claude-opus-4-5",
      "claude-sonnet-5",
      "claude-sonnet-4-6",
      "claude-sonnet-4-5",
      "claude-haiku-4-5",
      "claude-sonnet-4-0",
    ],
    effort: ["claude-sonnet-4-5", "claude-haiku-4-5", "claude-sonnet-4-0"],
    jsonSchema: ["claude-sonnet-4-0"],
    sampling: [
      "claude-opus-4-6",
      "claude-opus-4-5",
      "claude-sonnet-4-6",
      "claude-sonnet-4-5",
      "claude-haiku-4-5",
      "claude-sonnet-4-0",
    ],
    givesThinking: [
      "claude-opus-4-6",
      "claude-opus-4-5",
      "claude-sonnet-4-6",
      "claude-sonnet-4-5",
      "claude-haiku-4-5",
      "claude-sonnet-4-0",
    ],
  });
});
