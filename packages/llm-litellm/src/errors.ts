import type { ErrorCode } from "@beluga/core";
import { type RefineError, type VendorFailure, asRecord, asText, vendorMessage } from "@beluga/core/provider";

/**
 * What the proxy's errors mean beyond their status: {@link https://docs.litellm.ai/docs/proxy/error_reference}. Its own are told by their
 * type, those of the vendors behind it by the class that LiteLLM puts in front of their words.
 *
 * @param refineUsual - For errors that are as OpenAI has them.
 */
export function errorRefiner(refineUsual: RefineError): RefineError {
  return (failure) => {
    const refined = refineUsual(failure);
    const words = vendorMessage(failure.body) ?? "";
    const reported = reportedWords(words);
    const code = codeOf(failure, words) ?? refined?.code;
    return { ...refined, code, ...(reported !== undefined && { message: reported }) };
  };
}

function codeOf({ body }: VendorFailure, words: string): ErrorCode | undefined {
  const { type } = asRecord(asRecord(body)["error"]);
  const ofType = types.find(([pattern]) => pattern.test(asText(type)));
  return (ofType ?? messages.find(([pattern]) => pattern.test(words)))?.[1];
}

/** {@link https://docs.litellm.ai/docs/proxy/error_reference#gateway-error-types}; some of these had other statuses in earlier versions. */
const types: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^budget_exceeded$/, "quota_exhausted"],
  [/^(auth_error|expired_key|token_not_found_in_db)$/, "auth_error"],
  [/_access_denied$|^team_member_permission_error$/, "permission_denied"],
];

/** {@link https://docs.litellm.ai/docs/exception_mapping#litellm-exceptions}, and what the proxy says itself. */
const messages: readonly (readonly [RegExp, ErrorCode])[] = [
  [/\bContextWindowExceededError\b/, "context_length"],
  [/\bContentPolicyViolationError\b/, "content_filter"],
  // https://docs.litellm.ai/docs/proxy/guardrails/quick_start#3-test-request
  [/\bviolated\b.*\b(policy|guardrail)\b/i, "content_filter"],
  [
    /\bBudgetExceededError\b|\bExceeded(Token)?Budget\b|\bbudget has been exceeded\b|\bcrossed budget\b/i,
    "quota_exhausted",
  ],
  [/\binsufficient_quota\b|\bexceeded your current quota\b/i, "quota_exhausted"],
  [/\bnot allowed to access model due to tags\b/i, "permission_denied"],
  [/\binvalid model name\b/i, "not_found"],
];

/** Some guardrails report in Python's notation, with the prompt in it; its first words say what was violated. */
function reportedWords(words: string): string | undefined {
  return /^\{['"]error['"]: (['"])(.*?)\1[,}]/.exec(words)?.[2];
}
