import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createBedrock } from "./index.js";

// The suite takes away what the definition reads of the environment; these go with one another, and are read apart.
delete process.env["AWS_ACCESS_KEY_ID"];

const exception = (name: string, message: string): string =>
  JSON.stringify({ exception: name, payload: { message } });

const validation = { "x-amzn-errortype": "ValidationException:http://internal.amazon.com/coral/" };

chatModelConformance({
  name: "bedrock",
  packageName: "@beluga/llm-bedrock",
  create: createBedrock,
  // One that takes nearly all options; request.test.ts has the others.
  config: { model: "us.anthropic.claude-sonnet-4-6", region: "us-east-1" },
  secret: "bedrock-api-key-AbCdEf0123456789-conformance",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  framing: "aws-event-stream",
  completes: (message) => message.includes('"event":"messageStop"'),
  errorBody: (message) => ({ message }),
  streamErrors: [
    {
      frame: exception("throttlingException", "Too many requests, please wait"),
      code: "rate_limit",
      message: "Too many requests, please wait",
    },
    { frame: exception("modelStreamErrorException", "Try your request again"), code: "provider_unavailable" },
    { frame: exception("internalServerException", "It did not work"), code: "provider_unavailable" },
    { frame: exception("serviceUnavailableException", "Busy"), code: "provider_unavailable" },
    { frame: exception("validationException", "The input is wrong"), code: "invalid_input" },
    {
      frame: exception("validationException", "Input is too long for requested model."),
      code: "context_length",
    },
    { frame: exception("modelTimeoutException", "It took too long"), code: "timeout" },
    {
      frame: JSON.stringify({
        headers: { ":message-type": "error", ":error-code": "InternalError", ":error-message": "Broken" },
      }),
      code: "provider_unavailable",
      message: "Broken",
    },
  ],
  httpErrors: [
    {
      status: 400,
      headers: validation,
      body: { message: "Input is too long for requested model." },
      code: "context_length",
    },
    {
      status: 400,
      headers: validation,
      body: { message: "prompt is too long: 215000 tokens > 200000 maximum" },
      code: "context_length",
    },
    {
      status: 400,
      body: { message: "Input Tokens Exceeded: Number of input tokens exceeds maximum length." },
      code: "context_length",
    },
    {
      status: 400,
      headers: { "x-amzn-errortype": "ServiceQuotaExceededException" },
      body: { message: "Your request exceeds the service quota" },
      code: "quota_exhausted",
    },
    {
      status: 429,
      headers: { "x-amzn-errortype": "ThrottlingException:http://internal.amazon.com/coral/" },
      body: { message: "Too many tokens per day, please wait before trying again." },
      code: "quota_exhausted",
    },
    {
      status: 429,
      headers: { "x-amzn-errortype": "ThrottlingException" },
      body: { message: "Too many tokens, please wait before trying again." },
      code: "rate_limit",
    },
    {
      status: 429,
      headers: { "x-amzn-errortype": "ModelNotReadyException" },
      body: { message: "The model is not ready" },
      code: "provider_unavailable",
    },
    {
      status: 408,
      headers: { "x-amzn-errortype": "ModelTimeoutException" },
      body: { message: "It took too long" },
      code: "timeout",
    },
    {
      status: 424,
      headers: { "x-amzn-errortype": "ModelErrorException" },
      body: { message: "The model failed", originalStatusCode: 500 },
      code: "provider_unavailable",
    },
    {
      status: 424,
      headers: { "x-amzn-errortype": "ModelErrorException" },
      body: { message: "The model refused", originalStatusCode: 400 },
      code: "invalid_input",
    },
    {
      status: 403,
      headers: { "x-amzn-errortype": "AccessDeniedException" },
      body: { Message: "You don't have access to the model with the specified model ID." },
      code: "permission_denied",
    },
    {
      status: 403,
      headers: { "x-amzn-errortype": "AccessDeniedException" },
      body: { Message: "Authentication failed: Please make sure your API Key is valid." },
      code: "auth_error",
    },
    {
      status: 403,
      headers: { "x-amzn-errortype": "UnrecognizedClientException" },
      body: { message: "The security token included in the request is invalid." },
      code: "auth_error",
    },
    {
      status: 403,
      headers: { "x-amzn-errortype": "ExpiredTokenException" },
      body: { message: "The security token included in the request is expired" },
      code: "auth_error",
    },
    {
      status: 403,
      body: { __type: "com.amazon.coral.service#InvalidSignatureException", message: "Signature expired" },
      code: "auth_error",
    },
    {
      status: 404,
      headers: { "x-amzn-errortype": "ResourceNotFoundException" },
      body: { message: "Could not resolve the foundation model from the provided ARN" },
      code: "not_found",
    },
    {
      status: 503,
      headers: { "x-amzn-errortype": "ServiceUnavailableException" },
      body: { message: "Too many connections" },
      code: "provider_unavailable",
    },
  ],
  unsupported: ["seed", "frequencyPenalty", "presencePenalty", "responseFormat"],
  conflicting: ["temperature", "topP", "topK", "toolChoice"],
});
