import { type ProviderDefinition, type VectorStore, vectorStores } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type SqliteConfig, type SqliteSettings, sqliteConfig } from "./config.js";
import { sqliteStore } from "./store.js";
import type { SqliteStore } from "./types.js";

export type { SqliteConfig } from "./config.js";
export type { ListOptions, ListedDocument, Replacement, SqliteStore } from "./types.js";

const definition = {
  name: "sqlite",
  packageName,
  version,
  config: sqliteConfig,
  create: (settings: SqliteSettings): SqliteStore => sqliteStore(settings),
} satisfies ProviderDefinition<VectorStore>;

vectorStores.register(definition);

declare module "@beluga/core" {
  interface VectorStoreProviders {
    sqlite: SqliteConfig;
  }
}

/**
 * A vector store in one SQLite file, with exact search. The file is opened, and made where it is missing, before this returns.
 *
 * @throws BelugaError `invalid_input` where the config is wrong, the index has another metric or width, or the file is no database;
 * `not_found` where a file or an index is to be read only and is not there; `unsupported` where the run time has no `node:sqlite`, or
 * sqlite-vec has no build for the machine; `timeout` where another process holds the file.
 */
export function createSqliteStore(config: SqliteConfig): SqliteStore {
  return instantiate(vectorStores, definition, config);
}
