import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { createOpenAIResponsesModel, openAIModelTraits } from "@beluga/llm-openai-compatible/responses";
import { name as packageName, version } from "../package.json";
import { addressOf } from "./address.js";
import { authenticationOf } from "./authentication.js";
import { type AzureConfig, type AzureSettings, azureConfig } from "./config.js";
import { refineAzureError } from "./errors.js";
import { readChatFilters, readResponseFilters } from "./filters.js";

export type { AzureConfig } from "./config.js";

const definition = {
  name: "azure",
  packageName,
  version,
  config: azureConfig,
  env: { apiKey: "AZURE_OPENAI_API_KEY", baseURL: "AZURE_OPENAI_ENDPOINT", apiVersion: "OPENAI_API_VERSION" },
  create(settings: AzureSettings) {
    const { resource, apiKey, token, apiVersion, api, baseModel, ...config } = settings;
    const wire = {
      ...config,
      ...addressOf(settings),
      provider: "azure",
      packageName,
      version,
      auth: authenticationOf(settings),
      refineError: refineAzureError,
    };
    if (api === "chat") return createOpenAIChatModel({ ...wire, readExtras: readChatFilters });
    const traits = openAIModelTraits(baseModel ?? config.model);
    return createOpenAIResponsesModel({ ...wire, traits, readExtras: readResponseFilters });
  },
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    azure: AzureConfig;
  }
}

/**
 * OpenAI's models on Azure, in Microsoft Foundry.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://learn.microsoft.com/en-us/azure/foundry/openai/latest | Reference}
 */
export function createAzure(config: AzureConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
