import {
  type ManagedVectorStore,
  type ProviderDefinition,
  type VectorStore,
  vectorStores,
} from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type PgvectorConfig, type PgvectorSettings, pgvectorConfig } from "./config.js";
import { provider } from "./errors.js";
import { openStore } from "./store.js";

export type { PooledClient, PostgresClient, PostgresPool } from "./client.js";
export type { HnswOptions, IvfflatOptions, PgvectorConfig } from "./config.js";

const definition = {
  name: provider,
  packageName,
  version,
  config: pgvectorConfig,
  env: { connectionString: "DATABASE_URL" },
  create: (settings: PgvectorSettings): ManagedVectorStore => openStore(settings),
} satisfies ProviderDefinition<VectorStore>;

vectorStores.register(definition);

declare module "@beluga/core" {
  interface VectorStoreProviders {
    pgvector: PgvectorConfig;
  }
}

/**
 * A vector store in a table of Postgres, with the extension {@link https://github.com/pgvector/pgvector | pgvector}. Nothing is connected to before the
 * first call; `ensureIndex()` creates the extension and the table where they are missing.
 *
 * @throws BelugaError `invalid_input` where the config is wrong.
 */
export function createPgvectorStore(config: PgvectorConfig = {}): ManagedVectorStore {
  return instantiate(vectorStores, definition, config);
}
