import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { name as packageName, version } from "../package.json";
import { type GroqConfig, type GroqSettings, groqConfig } from "./config.js";
import { groqWire } from "./wire.js";

export type { GroqConfig, GroqModelId } from "./config.js";

const definition = {
  name: "groq",
  packageName,
  version,
  config: groqConfig,
  env: { apiKey: "GROQ_API_KEY", baseURL: "GROQ_BASE_URL" },
  create: (settings: GroqSettings) => createOpenAIChatModel(groqWire({ ...settings, packageName, version })),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    groq: GroqConfig;
  }
}

/**
 * The models that Groq serves.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://console.groq.com/docs/api-reference#chat-create | Chat completions}
 */
export function createGroq(config: GroqConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
