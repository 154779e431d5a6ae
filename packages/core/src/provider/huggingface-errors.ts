import type { ErrorCode } from "../errors.js";
import type { ErrorRefinement, VendorFailure } from "./failure.js";
import { refineOpenAIError } from "./openai-errors.js";
import { asCount, asRecord, asText } from "./wire.js";

/**
 * Refines an error of Hugging Face's: `{ error: "text" }`, OpenAI's form, or that of the provider behind the router. Servers of Text Generation
 * Inference and Text Embeddings Inference add an `error_type`:
 * {@link https://huggingface.co/docs/text-generation-inference/reference/api_reference}. Of a model that is still loading, hf-inference says
 * the seconds that are left as `estimated_time`.
 */
export function refineHuggingFaceError(failure: VendorFailure): ErrorRefinement {
  const refined = refineOpenAIError(failure);
  const { error, error_type: type, estimated_time: left } = asRecord(failure.body);
  const { code, message = error } = asRecord(error);
  const seconds = asCount(left);
  return {
    ...refined,
    code: codeOf(code, asText(message)) ?? refined.code ?? errorTypes.get(type),
    ...(seconds !== undefined && { retryAfterMs: Math.ceil(seconds * 1000) }),
  };
}

function codeOf(code: unknown, message: string): ErrorCode | undefined {
  // "The requested model '...' is not supported by any provider you have enabled", or "Model not supported by provider hf-inference", with
  // status 400.
  if (code === "model_not_supported" || /^model not supported by provider/i.test(message)) return "not_found";
  return /tokens`? \+ `?max_new_tokens|must have less than \d+ tokens/.test(message)
    ? "context_length"
    : undefined;
}

const errorTypes: ReadonlyMap<unknown, ErrorCode> = new Map<string, ErrorCode>([
  ["overloaded", "rate_limit"],
  ["validation", "invalid_input"],
]);
