import { type ManagedVectorStore, type ProviderDefinition, type VectorStore, vectorStores } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type AcmeStoreConfig, type AcmeStoreSettings, acmeStoreConfig } from "./config.js";
import { acmeStore } from "./store.js";

export type { AcmeStoreConfig } from "./config.js";

const definition = {
  name: "acme",
  packageName,
  version,
  config: acmeStoreConfig,
  env: { apiKey: "ACME_API_KEY" },
  create: (settings: AcmeStoreSettings) => acmeStore(settings),
} satisfies ProviderDefinition<VectorStore>;

vectorStores.register(definition);

declare module "@beluga/core" {
  interface VectorStoreProviders {
    "acme": AcmeStoreConfig;
  }
}

/**
 * Acme's vector store.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://docs.acme.example/api/indexes}
 */
export function createAcmeStore(config: AcmeStoreConfig): ManagedVectorStore {
  return instantiate(vectorStores, definition, config);
}
