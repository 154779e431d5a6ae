import type { BelugaError, MetadataValue, Metric, SearchHit } from "@beluga/core";
import { type StoredDocument, asRecord, isRecord, toScore } from "@beluga/core/provider";
import type { QdrantSettings } from "./config.js";
import { pointIdOf } from "./point-id.js";

/** A document as a point: {@link https://qdrant.tech/documentation/manage-data/points/}. */
export async function pointOf(
  { id, content, metadata, embedding }: StoredDocument,
  { idField, contentField, metadataField, vectorName, metric }: QdrantSettings,
): Promise<Record<string, unknown>> {
  const vector = numbersOf(embedding, metric);
  return {
    id: await pointIdOf(id),
    vector: vectorName === undefined ? vector : { [vectorName]: vector },
    payload: {
      [idField]: id,
      [contentField]: content,
      [metadataField]: mapValues(metadata, (value) => (isEmptyList(value) ? [null] : value)),
    },
  };
}

/**
 * A point that was found, as the document that it is.
 *
 * @param invalid - Makes the error for an answer that cannot be trusted.
 */
export function hitOf(
  { id: pointId, score, payload, vector }: Readonly<Record<string, unknown>>,
  includeEmbedding: boolean,
  { idField, contentField, metadataField, vectorName, metric }: QdrantSettings,
  invalid: (problem: string) => BelugaError,
): SearchHit {
  const wrong = (problem: string): BelugaError => invalid(`the point ${String(pointId)}: ${problem}`);
  const fields = asRecord(payload);
  // Points that others wrote have no id but their own.
  const { [idField]: id = String(pointId), [contentField]: content, [metadataField]: metadata = {} } = fields;
  if (typeof id !== "string") throw wrong(`its payload has no text as "${idField}", the idField`);
  if (typeof content !== "string")
    throw wrong(`its payload has no text as "${contentField}", the contentField`);
  if (!isRecord(metadata)) throw wrong(`its payload has no object as "${metadataField}", the metadataField`);
  if (typeof score !== "number") throw wrong("it has no score");
  const hit: SearchHit = {
    id,
    content,
    metadata: mapValues(metadata, (value) => (isNullList(value) ? [] : value)) as Record<
      string,
      MetadataValue
    >,
    score: scoreOf(score, metric),
  };
  if (!includeEmbedding) return hit;
  const numbers = vectorName === undefined ? vector : asRecord(vector)[vectorName];
  if (!Array.isArray(numbers) || !numbers.every((number) => typeof number === "number"))
    throw wrong("it has no vector");
  return { ...hit, embedding: Float32Array.from(numbers) };
}

/**
 * A vector as it is sent. For the cosine it is brought to the length of 1, as Qdrant does as well; but Qdrant counts in single precision, and
 * leaves a vector that is shorter than 0.000345 as it is, which would then be near to nothing.
 *
 * @see {@link https://github.com/qdrant/qdrant/blob/v1.19.0/lib/segment/src/spaces/tools.rs#L14}
 */
export function numbersOf(vector: Float32Array, metric: Metric): number[] {
  const numbers = Array.from(vector);
  if (metric !== "cosine") return numbers;
  const length = Math.sqrt(numbers.reduce((sum, number) => sum + number * number, 0));
  return length === 0 ? numbers : numbers.map((number) => Math.fround(number / length));
}

/** {@link https://github.com/qdrant/qdrant/blob/v1.19.0/lib/segment/src/spaces/simple.rs | What Qdrant's scores are}. */
function scoreOf(score: number, metric: Metric): number {
  if (metric === "euclidean") return toScore.fromDistance(score);
  // Single precision has vectors that are nearer to themselves than 1.
  return metric === "cosine" ? Math.max(-1, Math.min(1, score)) : score;
}

/**
 * An empty list is kept as a list of one null: to Qdrant, a key with nothing in its list is as good as missing.
 *
 * @see {@link https://qdrant.tech/documentation/search/filtering/#is-empty}
 */
function isEmptyList(value: MetadataValue): boolean {
  return typeof value === "object" && value.length === 0;
}

function isNullList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 1 && value[0] === null;
}

function mapValues<Value>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => unknown,
): Record<string, unknown> {
  // By entries, so that a key like `__proto__` stays one.
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
