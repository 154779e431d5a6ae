import type { ErrorCode } from "@beluga/core";
import { type ErrorRefinement, type VendorFailure, asRecord, asText } from "@beluga/core/provider";

/** What the statuses of Cohere's own mean: {@link https://docs.cohere.com/v2/reference/chat#response}. */
const codes: Readonly<Record<number, ErrorCode>> = {
  498: "content_filter", // a token that is on the deny list, in the request or in the answer
  499: "provider_unavailable", // cancelled; the reference says to try again
  501: "unsupported",
};

/**
 * What only the words say: {@link https://docs.cohere.com/reference/errors}. Where Cohere rewords them, the code becomes that of the status.
 */
const messages: readonly (readonly [status: number, words: RegExp, code: ErrorCode])[] = [
  // Of `max_tokens`, and not of the prompt.
  [400, /^too many tokens: max tokens must be/i, "invalid_input"],
  [400, /^too many tokens/i, "context_length"],
  // Not in the reference, but in users' reports: the month's calls of a trial key are used up.
  [429, /limited to [\d,]+ API calls \/ month/i, "quota_exhausted"],
];

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
export function refineCohereError({ status, body }: VendorFailure): ErrorRefinement {
  const { message, error, finish_reason: reason } = asRecord(body);
  if (isFailure(reason)) {
    const { code, words } = failures[asText(reason)] ?? {};
    return { code, message: asText(error) || words };
  }
  const said = messages.find(([of, words]) => of === status && words.test(asText(message)));
  return { code: said?.[2] ?? codes[status ?? 0] };
}
