import type { Effort, OptionNames, WireBody } from "@beluga/llm-openai-compatible/base";

/** What depends on the model. */
export interface ModelFamily {
  /** The efforts of reasoning that it takes. {@link https://docs.together.ai/docs/inference/chat/reasoning} */
  efforts: readonly Effort[];
  /** What is sent for any effort but `none`, where they are all the same to it. Absent: `reasoning_effort`, by its name. */
  anyEffort?: WireBody;
  /** Options that it does not have, though others do. */
  optionNames?: OptionNames;
}

/** A model that is not known here is asked in the words of the reference, which has both an effort and a switch. */
export function familyOf(model: string): ModelFamily {
  return families.find(([name]) => name.test(model))?.[1] ?? others;
}

const others: ModelFamily = { efforts: ["none", "low", "medium", "high"] };

/** It reasons always, or never. */
const fixed: ModelFamily = { efforts: [] };

/** `hybrid` in the reference: it is told whether to reason, and not how much. */
const hybrid: ModelFamily = {
  efforts: ["none", "minimal", "low", "medium", "high"],
  anyEffort: { reasoning: { enabled: true } },
};

const families: readonly (readonly [RegExp, ModelFamily])[] = [
  // "Reasoning cannot be disabled entirely": https://docs.together.ai/docs/gpt-oss
  [/^openai\/gpt-oss/, { efforts: ["low", "medium", "high"] }],
  // It has "high" and "max", and takes less for "high": https://docs.together.ai/docs/deepseek-v4-quickstart
  [/^deepseek-ai\/DeepSeek-V4-Pro/, { ...hybrid, anyEffort: { reasoning_effort: "high" } }],
  // https://docs.together.ai/docs/glm-5.3-quickstart
  [/^zai-org\/GLM-5\.3$/, { efforts: ["low", "medium", "high"] }],
  // "Fixed server-side", another value "returns 400": https://docs.together.ai/docs/kimi-k3-quickstart#sampling-parameters
  [
    /^moonshotai\/Kimi-K3/,
    {
      ...others,
      optionNames: { temperature: false, topP: false, frequencyPenalty: false, presencePenalty: false },
    },
  ],
  [
    /^(MiniMaxAI\/MiniMax-M3|zai-org\/GLM-5(\.[12])?$|moonshotai\/Kimi-K2\.[56]|Qwen\/Qwen3\.[56]-|deepcogito\/|nvidia\/nemotron-3)/,
    hybrid,
  ],
  [
    /^(MiniMaxAI\/MiniMax-M2|deepseek-ai\/DeepSeek-R1|moonshotai\/Kimi-K2-Thinking|meta-llama\/|Qwen\/Qwen2|mistralai\/|google\/gemma-3)/,
    fixed,
  ],
];
