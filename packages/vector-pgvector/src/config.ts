import type { Metric } from "@beluga/core";
import { type ConfigShape, positiveInteger } from "@beluga/core/provider";
import * as z from "@beluga/core/schema";
import type { PostgresClient, PostgresPool } from "./client.js";
import { identifierProblem } from "./identifier.js";
import { maxIndexedDimensions } from "./schema.js";

/** Options of `createPgvectorStore`. */
export interface PgvectorConfig {
  /**
   * Where the database is: {@link https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS | postgres://user:password@host:port/database},
   * with what [pg](https://node-postgres.com/features/connecting#connection-uri) takes behind it (`?sslmode=verify-full`). Default: `DATABASE_URL`, or
   * else `POSTGRES_URL`, or else what pg takes from `PGHOST`, `PGUSER` and their like.
   */
  connectionString?: string | undefined;
  /** The most connections that are open at once. They are opened when they are needed. Default: 10. */
  poolSize?: number | undefined;
  /** A `Pool` of [pg](https://node-postgres.com/apis/pool) to use in place of an own one. `close()` leaves it open. */
  pool?: PostgresPool | undefined;
  /**
   * One connection to use in place of a pool: a [PGlite](https://pglite.dev), a `Client` of pg that is connected and that nothing else uses, or
   * another with such a `query`. Calls wait for each other. `close()` leaves it open.
   */
  client?: PostgresClient | undefined;
  /** The schema that the table is in. It has to be there. Default: `public`. */
  schema?: string | undefined;
  /** The name of the index, which is a table. Default: `documents`. */
  index?: string | undefined;
  /**
   * How nearness is measured: `cosine`, `dot` or `euclidean`. The table remembers it, and another than it has is refused; a table that something
   * else has made is taken to have this one. Default: `cosine`.
   */
  metric?: Metric | undefined;
  /** The width of the vectors, 1 to 16,000. `ensureIndex()` needs it. Default: that of the table. */
  dimensions?: number | undefined;
  /**
   * How a search finds the nearest: `none` looks at every document that matches, and finds exactly the nearest; `hnsw` and `ivfflat` use
   * {@link https://github.com/pgvector/pgvector#indexing | an index of pgvector} (vectors of up to 2,000 numbers), and may miss some. What there is in
   * the table is not changed by this: `ensureIndex()` makes the index of a new table. Default: `none`.
   */
  indexing?: "none" | "hnsw" | "ivfflat" | undefined;
  /** Parameters of {@link https://github.com/pgvector/pgvector#hnsw | HNSW}. */
  hnsw?: HnswOptions | undefined;
  /** Parameters of {@link https://github.com/pgvector/pgvector#ivfflat | IVFFlat}. */
  ivfflat?: IvfflatOptions | undefined;
}

/** Parameters of an HNSW index. */
export interface HnswOptions {
  /** The most neighbours of a vector in a layer, 2 to 100, when the index is made. Default: 16. */
  m?: number | undefined;
  /** How many candidates are looked at for each vector that is put in, 4 to 1,000, when the index is made. Default: 64. */
  efConstruction?: number | undefined;
  /** How many candidates a search looks at, 1 to 1,000: more find better, and take longer. Default: the server's, which is 40. */
  efSearch?: number | undefined;
}

/** Parameters of an IVFFlat index. */
export interface IvfflatOptions {
  /** How many lists the vectors are divided into, 1 to 32,768, when the index is made. Default: 100. */
  lists?: number | undefined;
  /** How many lists a search looks at, 1 to 32,768: more find better, and take longer. Default: the server's, which is 1. */
  probes?: number | undefined;
}

/** What Postgres would cut to 63 bytes, and so might take for another's name, is none. */
const identifier = z.string().check((context) => {
  const problem = identifierProblem(context.value);
  if (problem) context.issues.push({ code: "custom", input: context.value, message: problem });
});

const between = (least: number, most: number) => z.optional(z.int().check(z.minimum(least), z.maximum(most)));

export const pgvectorConfig = z
  .strictObject({
    connectionString: z.optional(z.string()),
    poolSize: z._default(positiveInteger, 10),
    pool: z.optional(z.custom<PostgresPool>(hasMethod("connect"), 'expected a pool with a method "connect"')),
    client: z.optional(
      z.custom<PostgresClient>(hasMethod("query"), 'expected a client with a method "query"'),
    ),
    schema: z._default(identifier, "public"),
    index: z._default(identifier, "documents"),
    metric: z._default(z.enum(["cosine", "dot", "euclidean"]), "cosine"),
    dimensions: between(1, 16_000),
    indexing: z._default(z.enum(["none", "hnsw", "ivfflat"]), "none"),
    hnsw: z._default(
      z.strictObject({
        m: between(2, 100),
        efConstruction: between(4, 1_000),
        efSearch: between(1, 1_000),
      } satisfies ConfigShape<HnswOptions>),
      {},
    ),
    ivfflat: z._default(
      z.strictObject({
        lists: between(1, 32_768),
        probes: between(1, 32_768),
      } satisfies ConfigShape<IvfflatOptions>),
      {},
    ),
  } satisfies ConfigShape<PgvectorConfig>)
  .check(
    // Where there is a pool or a client, it may come from the environment, and be that of another database.
    z.refine(
      ({ pool, client, connectionString }) =>
        (pool ?? client) !== undefined || isConnectionString(connectionString),
      {
        path: ["connectionString"],
        message: "expected postgres://user:password@host:port/database",
      },
    ),
    z.refine(({ pool, client }) => !pool || !client, {
      path: ["client"],
      message: "expected a pool or a client, not both",
    }),
    z.refine(({ dimensions = 1, indexing }) => indexing === "none" || dimensions <= maxIndexedDimensions, {
      path: ["dimensions"],
      message: `pgvector's indexes take at most ${maxIndexedDimensions}`,
    }),
    z.refine(({ hnsw: { m = 16, efConstruction = 64 } }) => efConstruction >= 2 * m, {
      path: ["hnsw", "efConstruction"],
      message: "expected at least twice m",
    }),
  );

export type PgvectorSettings = z.output<typeof pgvectorConfig>;

/** A path is that of a socket; a host may be absent, and stand behind the question mark. */
function isConnectionString(text = "/"): boolean {
  const url = text.replace("@/", "@host/");
  return text.startsWith("/") || (/^postgres(ql)?:/.test(url) && URL.canParse(url));
}

function hasMethod(name: string): (value: unknown) => boolean {
  return (value) => typeof (value as Record<string, unknown> | null | undefined)?.[name] === "function";
}
