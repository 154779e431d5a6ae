import type { ErrorCode } from "@beluga/core";
import {
  type ErrorRefinement,
  type VendorFailure,
  asCount,
  asRecord,
  isRecord,
  refineOpenAIError,
} from "@beluga/core/provider";

/** `{ object: "error", message, type, param, code }`: {@link https://docs.mistral.ai/resources/error-glossary}. */
export function refineMistralError(failure: VendorFailure): ErrorRefinement {
  const refined = refineOpenAIError(failure);
  const body = asRecord(failure.body);
  const status = refined.status ?? asCount(body["raw_status_code"]);
  return { ...refined, status, code: codeOf(body) ?? refined.code };
}

function codeOf({ guardrails, code, type }: Readonly<Record<string, unknown>>): ErrorCode | undefined {
  // Where the moderation itself has failed, and `block_on_error` is set: https://docs.mistral.ai/studio/conversations/moderation
  if (Number(code) === 3201) return "provider_unavailable";
  if (isRecord(guardrails)) return "content_filter";
  return type === "rate_limited" ? "rate_limit" : undefined;
}
