import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { name as packageName, version } from "../package.json";
import { type OpenRouterConfig, type OpenRouterSettings, openRouterConfig } from "./config.js";
import { openRouterWire } from "./wire.js";

export type { OpenRouterApp, OpenRouterConfig, OpenRouterModelId } from "./config.js";

const definition = {
  name: "openrouter",
  packageName,
  version,
  config: openRouterConfig,
  env: { apiKey: "OPENROUTER_API_KEY" },
  create: (settings: OpenRouterSettings) =>
    createOpenAIChatModel(openRouterWire({ ...settings, packageName, version })),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    openrouter: OpenRouterConfig;
  }
}

/**
 * The models that OpenRouter reaches, of every vendor.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://openrouter.ai/docs/api/api-reference/chat/create-a-chat-completion | Chat completions}
 */
export function createOpenRouter(config: OpenRouterConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
