import { type EmbedOptions, type EmbedResponse, type Embedder, embedders } from "@beluga/core";
import { beforeEach, expect, expectTypeOf, test, vi } from "vitest";
import { type HuggingFaceEmbedderConfig, createHuggingFaceEmbedder } from "./index.js";

const model = "intfloat/multilingual-e5-large";

interface Sent {
  url: string;
  headers: Headers;
  body: unknown;
  response: EmbedResponse;
}

/** The request that a call sends, which gets this answer. */
async function sent(
  config: Partial<HuggingFaceEmbedderConfig> = {},
  options?: EmbedOptions,
  answer: unknown = [[0.5, 0.25]],
  texts: readonly string[] = ["Hi"],
): Promise<Sent> {
  let request: Omit<Sent, "response"> | undefined;
  const embedder = createHuggingFaceEmbedder({
    model,
    apiKey: "hf_1",
    ...config,
    fetch: async (input, init) => {
      const { url, headers } = new Request(input, init);
      request = { url, headers, body: JSON.parse(init?.body as string) };
      return Response.json(answer);
    },
  });
  const response = await embedder.embed(texts, options);
  if (!request) throw new Error("nothing was sent");
  return { ...request, response };
}

beforeEach(() => vi.stubEnv("HF_TOKEN", undefined));

test("a request goes to the model's feature extraction, with the token in a header, and says not to cut", async () => {
  const { url, headers, body, response } = await sent();
  expect(url).toBe(
    "https://router.huggingface.co/hf-inference/models/intfloat/multilingual-e5-large/pipeline/feature-extraction",
  );
  expect(headers.get("authorization")).toBe("Bearer hf_1");
  expect(headers.has("x-hf-bill-to")).toBe(false);
  expect(body).toEqual({ inputs: ["Hi"], truncate: false });
  expect(response).toEqual({
    embeddings: [Float32Array.of(0.5, 0.25)],
    usage: {},
    model,
    warnings: [],
  });
});

test("a request has all that the config says, and the provider's own options over it", async () => {
  const config = { normalize: true, truncate: true, billTo: "acme" };
  const { headers, body } = await sent(config);
  expect(headers.get("x-hf-bill-to")).toBe("acme");
  expect(body).toEqual({ inputs: ["Hi"], normalize: true, truncate: true });
  const providerOptions = { normalize: false, prompt_name: "query", truncation_direction: "left" };
  expect((await sent(config, { providerOptions })).body).toEqual({
    inputs: ["Hi"],
    truncate: true,
    ...providerOptions,
  });
});

test("a model is told in the text what its vector is for, where the words are known", async () => {
  const prefixes = { query: "query: ", document: "passage: " };
  const { body, response } = await sent({ prefixes }, { inputType: "document" });
  expect(body).toMatchObject({ inputs: ["passage: Hi"] });
  expect(response.warnings).toEqual([]);
  const untold = await sent({}, { inputType: "query" });
  expect(untold.body).toMatchObject({ inputs: ["Hi"] });
  expect(untold.response.warnings).toEqual([
    {
      type: "unsupported",
      option: "inputType",
      message: 'inputType: the model was not told of query, as there is none in "prefixes"',
    },
  ]);
});

test("a single text may be answered with its vector alone", async () => {
  const { response } = await sent({}, {}, [0.5, 0.25]);
  expect(response.embeddings).toEqual([Float32Array.of(0.5, 0.25)]);
});

test.each([
  [{}, ["Hi"], "a response that is no array"],
  [[[[0.5], [0.25]]], ["Hi"], `a vector for each token: ${model} does not make one of a text`],
  [[[[0.5]]], ["Hi"], `a vector for each token: ${model} does not make one of a text`],
  [[[0.5], [0.25]], ["Hi"], "2 vectors for 1 texts"],
  [[0.5, 0.25], ["Hi", "ho"], "1 vectors for 2 texts"],
  [[], ["Hi"], "0 vectors for 1 texts"],
  [[["0.5"]], ["Hi"], "[0] is neither an array of numbers nor base64 of 32-bit floats"],
])("an answer of %j to %j is invalid", async (answer, texts, problem) => {
  await expect(sent({}, {}, answer, texts)).rejects.toMatchObject({
    code: "invalid_response",
    message: `huggingface embed.embed: ${problem}`,
  });
});

test("a width cannot be asked for: that is refused before anything is sent", async () => {
  await expect(sent({}, { dimensions: 256 })).rejects.toMatchObject({
    code: "unsupported",
    message: `huggingface embed.embed: dimensions: ${model} has a width of its own and cannot change it`,
  });
});

test("a model that is still loading is asked again when it may be ready", async () => {
  let requests = 0;
  const fetch = async (): Promise<Response> => {
    requests++;
    return requests > 1
      ? Response.json([[0.5]])
      : Response.json(
          { error: `Model ${model} is currently loading`, estimated_time: 0.01 },
          { status: 503 },
        );
  };
  await createHuggingFaceEmbedder({ model, apiKey: "hf_1", fetch }).embed(["Hi"]);
  expect(requests).toBe(2);
  requests = 0;
  const hurried = createHuggingFaceEmbedder({ model, apiKey: "hf_1", fetch, maxRetryWait: 5 });
  await expect(hurried.embed(["Hi"])).rejects.toMatchObject({
    code: "provider_unavailable",
    retryAfterMs: 10,
  });
});

test("the token is read from HF_TOKEN, and the address from the config", async () => {
  vi.stubEnv("HF_TOKEN", "hf_2");
  const baseURL = "http://127.0.0.1:8080/";
  const { url, headers } = await sent({ apiKey: undefined, baseURL, model: "my org/m?1" });
  expect(url).toBe("http://127.0.0.1:8080/models/my%20org/m%3F1/pipeline/feature-extraction");
  expect(headers.get("authorization")).toBe("Bearer hf_2");
});

test("a request has 32 texts at most, or as many as the config says", () => {
  expect(createHuggingFaceEmbedder({ model, apiKey: "hf_1" }).limits).toEqual({ maxBatchSize: 32 });
  const { limits } = createHuggingFaceEmbedder({ model, apiKey: "hf_1", maxBatchSize: 8 });
  expect(limits).toEqual({ maxBatchSize: 8 });
});

test("the registry knows the provider and the type of its config", () => {
  const embedder = embedders.create("huggingface", { model, apiKey: "hf_1" });
  expectTypeOf(embedder).toEqualTypeOf<Embedder>();
  expect(embedder.id).toBe(`huggingface/${model}`);
  expect(embedders.createDynamic("huggingface/BAAI/bge-m3", { apiKey: "hf_1" }).model).toBe("BAAI/bge-m3");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => embedders.create("huggingface", { modle: model, apiKey: "hf_1" })).toThrow(/modle/);
});
