import type { Metric } from "@beluga/core";
import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  positiveInteger,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/**
 * An index on a key of the metadata: its type, or an object with `type` and further options of Qdrant's, such as `is_tenant`.
 *
 * `float` is the one for numbers: an `integer` index does not see numbers with a fraction.
 *
 * @see {@link https://qdrant.tech/documentation/manage-data/indexing/#payload-index}
 */
export type QdrantPayloadIndex =
  | "keyword"
  | "float"
  | "integer"
  | "bool"
  | { readonly type: "keyword" | "float" | "integer" | "bool"; readonly [option: string]: unknown };

/** Options of `createQdrantStore`. */
export interface QdrantConfig extends HttpConfig {
  /** Where the server is, with its port. Default: `QDRANT_URL`, or `http://localhost:6333`. */
  baseURL?: string | undefined;
  /** The API key; servers that one runs oneself often want none. Default: `QDRANT_API_KEY`. */
  apiKey?: string | undefined;
  /** The name of the collection. Default: `documents`. */
  index?: string | undefined;
  /** How nearness is measured: `cosine`, `dot` or `euclidean`. Another than the collection has is refused. Default: `cosine`. */
  metric?: Metric | undefined;
  /** The width of the vectors, which a new collection needs; another than the collection has is refused. Default: that of the collection. */
  dimensions?: number | undefined;
  /** Which of a collection's named vectors is meant. Default: the one without a name. */
  vectorName?: string | undefined;
  /**
   * Compares the query with every vector, so that hits are exactly the nearest. Otherwise large collections are searched through an HNSW graph,
   * which is much quicker and may miss some. Default: `false`.
   */
  exact?: boolean | undefined;
  /** How thoroughly the HNSW graph is searched: more is slower, and misses less. Default: the collection's own. */
  hnswEf?: number | undefined;
  /** The field of a point's payload that holds the document's id, of which the point's own is derived. Default: `id`. */
  idField?: string | undefined;
  /** The field that holds the content. Default: `content`. */
  contentField?: string | undefined;
  /** The field that holds the metadata. Default: `metadata`. */
  metadataField?: string | undefined;
  /** Keys of the metadata that `ensureIndex` makes indexes on. Filters are quicker with them, and in strict mode need them. Default: none. */
  payloadIndexes?: Record<string, QdrantPayloadIndex> | undefined;
  /** Further options of a new collection, as Qdrant has them: `shard_number`, `quantization_config`, ... Default: none. */
  collectionOptions?: Record<string, unknown> | undefined;
  /** Further options of a new collection's vectors, beside `size` and `distance`: `on_disk`, `hnsw_config`, `datatype`, ... Default: none. */
  vectorOptions?: Record<string, unknown> | undefined;
  /** The most documents of one request; a collection's strict mode may allow fewer. Default: 1,000. */
  maxBatchSize?: number | undefined;
}

const defaultBaseURL = "http://localhost:6333";

/** {@link https://github.com/qdrant/qdrant/blob/v1.19.0/lib/common/common/src/validation.rs#L93 | What Qdrant refuses in a name}. */
const nameProblem = 'expected none of the characters <>:"/\\|?*';
const name = z.string().check(
  z.minLength(1),
  z.maxLength(255),
  z.refine(
    (value) => !Array.from('<>:"/\\|?*\0\u001F').some((character) => value.includes(character)),
    nameProblem,
  ),
  // What an address takes for folders, and what UTF-8 has no place for.
  z.refine((value) => !/^\.\.?$|\p{Surrogate}/u.test(value), "expected the name of a collection"),
);
/** Which stands in paths to what is filtered on. */
const field = z.string().check(z.regex(/^[^"\\]+$/, 'expected a name without " and \\'));
const positive = positiveInteger;
const indexType = z.enum(["keyword", "float", "integer", "bool"]);
const options = z.record(z.string(), z.unknown());

export const qdrantConfig = z
  .strictObject({
    ...httpConfig,
    baseURL: z._default(httpURL, defaultBaseURL),
    apiKey: z.optional(filledString),
    index: z._default(name, "documents"),
    metric: z._default(z.enum(["cosine", "dot", "euclidean"]), "cosine"),
    dimensions: z.optional(positive.check(z.maximum(65_536))),
    vectorName: z.optional(filledString),
    exact: z._default(z.boolean(), false),
    hnswEf: z.optional(positive),
    idField: z._default(field, "id"),
    contentField: z._default(field, "content"),
    metadataField: z._default(field, "metadata"),
    payloadIndexes: z.optional(
      z.record(
        z.string().check(z.regex(/^[^"\\]*$/, 'expected a key without " and \\')),
        z.union([indexType, z.looseObject({ type: indexType })]),
      ),
    ),
    collectionOptions: z.optional(options),
    vectorOptions: z.optional(options),
    maxBatchSize: z._default(positive, 1_000),
  } satisfies ConfigShape<QdrantConfig>)
  .check(
    z.refine(
      ({ idField, contentField, metadataField }) =>
        new Set([idField, contentField, metadataField]).size === 3,
      {
        path: ["idField"],
        error: "expected another name than contentField and metadataField, which differ too",
      },
    ),
  );

export type QdrantSettings = z.output<typeof qdrantConfig>;
