import { type ProviderDefinition, type Reranker, rerankers } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type JinaRerankerConfig, type JinaRerankerSettings, jinaRerankerConfig } from "./config.js";
import { jinaReranker } from "./reranker.js";

export type { JinaRerankModelId, JinaRerankerConfig } from "./config.js";

const definition = {
  name: "jina",
  packageName,
  version,
  config: jinaRerankerConfig,
  env: { apiKey: "JINA_API_KEY" },
  create: (settings: JinaRerankerSettings) => jinaReranker(settings),
} satisfies ProviderDefinition<Reranker>;

rerankers.register(definition);

declare module "@beluga/core" {
  interface RerankerProviders {
    jina: JinaRerankerConfig;
  }
}

/**
 * Jina AI's rerankers, and those of any server that speaks the same wire.
 *
 * @throws BelugaError `auth_error` without a key for Jina's own address, `invalid_input` where the config is wrong.
 * @see {@link https://api.jina.ai/openapi.json | Rerank, in the schema of the API}
 */
export function createJinaReranker(config: JinaRerankerConfig): Reranker {
  return instantiate(rerankers, definition, config);
}
