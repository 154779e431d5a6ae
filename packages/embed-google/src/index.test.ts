import { type EmbedOptions, type EmbedResponse, type Embedder, embedders } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { type GoogleEmbedderConfig, createGoogleEmbedder } from "./index.js";

const apiKey = "key-1";
const gemini = "https://generativelanguage.googleapis.com";
const vertex = "https://us-central1-aiplatform.googleapis.com";
const project = `${vertex}/v1/projects/acme/locations/us-central1/publishers/google`;

interface Sent {
  path: string;
  headers: Headers;
  body: unknown;
  response: EmbedResponse;
}

/** The request that a call sends, which gets this answer. */
async function sent(
  config: GoogleEmbedderConfig,
  answer: object,
  options?: EmbedOptions,
  texts: readonly string[] = ["Hi"],
): Promise<Sent> {
  let request: Pick<Sent, "path" | "headers" | "body"> | undefined;
  const origin = new URL(config.baseURL ?? (config.vertex ? "https://aiplatform.googleapis.com" : gemini))
    .origin;
  nock(origin)
    .post(/./)
    .reply(200, async (given: Request) => {
      const { pathname, search } = new URL(given.url);
      request = { path: pathname + search, headers: given.headers, body: JSON.parse(await given.text()) };
      return answer;
    });
  const response = await createGoogleEmbedder(config).embed(texts, options);
  if (!request) throw new Error("nothing was sent");
  return { ...request, response };
}

const embeddings = (...vectors: number[][]) => ({ embeddings: vectors.map((values) => ({ values })) });
const predictions = (...statistics: object[]) => ({
  predictions: statistics.map((each) => ({ embeddings: { values: [0.5, 0.25], statistics: each } })),
});

beforeAll(() => nock.disableNetConnect());
beforeEach(() => {
  vi.stubEnv("GOOGLE_API_KEY", undefined);
  vi.stubEnv("GEMINI_API_KEY", undefined);
});
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

