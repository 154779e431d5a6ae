import type { BelugaError, Embedder } from "@beluga/core";
import {
  HttpClient,
  createEmbedder,
  decodeBase64,
  readEmbeddingList,
  readVector,
  refineOpenAIError,
  reportsDetail,
} from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import type { VoyageEmbedderSettings } from "./config.js";
import { voyageModels } from "./models.js";

const voyage = "https://api.voyageai.com/v1";
const mongoDB = "https://ai.mongodb.com/v1";

export function voyageEmbedder(settings: VoyageEmbedderSettings): Embedder {
  const { model, apiKey, dimensions, encodingFormat, outputDtype, truncate, maxBatchSize } = settings;
  // As in Voyage's own SDK: https://github.com/voyage-ai/voyageai-python/blob/main/voyageai/util.py
  const { baseURL = apiKey.startsWith("al-") ? mongoDB : voyage } = settings;
  const { fullDimensions, widths, maxInputTokens, maxBatchTokens } = voyageModels.get(model) ?? {};
  const http = new HttpClient({
    ...settings,
    provider: "voyage",
    packageName,
    version,
    baseURL,
    auth: { authorization: `Bearer ${apiKey}` },
    refineError: refineOpenAIError,
    isError: reportsDetail,
  });
  return createEmbedder({
    provider: "voyage",
    model,
    dimensions,
    // Elsewhere the same name may stand for another model.
    fullDimensions: [voyage, mongoDB].includes(baseURL) ? fullDimensions : undefined,
    widths,
    inputTypes: ["query", "document"],
    refusesEmptyText: true,
    limits: {
      maxBatchSize,
      // Of models that are not known, the smallest that there is.
      maxBatchTokens: maxBatchTokens ?? 120_000,
      ...(maxInputTokens !== undefined && { maxInputTokens }),
    },

    async send(input, call) {
      const { data, response } = await http.json("embeddings", {
        ...call.http,
        body: {
          model,
          input,
          truncation: truncate,
          ...(call.inputType !== undefined && { input_type: call.inputType }),
          // For numbers it must not be said at all.
          ...(encodingFormat === "base64" && { encoding_format: "base64" }),
          ...(call.dimensions !== undefined && { output_dimension: call.dimensions }),
          ...(outputDtype !== "float" && { output_dtype: outputDtype }),
          ...call.providerOptions,
        },
      });
      const invalid = (problem: string): BelugaError => http.invalid(call.http, problem, response);
      return readEmbeddingList(data, input.length, invalid, outputDtype === "int8" ? readInt8 : readVector);
    },
  });
}

/** Base64 is that of the numbers, in one byte each: `decode_base64_embedding` of Voyage's own SDK. */
const readInt8: typeof readVector = (embedding, path, invalid) => {
  if (typeof embedding !== "string") return readVector(embedding, path, invalid);
  try {
    return Float32Array.from(new Int8Array(decodeBase64(embedding)));
  } catch {
    throw invalid(`${path} is no base64`);
  }
};
