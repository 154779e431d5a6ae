import type { Metric } from "@beluga/core";
import {
  type ConfigShape,
  type HttpConfig,
  httpConfig,
  httpURL,
  positiveInteger,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** Options of `createChromaStore`. */
export interface ChromaConfig extends HttpConfig {
  /**
   * Where the server is, with its port and without a path; Chroma Cloud is `https://api.trychroma.com`. Default: `CHROMA_ENDPOINT`, or
   * `http://127.0.0.1:8000`.
   */
  baseURL?: string | undefined;
  /** The API key of Chroma Cloud, sent as `x-chroma-token`; servers that one runs oneself want none. Default: `CHROMA_API_KEY`. */
  apiKey?: string | undefined;
  /** The tenant, which has to be there. Default: `CHROMA_TENANT`, or `default_tenant`. */
  tenant?: string | undefined;
  /** The tenant's database, which has to be there. Default: `CHROMA_DATABASE`, or `default_database`. */
  database?: string | undefined;
  /** The name of the collection: 3 to 512 characters of `a-z`, `A-Z`, `0-9`, `.`, `_` and `-`. Default: `documents`. */
  index?: string | undefined;
  /** How nearness is measured: `cosine`, `dot` or `euclidean`. Another than the collection has is refused. Default: `cosine`. */
  metric?: Metric | undefined;
  /** The width of the vectors. Another than the collection has is refused. Default: that of the collection, which its first document sets. */
  dimensions?: number | undefined;
  /** How a new collection builds and searches its graph. One that is there keeps what it has. Default: the server's own. */
  hnsw?: ChromaHnsw | undefined;
  /** The most documents of one request, up to 32,000. Default: 1,000; 300 on Chroma Cloud, which takes no more. */
  maxBatchSize?: number | undefined;
}

/**
 * The HNSW graph of a collection. More of each is slower, and misses less.
 *
 * @see {@link https://docs.trychroma.com/docs/collections/configure#hnsw-index-configuration}
 */
export interface ChromaHnsw {
  /** How many candidates are looked at to find a new vector's neighbours. Default: 100. */
  efConstruction?: number | undefined;
  /** How many candidates a search keeps; at least `k`. Default: 100. */
  efSearch?: number | undefined;
  /** How many neighbours a vector is linked to. Default: 16. */
  maxNeighbors?: number | undefined;
}

const positive = positiveInteger;
const notEmpty = z.string().check(
  z.minLength(1),
  z.refine((text) => !/\p{Surrogate}/u.test(text)),
);

/** {@link https://docs.trychroma.com/docs/collections/manage-collections | What a collection may be called}. */
const collectionName = z.string().check(
  z.regex(
    /^[a-zA-Z0-9][\w.-]{1,510}[a-zA-Z0-9]$/,
    "expected 3 to 512 letters, digits, and . _ - between them",
  ),
  z.refine((name) => !name.includes(".."), "expected no two dots in a row"),
  z.refine((name) => !/^\d+\.\d+\.\d+\.\d+$/.test(name), "expected no IP address"),
);

export const chromaConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "http://127.0.0.1:8000"),
  apiKey: z.optional(notEmpty),
  tenant: z._default(notEmpty, "default_tenant"),
  database: z._default(notEmpty, "default_database"),
  index: z._default(collectionName, "documents"),
  metric: z._default(z.enum(["cosine", "dot", "euclidean"]), "cosine"),
  dimensions: z.optional(positive),
  hnsw: z.optional(
    z.strictObject({
      efConstruction: z.optional(positive),
      efSearch: z.optional(positive),
      maxNeighbors: z.optional(positive),
    } satisfies ConfigShape<ChromaHnsw>),
  ),
  // SQLite takes 32,766 parameters, of which each id is one.
  maxBatchSize: z.optional(positive.check(z.maximum(32_000))),
} satisfies ConfigShape<ChromaConfig>);

export type ChromaSettings = z.output<typeof chromaConfig>;
