import type { ErrorCode } from "@beluga/core";
import {
  type ErrorRefinement,
  type VendorFailure,
  asRecord,
  asText,
  refineCohereError,
} from "@beluga/core/provider";

/** What the end of an answer says that failed on the way: {@link https://docs.cohere.com/v2/reference/chat#response.body.finish_reason}. */
const failures: Readonly<Record<string, { code: ErrorCode; words: string }>> = {
  ERROR: { code: "provider_unavailable", words: "the generation failed" },
  TIMEOUT: { code: "timeout", words: "the generation exceeded the time that the API allows" },
};

/** Whether an answer that ends for this reason is none. */
export function isFailure(finishReason: unknown): boolean {
  return Object.hasOwn(failures, asText(finishReason));
}

/** Refines an error of the API: `{ message }` with a status, or `{ error, finish_reason }` at the end of an answer. */
export function refineChatError(failure: VendorFailure): ErrorRefinement {
  const { error, finish_reason: reason } = asRecord(failure.body);
  if (!isFailure(reason)) return refineCohereError(failure);
  const { code, words } = failures[asText(reason)] ?? {};
  return { code, message: asText(error) || words };
}
