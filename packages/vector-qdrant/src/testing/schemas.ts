// The bodies that requests may have, from Qdrant's OpenAPI file: https://github.com/qdrant/qdrant/blob/v1.19.0/docs/redoc/v1.19.x
// Of the file's alternatives those that the store uses. Everything else is refused, also what Qdrant itself would pass over: fields that it does not
// know.
import * as z from "zod/mini";
import { parsePath } from "./filter.js";

const path = z.string().check(
  z.refine((path) => parsePath(path) !== undefined, {
    error: ({ input }) => `Invalid json path: '${String(input)}'`,
  }),
);

/** `ValueVariants`, `AnyVariants`: integers of 64 bits; of those that JavaScript cannot hold nothing is known here. */
const integer = z.int();
const match = z.union([
  z.strictObject({ value: z.union([z.string(), integer, z.boolean()]) }),
  z.strictObject({ any: z.union([z.array(z.string()), z.array(integer)]) }),
]);
const bound = z.optional(z.number());
const range = z.strictObject({ gt: bound, gte: bound, lt: bound, lte: bound });

export type ConditionBody =
  | { key: string; match: z.output<typeof match> }
  | { key: string; range: z.output<typeof range> }
  | { is_empty: { key: string } }
  | FilterBody;

export interface FilterBody {
  must?: ConditionBody[] | undefined;
  should?: ConditionBody[] | undefined;
  must_not?: ConditionBody[] | undefined;
}

const condition: z.ZodMiniType<ConditionBody> = z.lazy(() =>
  z.union(
    [
      z.strictObject({ key: path, match }),
      z.strictObject({ key: path, range }),
      z.strictObject({ is_empty: z.strictObject({ key: path }) }),
      filter,
    ],
    "Expected some form of condition, which can be a field condition, or some other mentioned in the documentation",
  ),
);
const conditions = z.optional(z.array(condition));
const filter = z.strictObject({ must: conditions, should: conditions, must_not: conditions });

/** `ExtendedPointId`: {@link https://github.com/qdrant/qdrant/blob/v1.19.0/lib/segment/src/types.rs#L243 | an unsigned integer or a UUID}. */
const pointId = z.custom<string | number>(
  (id) => (typeof id === "number" ? Number.isSafeInteger(id) && id >= 0 : isUUID(id)),
  {
    error: ({ input }) =>
      `value ${JSON.stringify(input)} is not a valid point ID, valid values are either an unsigned integer or a UUID`,
  },
);

function isUUID(id: unknown): boolean {
  return typeof id === "string" && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id);
}

const numbers = z.array(z.number());
const payload = z.record(z.string(), z.unknown());
const further = z.optional(z.record(z.string(), z.unknown()));

const vectorParams = z.strictObject({
  size: z.int(),
  distance: z.enum(["Cosine", "Euclid", "Dot", "Manhattan"]),
  hnsw_config: further,
  quantization_config: further,
  on_disk: z.optional(z.boolean()),
  datatype: z.optional(z.enum(["float32", "uint8", "float16"])),
});

/** `CreateCollection`. */
export const createCollection = z.strictObject({
  vectors: z.union([vectorParams, z.record(z.string(), vectorParams)]),
  shard_number: z.optional(integer),
  replication_factor: z.optional(integer),
  write_consistency_factor: z.optional(integer),
  on_disk_payload: z.optional(z.boolean()),
  hnsw_config: further,
  optimizers_config: further,
  quantization_config: further,
  strict_mode_config: z.optional(
    z.strictObject({
      enabled: z.optional(z.boolean()),
      unindexed_filtering_retrieve: z.optional(z.boolean()),
      unindexed_filtering_update: z.optional(z.boolean()),
    }),
  ),
  metadata: further,
});

const indexType = z.enum(["keyword", "integer", "float", "geo", "text", "bool", "datetime", "uuid"]);

/** `CreateFieldIndex`. */
export const createFieldIndex = z.strictObject({
  field_name: path,
  field_schema: z.union([indexType, z.looseObject({ type: indexType })]),
});

/** `PointsList`. */
export const upsertPoints = z.strictObject({
  points: z.array(
    z.strictObject({
      id: pointId,
      vector: z.union([numbers, z.record(z.string(), numbers)]),
      payload: z.optional(payload),
    }),
  ),
});

/** `QueryRequest`. */
export const queryPoints = z.strictObject({
  query: numbers,
  using: z.optional(z.string()),
  filter: z.optional(filter),
  params: z.optional(z.strictObject({ exact: z.optional(z.boolean()), hnsw_ef: z.optional(integer) })),
  limit: z.optional(integer),
  with_payload: z.optional(z.boolean()),
  with_vector: z.optional(z.union([z.boolean(), z.array(z.string())])),
});

/** `PointsSelector`. */
export const deletePoints = z.union([
  z.strictObject({ points: z.array(pointId) }),
  z.strictObject({ filter }),
]);
