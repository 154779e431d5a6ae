import { type Embedder, type ProviderDefinition, embedders } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type AcmeEmbedderConfig, type AcmeEmbedderSettings, acmeEmbedderConfig } from "./config.js";
import { acmeEmbedder } from "./embedder.js";

export type { AcmeEmbedderConfig, AcmeEmbeddingModelId } from "./config.js";

const definition = {
  name: "acme",
  packageName,
  version,
  config: acmeEmbedderConfig,
  env: { apiKey: "ACME_API_KEY" },
  create: (settings: AcmeEmbedderSettings) => acmeEmbedder(settings),
} satisfies ProviderDefinition<Embedder>;

embedders.register(definition);

declare module "@beluga/core" {
  interface EmbedderProviders {
    "acme": AcmeEmbedderConfig;
  }
}

/**
 * Acme's embedding models.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://docs.acme.example/api/embeddings}
 */
export function createAcmeEmbedder(config: AcmeEmbedderConfig): Embedder {
  return instantiate(embedders, definition, config);
}
