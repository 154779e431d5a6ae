import { type ProviderDefinition, type Reranker, rerankers } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type VoyageRerankerConfig, type VoyageRerankerSettings, voyageRerankerConfig } from "./config.js";
import { voyageReranker } from "./reranker.js";

export type { VoyageRerankModelId, VoyageRerankerConfig } from "./config.js";

const definition = {
  name: "voyage",
  packageName,
  version,
  config: voyageRerankerConfig,
  env: { apiKey: "VOYAGE_API_KEY" },
  create: (settings: VoyageRerankerSettings) => voyageReranker(settings),
} satisfies ProviderDefinition<Reranker>;

rerankers.register(definition);

declare module "@beluga/core" {
  interface RerankerProviders {
    voyage: VoyageRerankerConfig;
  }
}

/**
 * Voyage AI's rerankers.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://docs.voyageai.com/reference/reranker-api | Rerankers}
 */
export function createVoyageReranker(config: VoyageRerankerConfig): Reranker {
  return instantiate(rerankers, definition, config);
}
