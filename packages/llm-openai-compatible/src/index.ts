import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { createOpenAIChatModel } from "./base.js";
import {
  type OpenAICompatibleConfig,
  type OpenAICompatibleSettings,
  openAICompatibleConfig,
} from "./config.js";

export type { OpenAICompatibleConfig } from "./config.js";

const definition = {
  name: "openai-compatible",
  packageName,
  version,
  config: openAICompatibleConfig,
  env: { baseURL: "OPENAI_COMPATIBLE_BASE_URL", apiKey: "OPENAI_COMPATIBLE_API_KEY" },
  create({ apiKey, maxTokensField, ...config }: OpenAICompatibleSettings) {
    return createOpenAIChatModel({
      ...config,
      provider: "openai-compatible",
      packageName,
      version,
      ...(apiKey !== undefined && { auth: { authorization: `Bearer ${apiKey}` } }),
      // OpenAI has no topK, but the servers that people run themselves do.
      optionNames: { maxTokens: maxTokensField, topK: "top_k" },
    });
  },
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    "openai-compatible": OpenAICompatibleConfig;
  }
}

/**
 * A chat model behind any server that speaks the OpenAI chat wire: vLLM, llama.cpp, LM Studio, LiteLLM, a company's gateway.
 *
 * @throws BelugaError `invalid_input` where the config is wrong, or has no `baseURL`.
 * @see {@link https://platform.openai.com/docs/api-reference/chat}
 */
export function createOpenAICompatible(config: OpenAICompatibleConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
