import { expect, test } from "vitest";
import { openAIModelTraits } from "./responses-models.js";

const all = ["none", "minimal", "low", "medium", "high"];

test.each([
  ["gpt-6.2-astra", ["low", "medium", "high"], "medium", "without-reasoning", true],
  ["gpt-6.2-sol", ["low", "medium", "high"], "medium", "without-reasoning", true],
  ["gpt-6.1-sol", ["low", "medium", "high"], "medium", "without-reasoning", true],
  ["gpt-6.1-terra", ["none", "low", "medium", "high"], "medium", "without-reasoning", true],
  ["gpt-6-astra", ["low", "medium", "high"], "medium", "without-reasoning", true],
  ["gpt-6-sol", ["none", "low", "medium", "high"], "medium", "without-reasoning", true],
  ["gpt-6-luna", ["none", "low", "medium", "high"], "medium", "without-reasoning", true],
  ["gpt-7-sol", ["low", "medium", "high"], "medium", "without-reasoning", true],
  ["gpt-6-cyber", all, "medium", "without-reasoning", true],
  ["gpt-5.6", ["none", "low", "medium", "high"], "medium", "without-reasoning", true],
  ["gpt-5.6-luna", ["none", "low", "medium", "high"], "medium", "without-reasoning", true],
  ["gpt-5.5-2026-04-23", ["none", "low", "medium", "high"], "medium", "without-reasoning", true],
  ["gpt-5.5-pro", all, "medium", "without-reasoning", true],
  ["gpt-5.4-nano", ["none", "low", "medium", "high"], "none", "without-reasoning", true],
  ["gpt-5.1", ["none", "low", "medium", "high"], "none", "without-reasoning", true],
  ["gpt-5.1-codex-max", all, "medium", "without-reasoning", true],
  ["gpt-5.2-chat-latest", all, undefined, "always", false],
  ["gpt-5", ["minimal", "low", "medium", "high"], "medium", "never", true],
  ["gpt-5-mini-2025-08-07", ["minimal", "low", "medium", "high"], "medium", "never", true],
  ["gpt-5-codex", all, "medium", "never", true],
  ["gpt-5-pro", ["high"], "high", "never", true],
  ["gpt-5-chat-latest", [], undefined, "always", false],
  ["o3", ["low", "medium", "high"], "medium", "never", true],
  ["o4-mini-2025-04-16", ["low", "medium", "high"], "medium", "never", true],
  ["gpt-4.1-mini", [], undefined, "always", false],
  ["gpt-4o", [], undefined, "always", false],
  ["gpt-3.5-turbo", [], undefined, "always", false],
  ["gpt-35-turbo", all, undefined, "always", false],
  ["gpt-oss-20b", all, undefined, "always", false],
  ["grok-4.3", all, undefined, "always", false],
  ["openai/gpt-5-mini", ["minimal", "low", "medium", "high"], "medium", "never", true],
  ["openai.gpt-5.5", ["none", "low", "medium", "high"], "medium", "without-reasoning", true],
  ["ft:gpt-4.1-mini:acme::abc", [], undefined, "always", false],
  ["my-gpt-5-deployment", ["minimal", "low", "medium", "high"], "medium", "never", true],
  ["phi-co3", all, undefined, "always", false],
])("%s has the efforts %j", (model, efforts, defaultEffort, sampling, openAIReasoning) => {
  const { minOutputTokens: _, ...traits } = openAIModelTraits(model);
  expect(traits).toEqual({
    efforts,
    ...(defaultEffort !== undefined && { defaultEffort }),
    sampling,
    openAIReasoning,
  });
});

test("only OpenAI's own models have a least limit", () => {
  const limits = ["gpt-6-luna", "gpt-5-mini", "gpt-4.1", "o3", "grok-4.3", "gpt-oss-20b"].map(
    (model) => openAIModelTraits(model).minOutputTokens,
  );
  expect(limits).toEqual([16, 16, 16, 16, 1, 1]);
});
