import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { createOpenAIResponsesModel } from "@beluga/llm-openai-compatible/responses";
import { name as packageName, version } from "../package.json";
import { type LiteLLMConfig, type LiteLLMSettings, liteLLMConfig } from "./config.js";
import { chatWire, responsesWire } from "./wires.js";

export type { LiteLLMConfig } from "./config.js";

const definition = {
  name: "litellm",
  packageName,
  version,
  config: liteLLMConfig,
  // As LiteLLM's own client of the proxy has them: https://docs.litellm.ai/docs/providers/litellm_proxy#required-variables
  env: { apiKey: "LITELLM_PROXY_API_KEY", baseURL: "LITELLM_PROXY_API_BASE" },
  create({ api, apiKey, ...settings }: LiteLLMSettings) {
    const proxy = {
      ...settings,
      provider: "litellm",
      packageName,
      version,
      ...(apiKey !== undefined && { auth: { authorization: `Bearer ${apiKey}` } }),
    };
    return api === "responses"
      ? createOpenAIResponsesModel({ ...proxy, ...responsesWire })
      : createOpenAIChatModel({ ...proxy, ...chatWire });
  },
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    litellm: LiteLLMConfig;
  }
}

/**
 * The models behind a LiteLLM proxy.
 *
 * @throws BelugaError `invalid_input` where the config is wrong.
 * @see {@link https://docs.litellm.ai/docs/proxy/user_keys | Requests to the proxy}
 */
export function createLiteLLM(config: LiteLLMConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
