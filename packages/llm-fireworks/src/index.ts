import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { name as packageName, version } from "../package.json";
import { type FireworksConfig, type FireworksSettings, fireworksConfig } from "./config.js";
import { fireworksWire } from "./wire.js";

export type { FireworksConfig, FireworksModelId } from "./config.js";

const definition = {
  name: "fireworks",
  packageName,
  version,
  config: fireworksConfig,
  env: { apiKey: "FIREWORKS_API_KEY", baseURL: "FIREWORKS_BASE_URL" },
  create: (settings: FireworksSettings) =>
    createOpenAIChatModel(fireworksWire({ ...settings, packageName, version })),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    fireworks: FireworksConfig;
  }
}

/**
 * The models that Fireworks AI serves.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://docs.fireworks.ai/api-reference/post-chatcompletions | Chat completions}
 */
export function createFireworks(config: FireworksConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
