import type { EmbedInputType } from "@beluga/core";
import { asArray, asRecord } from "@beluga/core/provider";
import type { ModelFamily } from "./families.js";

/** What vectors are for, of texts that are searched among texts: a purpose has to be told always. */
const purposes: Readonly<Record<EmbedInputType, string>> = {
  query: "TEXT_RETRIEVAL",
  document: "GENERIC_INDEX",
  classification: "CLASSIFICATION",
  clustering: "CLUSTERING",
};

/** One text a request: {@link https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html}. */
export const nova: ModelFamily = {
  can: ["truncate"],
  fullDimensions: 3_072,
  widths: [256, 384, 1_024, 3_072],
  inputTypes: ["query", "document", "classification", "clustering"],
  // As Titan's models do; the reference says no least length.
  refusesEmptyText: true,
  limits: { maxBatchSize: 1, maxInputTokens: 8_192 },

  body([value], { inputType = "document", dimensions, providerOptions }, { truncate }) {
    const { singleEmbeddingParams, ...options } = providerOptions;
    return {
      taskType: "SINGLE_EMBEDDING",
      singleEmbeddingParams: {
        embeddingPurpose: purposes[inputType],
        embeddingDimension: dimensions,
        text: { truncationMode: truncate, value },
        ...asRecord(singleEmbeddingParams),
      },
      ...options,
    };
  },

  vectors(data) {
    const { embeddings } = asRecord(data);
    return Array.isArray(embeddings) ? embeddings.map((item) => asRecord(item)["embedding"]) : undefined;
  },

  isTruncated: (data) =>
    asArray(asRecord(data)["embeddings"]).some((item) => "truncatedCharLength" in asRecord(item)),
};
