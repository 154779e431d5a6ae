import { type EmbedderWire, embedderConformance } from "@beluga/conformance";
import { vi } from "vitest";
import { createGoogleEmbedder } from "./index.js";

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
  error: { code, message, status: statuses[code] ?? "INVALID_ARGUMENT", details },
});

const spec = {
  name: "google",
  packageName: "@beluga/embed-google",
  create: createGoogleEmbedder,
  secret: "AIzaSyAbCdEf0123456789-conformance-key",
  refusesEmptyText: true,
  inputTypes: ["query", "document", "classification", "clustering"],
  errorBody,
  httpErrors: [
    {
      status: 400,
      body: errorBody("API key not valid. Please pass a valid API key.", 400, {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "API_KEY_INVALID",
        domain: "googleapis.com",
      }),
      code: "auth_error",
    },
    {
      status: 400,
      body: errorBody(
        "The input token count (2501) exceeds the maximum number of tokens allowed (2048).",
        400,
      ),
      code: "context_length",
    },
    {
      status: 400,
      body: errorBody("User location is not supported for the API use.", 400),
      code: "permission_denied",
    },
    {
      status: 404,
      body: errorBody("models/embedding-9 is not found for API version v1beta.", 404),
      code: "not_found",
    },
    {
      status: 429,
      body: errorBody("You exceeded your current quota.", 429, {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        violations: [{ quotaId: "EmbedContentRequestsPerDayPerProjectPerModel-FreeTier" }],
      }),
      code: "quota_exhausted",
    },
  ],
} as const;

interface Content {
  content: { parts: [{ text: string }] };
  embedContentConfig: { outputDimensionality?: number };
}

/** The text without what tells gemini-embedding-2 its use. */
const textOf = ({ content: { parts } }: Content): string =>
  parts[0].text.replace(
    /^(task: (search result|classification|clustering) \| query: |title: none \| text: )/,
    "",
  );

const batch: EmbedderWire = {
  unindexed: true,
  read({ body }) {
    const { requests } = body as { requests: Content[] };
    return { texts: requests.map(textOf), dimensions: requests[0]?.embedContentConfig.outputDimensionality };
  },
  write: ({ vectors, tokens }) => ({
    embeddings: vectors.map(({ values }) => ({ values: [...values] })),
    ...(tokens !== undefined && {
      usageMetadata: {
        promptTokenCount: tokens,
        promptTokenDetails: [{ modality: "TEXT", tokenCount: tokens }],
      },
    }),
  }),
};

/** `:embedContent` of newer models, with one text a request, and `:predict` of others, with many. */
const vertex: EmbedderWire = {
  unindexed: true,
  read({ body }) {
    if (!("instances" in (body as object))) {
      const content = body as Content;
      return { texts: [textOf(content)], dimensions: content.embedContentConfig.outputDimensionality };
    }
    const { instances, parameters } = body as {
      instances: { content: string }[];
      parameters: { outputDimensionality?: number };
    };
    return { texts: instances.map(({ content }) => content), dimensions: parameters.outputDimensionality };
  },
  write({ vectors, tokens }, { body }) {
    if (!("instances" in (body as object))) {
      const [only, ...others] = vectors;
      return {
        // It has no place for several.
        ...(only && others.length === 0 && { embedding: { values: [...only.values] } }),
        ...(tokens !== undefined && { usageMetadata: { promptTokenCount: tokens } }),
      };
    }
    // All tokens at the first text: the suite tells their sum alone.
    const statistics = (at: number) => ({ token_count: at === 0 ? tokens : 0, truncated: false });
    return {
      predictions: vectors.map(({ values }, at) => ({
        embeddings: { values: [...values], ...(tokens !== undefined && { statistics: statistics(at) }) },
      })),
      metadata: { billableCharacterCount: 20 },
    };
  },
};

// Narrow, so that the vectors are quickly written and read.
for (const model of ["gemini-embedding-2", "gemini-embedding-001"])
  embedderConformance({ ...spec, config: { model, dimensions: 8, normalize: false }, wire: batch });
for (const model of ["gemini-embedding-2", "text-embedding-005"])
  embedderConformance({ ...spec, config: { model, dimensions: 8, vertex: true }, wire: vertex });