describe("the Gemini API", () => {
  const config = { model: "gemini-embedding-001", apiKey };

  test("is asked for one vector a text, with the key in a header, and that nothing is cut", async () => {
    const { path, headers, body } = await sent(
      { ...config, dimensions: 2 },
      embeddings([0.6, 0.8], [0.8, 0.6]),
      {},
      ["one", "two"],
    );
    const embedContentConfig = { outputDimensionality: 2, autoTruncate: false };
    expect(path).toBe("/v1beta/models/gemini-embedding-001:batchEmbedContents");
    expect(headers.get("x-goog-api-key")).toBe("key-1");
    expect(headers.has("authorization")).toBe(false);
    expect(body).toEqual({
      requests: ["one", "two"].map((text) => ({
        model: "models/gemini-embedding-001",
        content: { parts: [{ text }] },
        embedContentConfig,
      })),
    });
  });

  test.each([
    ["query", "RETRIEVAL_QUERY", "task: search result | query: "],
    ["document", "RETRIEVAL_DOCUMENT", "title: none | text: "],
    ["classification", "CLASSIFICATION", "task: classification | query: "],
    ["clustering", "CLUSTERING", "task: clustering | query: "],
  ] as const)(
    "is told of inputType %s by the task type %s, and newer models in the text: %s",
    async (inputType, taskType, instruction) => {
      const bodyFor = async (model: string): Promise<unknown> =>
        (await sent({ model, apiKey, dimensions: 1 }, embeddings([1]), { inputType })).body;
      const asked = { outputDimensionality: 1, autoTruncate: false };
      expect(await bodyFor("gemini-embedding-001")).toEqual({
        requests: [
          {
            model: "models/gemini-embedding-001",
            content: { parts: [{ text: "Hi" }] },
            embedContentConfig: { ...asked, taskType },
          },
        ],
      });
      for (const model of ["gemini-embedding-2", "gemini-embedding-2-preview", "gemini-embedding-3"]) {
        expect(await bodyFor(model)).toEqual({
          requests: [
            {
              model: `models/${model}`,
              content: { parts: [{ text: `${instruction}Hi` }] },
              embedContentConfig: asked,
            },
          ],
        });
      }
    },
  );

  test("gets the provider's own options with each text, and those of embedContentConfig in there", async () => {
    const providerOptions = {
      embedContentConfig: { taskType: "CODE_RETRIEVAL_QUERY", title: "Moby Dick" },
      later: 1,
    };
    const { body } = await sent({ ...config, dimensions: 1 }, embeddings([1]), {
      inputType: "query",
      providerOptions,
    });
    expect(body).toEqual({
      requests: [
        {
          model: "models/gemini-embedding-001",
          content: { parts: [{ text: "Hi" }] },
          embedContentConfig: {
            taskType: "CODE_RETRIEVAL_QUERY",
            title: "Moby Dick",
            outputDimensionality: 1,
            autoTruncate: false,
          },
          later: 1,
        },
      ],
    });
  });

  test("is asked for a model under the resource name that is given, whatever stands in it", async () => {
    const { path, body } = await sent(
      { ...config, model: "tuned models/a?b", dimensions: 1 },
      embeddings([1]),
    );
    expect(path).toBe("/v1beta/tuned%20models/a%3Fb:batchEmbedContents");
    expect(body).toMatchObject({ requests: [{ model: "tuned models/a?b" }] });
  });

  test("may cut texts where the config says so", async () => {
    const { body } = await sent({ ...config, dimensions: 1, truncate: true }, embeddings([1]));
    expect(body).toMatchObject({ requests: [{ embedContentConfig: { autoTruncate: true } }] });
  });

  test("may answer with a single embedding; its tokens are reported where it has counted them", async () => {
    const usageMetadata = { promptTokenCount: 8, promptTokenDetails: [{ modality: "TEXT", tokenCount: 8 }] };
    const answer = { embedding: { values: [0.5, 0.25] }, usageMetadata };
    const { response } = await sent({ model: "gemini-embedding-2", apiKey, dimensions: 2 }, answer);
    expect(response).toEqual({
      embeddings: [Float32Array.of(0.5, 0.25)],
      usage: { inputTokens: 8, totalTokens: 8, raw: usageMetadata },
      model: "gemini-embedding-2",
      warnings: [],
    });
    const uncounted = await sent({ ...config, dimensions: 2 }, embeddings([1, 0]));
    expect(uncounted.response.usage).toEqual({});
  });
});

async function shortened(
  config: Partial<GoogleEmbedderConfig>,
  ...values: number[]
): Promise<Float32Array | undefined> {
  const complete = { model: "gemini-embedding-001", apiKey, dimensions: values.length, ...config };
  return (await sent(complete, embeddings(values))).response.embeddings[0];
}

describe("a shortened vector", () => {
  test("of gemini-embedding-001 is brought to length 1", async () => {
    expect(await shortened({}, 3, 4)).toEqual(Float32Array.of(0.6, 0.8));
    expect(await shortened({ model: "models/gemini-embedding-001" }, 3, 4)).toEqual(
      Float32Array.of(0.6, 0.8),
    );
    expect(await shortened({}, 0, 0)).toEqual(Float32Array.of(0, 0));
  });

  test("stays as it came where the config says so, and of other models", async () => {
    expect(await shortened({ normalize: false }, 3, 4)).toEqual(Float32Array.of(3, 4));
    expect(await shortened({ model: "gemini-embedding-2" }, 3, 4)).toEqual(Float32Array.of(3, 4));
  });

  test("is none where it has the full width: that has length 1, or nearly so", async () => {
    const full = new Float32Array(3072).fill(0.018);
    const config = { model: "gemini-embedding-001", apiKey };
    expect((await sent(config, embeddings([...full]))).response.embeddings).toEqual([full]);
  });
});

