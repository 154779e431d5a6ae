import type { ErrorRefinement, VendorFailure } from "@beluga/core/provider";

/**
 * Ollama's errors are `{ "error": "words" }`, also in the middle of a stream, and say no more than their status but in a few cases:
 * {@link https://docs.ollama.com/api/errors}.
 */
export function refineOllamaError({ status, body }: VendorFailure): ErrorRefinement | undefined {
  const words = wordsOf(body);
  if (/context (length|size|window)|exceeds? the available context/i.test(words)) {
    return { code: "context_length", retryable: false };
  }
  // In the middle of a stream there is no status.
  if (status === undefined && /^model ".*" not found/.test(words)) return { code: "not_found", status: 404 };
  return undefined;
}

function wordsOf(body: unknown): string {
  const { error } = (typeof body === "object" && body !== null ? body : {}) as { error?: unknown };
  return typeof error === "string" ? error : "";
}
