import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type LlamaConfig, type LlamaSettings, llamaConfig } from "./config.js";
import { createLlamaModel } from "./model.js";

export type { LlamaConfig, LlamaModelId } from "./config.js";

const definition = {
  name: "llama",
  packageName,
  version,
  config: llamaConfig,
  env: { apiKey: "LLAMA_API_KEY", baseURL: "LLAMA_API_CLIENT_BASE_URL" },
  create: (settings: LlamaSettings) => createLlamaModel({ ...settings, packageName, version }),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    llama: LlamaConfig;
  }
}

/**
 * The models of Meta's Llama API, and of servers that speak as it did: Meta retired the API itself on 2026-07-06
 * ({@link https://github.com/langchain-ai/langchain-meta/pull/22}, {@link https://github.com/deepset-ai/haystack-core-integrations/issues/3544}).
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://llama.developer.meta.com/docs/api/chat | Chat completion}, of which only what Meta's own SDKs say could be confirmed:
 * {@link https://github.com/meta-llama/llama-api-typescript}
 */
export function createLlama(config: LlamaConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