describe("Vertex AI", () => {
  const config = { model: "text-embedding-005", apiKey, vertex: true, dimensions: 2 };

  test("is asked to predict, with the key in a header, and that nothing is cut", async () => {
    const { path, headers, body, response } = await sent(
      config,
      predictions({ token_count: 3, truncated: false }, { token_count: 4, truncated: false }),
      { inputType: "document" },
      ["one", "two"],
    );
    expect(path).toBe("/v1/publishers/google/models/text-embedding-005:predict");
    expect(headers.get("x-goog-api-key")).toBe("key-1");
    expect(body).toEqual({
      instances: ["one", "two"].map((content) => ({ content, task_type: "RETRIEVAL_DOCUMENT" })),
      parameters: { outputDimensionality: 2, autoTruncate: false },
    });
    expect(response).toEqual({
      embeddings: [Float32Array.of(0.5, 0.25), Float32Array.of(0.5, 0.25)],
      usage: {
        inputTokens: 7,
        totalTokens: 7,
        raw: [
          { token_count: 3, truncated: false },
          { token_count: 4, truncated: false },
        ],
      },
      model: "text-embedding-005",
      warnings: [],
    });
  });

  test("of a project takes a token in place of a key, asked of a function before each request", async () => {
    vi.stubEnv("GOOGLE_API_KEY", "key-2");
    const { path, headers } = await sent(
      {
        model: config.model,
        dimensions: 2,
        vertex: true,
        baseURL: project,
        token: async () => "ya29.token-1",
      },
      predictions({ token_count: 3, truncated: false }),
    );
    expect(path).toBe(
      "/v1/projects/acme/locations/us-central1/publishers/google/models/text-embedding-005:predict",
    );
    expect(headers.get("authorization")).toBe("Bearer ya29.token-1");
    expect(headers.has("x-goog-api-key")).toBe(false);
  });

  test("gets the provider's own options with each text, and those of parameters in there", async () => {
    const providerOptions = { task_type: "FACT_VERIFICATION", title: "T", parameters: { later: 1 } };
    const { body } = await sent(config, predictions({ token_count: 3 }), { providerOptions });
    expect(body).toEqual({
      instances: [{ content: "Hi", task_type: "FACT_VERIFICATION", title: "T" }],
      parameters: { outputDimensionality: 2, autoTruncate: false, later: 1 },
    });
  });

  test("says that it has cut a text, which is a warning", async () => {
    const cut = { token_count: 2048, truncated: true };
    const { body, response } = await sent({ ...config, truncate: true }, predictions(cut, cut), {}, [
      "a",
      "b",
    ]);
    expect(body).toMatchObject({ parameters: { autoTruncate: true } });
    expect(response.warnings).toEqual([
      { type: "other", message: "a text was longer than 2048 tokens: only its beginning was read" },
    ]);
    const single = { embedding: { values: [1, 0] }, truncated: true };
    const later = await sent({ ...config, model: "gemini-embedding-3" }, single);
    expect(later.response.warnings).toEqual([
      { type: "other", message: "a text was longer than the model's limit: only its beginning was read" },
    ]);
  });

  test("that has not counted the tokens of every text has no usage", async () => {
    const { response } = await sent(config, predictions({ token_count: 3 }, {}), {}, ["one", "two"]);
    expect(response.usage).toEqual({});
  });

  test("is asked for the content of a newer model, whose reference has no cutting", async () => {
    const asked = { model: "gemini-embedding-2", apiKey, vertex: true, dimensions: 2 };
    const answer = { embedding: { values: [0.5, 0.25] }, usageMetadata: { promptTokenCount: 4 } };
    const { path, body, response } = await sent(asked, answer, { inputType: "query" });
    expect(path).toBe("/v1/publishers/google/models/gemini-embedding-2:embedContent");
    expect(body).toEqual({
      content: { parts: [{ text: "task: search result | query: Hi" }] },
      embedContentConfig: { outputDimensionality: 2 },
    });
    expect(response.usage).toEqual({ inputTokens: 4, totalTokens: 4, raw: { promptTokenCount: 4 } });
    const set = await sent({ ...asked, truncate: false }, answer);
    expect(set.body).toMatchObject({ embedContentConfig: { autoTruncate: false } });
  });
});

