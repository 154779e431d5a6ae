import * as z from "zod/mini";

/**
 * Requests as the OpenAPI files of the API version 2026-07 have them. They are strict: what is not documented is refused, whatever the service itself
 * would do with it.
 */

const positive = z.int().check(z.gte(1));

/** {@link https://docs.pinecone.io/reference/api/database-limits/identifier-limits | ASCII except `\0`, at most 512 characters}. */
const identifier = z.string().check(
  z.maxLength(512),
  z.refine((text) => /^\p{ASCII}*$/u.test(text) && !text.includes("\0"), "must be ASCII"),
);
const id = identifier.check(z.minLength(1));
/** `""` and `"__default__"` are the default namespace. */
const namespace = identifier;

/** {@link https://docs.pinecone.io/guides/index-data/indexing-overview#metadata-format}: flat; no key begins with `$`; no null, no list but of strings. */
const metadata = z.record(
  z.string().check(z.regex(/^(?!\$)/, "Keys must not start with a $")),
  z.union(
    [z.string(), z.number(), z.boolean(), z.array(z.string())],
    "Metadata value must be a string, number, boolean or list of strings",
  ),
);

const values = z.array(z.number()).check(z.minLength(1), z.maxLength(20_000));

/** {@link https://docs.pinecone.io/reference/api/2026-07/data-plane/upsert}, {@link https://docs.pinecone.io/reference/api/database-limits/operation-limits#upsert-limits}. */
export const upsertRequest = z.strictObject({
  vectors: z.array(z.strictObject({ id, values, metadata: z.optional(metadata) })).check(
    z.minLength(1),
    z.maxLength(1_000),
    // What becomes of two records of one id is not documented, so there is never more than one.
    z.refine((vectors) => new Set(vectors.map(({ id }) => id)).size === vectors.length, "two of one id"),
  ),
  namespace: z.optional(namespace),
});

/** A filter is looked at by `filter.ts`. */
const filter = z.record(z.string(), z.unknown());

/** {@link https://docs.pinecone.io/reference/api/2026-07/data-plane/query}. Records are never asked for by the id of another here. */
export const queryRequest = z.strictObject({
  namespace: z.optional(namespace),
  topK: positive.check(z.lte(10_000)),
  filter: z.optional(filter),
  includeValues: z.optional(z.boolean()),
  includeMetadata: z.optional(z.boolean()),
  vector: values,
});

/** {@link https://docs.pinecone.io/reference/api/2026-07/data-plane/delete}: one of the three. */
export const deleteRequest = z.union([
  z.strictObject({
    ids: z.array(id).check(z.minLength(1), z.maxLength(1_000)),
    namespace: z.optional(namespace),
  }),
  z.strictObject({ deleteAll: z.literal(true), namespace: z.optional(namespace) }),
  z.strictObject({ filter, namespace: z.optional(namespace) }),
]);

/** {@link https://docs.pinecone.io/reference/api/2026-07/data-plane/describeindexstats}. Serverless indexes take no filter. */
export const statsRequest = z.strictObject({});

/**
 * {@link https://docs.pinecone.io/reference/api/2026-07/control-plane/create_index}. A schema whose one field is `_values` makes a vector index, which
 * the Vectors API serves; others make document indexes, which are not had here.
 */
export const createIndexRequest = z.strictObject({
  name: z.string().check(z.regex(/^[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?$/)),
  schema: z.strictObject({
    fields: z.strictObject({
      _values: z.strictObject({
        type: z.literal("dense_vector"),
        dimension: positive.check(z.lte(20_000)),
        metric: z.enum(["cosine", "dotproduct", "euclidean"]),
      }),
    }),
  }),
  deployment: z.optional(
    z.strictObject({
      deployment_type: z.literal("managed"),
      cloud: z.enum(["aws", "gcp", "azure"]),
      region: z.string(),
    }),
  ),
  deletion_protection: z.optional(z.enum(["enabled", "disabled"])),
});

export type UpsertRequest = z.output<typeof upsertRequest>;
export type QueryRequest = z.output<typeof queryRequest>;
export type CreateIndexRequest = z.output<typeof createIndexRequest>;
export type PineconeMetadata = z.output<typeof metadata>;
