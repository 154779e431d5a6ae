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
import type { JinaRerankerSettings } from "./config.js";

export function jinaReranker(settings: JinaRerankerSettings): Reranker {
  const { model, apiKey, maxTokensPerDocument, truncate } = settings;
  const http = new HttpClient({
    ...settings,
    provider: "jina",
    packageName,
    version,
    auth: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
    refineError: refineOpenAIError,
    isError: reportsDetail,
  });
  return createReranker({
    provider: "jina",
    model,

    async send(query, documents, call) {
      const { data, response } = await http.json("rerank", {
        ...call.http,
        body: {
          model,
          query,
          documents,
          return_documents: false, // Jina sends them all back otherwise
          ...(call.topN !== undefined && { top_n: call.topN }),
          ...(maxTokensPerDocument !== undefined && { max_doc_length: maxTokensPerDocument }),
          ...(truncate !== undefined && { truncation: truncate }),
          ...call.providerOptions,
        },
      });
      const answer = asRecord(data);
      const results = readRerankResults(answer["results"], "results", (problem) =>
        http.invalid(call.http, problem, response),
      );
      const { usage, model: name } = answer;
      return { results, usage: readInputUsage(usage), model: typeof name === "string" ? name : undefined };
    },
  });
}
