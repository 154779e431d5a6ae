import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { name as packageName, version } from "../package.json";
import { type TogetherConfig, type TogetherSettings, togetherConfig } from "./config.js";
import { togetherWire } from "./wire.js";

export type { TogetherConfig, TogetherModelId } from "./config.js";

const definition = {
  name: "together",
  packageName,
  version,
  config: togetherConfig,
  env: { apiKey: "TOGETHER_API_KEY", baseURL: "TOGETHER_BASE_URL" },
  create: (settings: TogetherSettings) =>
    createOpenAIChatModel(togetherWire({ ...settings, packageName, version })),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    together: TogetherConfig;
  }
}

/**
 * The models that Together AI serves.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://docs.together.ai/reference/chat-completions | Chat completions}
 */
export function createTogether(config: TogetherConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
