import type { ErrorCode } from "@beluga/core";
import { type ErrorRefinement, type VendorFailure, asRecord, vendorMessage } from "@beluga/core/provider";

/** The data plane has the {@link https://grpc.io/docs/guides/status-codes/ | codes of gRPC}, the control plane words. */
const codes: ReadonlyMap<unknown, ErrorCode> = new Map<unknown, ErrorCode>([
  [3, "invalid_input"],
  [4, "timeout"],
  [5, "not_found"],
  [7, "permission_denied"],
  [8, "rate_limit"],
  [9, "invalid_input"],
  [11, "invalid_input"],
  [14, "provider_unavailable"],
  [16, "auth_error"],
  ["DEADLINE_EXCEEDED", "timeout"],
  ["PAYMENT_REQUIRED", "quota_exhausted"],
  ["RESOURCE_EXHAUSTED", "rate_limit"],
  ["UNAUTHENTICATED", "auth_error"],
]);

/** Of a plan's month or number of objects, which no wait helps; other limits are by the second. */
const quota = /for the current month|increase your quota|upgrade (your plan|to)/i;

/**
 * What Pinecone says of a failure: `{ code, message, details }` on the data plane, `{ error: { code, message }, status }` on the control plane, and a
 * plain text where the layer of authentication and rate limits refused it.
 *
 * @see {@link https://docs.pinecone.io/reference/api/errors}, {@link https://docs.pinecone.io/reference/api/database-limits/rate-limits}
 */
export function refinePineconeError({ status, body }: VendorFailure): ErrorRefinement {
  const { code = asRecord(asRecord(body)["error"])["code"] } = asRecord(body);
  // 403 stands for a quota as well as for a forbidden deed.
  const isQuota = (status === 429 || status === 403) && quota.test(vendorMessage(body) ?? "");
  if (isQuota) return { code: "quota_exhausted" };
  // The status says more than the code, where there is no doubt about it.
  return { code: status === undefined || status === 400 ? codes.get(code) : undefined };
}
