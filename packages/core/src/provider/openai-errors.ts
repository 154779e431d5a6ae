import type { ErrorCode } from "../errors.js";
import type { ErrorRefinement, VendorFailure } from "./failure.js";
import { isRecord } from "./wire.js";

/**
 * The words that OpenAI, and the many who took over its form of error, use as `code` or `type`:
 * {@link https://platform.openai.com/docs/guides/error-codes/api-errors}.
 */
const codes: Readonly<Record<string, ErrorCode>> = {
  authentication_error: "auth_error",
  AUTHZ_INSUFFICIENT_BALANCE: "quota_exhausted", // Jina's, as the two that begin with INPUT
  billing_hard_limit_reached: "quota_exhausted",
  billing_not_active: "quota_exhausted",
  content_filter: "content_filter",
  content_policy_violation: "content_filter",
  context_length_exceeded: "context_length",
  DeploymentNotFound: "not_found",
  INPUT_MODEL_NOT_FOUND: "not_found",
  INPUT_TOKEN_LIMIT_EXCEEDED: "context_length",
  insufficient_quota: "quota_exhausted",
  invalid_api_key: "auth_error",
  invalid_model: "not_found",
  invalid_request_error: "invalid_input",
  model_not_found: "not_found",
  not_found_error: "not_found",
  not_supported_error: "unsupported", // llama.cpp's
  overloaded_error: "provider_unavailable",
  permission_error: "permission_denied",
  rate_limit_error: "rate_limit",
  rate_limit_exceeded: "rate_limit",
  server_error: "provider_unavailable",
  too_many_prompt_tokens: "context_length",
};

/** Many servers say only in their message that the input is too long. */
const contextMessage =
  /maximum context length|context (length|window|size)|`inputs` tokens \+ `max_new_tokens` must be|`inputs` must have less than|(prompt|input)[\w ]* (is )?too long|too many (input |prompt )?tokens|exceeds? the (available )?context/i;

/**
 * Refines the code of an error whose body has OpenAI's form, `{ error: { message, type, code } }`, or nearly so: `{ detail }`, as servers made
 * with FastAPI have it, Voyage's and Jina's among them.
 */
export function refineOpenAIError({ status, headers, body }: VendorFailure): ErrorRefinement {
  const error = errorOf(body);
  const { code, type, message } = error;
  const named = codeOf(code) ?? codeOf(type);
  const refined = named === "invalid_input" ? undefined : named;
  const tooLong =
    typeof message === "string" && contextMessage.test(message) && (status ?? 400) < 500 && status !== 429;
  const statusInBody = status ?? statusOf(error) ?? (isRecord(body) ? statusOf(body) : undefined);
  return {
    code: tooLong ? "context_length" : (refined ?? (statusInBody === undefined ? named : undefined)),
    status: statusInBody,
    retryable: headers?.get("x-should-retry") === "false" ? false : undefined,
  };
}

function codeOf(word: unknown): ErrorCode | undefined {
  return typeof word === "string" && Object.hasOwn(codes, word) ? codes[word] : undefined;
}

function errorOf(body: unknown): Record<string, unknown> {
  if (typeof body !== "object" || body === null) return { message: body };
  const { error, detail } = body as { error?: unknown; detail?: unknown };
  if (typeof error === "string") return { ...body, message: error };
  if (typeof detail === "string") return { message: detail, ...body };
  return [error, detail].find(isRecord) ?? (body as Record<string, unknown>);
}

/** An error inside of a stream has no HTTP status, and several vendors write it into the body. */
function statusOf({ status_code: statusCode, status, code }: Record<string, unknown>): number | undefined {
  return [statusCode, status, code]
    .map(Number)
    .find((value) => Number.isInteger(value) && value >= 400 && value < 600);
}

/** Whether a body is `{ detail }`: an error of FastAPI, which many vendors' servers are made with, whatever its status. */
export function reportsDetail(body: unknown): boolean {
  return isRecord(body) && "detail" in body;
}
