import type { ErrorCode } from "@beluga/core";
import {
  type ErrorRefinement,
  type VendorFailure,
  asRecord,
  asText,
  refineOpenAIError,
} from "@beluga/core/provider";

/** {@link https://console.groq.com/docs/errors}, and what else Groq answers. */
export function refineGroqError(failure: VendorFailure): ErrorRefinement {
  const refined = refineOpenAIError(failure);
  const code = codeOf(refined.status, asText(asRecord(asRecord(failure.body)["error"])["code"]));
  return code ? { ...refined, code } : refined;
}

function codeOf(status: number | undefined, word: string): ErrorCode | undefined {
  // More than the limit of a minute at once, which Groq calls `rate_limit_exceeded`; no waiting makes it less.
  if (status === 413) return "invalid_input";
  // The flex tier has no room: https://console.groq.com/docs/flex-processing
  if (status === 498) return "provider_unavailable";
  // A limit of spending: https://console.groq.com/docs/spend-limits
  if (word === "blocked_api_access" || word.startsWith("spend_")) return "quota_exhausted";
  return word === "model_decommissioned"
    ? "not_found"
    : word === "organization_restricted"
      ? "permission_denied"
      : undefined;
}
