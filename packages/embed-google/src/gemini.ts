import type { BelugaError } from "@beluga/core";
import { asCount, asRecord, inputUsage, readVector } from "@beluga/core/provider";
import type { GoogleEmbedderSettings } from "./config.js";
import { type Asked, type Wire, type WireAnswer, methodPath, resourceName } from "./wire.js";

/**
 * The Gemini API's `batchEmbedContents`: {@link https://ai.google.dev/api/embeddings#method:-models.batchembedcontents}. That a request has at
 * most 100 texts is told by its errors alone.
 */
export function geminiWire({
  model,
  truncate = false,
}: Pick<GoogleEmbedderSettings, "model" | "truncate">): Wire {
  return {
    baseURL: "https://generativelanguage.googleapis.com/v1beta",
    path: methodPath(model, "batchEmbedContents"),
    limits: { maxBatchSize: 100 },
    body: (texts, asked) => ({
      requests: texts.map((text) => ({
        model: resourceName(model),
        ...contentRequest(text, asked, truncate),
      })),
    }),
    read: readContentEmbeddings,
  };
}

/** What asks for the vector of one text. The call's `providerOptions` go in here, and not beside it. */
export function contentRequest(
  text: string,
  { taskType, dimensions, providerOptions }: Asked,
  truncate: boolean | undefined,
): Record<string, unknown> {
  const { embedContentConfig, ...options } = providerOptions;
  return {
    content: { parts: [{ text }] },
    embedContentConfig: {
      taskType,
      outputDimensionality: dimensions,
      autoTruncate: truncate,
      ...asRecord(embedContentConfig),
    },
    ...options,
  };
}

/** `{ embeddings: [{ values }], usageMetadata }`, or `{ embedding: { values }, usageMetadata, truncated }` of a single text. */
export function readContentEmbeddings(data: unknown, invalid: (problem: string) => BelugaError): WireAnswer {
  const { embedding, embeddings = embedding && [embedding], usageMetadata, truncated } = asRecord(data);
  if (!Array.isArray(embeddings)) throw invalid('a response without "embeddings"');
  return {
    embeddings: embeddings.map((item, at) =>
      readVector(asRecord(item)["values"], `embeddings[${at}].values`, invalid),
    ),
    // gemini-embedding-001 has no usage.
    usage: inputUsage(asCount(asRecord(usageMetadata)["promptTokenCount"]), usageMetadata),
    isTruncated: truncated === true,
  };
}