function known(model: string, vertex = false): [limits: Embedder["limits"], width: number | undefined] {
  const { limits, dimensions } = createGoogleEmbedder({ model, apiKey, vertex });
  return [limits, dimensions];
}

test("the limits and widths are the model's", () => {
  expect(known("gemini-embedding-2")).toEqual([{ maxBatchSize: 100, maxInputTokens: 8192 }, 3072]);
  expect(known("models/gemini-embedding-001")).toEqual([{ maxBatchSize: 100, maxInputTokens: 2048 }, 3072]);
  expect(known("gemini-embedding-3")).toEqual([{ maxBatchSize: 100 }, undefined]);
  expect(known("embedding-9")).toEqual([{ maxBatchSize: 100 }, undefined]);
  expect(known("gemini-embedding-2", true)).toEqual([{ maxBatchSize: 1, maxInputTokens: 8192 }, 3072]);
  expect(known("gemini-embedding-001", true)).toEqual([{ maxBatchSize: 1, maxInputTokens: 2048 }, 3072]);
  const many = { maxBatchSize: 250, maxBatchTokens: 20_000, maxInputTokens: 2048 };
  expect(known("text-embedding-005", true)).toEqual([many, 768]);
  expect(known("text-multilingual-embedding-002", true)).toEqual([many, 768]);
});

test("a width that the model does not have is unsupported, before anything is sent", async () => {
  const refused = {
    code: "unsupported",
    message: "google embed.embed: dimensions: gemini-embedding-001 has 1 to 3072",
  };
  const embedder = createGoogleEmbedder({ model: "gemini-embedding-001", apiKey });
  await expect(embedder.embed(["Hi"], { dimensions: 4096 })).rejects.toMatchObject(refused);
});

test.each([
  [{ model: "gemini-embedding-001" }, {}, 'a response without "embeddings"'],
  [{ model: "gemini-embedding-001" }, { embeddings: {} }, 'a response without "embeddings"'],
  [{ model: "gemini-embedding-001" }, { embeddings: [null] }, "embeddings[0].values is neither"],
  [{ model: "text-embedding-005", vertex: true }, {}, 'a response without "predictions"'],
  [
    { model: "text-embedding-005", vertex: true },
    { predictions: [{}] },
    "predictions[0].embeddings.values is neither",
  ],
])("of %o an answer of %j is invalid", async (config, answer, problem) => {
  await expect(sent({ ...config, apiKey }, answer)).rejects.toMatchObject({
    code: "invalid_response",
    status: 200,
    message: expect.stringContaining(`google embed.embed: ${problem}`),
  });
});

test("the key is read from GOOGLE_API_KEY, or else from GEMINI_API_KEY", async () => {
  const config = { model: "gemini-embedding-2", dimensions: 1 };
  vi.stubEnv("GEMINI_API_KEY", "key-3");
  expect((await sent(config, embeddings([1]))).headers.get("x-goog-api-key")).toBe("key-3");
  vi.stubEnv("GOOGLE_API_KEY", "key-2");
  expect((await sent(config, embeddings([1]))).headers.get("x-goog-api-key")).toBe("key-2");
});

test("the registry knows the provider and the type of its config", () => {
  const embedder = embedders.create("google", { model: "gemini-embedding-2", apiKey });
  expectTypeOf(embedder).toEqualTypeOf<Embedder>();
  expect(embedder.id).toBe("google/gemini-embedding-2");
  expect(embedders.createDynamic("google/gemini-embedding-001", { apiKey }).dimensions).toBe(3072);
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => embedders.create("google", { modle: "gemini-embedding-2", apiKey })).toThrow(/modle/);
});
