import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { name as packageName, version } from "../package.json";
import { type DeepSeekConfig, type DeepSeekSettings, deepSeekConfig } from "./config.js";
import { deepSeekWire } from "./wire.js";

export type { DeepSeekConfig, DeepSeekModelId } from "./config.js";

const definition = {
  name: "deepseek",
  packageName,
  version,
  config: deepSeekConfig,
  env: { apiKey: "DEEPSEEK_API_KEY", baseURL: "DEEPSEEK_BASE_URL" },
  create: (settings: DeepSeekSettings) =>
    createOpenAIChatModel(deepSeekWire({ ...settings, packageName, version })),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    deepseek: DeepSeekConfig;
  }
}

/**
 * DeepSeek's models.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://api-docs.deepseek.com/api/create-chat-completion | Create chat completion}
 */
export function createDeepSeek(config: DeepSeekConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
