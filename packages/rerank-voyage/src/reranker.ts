import type { Reranker } from "@beluga/core";
import {
  HttpClient,
  asRecord,
  createReranker,
  readInputUsage,
  readRerankResults,
  refineOpenAIError,
  reportsDetail,
} from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import type { VoyageRerankerSettings } from "./config.js";

export function voyageReranker(settings: VoyageRerankerSettings): Reranker {
  const { model, apiKey, truncate } = settings;
  // As in Voyage's own SDK: https://github.com/voyage-ai/voyageai-python/blob/main/voyageai/util.py
  const home = apiKey.startsWith("al-") ? "https://ai.mongodb.com/v1" : "https://api.voyageai.com/v1";
  const http = new HttpClient({
    ...settings,
    provider: "voyage",
    packageName,
    version,
    baseURL: settings.baseURL ?? home,
    auth: { authorization: `Bearer ${apiKey}` },
    refineError: refineOpenAIError,
    isError: reportsDetail,
  });
  return createReranker({
    provider: "voyage",
    model,
    maxDocuments: 1_000,

    async send(query, documents, call) {
      const { data, response } = await http.json("rerank", {
        ...call.http,
        body: {
          model,
          query,
          documents,
          truncation: truncate,
          ...(call.topN !== undefined && { top_k: call.topN }),
          ...call.providerOptions,
        },
      });
      const answer = asRecord(data);
      const results = readRerankResults(answer["data"], "data", (problem) =>
        http.invalid(call.http, problem, response),
      );
      const { usage, model: name } = answer;
      return { results, usage: readInputUsage(usage), model: typeof name === "string" ? name : undefined };
    },
  });
}
