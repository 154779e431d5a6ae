import {
  type ErrorRefinement,
  type VendorFailure,
  refineOpenAIError,
  vendorMessage,
} from "@beluga/core/provider";

/** {@link https://docs.fireworks.ai/guides/inference-error-codes} */
export function refineFireworksError(failure: VendorFailure): ErrorRefinement {
  const refined = refineOpenAIError(failure);
  // "Account is suspended", for the want of payment as a rule. The other reason for this status is a LoRA that cannot be loaded.
  return failure.status === 412 && /suspended/i.test(vendorMessage(failure.body) ?? "")
    ? { ...refined, code: "quota_exhausted" }
    : refined;
}
