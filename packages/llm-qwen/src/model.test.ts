import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createQwen } from "./index.js";

/** https://www.alibabacloud.com/help/en/model-studio/error-code */
const errorBody = (message: string, code: string, type = "invalid_request_error") => ({
  error: { message, type, param: null, code },
  id: "chatcmpl-5bf78562-0341-9de2-8d10-5429ef761b7e",
  request_id: "5bf78562-0341-9de2-8d10-5429ef761b7e",
});
const midStream = (message: string, code: string): string =>
  `data: ${JSON.stringify(errorBody(message, code))}`;

chatModelConformance({
  name: "qwen",
  packageName: "@beluga/llm-qwen",
  create: createQwen,
  config: { model: "qwen3.8-max" },
  secret: "sk-AbCdEf0123456789conformance",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
  errorBody: (message) => errorBody(message, "invalid_parameter_error"),
  streamErrors: [
    {
      frame: midStream("Output data may contain inappropriate content.", "data_inspection_failed"),
      code: "content_filter",
      message: "inappropriate content",
    },
    { frame: midStream("Requests rate limit exceeded", "limit_requests"), code: "rate_limit" },
    { frame: midStream("An internal error has occured", "internal_error"), code: "provider_unavailable" },
    { frame: midStream("The capacity is saturated", "ModelServingError"), code: "provider_unavailable" },
    {
      frame: midStream("Temperature should be in [0.0, 2.0)", "invalid_parameter_error"),
      code: "invalid_input",
    },
  ],
  httpErrors: [
    {
      status: 400,
      body: errorBody("Input data may contain inappropriate content.", "DataInspectionFailed"),
      code: "content_filter",
    },
    {
      status: 400,
      body: errorBody("Access denied, please make sure your account is in good standing.", "Arrearage"),
      code: "quota_exhausted",
    },
    {
      status: 400,
      body: errorBody(
        "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 98304]",
        "invalid_parameter_error",
      ),
      code: "context_length",
    },
    { status: 401, body: errorBody("Incorrect API key provided.", "invalid_api_key"), code: "auth_error" },
    {
      status: 403,
      body: errorBody("The free tier of the model has been exhausted.", "AllocationQuota.FreeTierOnly"),
      code: "quota_exhausted",
    },
    { status: 403, body: errorBody("Model access denied.", "Model.AccessDenied"), code: "permission_denied" },
    {
      status: 404,
      body: errorBody("The model `qwen9` does not exist.", "model_not_found"),
      code: "not_found",
    },
    {
      status: 429,
      body: errorBody("You exceeded your current requests list.", "limit_requests"),
      code: "rate_limit",
      retryable: true,
    },
    {
      status: 429,
      body: errorBody("You exceeded your current quota.", "insufficient_quota", "insufficient_quota"),
      code: "rate_limit",
      retryable: true,
    },
    {
      status: 429,
      body: errorBody("Free allocated quota exceeded.", "insufficient_quota"),
      code: "quota_exhausted",
      retryable: false,
    },
    {
      status: 429,
      body: { code: "PrepaidBillOverdue", message: "The prepaid bill is overdue.", request_id: "1" },
      code: "quota_exhausted",
      retryable: false,
    },
    { status: 500, body: errorBody("Request timed out", "RequestTimeOut"), code: "timeout" },
    { status: 503, body: errorBody("Too many requests", "ModelServingError"), code: "provider_unavailable" },
  ],
  unsupported: ["frequencyPenalty"],
  conflicting: ["reasoning.effort", "reasoning.budgetTokens"],
});
