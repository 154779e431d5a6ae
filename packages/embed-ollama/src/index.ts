import { type Embedder, type ProviderDefinition, embedders } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type OllamaEmbedderConfig, type OllamaEmbedderSettings, ollamaEmbedderConfig } from "./config.js";
import { ollamaEmbedder } from "./embedder.js";

export type { OllamaEmbedderConfig, OllamaEmbeddingModelName } from "./config.js";

const definition = {
  name: "ollama",
  packageName,
  version,
  config: ollamaEmbedderConfig,
  env: { baseURL: "OLLAMA_HOST", apiKey: "OLLAMA_API_KEY" },
  create: (settings: OllamaEmbedderSettings) => ollamaEmbedder(settings),
} satisfies ProviderDefinition<Embedder>;

embedders.register(definition);

declare module "@beluga/core" {
  interface EmbedderProviders {
    ollama: OllamaEmbedderConfig;
  }
}

/**
 * An embedding model that runs in Ollama, on this machine or on another one.
 *
 * @throws BelugaError `invalid_input` where the config is wrong.
 * @see {@link https://docs.ollama.com/api/embed | Generate embeddings}
 */
export function createOllamaEmbedder(config: OllamaEmbedderConfig): Embedder {
  return instantiate(embedders, definition, config);
}
