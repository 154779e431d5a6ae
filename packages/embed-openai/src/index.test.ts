import { type EmbedOptions, type Embedder, embedders } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, test, vi } from "vitest";
import { type OpenAIEmbedderConfig, createOpenAIEmbedder } from "./index.js";

const apiKey = "sk-test-1";
const model = "text-embedding-3-small";

/** The request that a call sends to an address; what is asked for `dimensions` gets them, and 1,536 otherwise. */
async function requestTo(
  origin: string,
  config: OpenAIEmbedderConfig,
  options?: EmbedOptions,
): Promise<{ headers: Headers; body: Record<string, unknown> }> {
  let sent: { headers: Headers; body: Record<string, unknown> } | undefined;
  const scope = nock(origin)
    .post("/v1/embeddings")
    .reply(200, async (request: Request) => {
      const body = JSON.parse(await request.text()) as Record<string, unknown>;
      sent = { headers: request.headers, body };
      const embedding = new Array(body["dimensions"] ?? 1536).fill(0.5);
      return { data: [{ index: 0, embedding }], usage: { prompt_tokens: 1, total_tokens: 1 } };
    });
  await createOpenAIEmbedder(config).embed(["Hi"], options);
  scope.done();
  if (!sent) throw new Error("nothing was sent");
  return sent;
}

const openai = "https://api.openai.com";

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

describe("a request", () => {
  test("asks OpenAI for base64, with the key, the organization and the project in headers", async () => {
    const { headers, body } = await requestTo(openai, {
      model,
      apiKey,
      organization: "org-1",
      project: "proj-1",
    });
    expect(body).toEqual({ model, input: ["Hi"], encoding_format: "base64" });
    expect(headers.get("authorization")).toBe("Bearer sk-test-1");
    expect(headers.get("openai-organization")).toBe("org-1");
    expect(headers.get("openai-project")).toBe("proj-1");
  });

  test("takes from the environment what is not in the config", async () => {
    vi.stubEnv("OPENAI_API_KEY", "sk-test-2");
    vi.stubEnv("OPENAI_BASE_URL", "http://127.0.0.1:4321/v1");
    vi.stubEnv("OPENAI_ORG_ID", "org-2");
    const { headers } = await requestTo("http://127.0.0.1:4321", { model });
    expect(headers.get("authorization")).toBe("Bearer sk-test-2");
    expect(headers.get("openai-organization")).toBe("org-2");
    expect(headers.has("openai-project")).toBe(false);
  });

  test("asks for numbers where the config says so", async () => {
    const { body } = await requestTo(openai, { model, apiKey, encodingFormat: "float" });
    expect(body).toEqual({ model, input: ["Hi"], encoding_format: "float" });
  });

  test("has the dimensions of the config, and those of the call before them", async () => {
    const config = { model, apiKey, dimensions: 256 };
    expect((await requestTo(openai, config)).body["dimensions"]).toBe(256);
    expect((await requestTo(openai, config, { dimensions: 512 })).body["dimensions"]).toBe(512);
  });

  test("has the provider's own options as they stand", async () => {
    const { body } = await requestTo(openai, { model, apiKey }, { providerOptions: { user: "user-1" } });
    expect(body["user"]).toBe("user-1");
  });
});

describe("the width", () => {
  test("is known before the first call for OpenAI's own models, and elsewhere only where it is set", () => {
    const widths = [
      "text-embedding-3-small",
      "text-embedding-3-large",
      "text-embedding-ada-002",
      "text-embedding-9",
    ].map((model) => createOpenAIEmbedder({ model, apiKey }).dimensions);
    expect(widths).toEqual([1536, 3072, 1536, undefined]);
    const elsewhere = { model, apiKey, baseURL: "http://127.0.0.1:8080/v1" };
    expect(createOpenAIEmbedder(elsewhere).dimensions).toBeUndefined();
    expect(createOpenAIEmbedder({ ...elsewhere, dimensions: 256 }).dimensions).toBe(256);
  });

  test("that OpenAI did not send is an invalid response", async () => {
    nock(openai)
      .post("/v1/embeddings")
      .reply(200, { data: [{ index: 0, embedding: [0.5] }] });
    await expect(createOpenAIEmbedder({ model, apiKey }).embed(["Hi"])).rejects.toMatchObject({
      code: "invalid_response",
      message: "openai embed.embed: text 0 has a vector of 1 numbers where 1536 were expected",
    });
  });

  test("of text-embedding-ada-002 cannot be chosen: that is refused before anything is sent", async () => {
    const ada = { model: "text-embedding-ada-002", apiKey };
    const refused = expect.objectContaining({
      code: "unsupported",
      message: expect.stringContaining("dimensions: text-embedding-ada-002 has 1536 and cannot change it"),
    });
    expect(() => createOpenAIEmbedder({ ...ada, dimensions: 256 })).toThrow(refused);
    await expect(createOpenAIEmbedder(ada).embed(["Hi"], { dimensions: 256 })).rejects.toEqual(refused);
    // Its own is no request for another; the field itself would be an error.
    expect((await requestTo(openai, ada, { dimensions: 1536 })).body).not.toHaveProperty("dimensions");
  });
});

test("the limits are OpenAI's, and the number of texts can be lowered for other servers", () => {
  const limits = { maxBatchSize: 2048, maxInputTokens: 8192, maxBatchTokens: 300_000 };
  expect(createOpenAIEmbedder({ model, apiKey }).limits).toEqual(limits);
  expect(createOpenAIEmbedder({ model, apiKey, maxBatchSize: 64 }).limits).toEqual({
    ...limits,
    maxBatchSize: 64,
  });
});

test("an error in the response has the vendor's id of the request", async () => {
  nock(openai).post("/v1/embeddings").reply(200, { object: "list" }, { "x-request-id": "req_1" });
  await expect(createOpenAIEmbedder({ model, apiKey }).embed(["Hi"])).rejects.toMatchObject({
    code: "invalid_response",
    status: 200,
    requestId: "req_1",
    message: 'openai embed.embed: a response without an array "data"',
  });
});

test("the registry knows the provider and the type of its config", () => {
  const embedder = embedders.create("openai", { model, apiKey });
  expectTypeOf(embedder).toEqualTypeOf<Embedder>();
  expect(embedder.id).toBe("openai/text-embedding-3-small");
  expect(embedders.createDynamic("openai/text-embedding-3-large", { apiKey }).dimensions).toBe(3072);
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => embedders.create("openai", { modle: model, apiKey })).toThrow(/modle/);
});
