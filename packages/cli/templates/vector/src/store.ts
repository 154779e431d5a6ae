import type { ManagedVectorStore, MetadataValue, Metric, SearchHit } from "@beluga/core";
import {
  HttpClient,
  type VectorCall,
  asArray,
  asCount,
  asRecord,
  asText,
  createVectorStore,
  readVector,
  toScore,
} from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import type { AcmeStoreSettings } from "./config.js";
import { dialect } from "./filter.js";

const provider = "acme";

/** Acme gives distances, where lower is nearer: {@link https://docs.acme.example/api/metrics}. Beluga's scores are the other way round. */
const scoreOf: Readonly<Record<Metric, (distance: number) => number>> = {
  cosine: toScore.fromOneMinus,
  dot: toScore.fromNegative,
  euclidean: toScore.fromDistance,
};

export function acmeStore(settings: AcmeStoreSettings): ManagedVectorStore {
  const { apiKey, index, metric, dimensions } = settings;
  const http = new HttpClient({
    ...settings,
    provider,
    packageName,
    version,
    auth: { authorization: `Bearer ${apiKey}` },
  });
  const path = `indexes/${encodeURIComponent(index)}`;
  const post = (action: string, body: unknown, call: VectorCall): ReturnType<HttpClient["json"]> =>
    http.json(`${path}/${action}`, { ...call.http, body });

  return createVectorStore({
    provider,
    index,
    metric,
    dimensions,
    filters: dialect,
    // What one request may hold, by the vendor's reference.
    limits: { documents: 100, ids: 1_000 },

    async describe(call) {
      const { data } = await http.json("indexes", call.http);
      const found = asArray(asRecord(data)["indexes"]).map(asRecord).find(({ name }) => name === index);
      return found && { dimensions: asCount(found["dimensions"]), metric: found["metric"] as Metric };
    },

    async create(created, call) {
      await http.json("indexes", { ...call.http, body: { name: index, ...created } });
    },

    async drop(call) {
      await http.json(path, { ...call.http, method: "DELETE" });
    },

    async upsert(documents, call) {
      const wire = documents.map(({ embedding, ...document }) => ({ ...document, vector: [...embedding] }));
      await post("upsert", { documents: wire }, call);
    },

    async search({ vector, k, condition, includeEmbeddings }, call) {
      const body = { vector: [...vector], limit: k, with_vectors: includeEmbeddings, filter: condition };
      const { data, response } = await post("query", body, call);
      const { matches } = asRecord(data);
      if (!Array.isArray(matches)) throw http.invalid(call.http, "an answer without matches", response);
      return matches.map((match: unknown): SearchHit => {
        const { id, content, metadata, distance, vector } = asRecord(match);
        const far = asCount(distance);
        if (typeof id !== "string" || far === undefined)
          throw http.invalid(call.http, "a match without its id or its distance", response);
        return {
          id,
          content: asText(content),
          metadata: asRecord(metadata) as Record<string, MetadataValue>,
          score: scoreOf[metric](far),
          ...(includeEmbeddings && {
            embedding: readVector(vector, "vector", (problem) => http.invalid(call.http, problem, response)),
          }),
        };
      });
    },

    async deleteIds(ids, call) {
      await post("delete", { ids }, call);
    },

    async deleteWhere(filter, call) {
      await post("delete", { filter: filter ?? { all: [] } }, call);
    },
  });
}
