import type { ErrorCode } from "@beluga/core";
import { type ErrorRefinement, type VendorFailure, asRecord } from "@beluga/core/provider";

/** What the `type` of an error says: {@link https://platform.claude.com/docs/en/api/errors}. */
const codes: Readonly<Record<string, ErrorCode>> = {
  api_error: "provider_unavailable",
  authentication_error: "auth_error",
  billing_error: "quota_exhausted",
  not_found_error: "not_found",
  overloaded_error: "provider_unavailable",
  permission_error: "permission_denied",
  rate_limit_error: "rate_limit",
  request_too_large: "invalid_input",
  timeout_error: "timeout",
};

/**
 * What only the words of an `invalid_request_error` say. They are not in the reference, but in many users' reports; where Anthropic
 * rewords them, the code becomes the plain `invalid_input`.
 */
const messages: readonly (readonly [words: RegExp, code: ErrorCode])[] = [
  [/prompt is too long|exceed context limit|exceeds? the context window/i, "context_length"],
  [/credit balance is too low|reached your specified .*API usage limits/i, "quota_exhausted"],
  [/blocked by content filtering policy/i, "content_filter"],
];

/** Refines an error of the API, as an HTTP answer or as the `error` event of a stream: `{ type: "error", error: { type, message } }`. */
export function refineAnthropicError({ status, headers, body }: VendorFailure): ErrorRefinement {
  const code = codeOf(asRecord(asRecord(body)["error"]), status);
  const shouldRetry = headers?.get("x-should-retry");
  return {
    code,
    // What is used up stays so, whatever the header says.
    retryable:
      shouldRetry === "false" || (shouldRetry === "true" && code !== "quota_exhausted")
        ? shouldRetry === "true"
        : undefined,
  };
}

function codeOf(
  { type, message, details }: Readonly<Record<string, unknown>>,
  status: number | undefined,
): ErrorCode | undefined {
  // The monthly cap of the account, which has the type of a rate limit:
  // https://platform.claude.com/docs/en/api/rate-limits#reaching-your-spend-cap
  if (asRecord(details)["error_code"] === "enforced_spend_limit_reached") return "quota_exhausted";
  if (type !== "invalid_request_error") return codes[String(type)];
  const said = messages.find(([words]) => words.test(String(message)));
  // It is also the type of other refusals, which their status tells apart; an event of a stream has none.
  return said?.[1] ?? (status === undefined ? "invalid_input" : undefined);
}
