import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { createOpenAIChatModel } from "./base.js";
import {
  type OpenAICompatibleConfig,
  type OpenAICompatibleSettings,
  openAICompatibleConfig,
} from "./config.js";
import { createOpenAIResponsesModel } from "./responses.js";

export type { OpenAICompatibleConfig } from "./config.js";

const definition = {
  name: "openai-compatible",
  packageName,
  version,
  config: openAICompatibleConfig,
  env: { baseURL: "OPENAI_COMPATIBLE_BASE_URL", apiKey: "OPENAI_COMPATIBLE_API_KEY" },
  create({ api, apiKey, maxTokensField, reasoningField, ...config }: OpenAICompatibleSettings) {
    const server = {
      ...config,
      provider: "openai-compatible",
      packageName,
      version,
      ...(apiKey !== undefined && { auth: { authorization: `Bearer ${apiKey}` } }),
    };
    if (api === "responses") return createOpenAIResponsesModel(server);
    // OpenAI has no topK, but the servers that people run themselves do.
    const optionNames = { maxTokens: maxTokensField ?? "max_tokens", topK: "top_k" };
    return createOpenAIChatModel({ ...server, optionNames, reasoningField });
  },
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    "openai-compatible": OpenAICompatibleConfig;
  }
}

/**
 * A chat model behind any server that speaks one of OpenAI's wires: vLLM, llama.cpp, LM Studio, LiteLLM, a company's gateway.
 *
 * @throws BelugaError `invalid_input` where the config is wrong, or has no `baseURL`.
 * @see {@link https://platform.openai.com/docs/api-reference/chat}
 */
export function createOpenAICompatible(config: OpenAICompatibleConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
