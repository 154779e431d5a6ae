/**
 * What a call used. A member that is `undefined` was not reported by the vendor; it is never 0 or `NaN` in its place.
 *
 * The counts mean the same for every vendor, however it counts on the wire: `totalTokens` is `inputTokens + outputTokens`.
 */
export interface Usage {
  /** All that the model read, cached and cache-written tokens included. */
  inputTokens?: number;
  /** All that the model produced, reasoning included. */
  outputTokens?: number;
  totalTokens?: number;
  /** The part of `inputTokens` that was read from a cache. */
  cachedInputTokens?: number;
  /** The part of `inputTokens` that was written to a cache. */
  cacheWriteTokens?: number;
  /** The part of `outputTokens` that was reasoning. */
  reasoningTokens?: number;
  /** The vendor's own numbers, as they came. */
  raw?: unknown;
}

const counts = [
  "inputTokens",
  "outputTokens",
  "totalTokens",
  "cachedInputTokens",
  "cacheWriteTokens",
  "reasoningTokens",
] as const;

/** The sum of several usages. A count that none reports stays `undefined`; `raw` is left out, as vendors' numbers do not add up. */
export function addUsage(...usages: readonly Usage[]): Usage {
  const sum: Usage = {};
  for (const usage of usages) {
    for (const count of counts) {
      const value = usage[count];
      if (value !== undefined) sum[count] = (sum[count] ?? 0) + value;
    }
  }
  return sum;
}
