import type { ErrorCode } from "../errors.js";

/** A failure as the vendor reported it, as an HTTP error or inside of a stream. */
export interface VendorFailure {
  /** Absent for an error inside of a stream. */
  status: number | undefined;
  headers: Headers | undefined;
  /** The parsed body, or its text where it is not JSON. */
  body: unknown;
}

export type RefineError = (failure: VendorFailure) => ErrorRefinement | undefined;

export interface ErrorRefinement {
  code?: ErrorCode | undefined;
  /** For a failure inside of a stream whose body names a status. */
  status?: number | undefined;
  message?: string | undefined;
  retryable?: boolean | undefined;
  retryAfterMs?: number | undefined;
}

export function codeOfStatus(status: number | undefined): ErrorCode {
  if (status === undefined || status >= 500) return status === 504 ? "timeout" : "provider_unavailable";
  return (
    (
      {
        401: "auth_error",
        402: "quota_exhausted",
        403: "permission_denied",
        404: "not_found",
        408: "timeout",
        410: "not_found",
        429: "rate_limit",
      } as const
    )[status as 401] ?? "invalid_input"
  );
}

/** Whether a body, of whatever status, is a vendor's report of an error. */
export function reportsError(body: unknown): boolean {
  if (typeof body !== "object" || body === null || !("error" in body)) return false;
  return (
    (typeof body.error === "object" && body.error !== null) ||
    (typeof body.error === "string" && body.error !== "")
  );
}

/** `fetch` wraps what went wrong in an error that says only "fetch failed". */
export function describeCause(cause: unknown): string {
  let innermost = cause;
  for (let depth = 0; depth < 10 && innermost instanceof Error && innermost.cause !== undefined; depth++) {
    innermost = innermost.cause;
  }
  const { code, message = String(innermost) } = innermost instanceof Error ? (innermost as NodeError) : {};
  const words = code && !message.includes(code) ? `${code} ${message}` : message;
  // Addresses may hold a password or a key.
  return words.replace(/\b[a-z][a-z\d+.-]*:\/\/\S+/gi, "[URL]").trim();
}

type NodeError = Error & { code?: string };
