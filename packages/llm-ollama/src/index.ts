import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type OllamaConfig, type OllamaSettings, ollamaConfig } from "./config.js";
import { createOllamaModel } from "./model.js";

export type { OllamaConfig } from "./config.js";

const definition = {
  name: "ollama",
  packageName,
  version,
  config: ollamaConfig,
  env: { baseURL: "OLLAMA_HOST", apiKey: "OLLAMA_API_KEY" },
  create: (settings: OllamaSettings) => createOllamaModel({ ...settings, packageName, version }),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    ollama: OllamaConfig;
  }
}

/**
 * A chat model that runs in Ollama: on this machine, on another one, or in its cloud.
 *
 * @throws BelugaError `invalid_input` where the config is wrong.
 * @see {@link https://docs.ollama.com/api/chat}
 */
export function createOllama(config: OllamaConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
