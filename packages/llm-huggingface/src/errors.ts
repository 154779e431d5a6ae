import type { ErrorCode } from "@beluga/core";
import {
  type ErrorRefinement,
  type VendorFailure,
  asRecord,
  asText,
  refineOpenAIError,
} from "@beluga/core/provider";

/**
 * An error is `{ error: "text" }`, OpenAI's form, or that of the provider behind the router. Servers of Text Generation Inference add an
 * `error_type`: {@link https://huggingface.co/docs/text-generation-inference/reference/api_reference}.
 */
export function refineHuggingFaceError(failure: VendorFailure): ErrorRefinement {
  const refined = refineOpenAIError(failure);
  const { error, error_type: type } = asRecord(failure.body);
  const { code, message = error } = asRecord(error);
  return { ...refined, code: codeOf(code, asText(message)) ?? refined.code ?? errorTypes.get(type) };
}

function codeOf(code: unknown, message: string): ErrorCode | undefined {
  // "The requested model '...' is not supported by any provider you have enabled", with status 400.
  if (code === "model_not_supported") return "not_found";
  return /tokens`? \+ `?max_new_tokens|must have less than \d+ tokens/.test(message)
    ? "context_length"
    : undefined;
}

const errorTypes: ReadonlyMap<unknown, ErrorCode> = new Map<string, ErrorCode>([
  ["overloaded", "rate_limit"],
  ["validation", "invalid_input"],
]);
