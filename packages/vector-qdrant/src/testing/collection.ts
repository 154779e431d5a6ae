// What the server keeps, and what it does with it. Paths beside the rules are those of https://github.com/qdrant/qdrant/tree/v1.19.0.
import type * as z from "zod/mini";
import { matches } from "./filter.js";
import { invalid, refuse } from "./refusal.js";
import type {
  ConditionBody,
  FilterBody,
  createCollection,
  deletePoints,
  queryPoints,
  upsertPoints,
} from "./schemas.js";
import { keptAsSerde, shortest } from "./serde-json.js";

export interface Collection {
  readonly body: z.output<typeof createCollection>;
  /** By name; that of the one vector without a name is empty. */
  readonly vectors: ReadonlyMap<string, VectorParams>;
  readonly points: Map<string | number, Point>;
  /** Types of the payload indexes, by path. */
  readonly indexes: Map<string, string>;
}

interface VectorParams {
  size: number;
  distance: "Cosine" | "Euclid" | "Dot" | "Manhattan";
}

interface Point {
  readonly id: string | number;
  readonly vectors: ReadonlyMap<string, Float32Array>;
  readonly payload: unknown;
}

/** {@link https://api.qdrant.tech/api-reference/collections/create-collection}; names: `lib/common/common/src/validation.rs`. */
export function create(name: string, body: Collection["body"]): Collection {
  const wrong = Array.from('<>:"/\\|?*\0\u001F').find((character) => name.includes(character));
  if (wrong !== undefined)
    throw refuse(
      422,
      `Validation error in path parameters: [collection_name: collection name cannot contain "${wrong}" char]`,
    );
  const isSingle = typeof body.vectors["size"] === "number";
  const named = (isSingle ? { "": body.vectors } : body.vectors) as Record<string, VectorParams>;
  for (const { size } of Object.values(named))
    if (size < 1 || size > 65_536) throw invalid("vectors.size", size, "from 1 to 65536");
  return { body, vectors: new Map(Object.entries(named)), points: new Map(), indexes: new Map() };
}

/** {@link https://api.qdrant.tech/api-reference/collections/get-collection} */
export function describe({ body, points, indexes }: Collection): unknown {
  const { vectors, strict_mode_config: strict } = body;
  return {
    status: "green",
    optimizer_status: "ok",
    indexed_vectors_count: 0,
    points_count: points.size,
    segments_count: 2,
    config: {
      params: { vectors, shard_number: 1, replication_factor: 1, write_consistency_factor: 1 },
      hnsw_config: { m: 16, ef_construct: 100, full_scan_threshold: 10_000 },
      optimizer_config: { deleted_threshold: 0.2, vacuum_min_vector_number: 1000, flush_interval_sec: 5 },
      wal_config: { wal_capacity_mb: 32, wal_segments_ahead: 0 },
      quantization_config: null,
      ...(strict && { strict_mode_config: strict }),
    },
    payload_schema: Object.fromEntries(
      Array.from(indexes, ([path, type]) => [path, { data_type: type, points: 0 }]),
    ),
  };
}

/** {@link https://api.qdrant.tech/api-reference/points/upsert-points}: a point of the same id is overwritten, all of it. */
export function upsert(collection: Collection, bodies: z.output<typeof upsertPoints>["points"]): void {
  const points = bodies.map(({ id, vector, payload = {} }): Point => {
    const named = Object.entries(Array.isArray(vector) ? { "": vector } : vector);
    const vectors = named.map(([name, numbers]) => [name, vectorOf(collection, name, numbers)] as const);
    return { id: canonical(id), vectors: new Map(vectors), payload: keptAsSerde(payload) };
  });
  for (const point of points) collection.points.set(point.id, point);
}

/** {@link https://api.qdrant.tech/api-reference/search/query-points} */
export function query(collection: Collection, body: z.output<typeof queryPoints>): unknown[] {
  const { using = "", filter, limit = 10, params = {} } = body;
  if (limit < 1) throw invalid("limit", limit, "1 or larger");
  if (params.hnsw_ef !== undefined && params.hnsw_ef < 1)
    throw invalid("params.hnsw_ef", params.hnsw_ef, "1 or larger");
  checkIndexes(collection, filter, "unindexed_filtering_retrieve");
  const vector = vectorOf(collection, using, body.query);
  const { distance } = collection.vectors.get(using) ?? {};
  const scored = [...collection.points.values()].flatMap((point) => {
    const other = point.vectors.get(using);
    const isMatch = other && (!filter || matches(filter, point.payload));
    return isMatch ? [{ point, score: scoreOf(distance, vector, other) }] : [];
  });
  const isNearest = distance === "Euclid" || distance === "Manhattan";
  // Of equal scores nothing is promised: here the last that came stands first.
  scored.reverse();
  scored.sort((a, b) => (isNearest ? a.score - b.score : b.score - a.score));
  return scored.slice(0, limit).map(({ point: { id, vectors, payload }, score }) => ({
    id,
    version: 0,
    score: shortest(score),
    ...(body.with_payload && { payload }),
    ...writtenVectors(vectors, body.with_vector),
  }));
}

