import { type ProviderDefinition, type Reranker, rerankers } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type CohereRerankerConfig, type CohereRerankerSettings, cohereRerankerConfig } from "./config.js";
import { cohereReranker } from "./reranker.js";

export type { CohereRerankModelId, CohereRerankerConfig } from "./config.js";

const definition = {
  name: "cohere",
  packageName,
  version,
  config: cohereRerankerConfig,
  env: { apiKey: "CO_API_KEY", baseURL: "CO_API_URL" },
  create: (settings: CohereRerankerSettings) => cohereReranker(settings),
} satisfies ProviderDefinition<Reranker>;

rerankers.register(definition);

declare module "@beluga/core" {
  interface RerankerProviders {
    cohere: CohereRerankerConfig;
  }
}

/**
 * Cohere's rerankers.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://docs.cohere.com/v2/reference/rerank | Rerank API (v2)}
 */
export function createCohereReranker(config: CohereRerankerConfig): Reranker {
  return instantiate(rerankers, definition, config);
}
