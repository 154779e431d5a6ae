import { BelugaError, type ErrorCode } from "@beluga/core";
import { type ErrorRefinement, type VendorFailure, asRecord, asText } from "@beluga/core/provider";

export const provider = "qdrant";

/** An error that is found before, or without, one of Qdrant's own. */
export function qdrantError(op: string, code: ErrorCode, problem: string): BelugaError {
  return new BelugaError({ op, code, provider, message: `${provider} ${op}: ${problem}` });
}

/**
 * What Qdrant says of a failure: `{ "status": { "error": "..." }, "time": 0.1 }`. Statuses mean what they mean everywhere, but for a few.
 *
 * @see {@link https://github.com/qdrant/qdrant/blob/v1.19.0/src/actix/helpers.rs#L245 | Which error has which status}
 */
export function refineQdrantError({ status, body }: VendorFailure): ErrorRefinement {
  const message = errorOf(body) || undefined;
  // A node that has no more memory or disk for data.
  if (status === 507) return { code: "quota_exhausted", message };
  // More at once than a whole minute's share: no wait helps.
  const isTooLarge = status === 429 && message?.includes("larger than rate limiter capacity") === true;
  return { message, ...(isTooLarge && { retryable: false }) };
}

/** Qdrant's words; empty where there are none. */
export function errorOf(body: unknown): string {
  return asText(asRecord(asRecord(body)["status"])["error"]);
}
