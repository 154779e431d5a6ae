import { type Embedder, type ProviderDefinition, embedders } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type VoyageEmbedderConfig, type VoyageEmbedderSettings, voyageEmbedderConfig } from "./config.js";
import { voyageEmbedder } from "./embedder.js";

export type { VoyageEmbedderConfig, VoyageEmbeddingModelId } from "./config.js";

const definition = {
  name: "voyage",
  packageName,
  version,
  config: voyageEmbedderConfig,
  env: { apiKey: "VOYAGE_API_KEY" },
  create: (settings: VoyageEmbedderSettings) => voyageEmbedder(settings),
} satisfies ProviderDefinition<Embedder>;

embedders.register(definition);

declare module "@beluga/core" {
  interface EmbedderProviders {
    voyage: VoyageEmbedderConfig;
  }
}

/**
 * Voyage AI's embedding models.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong, `unsupported` where the model does not have the
 * width of `dimensions`.
 * @see {@link https://docs.voyageai.com/reference/embeddings-api | Text embedding models}
 */
export function createVoyageEmbedder(config: VoyageEmbedderConfig): Embedder {
  return instantiate(embedders, definition, config);
}
