import type { ErrorCode } from "@beluga/core";
import { type RefineError, asCount, asRecord } from "@beluga/core/provider";

/**
 * What Bifrost's errors mean beyond their status:
 * `{ is_bifrost_error, status_code, type, error: { type, code, message }, extra_fields: { provider, error_type } }`.
 * {@link https://github.com/maximhq/bifrost/blob/main/docs/openapi/schemas/inference/common.yaml}
 *
 * @param refineUsual - For errors that are as OpenAI has them.
 */
export function errorRefiner(refineUsual: RefineError): RefineError {
  return (failure) => {
    const body = asRecord(failure.body);
    const { type, code } = asRecord(body["error"]);
    const { error_type: classified } = asRecord(body["extra_fields"]);
    const words = [classified, type, body["type"], code];
    // Inside of a stream the status stands in the body alone.
    const status = failure.status ?? asCount(body["status_code"]);
    const refined = refineUsual({ ...failure, status });
    return {
      ...refined,
      status: refined?.status ?? status,
      code: words.map(codeOf).find((known) => known !== undefined) ?? refined?.code,
      // No key of the gateway's for the vendor works, which waiting does not change.
      retryable: words.some((word) => exhausted.has(word)) ? false : refined?.retryable,
    };
  };
}

const exhausted: ReadonlySet<unknown> = new Set([
  "provider_credentials_exhausted",
  "upstream_credentials_exhausted",
]);

function codeOf(word: unknown): ErrorCode | undefined {
  return typeof word === "string" && Object.hasOwn(codes, word) ? codes[word] : undefined;
}

/**
 * The gateway's own words; of those that name a vendor's failure the status says the rest.
 * {@link https://github.com/maximhq/bifrost/blob/main/core/schemas/errors.go},
 * {@link https://docs.getbifrost.ai/features/governance/virtual-keys#error-responses}
 */
const codes: Readonly<Record<string, ErrorCode>> = {
  bifrost_dropped: "provider_unavailable",
  budget_exceeded: "quota_exhausted",
  caller_model_not_available: "not_found",
  caller_model_unknown: "not_found",
  model_blocked: "permission_denied",
  no_key_supports_model: "not_found",
  policy_access_denied: "permission_denied",
  policy_budget_exceeded: "quota_exhausted",
  policy_model_blocked: "permission_denied",
  policy_provider_blocked: "permission_denied",
  policy_rate_limited: "rate_limit",
  policy_tool_blocked: "permission_denied",
  provider_billing: "quota_exhausted",
  provider_blocked: "permission_denied",
  provider_connection_failed: "provider_unavailable",
  provider_credentials_exhausted: "provider_unavailable",
  provider_timeout: "timeout",
  rate_limited: "rate_limit",
  request_dropped: "provider_unavailable",
  request_limited: "rate_limit",
  request_timed_out: "timeout",
  token_limited: "rate_limit",
  virtual_key_blocked: "permission_denied",
  virtual_key_required: "auth_error",
};
