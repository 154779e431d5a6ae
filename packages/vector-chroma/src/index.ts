import {
  type ManagedVectorStore,
  type ProviderDefinition,
  type VectorStore,
  vectorStores,
} from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type ChromaConfig, type ChromaSettings, chromaConfig } from "./config.js";
import { openChromaStore } from "./store.js";

export type { ChromaConfig, ChromaHnsw } from "./config.js";

const definition = {
  name: "chroma",
  packageName,
  version,
  config: chromaConfig,
  env: {
    baseURL: "CHROMA_ENDPOINT",
    apiKey: "CHROMA_API_KEY",
    tenant: "CHROMA_TENANT",
    database: "CHROMA_DATABASE",
  },
  create: (settings: ChromaSettings): ManagedVectorStore => openChromaStore(settings),
} satisfies ProviderDefinition<VectorStore>;

vectorStores.register(definition);

declare module "@beluga/core" {
  interface VectorStoreProviders {
    chroma: ChromaConfig;
  }
}

/**
 * A vector store in a collection of a Chroma server, of version 1.0.15 or newer, over its HTTP API. Nothing is sent before the first call.
 *
 * @throws BelugaError `invalid_input` where the config is wrong.
 * @see {@link https://docs.trychroma.com/reference/server-api | Server API}
 */
export function createChromaStore(config: ChromaConfig = {}): ManagedVectorStore {
  return instantiate(vectorStores, definition, config);
}
