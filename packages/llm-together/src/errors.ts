import {
  type ErrorRefinement,
  type VendorFailure,
  asRecord,
  asText,
  refineOpenAIError,
} from "@beluga/core/provider";

/** {@link https://docs.together.ai/docs/error-codes}, and what else Together answers. */
export function refineTogetherError(failure: VendorFailure): ErrorRefinement {
  const refined = refineOpenAIError(failure);
  const { status, headers, body } = failure;
  const { message } = asRecord(asRecord(body)["error"]);
  // Of the prompt and the tokens that were asked for, with status 403 or 400 or 422.
  if (/tokens`? \+ `?max_(new_)?tokens/i.test(asText(message))) return { ...refined, code: "context_length" };
  // "Reports the suggested retry interval", in seconds: https://docs.together.ai/docs/serverless/rate-limits
  const reset = Number(headers?.get("x-ratelimit-reset") ?? NaN);
  return status === 429 && !headers?.has("retry-after") && reset > 0
    ? { ...refined, retryAfterMs: reset * 1000 }
    : refined;
}
