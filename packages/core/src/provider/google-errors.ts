import type { ErrorCode } from "../errors.js";
import type { ErrorRefinement, VendorFailure } from "./failure.js";
import { asArray, asRecord, asText } from "./wire.js";

/**
 * What the `status` of an error says, beyond the HTTP status: {@link https://ai.google.dev/gemini-api/docs/troubleshooting},
 * {@link https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto}.
 */
const codes: Readonly<Record<string, ErrorCode>> = {
  ABORTED: "provider_unavailable",
  CANCELLED: "provider_unavailable",
  DEADLINE_EXCEEDED: "timeout",
  INTERNAL: "provider_unavailable",
  NOT_FOUND: "not_found",
  PERMISSION_DENIED: "permission_denied",
  RESOURCE_EXHAUSTED: "rate_limit",
  UNAUTHENTICATED: "auth_error",
  UNAVAILABLE: "provider_unavailable",
  UNKNOWN: "provider_unavailable",
};

/**
 * What only the words of an error say. They are not in the reference but for the free tier's, but in many users' reports; where Google
 * rewords them, the code becomes that of the status.
 */
const messages: readonly (readonly [words: RegExp, code: ErrorCode])[] = [
  [
    /exceeds the maximum number of tokens|input token count is \d+ but (the )?model (only )?supports/i,
    "context_length",
  ],
  [/user location is not supported|free tier is not available in your country/i, "permission_denied"],
  [/prepayment credits are depleted/i, "quota_exhausted"],
];

/**
 * Refines an error of one of Google's APIs: `{ error: { code, message, status, details } }`, in an array where a stream was asked for, or in
 * the middle of one.
 */
export function refineGoogleError({ status, body }: VendorFailure): ErrorRefinement {
  const error = asRecord(asRecord(Array.isArray(body) ? body[0] : body)["error"]);
  const details = asArray(error["details"]).map(asRecord);
  const code = codeOf(error, details);
  const number = error["code"];
  return {
    code,
    status: status ?? (typeof number === "number" && number >= 400 && number < 600 ? number : undefined),
    // Of a quota that is used up for today, the API says the wait until the next minute.
    retryAfterMs: code === "quota_exhausted" ? undefined : retryDelay(details),
  };
}

type Details = readonly Readonly<Record<string, unknown>>[];

function codeOf(
  { status, message }: Readonly<Record<string, unknown>>,
  details: Details,
): ErrorCode | undefined {
  // With status 400: https://ai.google.dev/gemini-api/docs/api-key
  if (details.some(({ reason }) => reason === "API_KEY_INVALID")) return "auth_error";
  if (details.some(isDailyQuota)) return "quota_exhausted";
  const said = messages.find(([words]) => words.test(asText(message)));
  return said?.[1] ?? codes[asText(status)];
}

/**
 * Requests and tokens are counted by the minute and by the day, and `quotaId` says which of them is used up:
 * `GenerateRequestsPerDayPerProjectPerModel-FreeTier`. The day's come back at midnight in California, and no retry waits for that.
 * {@link https://ai.google.dev/gemini-api/docs/rate-limits}
 */
function isDailyQuota({ violations }: Details[number]): boolean {
  return asArray(violations).some((violation) => asText(asRecord(violation)["quotaId"]).includes("PerDay"));
}

/** `RetryInfo`, as in `{ retryDelay: "34.07s" }`: {@link https://google.aip.dev/194}. */
function retryDelay(details: Details): number | undefined {
  for (const { retryDelay: delay } of details) {
    const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(asText(delay)) ?? [];
    if (seconds !== undefined) return Math.ceil(Number(seconds) * 1000);
  }
  return undefined;
}
