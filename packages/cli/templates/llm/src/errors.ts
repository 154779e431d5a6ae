import type { ErrorCode } from "@beluga/core";
import type { ErrorRefinement, VendorFailure } from "@beluga/core/provider";

/** What Acme's own word for an error means, where its status does not say it: {@link https://docs.acme.example/api/errors}. */
const codes: Readonly<Record<string, ErrorCode>> = {
  out_of_credit: "quota_exhausted",
  context_too_long: "context_length",
  input_filtered: "content_filter",
  rate_limited: "rate_limit",
  overloaded: "provider_unavailable",
};

/** Refines the code of an error, of `{ error: { type, message } }` with a status or in the middle of a stream. */
export function refineAcmeError({ body }: VendorFailure): ErrorRefinement | undefined {
  const { error } = (typeof body === "object" && body !== null ? body : {}) as { error?: { type?: unknown } };
  const { type } = typeof error === "object" && error !== null ? error : {};
  return typeof type === "string" ? { code: codes[type] } : undefined;
}
