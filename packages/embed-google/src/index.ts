import { type Embedder, type ProviderDefinition, embedders } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type GoogleEmbedderConfig, type GoogleEmbedderSettings, googleEmbedderConfig } from "./config.js";
import { googleEmbedder } from "./embedder.js";

export type { GoogleEmbedderConfig, GoogleEmbeddingModelId } from "./config.js";

const definition = {
  name: "google",
  packageName,
  version,
  config: googleEmbedderConfig,
  env: { apiKey: "GOOGLE_API_KEY" },
  create: (settings: GoogleEmbedderSettings) => googleEmbedder(settings),
} satisfies ProviderDefinition<Embedder>;

embedders.register(definition);

declare module "@beluga/core" {
  interface EmbedderProviders {
    google: GoogleEmbedderConfig;
  }
}

/**
 * Google's embedding models, by the Gemini API or by Vertex AI.
 *
 * @throws BelugaError `auth_error` without a key or token, `invalid_input` where the config is wrong, `unsupported` where the model has no
 * vectors of `dimensions`.
 * @see {@link https://ai.google.dev/api/embeddings | Embeddings}
 */
export function createGoogleEmbedder(config: GoogleEmbedderConfig): Embedder {
  return instantiate(embedders, definition, config);
}
