import type { BelugaError, Embedder } from "@beluga/core";
import {
  HttpClient,
  asCount,
  asRecord,
  asText,
  createEmbedder,
  inputUsage,
  readVector,
  refineOllamaError,
  withPrefix,
} from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import type { OllamaEmbedderSettings } from "./config.js";

export function ollamaEmbedder({ apiKey, ...settings }: OllamaEmbedderSettings): Embedder {
  const { model, dimensions, prefixes, truncate, keepAlive, options, maxBatchSize } = settings;
  const http = new HttpClient({
    ...settings,
    provider: "ollama",
    packageName,
    version,
    ...(apiKey !== undefined && { auth: { authorization: `Bearer ${apiKey}` } }),
    refineError: refineOllamaError,
  });
  return createEmbedder({
    provider: "ollama",
    model,
    dimensions,
    inputTypes: ["query", "document", "classification", "clustering"],
    limits: { maxBatchSize },

    async send(texts, call) {
      const { options: ofCall, ...providerOptions } = call.providerOptions;
      const { data, response } = await http.json("api/embed", {
        ...call.http,
        body: {
          model,
          input: withPrefix(texts, call, prefixes),
          truncate,
          dimensions: call.dimensions,
          keep_alive: keepAlive,
          options: options || ofCall ? { ...options, ...asRecord(ofCall) } : undefined,
          ...providerOptions,
        },
      });
      const invalid = (problem: string): BelugaError => http.invalid(call.http, problem, response);
      const { embeddings, model: answered, prompt_eval_count: count } = asRecord(data);
      if (!Array.isArray(embeddings)) throw invalid('a response without an array "embeddings"');
      return {
        embeddings: embeddings.map((vector, at) => readVector(vector, `embeddings[${at}]`, invalid)),
        usage: inputUsage(asCount(count), { prompt_eval_count: count }),
        model: asText(answered) || undefined,
      };
    },
  });
}
