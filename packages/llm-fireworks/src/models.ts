import type { Effort, WireBody } from "@beluga/llm-openai-compatible/base";

/** How a model is told to reason: {@link https://docs.fireworks.ai/guides/reasoning}, and `reasoning_effort` of the reference. */
export interface ModelFamily {
  /** The efforts that it takes; Fireworks refuses others. */
  efforts: readonly Effort[];
  /** What is sent for any effort but `none`, where they are all the same to it. Absent: `reasoning_effort`, by its name. */
  anyEffort?: WireBody;
  /** Whether it takes the most tokens to think with. */
  budgets?: boolean;
}

/** A model that is not known here is asked in the words of the reference. */
export function familyOf(model: string): ModelFamily {
  // Of `accounts/fireworks/models/gpt-oss-20b`.
  const name = model.slice(model.lastIndexOf("/") + 1);
  return families.find(([pattern]) => pattern.test(name))?.[1] ?? others;
}

const others: ModelFamily = { efforts: ["none", "low", "medium", "high"] };

/** It reasons, or it does not: "effort levels have no additional effect". */
const onOrOff: ModelFamily = {
  efforts: ["none", "minimal", "low", "medium", "high"],
  anyEffort: { reasoning_effort: true },
};

const families: readonly (readonly [RegExp, ModelFamily])[] = [
  [/^(gpt-oss|minimax-m)/, { efforts: ["low", "medium", "high"] }],
  // It has "high" and "max", and takes less for "high".
  [/^deepseek-v4/, { ...onOrOff, anyEffort: { reasoning_effort: "high" } }],
  [/^(deepseek-v3|glm-4|glm-5p1|kimi-k2p[56])/, onOrOff],
  [/^qwen3/, { ...others, budgets: true }],
  // They reason always, or never.
  [/^(kimi-k2|deepseek-r1|llama-|mixtral-|qwen2)/, { efforts: [] }],
];
