import { BelugaError, type ManagedVectorStore } from "@beluga/core";
import { type VectorCall, type VectorDriver, asRecord, createVectorStore } from "@beluga/core/provider";
import { QdrantClient } from "./client.js";
import { collectionOf, describeCollection } from "./collection.js";
import type { QdrantSettings } from "./config.js";
import { provider, qdrantError } from "./errors.js";
import { type QdrantFilter, depthOf, payloadPath, qdrantFilters } from "./filter.js";
import { pointIdOf } from "./point-id.js";
import { hitOf, numbersOf, pointOf } from "./points.js";

/** A request has at most 32 MiB ({@link https://github.com/qdrant/qdrant/blob/v1.19.0/config/config.yaml#L320}); some is left for what stands around the documents. */
const maxBytes = 30 * 2 ** 20;

/** How many objects and lists may stand inside of each other: {@link https://docs.rs/serde_json/1/serde_json/struct.Deserializer.html#method.disable_recursion_limit}. */
const maxDepth = 127;

export function openQdrantStore(settings: QdrantSettings): ManagedVectorStore {
  return createVectorStore(qdrantDriver(settings, new QdrantClient(settings)));
}

function qdrantDriver(settings: QdrantSettings, client: QdrantClient): VectorDriver<QdrantFilter> {
  const { index, metric, dimensions, metadataField, vectorName, exact, hnswEf } = settings;
  return {
    provider,
    index,
    metric,
    dimensions,
    filters: qdrantFilters(metadataField),
    limits: { documents: settings.maxBatchSize, bytes: maxBytes },

    async describe(call) {
      const answer = await unlessMissing(client.send("", {}, call));
      return answer && describeCollection(answer, settings, call.op);
    },

    async create(index, call) {
      await client.send("", { method: "PUT", body: collectionOf(index, settings, call.op) }, call);
    },

    /** {@link https://api.qdrant.tech/api-reference/indexes/create-field-index}; one that is there already is no error. */
    async complete(call) {
      for (const [key, schema] of Object.entries(settings.payloadIndexes ?? {})) {
        const body = { field_name: payloadPath(metadataField, key), field_schema: schema };
        await client.write("/index", { method: "PUT", body }, call);
      }
    },

    async drop(call) {
      await unlessMissing(client.send("", { method: "DELETE" }, call));
    },

    /** {@link https://api.qdrant.tech/api-reference/points/upsert-points} */
    async upsert(documents, call) {
      const points = await Promise.all(documents.map((document) => pointOf(document, settings)));
      await client.write("/points", { method: "PUT", body: { points } }, call);
    },

    /** {@link https://api.qdrant.tech/api-reference/search/query-points} */
    async search({ vector, k, condition, includeEmbeddings }, call) {
      const body = {
        query: numbersOf(vector, metric),
        ...(vectorName !== undefined && { using: vectorName }),
        ...(condition && { filter: condition }),
        params: { exact, ...(hnswEf !== undefined && { hnsw_ef: hnswEf }) },
        limit: k,
        with_payload: true,
        with_vector: includeEmbeddings && vectorName !== undefined ? [vectorName] : includeEmbeddings,
      };
      checkDepth(body, call);
      const { result, invalid } = await client.send("/points/query", { body }, call);
      const { points } = asRecord(result);
      if (!Array.isArray(points)) throw invalid("a response without a list of points");
      return points.map((point) => hitOf(asRecord(point), includeEmbeddings, settings, invalid));
    },

    /** {@link https://api.qdrant.tech/api-reference/points/delete-points} */
    async deleteIds(ids, call) {
      await client.write("/points/delete", { body: { points: await Promise.all(ids.map(pointIdOf)) } }, call);
    },

    /** An empty filter is what all points match. */
    async deleteWhere(condition = {}, call) {
      const body = { filter: condition };
      checkDepth(body, call);
      await client.write("/points/delete", { body }, call);
    },
  };
}

/** `undefined` where there is no such collection. */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (BelugaError.is(error) && error.code === "not_found") return undefined;
    throw error;
  }
}

function checkDepth(body: unknown, { op }: VectorCall): void {
  if (depthOf(body) <= maxDepth) return;
  throw qdrantError(op, "unsupported", "filter: deeper than Qdrant reads JSON, which is 127 levels");
}
