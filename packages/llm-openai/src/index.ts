import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { createOpenAIResponsesModel } from "@beluga/llm-openai-compatible/responses";
import { name as packageName, version } from "../package.json";
import { type OpenAIConfig, type OpenAISettings, openAIConfig } from "./config.js";

export type { OpenAIConfig, OpenAIModelId } from "./config.js";

const definition = {
  name: "openai",
  packageName,
  version,
  config: openAIConfig,
  env: {
    apiKey: "OPENAI_API_KEY",
    baseURL: "OPENAI_BASE_URL",
    organization: "OPENAI_ORG_ID",
    project: "OPENAI_PROJECT_ID",
  },
  create({ api, apiKey, organization, project, ...config }: OpenAISettings) {
    const wire = {
      ...config,
      provider: "openai",
      packageName,
      version,
      auth: {
        authorization: `Bearer ${apiKey}`,
        ...(organization !== undefined && { "openai-organization": organization }),
        ...(project !== undefined && { "openai-project": project }),
      },
    };
    return api === "chat" ? createOpenAIChatModel(wire) : createOpenAIResponsesModel(wire);
  },
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    openai: OpenAIConfig;
  }
}

/**
 * OpenAI's chat models.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://platform.openai.com/docs/api-reference/responses | Responses},
 * {@link https://platform.openai.com/docs/api-reference/chat | Chat Completions}
 */
export function createOpenAI(config: OpenAIConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
