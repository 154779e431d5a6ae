import { type EmbedOptions, type EmbedResponse, type Embedder, embedders } from "@beluga/core";
import { beforeEach, expect, expectTypeOf, test, vi } from "vitest";
import { type OllamaEmbedderConfig, createOllamaEmbedder } from "./index.js";

const model = "nomic-embed-text";

interface Sent {
  url: string;
  headers: Headers;
  body: unknown;
  response: EmbedResponse;
}

/** The request that a call sends, which gets this answer. */
async function sent(
  config: Partial<OllamaEmbedderConfig> = {},
  options?: EmbedOptions,
  answer: object = { embeddings: [[0.5, 0.25]] },
): Promise<Sent> {
  let request: Omit<Sent, "response"> | undefined;
  const embedder = createOllamaEmbedder({
    model,
    ...config,
    fetch: async (input, init) => {
      const { url, headers } = new Request(input, init);
      request = { url, headers, body: JSON.parse(init?.body as string) };
      return Response.json(answer);
    },
  });
  const response = await embedder.embed(["Hi"], options);
  if (!request) throw new Error("nothing was sent");
  return { ...request, response };
}

beforeEach(() => {
  vi.stubEnv("OLLAMA_HOST", undefined);
  vi.stubEnv("OLLAMA_API_KEY", undefined);
});

test("a request tells Ollama not to cut texts in silence, and needs no key", async () => {
  const { url, headers, body } = await sent();
  expect(url).toBe("http://127.0.0.1:11434/api/embed");
  expect(headers.has("authorization")).toBe(false);
  expect(body).toEqual({ model, input: ["Hi"], truncate: false });
});

test("a request has all that the config says", async () => {
  const options = { num_ctx: 8192 };
  const { body } = await sent({ dimensions: 2, truncate: true, keepAlive: "1h", options });
  expect(body).toEqual({
    model,
    input: ["Hi"],
    truncate: true,
    dimensions: 2,
    keep_alive: "1h",
    options,
  });
});

test("a call's width and options go before those of the config; its model options join them", async () => {
  const config = { dimensions: 3, keepAlive: -1, options: { num_ctx: 8192, num_gpu: 1 } };
  const providerOptions = { keep_alive: 60, truncate: true, options: { num_ctx: 512 } };
  const { body } = await sent(config, { dimensions: 2, providerOptions });
  expect(body).toEqual({
    model,
    input: ["Hi"],
    truncate: true,
    dimensions: 2,
    keep_alive: 60,
    options: { num_ctx: 512, num_gpu: 1 },
  });
  const unset = await sent({}, { providerOptions: { options: { num_ctx: 512 } } });
  expect(unset.body).toEqual({ model, input: ["Hi"], truncate: false, options: { num_ctx: 512 } });
});

test("a model is told in the text what its vector is for, where the words are known", async () => {
  const prefixes = { query: "search_query: ", document: "" };
  const { body, response } = await sent({ prefixes }, { inputType: "query" });
  expect(body).toMatchObject({ input: ["search_query: Hi"] });
  expect(response.warnings).toEqual([]);
  const untold = await sent({ prefixes }, { inputType: "clustering" });
  expect(untold.body).toMatchObject({ input: ["Hi"] });
  expect(untold.response.warnings).toEqual([
    {
      type: "unsupported",
      option: "inputType",
      message: 'inputType: the model was not told of clustering, as there is none in "prefixes"',
    },
  ]);
});

test("a response has the vectors, the tokens where they were counted, and the model by Ollama's word", async () => {
  const answer = {
    model: `${model}:latest`,
    embeddings: [[0.5, 0.25]],
    total_duration: 9,
    prompt_eval_count: 3,
  };
  expect((await sent({}, {}, answer)).response).toEqual({
    embeddings: [Float32Array.of(0.5, 0.25)],
    usage: { inputTokens: 3, totalTokens: 3, raw: { prompt_eval_count: 3 } },
    model: `${model}:latest`,
    warnings: [],
  });
  const uncounted = (await sent()).response;
  expect([uncounted.usage, uncounted.model]).toEqual([{}, model]);
});

test("a width that the model does not have, which Ollama passes over, is an invalid response", async () => {
  await expect(sent({}, { dimensions: 4096 })).rejects.toMatchObject({
    code: "invalid_response",
    message: "ollama embed.embed: text 0 has a vector of 2 numbers where 4096 were expected",
  });
});

test.each([
  [{}, 'a response without an array "embeddings"'],
  [{ embeddings: [0.5, 0.25] }, "embeddings[0] is neither an array of numbers nor base64"],
])("an answer of %j is invalid", async (answer, problem) => {
  await expect(sent({}, {}, answer)).rejects.toMatchObject({
    code: "invalid_response",
    message: expect.stringContaining(`ollama embed.embed: ${problem}`),
  });
});

test("the host is that of the config, or of OLLAMA_HOST; a key is a bearer token", async () => {
  vi.stubEnv("OLLAMA_HOST", "gpu-box");
  vi.stubEnv("OLLAMA_API_KEY", "key-1");
  const { url, headers } = await sent();
  expect(url).toBe("http://gpu-box:11434/api/embed");
  expect(headers.get("authorization")).toBe("Bearer key-1");
  expect((await sent({ baseURL: "https://ollama.com/api" })).url).toBe("https://ollama.com/api/embed");
});

test("a request has 128 texts at most, or as many as the config says", () => {
  expect(createOllamaEmbedder({ model }).limits).toEqual({ maxBatchSize: 128 });
  expect(createOllamaEmbedder({ model, maxBatchSize: 8 }).limits).toEqual({ maxBatchSize: 8 });
});

test("the registry knows the provider and the type of its config", () => {
  const embedder = embedders.create("ollama", { model });
  expectTypeOf(embedder).toEqualTypeOf<Embedder>();
  expect([embedder.id, embedder.dimensions]).toEqual(["ollama/nomic-embed-text", undefined]);
  expect(embedders.createDynamic("ollama/qwen3-embedding:0.6b").model).toBe("qwen3-embedding:0.6b");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => embedders.create("ollama", { modle: model })).toThrow(/modle/);
});
