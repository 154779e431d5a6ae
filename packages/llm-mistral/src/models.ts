import type { Effort } from "@beluga/llm-openai-compatible/base";

/** What depends on the model. */
export interface ModelFamily {
  /**
   * Its efforts of reasoning; Mistral refuses others with status 400. {@link https://docs.mistral.ai/inference/conversations/reasoning}
   */
  efforts: readonly Effort[];
  /** Whether it thinks, and so takes its thinking back. */
  reasons: boolean;
}

/** A model that is not known here gets what all of them take. */
export function familyOf(model: string): ModelFamily {
  return families.find(([name]) => name.test(model))?.[1] ?? { efforts: [], reasons: false };
}

/** Without an anchor, as the name of a model that was tuned has that of the one it was made of: `ft:mistral-small-latest:...`. */
const families: readonly (readonly [RegExp, ModelFamily])[] = [
  // The page names low and medium first; that it takes none as well is said by its users, and not by the page that could be had.
  [/mistral-large-4/, { efforts: ["none", "low", "medium", "high"], reasons: true }],
  [/mistral-(small|medium)/, { efforts: ["none", "high"], reasons: true }],
  [/zai-glm/, { efforts: ["high"], reasons: true }],
  // They always think: https://docs.mistral.ai/resources/deprecated/native-reasoning
  [/magistral/, { efforts: [], reasons: true }],
];
