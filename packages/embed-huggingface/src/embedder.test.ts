import { embedderConformance } from "@beluga/conformance";
import { createHuggingFaceEmbedder } from "./index.js";

const prefixes = { query: "query: ", document: "passage: " };

embedderConformance({
  name: "huggingface",
  packageName: "@beluga/embed-huggingface",
  create: createHuggingFaceEmbedder,
  config: { model: "intfloat/multilingual-e5-large", prefixes },
  secret: "hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567",
  fixedDimensions: true,
  refusesEmptyText: true,
  inputTypes: ["query", "document"],
  errorBody: (error: string) => ({ error }),
  httpErrors: [
    {
      status: 400,
      body: { error: "Model not supported by provider hf-inference" },
      code: "not_found",
    },
    { status: 401, body: { error: "Invalid credentials in Authorization header" }, code: "auth_error" },
    {
      status: 402,
      body: {
        error: "You have exceeded your monthly included credits for Inference Providers.",
      },
      code: "quota_exhausted",
    },
    {
      status: 413,
      body: {
        error: "Input validation error: `inputs` must have less than 512 tokens. Given: 527",
        error_type: "Validation",
      },
      code: "context_length",
    },
    {
      status: 413,
      body: { error: "batch size 33 > maximum allowed batch size 32", error_type: "Validation" },
      code: "invalid_input",
    },
    { status: 429, body: { error: "Model is overloaded", error_type: "Overloaded" }, code: "rate_limit" },
  ],
  wire: {
    unindexed: true,
    unmetered: true,
    read({ body }) {
      const { inputs } = body as { inputs: string[] };
      const prefix = Object.values(prefixes).find((each) => inputs[0]?.startsWith(each)) ?? "";
      return { texts: inputs.map((text) => text.slice(prefix.length)) };
    },
    write: ({ vectors }) => vectors.map(({ values }) => [...values]),
  },
});
