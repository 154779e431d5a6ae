import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type AnthropicConfig, type AnthropicSettings, anthropicConfig } from "./config.js";
import { createAnthropicModel } from "./model.js";

export type { AnthropicConfig, AnthropicModelId } from "./config.js";

const definition = {
  name: "anthropic",
  packageName,
  version,
  config: anthropicConfig,
  env: { apiKey: "ANTHROPIC_API_KEY", baseURL: "ANTHROPIC_BASE_URL" },
  create: (settings: AnthropicSettings) => createAnthropicModel({ ...settings, packageName, version }),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    anthropic: AnthropicConfig;
  }
}

/**
 * Anthropic's Claude models.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://platform.claude.com/docs/en/api/messages/create | Messages}
 */
export function createAnthropic(config: AnthropicConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
