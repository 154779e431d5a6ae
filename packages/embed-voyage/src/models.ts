/** What is known of a model. */
interface VoyageModel {
  /** The width of its vectors, unless another is asked for. */
  fullDimensions: number;
  widths: "full" | readonly number[];
  /** The most tokens of one text. */
  maxInputTokens: number;
  /** The most tokens of one request. */
  maxBatchTokens: number;
}

const anyWidth = { fullDimensions: 1_024, widths: [256, 512, 1_024, 2_048], maxInputTokens: 32_000 };
const oneWidth = { fullDimensions: 1_024, widths: "full", maxInputTokens: 32_000 } as const;

/**
 * {@link https://docs.voyageai.com/docs/embeddings}, and for the tokens of a request
 * {@link https://docs.voyageai.com/reference/embeddings-api}.
 */
export const voyageModels: ReadonlyMap<string, VoyageModel> = new Map<string, VoyageModel>([
  ["voyage-4-large", { ...anyWidth, maxBatchTokens: 120_000 }],
  ["voyage-4", { ...anyWidth, maxBatchTokens: 320_000 }],
  ["voyage-4-lite", { ...anyWidth, maxBatchTokens: 1_000_000 }],
  ["voyage-code-3", { ...anyWidth, maxBatchTokens: 120_000 }],
  ["voyage-finance-2", { ...oneWidth, maxBatchTokens: 120_000 }],
  ["voyage-law-2", { ...oneWidth, maxInputTokens: 16_000, maxBatchTokens: 120_000 }],
  ["voyage-3-large", { ...anyWidth, maxBatchTokens: 120_000 }],
  ["voyage-3.5", { ...anyWidth, maxBatchTokens: 320_000 }],
  ["voyage-3.5-lite", { ...anyWidth, maxBatchTokens: 1_000_000 }],
  ["voyage-code-2", { ...oneWidth, fullDimensions: 1_536, maxInputTokens: 16_000, maxBatchTokens: 120_000 }],
  ["voyage-3", { ...oneWidth, maxBatchTokens: 320_000 }],
  ["voyage-3-lite", { ...oneWidth, fullDimensions: 512, maxBatchTokens: 1_000_000 }],
]);
