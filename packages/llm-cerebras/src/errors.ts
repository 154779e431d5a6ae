import {
  type ErrorRefinement,
  type VendorFailure,
  asCount,
  asRecord,
  asText,
  refineOpenAIError,
} from "@beluga/core/provider";

/**
 * An error is OpenAI's, without the `error` round it; in a stream it has that, and its status beside it.
 * {@link https://inference-docs.cerebras.ai/support/error}
 */
export function refineCerebrasError(failure: VendorFailure): ErrorRefinement {
  const body = asRecord(failure.body);
  const stated = asCount(body["status_code"]);
  // Of an error in a stream, 0 says nothing.
  const status = failure.status ?? (stated === 0 ? undefined : stated);
  const refined = refineOpenAIError({ ...failure, status });
  return status === 429
    ? {
        ...refined,
        retryAfterMs: waitOf(failure.headers, asText(asRecord(body["error"] ?? body)["message"])),
      }
    : refined;
}

/**
 * "Tokens per minute limit exceeded": the header of that limit says in how many seconds there will be room again. Not where there is a
 * `Retry-After`. {@link https://inference-docs.cerebras.ai/support/rate-limits#rate-limit-headers}
 */
function waitOf(headers: Headers | undefined, message: string): number | undefined {
  if (headers?.has("retry-after")) return undefined;
  const [, what, window] =
    /(token|request)s per (minute|hour|day)/i.exec(message)?.map((word) => word.toLowerCase()) ?? [];
  const seconds = Number(headers?.get(`x-ratelimit-reset-${what}s-${window}`) ?? NaN);
  return seconds > 0 ? seconds * 1000 : undefined;
}
