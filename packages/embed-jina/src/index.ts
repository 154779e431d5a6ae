import { type Embedder, type ProviderDefinition, embedders } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type JinaEmbedderConfig, type JinaEmbedderSettings, jinaEmbedderConfig } from "./config.js";
import { jinaEmbedder } from "./embedder.js";

export type { JinaEmbedderConfig, JinaEmbeddingModelId } from "./config.js";

const definition = {
  name: "jina",
  packageName,
  version,
  config: jinaEmbedderConfig,
  env: { apiKey: "JINA_API_KEY" },
  create: (settings: JinaEmbedderSettings) => jinaEmbedder(settings),
} satisfies ProviderDefinition<Embedder>;

embedders.register(definition);

declare module "@beluga/core" {
  interface EmbedderProviders {
    jina: JinaEmbedderConfig;
  }
}

/**
 * Jina AI's embedding models, at Jina and on servers of one's own.
 *
 * @throws BelugaError `auth_error` without a key for Jina's own address, `invalid_input` where the config is wrong, `unsupported` where the
 * model does not have the width of `dimensions`.
 * @see {@link https://api.jina.ai/openapi.json | Embeddings, in the schema of the API}
 */
export function createJinaEmbedder(config: JinaEmbedderConfig): Embedder {
  return instantiate(embedders, definition, config);
}
