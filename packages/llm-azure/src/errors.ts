import { type ErrorRefinement, type VendorFailure, asRecord, vendorMessage } from "@beluga/core/provider";
import { refineResponsesError } from "@beluga/llm-openai-compatible/responses";
import { filtersOf } from "./filters.js";

/** Refines the code of an error: OpenAI's words, and those that Azure adds. */
export function refineAzureError(failure: VendorFailure): ErrorRefinement {
  const refined = refineResponsesError(failure);
  const error = asRecord(asRecord(failure.body)["error"]);
  const filters = filtersOf(error);
  return {
    ...refined,
    // Its status is 401, though the token is good: the role is missing.
    ...(error["code"] === "PermissionDenied" && { code: "permission_denied" }),
    ...(filters.length > 0 && { message: `${vendorMessage(error) ?? "filtered"} [${filters.join(", ")}]` }),
  };
}
