import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type CohereConfig, type CohereSettings, cohereConfig } from "./config.js";
import { createCohereModel } from "./model.js";

export type { CohereConfig, CohereModelId } from "./config.js";

const definition = {
  name: "cohere",
  packageName,
  version,
  config: cohereConfig,
  env: { apiKey: "CO_API_KEY", baseURL: "CO_API_URL" },
  create: (settings: CohereSettings) => createCohereModel({ ...settings, packageName, version }),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    cohere: CohereConfig;
  }
}

/**
 * Cohere's Command models.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://docs.cohere.com/v2/reference/chat | Chat API (v2)}
 */
export function createCohere(config: CohereConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
