import { type Embedder, type ProviderDefinition, embedders } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type CohereEmbedderConfig, type CohereEmbedderSettings, cohereEmbedderConfig } from "./config.js";
import { cohereEmbedder } from "./embedder.js";

export type { CohereEmbedderConfig, CohereEmbeddingModelId } from "./config.js";

const definition = {
  name: "cohere",
  packageName,
  version,
  config: cohereEmbedderConfig,
  env: { apiKey: "CO_API_KEY", baseURL: "CO_API_URL" },
  create: (settings: CohereEmbedderSettings) => cohereEmbedder(settings),
} satisfies ProviderDefinition<Embedder>;

embedders.register(definition);

declare module "@beluga/core" {
  interface EmbedderProviders {
    cohere: CohereEmbedderConfig;
  }
}

/**
 * Cohere's embedding models.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong, `unsupported` where the model does not have the
 * width of `dimensions`.
 * @see {@link https://docs.cohere.com/v2/reference/embed | Embed API (v2)}
 */
export function createCohereEmbedder(config: CohereEmbedderConfig): Embedder {
  return instantiate(embedders, definition, config);
}
