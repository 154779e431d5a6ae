import type { Embedder } from "@beluga/core";
import {
  HttpClient,
  asRecord,
  createEmbedder,
  readEmbeddingList,
  refineOpenAIError,
} from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import type { MistralEmbedderSettings } from "./config.js";

/**
 * {@link https://docs.mistral.ai/capabilities/embeddings/text_embeddings},
 * {@link https://docs.mistral.ai/capabilities/embeddings/code_embeddings}
 */
const models = [
  { names: /^mistral-embed(-2312)?$/, fullDimensions: 1_024, widths: "full" },
  { names: /^codestral-embed(-2505)?$/, fullDimensions: 1_536, widths: { min: 1, max: 3_072 } },
] as const;

export function mistralEmbedder(settings: MistralEmbedderSettings): Embedder {
  const { model, apiKey, baseURL, dimensions, outputDtype } = settings;
  const known = models.find(({ names }) => names.test(model));
  const http = new HttpClient({
    ...settings,
    provider: "mistral",
    packageName,
    version,
    auth: { authorization: `Bearer ${apiKey}` },
    refineError: refineOpenAIError,
    isError: (body) => asRecord(body)["object"] === "error",
  });
  return createEmbedder({
    provider: "mistral",
    model,
    dimensions,
    // Elsewhere the same name may stand for another model.
    fullDimensions: isMistral(baseURL) ? known?.fullDimensions : undefined,
    widths: known?.widths,
    // What a request takes is told by errors alone: "Too many inputs in request, split into more batches." at 257 texts, and "Too many tokens
    // in batch. Max is 16384 got 17555".
    limits: { maxBatchSize: 256, maxInputTokens: 8_192, maxBatchTokens: 16_384 },

    async send(input, call) {
      const { data, response } = await http.json("embeddings", {
        ...call.http,
        body: {
          model,
          input,
          // The API documents base64 as well, and answers with numbers all the same, by users' reports.
          ...(call.dimensions !== undefined && { output_dimension: call.dimensions }),
          ...(outputDtype !== "float" && { output_dtype: outputDtype }),
          ...call.providerOptions,
        },
      });
      return readEmbeddingList(data, input.length, (problem) => http.invalid(call.http, problem, response));
    },
  });
}

function isMistral(baseURL: string): boolean {
  return /^https:\/\/api\.((eu|us)\.)?mistral\.ai\//.test(baseURL);
}
