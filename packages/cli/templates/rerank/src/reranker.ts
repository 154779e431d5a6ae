import type { Reranker } from "@beluga/core";
import { HttpClient, asRecord, createReranker, readRerankResults } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import type { AcmeRerankerSettings } from "./config.js";

export function acmeReranker({ apiKey, model, ...settings }: AcmeRerankerSettings): Reranker {
  const http = new HttpClient({
    ...settings,
    provider: "acme",
    packageName,
    version,
    auth: { authorization: `Bearer ${apiKey}` },
  });
  return createReranker({
    provider: "acme",
    model,
    // What one request may hold, by the vendor's reference.
    maxDocuments: 1_000,

    async send(query, documents, call) {
      const body = { model, query, documents, top_n: call.topN, ...call.providerOptions };
      const { data, response } = await http.json("rerank", { ...call.http, body });
      const { results, usage } = asRecord(data);
      const { tokens } = asRecord(usage);
      return {
        // Each has the place of its document; what is missing, there twice or without a score core finds.
        results: readRerankResults(results, "results", (problem) => http.invalid(call.http, problem, response)),
        usage: typeof tokens === "number" ? { inputTokens: tokens, totalTokens: tokens, raw: usage } : {},
      };
    },
  });
}
