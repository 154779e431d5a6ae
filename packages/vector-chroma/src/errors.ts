import { BelugaError, type ErrorCode } from "@beluga/core";
import { type ErrorRefinement, type VendorFailure, asRecord, asText } from "@beluga/core/provider";

export const provider = "chroma";

export function chromaError(op: string, code: ErrorCode, problem: string): BelugaError {
  return new BelugaError({ op, code, provider, message: `${provider} ${op}: ${problem}` });
}

/**
 * What Chroma says of a failure: `{ "error": "InvalidArgumentError", "message": "..." }`. Statuses mean what they mean everywhere; Chroma Cloud's
 * limits are a 422.
 *
 * @see {@link https://github.com/chroma-core/chroma/blob/1.5.9/clients/new-js/packages/chromadb/src/chroma-fetch.ts | Chroma's own client}
 */
export function refineChromaError({ body }: VendorFailure): ErrorRefinement {
  const message = asText(asRecord(body)["message"]) || undefined;
  const isLimit = /^(?:Quota|Billing limit) exceeded/.test(message ?? "");
  return { message, ...(isLimit && { code: "quota_exhausted" }) };
}

/** What a call comes to; `undefined` where Chroma says that there is no such thing. */
export async function orMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (BelugaError.is(error) && error.code === "not_found") return undefined;
    throw error;
  }
}
