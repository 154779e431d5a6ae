import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { name as packageName, version } from "../package.json";
import { type MistralConfig, type MistralSettings, mistralConfig } from "./config.js";
import { mistralWire } from "./wire.js";

export type { MistralConfig, MistralModelId } from "./config.js";

const definition = {
  name: "mistral",
  packageName,
  version,
  config: mistralConfig,
  env: { apiKey: "MISTRAL_API_KEY" },
  create: (settings: MistralSettings) =>
    createOpenAIChatModel(mistralWire({ ...settings, packageName, version })),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    mistral: MistralConfig;
  }
}

/**
 * Mistral's models, over its chat completions API.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://docs.mistral.ai/api/endpoint/chat | Chat completions}
 */
export function createMistral(config: MistralConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
