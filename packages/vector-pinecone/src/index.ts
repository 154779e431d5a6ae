import {
  type ManagedVectorStore,
  type ProviderDefinition,
  type VectorStore,
  vectorStores,
} from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type PineconeConfig, type PineconeSettings, pineconeConfig } from "./config.js";
import { openPineconeStore } from "./store.js";

export type { PineconeConfig } from "./config.js";

const definition = {
  name: "pinecone",
  packageName,
  version,
  config: pineconeConfig,
  env: { apiKey: "PINECONE_API_KEY", baseURL: "PINECONE_CONTROLLER_HOST" },
  create: (settings: PineconeSettings): ManagedVectorStore => openPineconeStore(settings),
} satisfies ProviderDefinition<VectorStore>;

vectorStores.register(definition);

declare module "@beluga/core" {
  interface VectorStoreProviders {
    pinecone: PineconeConfig;
  }
}

/**
 * A vector store in an index of Pinecone's, over its REST API (the Vectors API, for records with vectors of one's own). Nothing is sent before
 * the first call.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://docs.pinecone.io/reference/api/introduction | API reference}
 */
export function createPineconeStore(config: PineconeConfig): ManagedVectorStore {
  return instantiate(vectorStores, definition, config);
}