/** {@link https://api.qdrant.tech/api-reference/points/delete-points}: ids that are not there are no error. */
export function remove(collection: Collection, selector: z.output<typeof deletePoints>): void {
  if ("points" in selector) {
    for (const id of selector.points) collection.points.delete(canonical(id));
    return;
  }
  checkIndexes(collection, selector.filter, "unindexed_filtering_update");
  for (const { id, payload } of collection.points.values())
    if (matches(selector.filter, payload)) collection.points.delete(id);
}

/** UUIDs are the same in capitals. */
function canonical(id: string | number): string | number {
  return typeof id === "string" ? id.toLowerCase() : id;
}

/** A vector as it is kept, or compared. Errors: `lib/segment/src/common/operation_error.rs`, which are "wrong input". */
function vectorOf({ vectors }: Collection, name: string, numbers: readonly number[]): Float32Array {
  const params = vectors.get(name);
  if (!params) throw refuse(400, `Wrong input: Not existing vector name error: ${name}`);
  const { size, distance } = params;
  if (numbers.length !== size)
    throw refuse(400, `Wrong input: Vector dimension error: expected dim: ${size}, got ${numbers.length}`);
  const vector = Float32Array.from(numbers);
  return distance === "Cosine" ? normalized(vector) : vector;
}

/**
 * `lib/segment/src/spaces/simple.rs`, cosine_preprocess, and `tools.rs`: counted in single precision, and left alone where the length is about 0 or
 * about 1.
 */
function normalized(vector: Float32Array): Float32Array {
  const square = vector.reduce((sum, value) => Math.fround(sum + Math.fround(value * value)), 0);
  if (square < 2 ** -23 || Math.abs(square - 1) <= 1e-6) return vector;
  const length = Math.fround(Math.sqrt(square));
  return vector.map((value) => value / length);
}

/** `lib/segment/src/spaces/simple.rs`: similarities, or distances, of single precision. */
function scoreOf(distance: VectorParams["distance"] | undefined, a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (const [at, x] of a.entries()) {
    const y = b[at] ?? 0;
    if (distance === "Euclid") sum += (x - y) ** 2;
    else sum += distance === "Manhattan" ? Math.abs(x - y) : x * y;
  }
  return Math.fround(distance === "Euclid" ? Math.sqrt(sum) : sum);
}

/** `VectorStructOutput` of the OpenAPI file: the one without a name as it is, others by name. */
function writtenVectors(vectors: Point["vectors"], wanted: boolean | string[] = false): { vector?: unknown } {
  if (wanted === false) return {};
  const single = vectors.get("");
  if (single) return { vector: Array.from(single, shortest) };
  const names = [...vectors.keys()].filter((name) => wanted === true || wanted.includes(name));
  return {
    vector: Object.fromEntries(names.map((name) => [name, Array.from(vectors.get(name) ?? [], shortest)])),
  };
}

/**
 * {@link https://qdrant.tech/documentation/operations/administration/#strict-mode | Strict mode}: `lib/collection/src/operations/verification/mod.rs`,
 * check_request_filter.
 */
function checkIndexes(
  collection: Collection,
  filter: FilterBody | undefined,
  rule: "unindexed_filtering_retrieve" | "unindexed_filtering_update",
): void {
  const { enabled, [rule]: isAllowed } = collection.body.strict_mode_config ?? {};
  if (!enabled || isAllowed !== false) return;
  const { must = [], should = [], must_not: mustNot = [] } = filter ?? {};
  for (const condition of [...must, ...should, ...mustNot]) {
    if (!("key" in condition || "is_empty" in condition)) {
      checkIndexes(collection, condition, rule);
      continue;
    }
    const { key } = "key" in condition ? condition : condition.is_empty;
    const types = indexesFor(condition);
    if (types.includes(collection.indexes.get(key) ?? "")) continue;
    const problem = `Index required but not found for "${key}" of one of the following types: [${types.join(", ")}]`;
    throw refuse(
      400,
      `Bad request: ${problem}. Help: Create an index for this key or use a different filter.`,
    );
  }
}

/** `lib/collection/src/problems/unindexed_field.rs`: which types of index a condition can use. */
function indexesFor(condition: Exclude<ConditionBody, FilterBody>): string[] {
  if ("range" in condition) return ["float", "integer"];
  if ("is_empty" in condition)
    return ["bool", "datetime", "float", "geo", "integer", "keyword", "text", "uuid"];
  const [value] = "any" in condition.match ? condition.match.any : [condition.match.value];
  if (typeof value === "string") return ["keyword"];
  return [typeof value === "number" ? "integer" : "bool"];
}
