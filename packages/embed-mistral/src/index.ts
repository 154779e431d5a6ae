import { type Embedder, type ProviderDefinition, embedders } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type MistralEmbedderConfig, type MistralEmbedderSettings, mistralEmbedderConfig } from "./config.js";
import { mistralEmbedder } from "./embedder.js";

export type { MistralEmbedderConfig, MistralEmbeddingModelId } from "./config.js";

const definition = {
  name: "mistral",
  packageName,
  version,
  config: mistralEmbedderConfig,
  env: { apiKey: "MISTRAL_API_KEY" },
  create: (settings: MistralEmbedderSettings) => mistralEmbedder(settings),
} satisfies ProviderDefinition<Embedder>;

embedders.register(definition);

declare module "@beluga/core" {
  interface EmbedderProviders {
    mistral: MistralEmbedderConfig;
  }
}

/**
 * Mistral's embedding models, of texts and of code.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong, `unsupported` where the model has no vectors of
 * `dimensions`.
 * @see {@link https://docs.mistral.ai/api/endpoint/embeddings | Embeddings}
 */
export function createMistralEmbedder(config: MistralEmbedderConfig): Embedder {
  return instantiate(embedders, definition, config);
}
