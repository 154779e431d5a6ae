import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { name as packageName, version } from "../package.json";
import { type QwenConfig, type QwenSettings, qwenConfig } from "./config.js";
import { qwenWire } from "./wire.js";

export type { QwenConfig, QwenModelId, QwenRegion } from "./config.js";

const definition = {
  name: "qwen",
  packageName,
  version,
  config: qwenConfig,
  env: { apiKey: "DASHSCOPE_API_KEY" },
  create: (settings: QwenSettings) => createOpenAIChatModel(qwenWire({ ...settings, packageName, version })),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    qwen: QwenConfig;
  }
}

/**
 * The Qwen models of Alibaba Cloud's Model Studio, and what else it serves.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://www.alibabacloud.com/help/en/model-studio/qwen-api-via-openai-chat-completions | OpenAI-compatible chat}
 */
export function createQwen(config: QwenConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
