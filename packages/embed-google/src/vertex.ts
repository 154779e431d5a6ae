import type { BelugaError } from "@beluga/core";
import { asCount, asRecord, inputUsage, readVector } from "@beluga/core/provider";
import type { GoogleEmbedderSettings } from "./config.js";
import { contentRequest, readContentEmbeddings } from "./gemini.js";
import type { ModelTraits } from "./models.js";
import { type Wire, type WireAnswer, methodPath } from "./wire.js";

/** What express mode speaks, which takes a key: {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/start/express-mode/overview}. */
const baseURL = "https://aiplatform.googleapis.com/v1/publishers/google";

/** Vertex AI, which has newer models under another method than older ones. */
export function vertexWire(
  settings: Pick<GoogleEmbedderSettings, "model" | "truncate">,
  { isMultimodal }: ModelTraits,
): Wire {
  return isMultimodal ? contentWire(settings) : predictWire(settings);
}

/**
 * One text a request, much as the Gemini API has it:
 * {@link https://docs.cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.publishers.models/embedContent}. The reference has
 * `autoTruncate` for text models only, so it is left out unless it is set.
 */
function contentWire({ model, truncate }: Pick<GoogleEmbedderSettings, "model" | "truncate">): Wire {
  return {
    baseURL,
    path: methodPath(model, "embedContent"),
    limits: { maxBatchSize: 1 },
    body: ([text = ""], asked) => contentRequest(text, asked, truncate),
    read: readContentEmbeddings,
  };
}

/**
 * {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api}; the limits are those of
 * {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/embeddings/get-text-embeddings#api_limits}.
 */
function predictWire({ model, truncate = false }: Pick<GoogleEmbedderSettings, "model" | "truncate">): Wire {
  const isGemini = /(^|\/)gemini-/.test(model);
  return {
    baseURL,
    path: methodPath(model, "predict"),
    limits: isGemini ? { maxBatchSize: 1 } : { maxBatchSize: 250, maxBatchTokens: 20_000 },

    body(texts, { taskType, dimensions, providerOptions }) {
      const { parameters, ...options } = providerOptions;
      return {
        instances: texts.map((content) => ({ content, task_type: taskType, ...options })),
        parameters: { outputDimensionality: dimensions, autoTruncate: truncate, ...asRecord(parameters) },
      };
    },

    read: readPredictions,
  };
}

/** `{ predictions: [{ embeddings: { values, statistics: { token_count, truncated } } }] }` */
function readPredictions(data: unknown, invalid: (problem: string) => BelugaError): WireAnswer {
  const { predictions } = asRecord(data);
  if (!Array.isArray(predictions)) throw invalid('a response without "predictions"');
  const embeddings = predictions.map((prediction) => asRecord(asRecord(prediction)["embeddings"]));
  const statistics = embeddings.map((embedding) => asRecord(embedding["statistics"]));
  const counts = statistics.map(({ token_count: count }) => asCount(count));
  return {
    embeddings: embeddings.map(({ values }, at) =>
      readVector(values, `predictions[${at}].embeddings.values`, invalid),
    ),
    usage: inputUsage(
      counts.reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0),
      statistics,
    ),
    isTruncated: statistics.some(({ truncated }) => truncated === true),
  };
}
