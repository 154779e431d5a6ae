import {
  type ManagedVectorStore,
  type ProviderDefinition,
  type VectorStore,
  vectorStores,
} from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type QdrantConfig, type QdrantSettings, qdrantConfig } from "./config.js";
import { openQdrantStore } from "./store.js";

export type { QdrantConfig, QdrantPayloadIndex } from "./config.js";

const definition = {
  name: "qdrant",
  packageName,
  version,
  config: qdrantConfig,
  env: { baseURL: "QDRANT_URL", apiKey: "QDRANT_API_KEY" },
  create: (settings: QdrantSettings): ManagedVectorStore => openQdrantStore(settings),
} satisfies ProviderDefinition<VectorStore>;

vectorStores.register(definition);

declare module "@beluga/core" {
  interface VectorStoreProviders {
    qdrant: QdrantConfig;
  }
}

/**
 * A vector store in a collection of Qdrant's, of version 1.10 or newer, over its REST API. Nothing is sent before the first call.
 *
 * @throws BelugaError `invalid_input` where the config is wrong.
 * @see {@link https://api.qdrant.tech | API reference}
 */
export function createQdrantStore(config: QdrantConfig = {}): ManagedVectorStore {
  return instantiate(vectorStores, definition, config);
}
