import type { Reranker } from "@beluga/core";
import {
  HttpClient,
  asRecord,
  cohereBaseURL,
  createReranker,
  isCohereError,
  readCohereMeta,
  readRerankResults,
  refineCohereError,
} from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import type { CohereRerankerSettings } from "./config.js";

export function cohereReranker(settings: CohereRerankerSettings): Reranker {
  const { model, apiKey, baseURL, maxTokensPerDocument } = settings;
  const http = new HttpClient({
    ...settings,
    provider: "cohere",
    packageName,
    version,
    baseURL: cohereBaseURL(baseURL),
    auth: { authorization: `Bearer ${apiKey}` },
    refineError: refineCohereError,
    isError: isCohereError,
  });
  return createReranker({
    provider: "cohere",
    model,
    // https://docs.cohere.com/docs/reranking-best-practices
    maxDocuments: 10_000,

    async send(query, documents, call) {
      const { data, response } = await http.json("rerank", {
        ...call.http,
        body: {
          model,
          query,
          documents,
          ...(call.topN !== undefined && { top_n: call.topN }),
          ...(maxTokensPerDocument !== undefined && { max_tokens_per_doc: maxTokensPerDocument }),
          ...call.providerOptions,
        },
      });
      const { results } = asRecord(data);
      const { usage, warnings } = readCohereMeta(data, response);
      for (const warning of warnings) call.warn(warning);
      const ranked = readRerankResults(results, "results", (problem) =>
        http.invalid(call.http, problem, response),
      );
      return { results: ranked, usage };
    },
  });
}
