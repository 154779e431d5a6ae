import { Buffer } from "node:buffer";
import { embedderConformance, type EmbedderWire } from "@beluga/conformance";
import { createCohereEmbedder } from "./index.js";

type Encode = (values: Float32Array) => unknown;

/** {@link https://docs.cohere.com/v2/reference/embed#response} */
const wire = (type: string, encode: Encode): EmbedderWire => ({
  unindexed: true,
  read: ({ body }) => {
    const { texts, output_dimension } = body as { texts: string[]; output_dimension?: number };
    return { texts, dimensions: output_dimension };
  },
  write: ({ vectors, tokens }, { body }) => ({
    id: "da6e531f-54c5-4a73-bf92-f60566d8d753",
    texts: (body as { texts: string[] }).texts,
    embeddings: { [type]: vectors.map(({ values }) => encode(values)) },
    meta: {
      api_version: { version: "2" },
      billed_units: tokens === undefined ? {} : { input_tokens: tokens, image_tokens: 0 },
    },
    response_type: "embeddings_by_type",
  }),
});

const spec = {
  name: "cohere",
  packageName: "@beluga/embed-cohere",
  create: createCohereEmbedder,
  config: { model: "embed-v4.0" },
  secret: "co-0123456789abcdefGHIJKLMNOPqrstuvwxyz",
  dimensions: [256, 1024],
  inputTypes: ["query", "document", "classification", "clustering"],
  defaultInputType: "document",
  errorBody: (message: string) => ({ id: "f8a1b9c0-7f0e-4d4b-a4b7-0c9e2f6d1234", message }),
  // https://docs.cohere.com/reference/errors
  httpErrors: [
    {
      status: 400,
      body: {
        message:
          "too many tokens: size limit exceeded by 11326 tokens. Try using shorter or fewer inputs, or setting prompt_truncation='AUTO'.",
      },
      code: "context_length",
    },
    {
      status: 400,
      body: { message: "invalid request: valid input_type must be provided with the provided model" },
      code: "invalid_input",
    },
    { status: 401, body: { message: "invalid api token" }, code: "auth_error" },
    {
      status: 402,
      body: { message: "Please add or update your payment method to continue" },
      code: "quota_exhausted",
    },
    {
      status: 404,
      body: { message: "model 'embed-v9.0' not found, make sure the correct model ID was used" },
      code: "not_found",
    },
    { status: 429, body: { message: "Please wait and try again later" }, code: "rate_limit" },
    {
      status: 429,
      body: { message: "You are using a Trial key, which is limited to 1000 API calls / month." },
      code: "quota_exhausted",
    },
    { status: 498, body: { message: "token is on the deny list" }, code: "content_filter" },
    { status: 499, body: { message: "request cancelled" }, code: "provider_unavailable" },
  ],
} as const;

embedderConformance({
  ...spec,
  wire: wire("base64", (values) => Buffer.from(values.buffer).toString("base64")),
});

embedderConformance({
  ...spec,
  config: { ...spec.config, encodingFormat: "float", maxBatchSize: 16 },
  wire: wire("float", (values) => [...values]),
});
