import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { name as packageName, version } from "../package.json";
import { type XAIConfig, type XAISettings, xaiConfig } from "./config.js";
import { xaiWire } from "./wire.js";

export type { XAIConfig, XAIModelId } from "./config.js";

const definition = {
  name: "xai",
  packageName,
  version,
  config: xaiConfig,
  env: { apiKey: "XAI_API_KEY" },
  create: (settings: XAISettings) => createOpenAIChatModel(xaiWire({ ...settings, packageName, version })),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    xai: XAIConfig;
  }
}

/**
 * xAI's Grok models, over the Chat Completions API.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://docs.x.ai/developers/rest-api-reference/inference/chat-completions | Chat Completions}
 */
export function createXAI(config: XAIConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
