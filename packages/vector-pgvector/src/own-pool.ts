import { readEnvironment } from "@beluga/core/provider";
import type { Pool } from "pg";
import type { PooledClient, PostgresPool } from "./client.js";
import type { PgvectorSettings } from "./config.js";

/** A pool of pg, which is loaded with the first connection: who brings a client needs no pg, nor a run time that can load it. */
export class OwnPool implements PostgresPool {
  readonly #settings: Pick<PgvectorSettings, "connectionString" | "poolSize">;
  #pool: Promise<Pool> | undefined;

  constructor({ connectionString = readEnvironment("POSTGRES_URL"), poolSize }: PgvectorSettings) {
    this.#settings = { connectionString, poolSize };
  }

  async connect(): Promise<PooledClient> {
    this.#pool ??= this.#open();
    return (await this.#pool).connect();
  }

  async close(): Promise<void> {
    await (await this.#pool)?.end();
  }

  async #open(): Promise<Pool> {
    const { Pool } = await import("pg");
    const { connectionString, poolSize } = this.#settings;
    const pool = new Pool({
      ...(connectionString !== undefined && { connectionString }),
      max: poolSize,
      // A connection that nobody uses keeps no script from ending.
      allowExitOnIdle: true,
    });
    // Nor does one that is lost then end the process: the pool opens another when it needs one.
    pool.on("error", () => undefined);
    return pool;
  }
}
