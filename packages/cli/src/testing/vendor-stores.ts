import { join } from "node:path";
import type { Handler, TestServer } from "@beluga/conformance";
import { packageFolder } from "./run-cli.js";

/** A store that the command can be sent to. */
export interface TestStore {
  /** The index, as `--store` takes it. */
  id: string;
  /** What has to be in the environment. */
  env?: Readonly<Record<string, string>>;
  /** Its address on this machine, by the origin that it stands in for. */
  servers?: Readonly<Record<string, string>>;
  /** It lives no longer than the command. */
  isInMemory?: boolean;
  /** Each embedder has an index of its own in it. */
  takesAnyWidth?: boolean;
  close?(): Promise<void>;
}

/**
 * The engines themselves, or the local servers that stand in for them, which their own packages are tested with. Where one cannot run, the reason in its
 * place.
 */
export const testStores: Readonly<
  Record<string, (server: TestServer, key: string) => Promise<TestStore | string>>
> = {
  async "vector-chroma"() {
    interface Chroma {
      serverForTests(): Promise<{ url: string; stop(): Promise<void> } | undefined>;
    }
    const { serverForTests } = await testing<Chroma>("vector-chroma", "server.ts");
    const chroma = await serverForTests();
    if (!chroma) return "Chroma's server does not run here";
    // By this name `stop` knows what it has to delete on a server of others.
    return {
      id: `chroma/passages${process.pid}x1`,
      env: { CHROMA_ENDPOINT: chroma.url },
      close: () => chroma.stop(),
    };
  },

  "vector-memory": async () => ({ id: "memory", isInMemory: true, takesAnyWidth: true }),

  async "vector-pgvector"() {
    interface Postgres {
      servePostgres(): Promise<AsyncDisposable & { connectionString: string }>;
    }
    const { servePostgres } = await testing<Postgres>("vector-pgvector", "postgres.ts");
    const postgres = await servePostgres();
    return {
      id: "pgvector/passages",
      env: { DATABASE_URL: postgres.connectionString },
      close: async () => postgres[Symbol.asyncDispose](),
    };
  },

  async "vector-pinecone"(server, apiKey) {
    interface Pinecone {
      pineconeServer(server: TestServer, options: { apiKey: string }): { url: string };
    }
    const { pineconeServer } = await testing<Pinecone>("vector-pinecone", "pinecone-server.ts");
    const { url } = pineconeServer(server, { apiKey });
    return { id: "pinecone/passages", servers: { "https://api.pinecone.io": url } };
  },

  async "vector-qdrant"(server, apiKey) {
    interface Qdrant {
      qdrantHandler(options: { apiKey: string }): Handler;
    }
    const { qdrantHandler } = await testing<Qdrant>("vector-qdrant", "qdrant-server.ts");
    const { url } = server.route(qdrantHandler({ apiKey }));
    return { id: "qdrant/passages", servers: { "http://localhost:6333": url } };
  },

  "vector-sqlite": async () => ({ id: "sqlite/elsewhere.sqlite", takesAnyWidth: true }),
};

/** What another package tests itself with: no part of what it publishes, so it is found by its path. */
export async function testing<Module>(packageName: string, file: string): Promise<Module> {
  return (await import(join(packageFolder, "..", packageName, "src/testing", file))) as Module;
}
