import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { createOpenAIResponsesModel } from "@beluga/llm-openai-compatible/responses";
import { name as packageName, version } from "../package.json";
import { agentWire } from "./agent.js";
import { chatWire } from "./chat.js";
import { type PerplexityConfig, type PerplexitySettings, perplexityConfig } from "./config.js";

export type { PerplexityConfig, PerplexityModelId } from "./config.js";

const definition = {
  name: "perplexity",
  packageName,
  version,
  config: perplexityConfig,
  env: { apiKey: "PERPLEXITY_API_KEY" },
  create({ api, apiKey, ...settings }: PerplexitySettings) {
    const wire = {
      ...settings,
      provider: "perplexity",
      packageName,
      version,
      auth: { authorization: `Bearer ${apiKey}` },
    };
    const chosen = api ?? (settings.model.startsWith("sonar") ? "chat" : "agent");
    return chosen === "chat"
      ? createOpenAIChatModel({ ...wire, ...chatWire })
      : createOpenAIResponsesModel({ ...wire, ...agentWire });
  },
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    perplexity: PerplexityConfig;
  }
}

/**
 * Perplexity's presets, and the models of many vendors with its searches, over the Agent API.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://docs.perplexity.ai/api-reference/agent-post | Agent API}
 */
export function createPerplexity(config: PerplexityConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
