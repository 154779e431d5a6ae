import { type EmbedderWire, embedderConformance } from "@beluga/conformance";
import { createBedrockEmbedder } from "./index.js";

// The suite takes away what the definition reads of the environment; these go with one another, and are read apart.
delete process.env["AWS_ACCESS_KEY_ID"];

const validation = { "x-amzn-errortype": "ValidationException:http://internal.amazon.com/coral/" };

const spec = {
  name: "bedrock",
  packageName: "@beluga/embed-bedrock",
  create: createBedrockEmbedder,
  secret: "bedrock-api-key-AbCdEf0123456789-conformance",
  errorBody: (message: string) => ({ message }),
  httpErrors: [
    {
      status: 400,
      headers: validation,
      body: {
        message:
          "400 Bad Request: Too many input tokens. Max input tokens: 8192, request input token count: 9875",
      },
      code: "context_length",
    },
    {
      status: 400,
      headers: validation,
      body: { message: "The provided model identifier is invalid." },
      code: "invalid_input",
    },
    {
      status: 403,
      headers: { "x-amzn-errortype": "AccessDeniedException" },
      body: { message: "You don't have access to the model with the specified model ID." },
      code: "permission_denied",
    },
    {
      status: 429,
      headers: { "x-amzn-errortype": "ThrottlingException" },
      body: { message: "Too many requests, please wait before trying again." },
      code: "rate_limit",
    },
  ],
} as const;

/** The narrowest vectors of a model, so that they are quickly written and read; the suite makes up another name for it. */
const configOf = (model: string) => ({ model, baseModel: model, region: "us-east-1", dimensions: 256 });

/** One text a request: of any other number there is nothing to read. */
const only = <T>([first, ...others]: readonly T[]): T | undefined =>
  others.length === 0 ? first : undefined;

const titan: EmbedderWire = {
  unindexed: true,
  read({ body }) {
    const { inputText, dimensions } = body as { inputText: string; dimensions?: number };
    return { texts: [inputText], dimensions };
  },
  write({ vectors, tokens }) {
    const float = only(vectors) && [...(only(vectors)?.values ?? [])];
    return {
      embedding: float,
      ...(tokens !== undefined && { inputTextTokenCount: tokens }),
      embeddingsByType: { float },
    };
  },
};

embedderConformance({
  ...spec,
  config: configOf("amazon.titan-embed-text-v2:0"),
  dimensions: [512, 1024],
  refusesEmptyText: true,
  wire: titan,
});

// These tell their tokens in a header alone, which index.test.ts has.
embedderConformance({
  ...spec,
  config: configOf("us.cohere.embed-v4:0"),
  dimensions: [512, 1024],
  inputTypes: ["query", "document", "classification", "clustering"],
  defaultInputType: "document",
  wire: {
    unindexed: true,
    unmetered: true,
    read({ body }) {
      const { texts, output_dimension: dimensions } = body as { texts: string[]; output_dimension?: number };
      return { texts, dimensions };
    },
    write: ({ vectors }) => ({
      id: "d886db43-3fce-4d1e-8f04-1fc0be112a71",
      embeddings: { float: vectors.map(({ values }) => [...values]) },
      response_type: "embeddings_by_type",
    }),
  },
});
embedderConformance({
  ...spec,
  config: configOf("amazon.nova-2-multimodal-embeddings-v1:0"),
  dimensions: [384, 1024],
  inputTypes: ["query", "document", "classification", "clustering"],
  defaultInputType: "document",
  refusesEmptyText: true,
  wire: {
    unindexed: true,
    unmetered: true,
    read({ body }) {
      const { singleEmbeddingParams } = body as {
        singleEmbeddingParams: { text: { value: string }; embeddingDimension?: number };
      };
      return {
        texts: [singleEmbeddingParams.text.value],
        dimensions: singleEmbeddingParams.embeddingDimension,
      };
    },
    write: ({ vectors }) => ({
      embeddings: vectors.map(({ values }) => ({ embeddingType: "TEXT", embedding: [...values] })),
    }),
  },
});
