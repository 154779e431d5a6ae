import type { ErrorCode } from "@beluga/core";
import {
  type ErrorRefinement,
  type VendorFailure,
  asRecord,
  asText,
  refineOpenAIError,
} from "@beluga/core/provider";

/** `{ error: { code, message, metadata } }`: {@link https://openrouter.ai/docs/api-reference/errors}. */
export function refineOpenRouterError(failure: VendorFailure): ErrorRefinement {
  const refined = refineOpenAIError(failure);
  const error = asRecord(asRecord(failure.body)["error"]);
  const metadata = asRecord(error["metadata"]);
  const type = asText(metadata["error_type"] ?? error["error_type"]);
  const { code: reason, retryable, retry_after: seconds } = asRecord(error["availability"]);
  return {
    ...refined,
    code:
      reason === "model_not_found"
        ? "not_found"
        : isBlocked(metadata)
          ? "content_filter"
          : (codes[type] ?? refined.code),
    retryable: typeof retryable === "boolean" ? retryable : refined.retryable,
    ...(typeof seconds === "number" && { retryAfterMs: seconds * 1000 }),
  };
}

/** By moderation, or by a guardrail: {@link https://openrouter.ai/docs/api-reference/errors#moderation-errors}. */
function isBlocked(metadata: Readonly<Record<string, unknown>>): boolean {
  return "flagged_input" in metadata || Array.isArray(metadata["reasons"]) || "patterns" in metadata;
}

/** {@link https://openrouter.ai/docs/api-reference/errors#typed-error-codes}; of what is not here, the status says it. */
const codes: Readonly<Record<string, ErrorCode>> = {
  authentication: "auth_error",
  content_policy_violation: "content_filter",
  context_length_exceeded: "context_length",
  payment_required: "quota_exhausted",
  permission_denied: "permission_denied",
  provider_overloaded: "provider_unavailable",
  provider_unavailable: "provider_unavailable",
  rate_limit_exceeded: "rate_limit",
  refusal: "content_filter",
  server: "provider_unavailable",
  timeout: "timeout",
  unmapped: "provider_unavailable",
};
