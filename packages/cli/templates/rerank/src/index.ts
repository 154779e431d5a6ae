import { type Reranker, type ProviderDefinition, rerankers } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type AcmeRerankerConfig, type AcmeRerankerSettings, acmeRerankerConfig } from "./config.js";
import { acmeReranker } from "./reranker.js";

export type { AcmeRerankerConfig, AcmeRerankModelId } from "./config.js";

const definition = {
  name: "acme",
  packageName,
  version,
  config: acmeRerankerConfig,
  env: { apiKey: "ACME_API_KEY" },
  create: (settings: AcmeRerankerSettings) => acmeReranker(settings),
} satisfies ProviderDefinition<Reranker>;

rerankers.register(definition);

declare module "@beluga/core" {
  interface RerankerProviders {
    "acme": AcmeRerankerConfig;
  }
}

/**
 * Acme's rerankers.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://docs.acme.example/api/rerank}
 */
export function createAcmeReranker(config: AcmeRerankerConfig): Reranker {
  return instantiate(rerankers, definition, config);
}
