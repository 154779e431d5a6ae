import {
  type ManagedVectorStore,
  type ProviderDefinition,
  type VectorStore,
  vectorStores,
} from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type MemoryConfig, type MemorySettings, memoryConfig } from "./config.js";
import { openMemoryStore } from "./store.js";

export type { MemoryConfig } from "./config.js";

const definition = {
  name: "memory",
  packageName,
  version,
  config: memoryConfig,
  create: (settings: MemorySettings): ManagedVectorStore => openMemoryStore(settings),
} satisfies ProviderDefinition<VectorStore>;

vectorStores.register(definition);

declare module "@beluga/core" {
  interface VectorStoreProviders {
    memory: MemoryConfig;
  }
}

/**
 * A vector store in this process's memory, with exact search. It starts empty, and what it holds goes with it.
 *
 * @throws BelugaError `invalid_input` where the config is wrong.
 */
export function createMemoryStore(config: MemoryConfig = {}): ManagedVectorStore {
  return instantiate(vectorStores, definition, config);
}
