import type { BelugaError, Embedder } from "@beluga/core";
import {
  HttpClient,
  createEmbedder,
  readVector,
  refineHuggingFaceError,
  withPrefix,
} from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import type { HuggingFaceEmbedderSettings } from "./config.js";

export function huggingFaceEmbedder(settings: HuggingFaceEmbedderSettings): Embedder {
  const { model, apiKey, billTo, prefixes, normalize, truncate, maxBatchSize } = settings;
  const http = new HttpClient({
    ...settings,
    provider: "huggingface",
    packageName,
    version,
    auth: {
      authorization: `Bearer ${apiKey}`,
      // https://huggingface.co/docs/inference-providers/pricing#billing-for-team-and-enterprise-organizations
      ...(billTo !== undefined && { "x-hf-bill-to": billTo }),
    },
    refineError: refineHuggingFaceError,
  });
  const path = `models/${model.split("/").map(encodeURIComponent).join("/")}/pipeline/feature-extraction`;
  return createEmbedder({
    provider: "huggingface",
    model,
    // The task has no parameter for it.
    widths: "full",
    inputTypes: ["query", "document", "classification", "clustering"],
    // "`inputs` cannot be empty"
    refusesEmptyText: true,
    limits: { maxBatchSize },

    async send(texts, call) {
      const inputs = withPrefix(texts, call, prefixes);
      const body = { inputs, normalize, truncate, ...call.providerOptions };
      const { data, response } = await http.json(path, { ...call.http, body });
      const invalid = (problem: string): BelugaError => http.invalid(call.http, problem, response);
      if (!Array.isArray(data)) throw invalid("a response that is no array");
      const vectors: readonly unknown[] = typeof data[0] === "number" ? [data] : data;
      if (vectors.some((vector) => Array.isArray(vector) && Array.isArray(vector[0])))
        throw invalid(`a vector for each token: ${model} does not make one of a text`);
      return { embeddings: vectors.map((vector, at) => readVector(vector, `[${at}]`, invalid)), usage: {} };
    },
  });
}
