import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { vi } from "vitest";
import { createGoogle } from "./index.js";

// What stands in for `GOOGLE_API_KEY`, and may be set where the tests run.
vi.stubEnv("GEMINI_API_KEY", undefined);

/** https://ai.google.dev/gemini-api/docs/troubleshooting */
const statuses: Readonly<Record<number, string>> = {
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

const errorBody = (message: string, code: number, ...details: object[]) => ({
  error: {
    code,
    message,
    ...((statuses[code] ?? (code < 500 && "INVALID_ARGUMENT")) && {
      status: statuses[code] ?? "INVALID_ARGUMENT",
    }),
    ...(details.length > 0 && { details }),
  },
});

const streamError = (code: number): string => `data: ${JSON.stringify(errorBody("It did not work", code))}`;

const quota = (quotaId: string) => ({
  "@type": "type.googleapis.com/google.rpc.QuotaFailure",
  violations: [
    {
      quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
      quotaId,
      quotaDimensions: { location: "global", model: "gemini-2.5-flash" },
      quotaValue: "250",
    },
  ],
});
const retryInfo = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34.074824224s" };
const exhausted = "You exceeded your current quota, please check your plan and billing details.";

chatModelConformance({
  name: "google",
  packageName: "@beluga/llm-google",
  create: createGoogle,
  // The generation that takes nearly all options; request.test.ts has the others.
  config: { model: "gemini-2.5-flash" },
  secret: "AIzaSyAbCdEf0123456789-conformance-key",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => /"finishReason"|"blockReason"/.test(frame),
  errorBody,
  streamErrors: [
    { frame: streamError(503), code: "provider_unavailable", status: 503, message: "It did not work" },
    { frame: streamError(500), code: "provider_unavailable", status: 500 },
    { frame: streamError(429), code: "rate_limit", status: 429 },
    { frame: streamError(504), code: "timeout", status: 504 },
    { frame: streamError(400), code: "invalid_input", status: 400 },
  ],
  httpErrors: [
    {
      status: 400,
      body: errorBody("API key not valid. Please pass a valid API key.", 400, {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "API_KEY_INVALID",
        domain: "googleapis.com",
        metadata: { service: "generativelanguage.googleapis.com" },
      }),
      code: "auth_error",
    },
    {
      status: 400,
      body: errorBody(
        "The input token count (1250074) exceeds the maximum number of tokens allowed (1048576).",
        400,
      ),
      code: "context_length",
    },
    {
      status: 400,
      body: {
        error: {
          code: 400,
          message: "User location is not supported for the API use.",
          status: "FAILED_PRECONDITION",
        },
      },
      code: "permission_denied",
    },
    // The form of an error where a stream was asked for without alt=sse.
    { status: 403, body: [errorBody("Not allowed", 403)], code: "permission_denied" },
    {
      status: 429,
      body: errorBody(exhausted, 429, quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"), retryInfo),
      code: "quota_exhausted",
    },
    {
      status: 429,
      body: errorBody(exhausted, 429, quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier")),
      code: "rate_limit",
    },
    {
      status: 429,
      body: errorBody("Your prepayment credits are depleted. Please go to AI Studio to manage them.", 429),
      code: "quota_exhausted",
    },
    {
      status: 499,
      body: { error: { code: 499, message: "The operation was cancelled.", status: "CANCELLED" } },
      code: "provider_unavailable",
    },
  ],
  unsupported: ["frequencyPenalty", "presencePenalty", "reasoning.effort"],
  conflicting: ["responseFormat"],
});
