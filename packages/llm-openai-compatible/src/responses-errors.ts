import type { ErrorCode } from "@beluga/core";
import { type ErrorRefinement, type VendorFailure, asRecord, refineOpenAIError } from "@beluga/core/provider";

/**
 * What only this API says as the `code` of an error: of a response that failed, of an `error` event, or of an HTTP answer.
 * {@link https://platform.openai.com/docs/api-reference/responses/object#responses-object-error}
 */
const codes: Readonly<Record<string, ErrorCode>> = {
  bio_policy: "content_filter",
  data_residency_mismatch: "invalid_input",
  empty_image_file: "invalid_input",
  failed_to_download_image: "invalid_input",
  image_content_policy_violation: "content_filter",
  image_file_not_found: "invalid_input",
  image_file_too_large: "invalid_input",
  image_parse_error: "invalid_input",
  image_too_large: "invalid_input",
  image_too_small: "invalid_input",
  invalid_base64_image: "invalid_input",
  invalid_image: "invalid_input",
  invalid_image_format: "invalid_input",
  invalid_image_mode: "invalid_input",
  invalid_image_url: "invalid_input",
  // "Your prompt was flagged as potentially violating our usage policy": in the list without a word, and so in all reports of users.
  invalid_prompt: "content_filter",
  misalignment_policy_violation: "content_filter",
  unsupported_image_media_type: "invalid_input",
  vector_store_timeout: "timeout",
};

/** Refines the code of an error: the words of this API, and those that it shares with all of OpenAI's. */
export function refineResponsesError(failure: VendorFailure): ErrorRefinement {
  const refined = refineOpenAIError(failure);
  const body = asRecord(failure.body);
  const { code = body["code"] } = asRecord(body["error"]);
  const known = typeof code === "string" && Object.hasOwn(codes, code) ? codes[code] : undefined;
  return { ...refined, code: known ?? refined.code };
}
