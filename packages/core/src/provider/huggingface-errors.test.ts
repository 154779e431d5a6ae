import { expect, test } from "vitest";
import { refineHuggingFaceError } from "./huggingface-errors.js";

// The tests of Hugging Face's packages have more of them as they come.

const refined = (body: unknown, status?: number) =>
  refineHuggingFaceError({ status, headers: undefined, body });

test.each([
  [{ error: "Model not supported by provider hf-inference" }, 400, "not_found"],
  [{ error: { message: "The requested model is not", code: "model_not_supported" } }, 400, "not_found"],
  [
    { error: "`inputs` must have less than 512 tokens. Given: 527", error_type: "Validation" },
    413,
    "context_length",
  ],
  [{ error: "`inputs` tokens + `max_new_tokens` must be <= 1024" }, 422, "context_length"],
  [{ error: "Model is overloaded", error_type: "overloaded" }, undefined, "rate_limit"],
  [{ error: "wrong", error_type: "validation" }, undefined, "invalid_input"],
  [{ error: "batch size 33 > maximum allowed batch size 32", error_type: "Validation" }, 413, undefined],
  [undefined, 500, undefined],
])("%j with status %s is %s", (body, status, code) => {
  expect(refined(body, status).code).toBe(code);
});

test("the time that a model needs to load is the time to wait", () => {
  const body = { error: "Model a/b is currently loading", estimated_time: 20.0005 };
  expect(refined(body, 503)).toMatchObject({ code: undefined, retryAfterMs: 20_001 });
  expect(refined({ ...body, estimated_time: "soon" }, 503)).not.toHaveProperty("retryAfterMs");
});
