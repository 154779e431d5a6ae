import { asRecord } from "@beluga/core/provider";
import type { ModelFamily } from "./families.js";

/** One text a request. */
const titan = {
  can: [],
  // "expected minLength: 1, actual: 0", by users' reports
  refusesEmptyText: true,
  limits: { maxBatchSize: 1, maxInputTokens: 8_192 },
  vectors(data: unknown) {
    const { embedding } = asRecord(data);
    return embedding === undefined || embedding === null ? undefined : [embedding];
  },
} as const;

/** {@link https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html} */
export const titan2: ModelFamily = {
  ...titan,
  fullDimensions: 1_024,
  widths: [256, 512, 1_024],
  body: ([inputText], { dimensions, providerOptions }) => ({ inputText, dimensions, ...providerOptions }),
};

/** Titan Text Embeddings G1. */
export const titan1: ModelFamily = {
  ...titan,
  fullDimensions: 1_536,
  widths: "full",
  body: ([inputText], { providerOptions }) => ({ inputText, ...providerOptions }),
};
