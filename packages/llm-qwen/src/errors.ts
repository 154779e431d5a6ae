import type { ErrorCode } from "@beluga/core";
import {
  type ErrorRefinement,
  type VendorFailure,
  asRecord,
  asText,
  refineOpenAIError,
} from "@beluga/core/provider";

/** `{ error: { code, message, type }, request_id }`: {@link https://www.alibabacloud.com/help/en/model-studio/error-code}. */
export function refineQwenError(failure: VendorFailure): ErrorRefinement {
  const refined = refineOpenAIError(failure);
  const body = asRecord(failure.body);
  const { code, message } = asRecord(body["error"] ?? body);
  return { ...refined, code: codeOf(asText(code), asText(message)) ?? refined.code };
}

function codeOf(word: string, message: string): ErrorCode | undefined {
  if (message.includes("Range of input length")) return "context_length";
  // Without this, the same word is the limit of a minute's tokens.
  if (/free allocated quota exceeded/i.test(message)) return "quota_exhausted";
  return codes.find(([words]) => words.test(word))?.[1];
}

/** Most words are written in two ways, as in `InvalidApiKey` and `invalid_api_key`. */
const codes: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^(data_?inspection_?failed|IPInfringementSuspect|CustomRoleBlocked|FaqRuleBlocked)$/i, "content_filter"],
  [/^(Arrearage|CommodityNotPurchased|PrepaidBillOverdue|PostpaidBillOverdue)$/i, "quota_exhausted"],
  [/^AllocationQuota\.FreeTierOnly$/i, "quota_exhausted"],
  // https://www.alibabacloud.com/help/en/model-studio/rate-limit
  [/^(Throttling|limit_?requests$|limit_burst_rate$|insufficient_quota$)/i, "rate_limit"],
  [/^(invalid_?api_?key)$/i, "auth_error"],
  [/(^|\.)access_?denied/i, "permission_denied"],
  [/^(model_?not_?found|model_?not_?supported)$/i, "not_found"],
  [/^RequestTimeOut$/i, "timeout"],
  // Inside of a stream, where no status says it.
  [/^(internal_?error(\.algo)?|model_?serving_?error|model_?unavailable)$/i, "provider_unavailable"],
];
