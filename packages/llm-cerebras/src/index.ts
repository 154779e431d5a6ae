import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { name as packageName, version } from "../package.json";
import { type CerebrasConfig, type CerebrasSettings, cerebrasConfig } from "./config.js";
import { cerebrasWire } from "./wire.js";

export type { CerebrasConfig, CerebrasModelId } from "./config.js";

const definition = {
  name: "cerebras",
  packageName,
  version,
  config: cerebrasConfig,
  env: { apiKey: "CEREBRAS_API_KEY", baseURL: "CEREBRAS_BASE_URL" },
  create: (settings: CerebrasSettings) =>
    createOpenAIChatModel(cerebrasWire({ ...settings, packageName, version })),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    cerebras: CerebrasConfig;
  }
}

/**
 * The models that Cerebras serves.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://inference-docs.cerebras.ai/api-reference/chat-completions | Chat completions}
 */
export function createCerebras(config: CerebrasConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
