import { expect, test } from "vitest";
import { refinePineconeError } from "./errors.js";

/** From the reference, and as the service was seen to answer. */
test.each([
  [
    400,
    {
      code: 3,
      message: "metadata size is 41804 bytes, which exceeds the limit of 40960 bytes per vector",
      details: [],
    },
    "invalid_input",
  ],
  [400, { code: 8, message: "too many", details: [] }, "rate_limit"],
  [401, "Invalid API key", undefined],
  [402, { error: { code: "PAYMENT_REQUIRED", message: "Request failed." }, status: 402 }, undefined],
  [
    403,
    {
      error: { code: "FORBIDDEN", message: "Increase your quota or upgrade to create more indexes." },
      status: 403,
    },
    "quota_exhausted",
  ],
  [
    403,
    { error: { code: "FORBIDDEN", message: "Deletion protection is enabled for this index." }, status: 403 },
    undefined,
  ],
  [404, { code: 5, message: "Namespace not found", details: [] }, undefined],
  [
    412,
    { error: { code: "FAILED_PRECONDITION", message: "There are pending collections" }, status: 412 },
    undefined,
  ],
  [
    429,
    "Request failed. You've reached your write unit limit for the current month. To continue, upgrade your plan.",
    "quota_exhausted",
  ],
  [
    429,
    { code: 8, message: "You've reached the upsert QPS limit for namespace a (100 QPS).", details: [] },
    undefined,
  ],
  [500, { error: { code: "UNKNOWN", message: "Internal server error" }, status: 500 }, undefined],
  [undefined, { code: 14, message: "unavailable", details: [] }, "provider_unavailable"],
  [undefined, { error: { code: "UNAUTHENTICATED", message: "no" } }, "auth_error"],
  [undefined, null, undefined],
])("%s %j", (status, body, code) => {
  expect(refinePineconeError({ status, headers: undefined, body }).code).toBe(code);
});
