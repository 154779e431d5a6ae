import { type EmbedOptions, type Embedder, embedders } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type MistralEmbedderConfig, createMistralEmbedder } from "./index.js";

const apiKey = "key-1";
const mistral = "https://api.mistral.ai";

/** The request that a call sends; what is asked for a width gets it, and 2 otherwise. */
async function requestTo(
  origin: string,
  config: MistralEmbedderConfig,
  options?: EmbedOptions,
): Promise<{ headers: Headers; body: Record<string, unknown> }> {
  let sent: { headers: Headers; body: Record<string, unknown> } | undefined;
  nock(origin)
    .post("/v1/embeddings")
    .reply(200, async (request: Request) => {
      const body = JSON.parse(await request.text()) as Record<string, unknown>;
      sent = { headers: request.headers, body };
      const width = body["output_dimension"] ?? createMistralEmbedder(config).dimensions ?? 2;
      return { data: [{ index: 0, embedding: new Array(width).fill(1) }] };
    });
  await createMistralEmbedder(config).embed(["Hi"], options);
  if (!sent) throw new Error("nothing was sent");
  return sent;
}

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

test("a request has the texts, and the key in a header", async () => {
  const { headers, body } = await requestTo(mistral, { model: "mistral-embed", apiKey });
  expect(body).toEqual({ model: "mistral-embed", input: ["Hi"] });
  expect(headers.get("authorization")).toBe("Bearer key-1");
});

test("a request has the width, that of a call before that of the config, and the type of the numbers", async () => {
  const config = { model: "codestral-embed", apiKey, dimensions: 256, outputDtype: "int8" } as const;
  const body = { model: "codestral-embed", input: ["Hi"], output_dtype: "int8" };
  expect((await requestTo(mistral, config)).body).toEqual({ ...body, output_dimension: 256 });
  expect((await requestTo(mistral, config, { dimensions: 512 })).body).toEqual({
    ...body,
    output_dimension: 512,
  });
});

test("a request has the provider's own options as they stand, over all others", async () => {
  const providerOptions = { metadata: { team: "a" }, output_dtype: "uint8" };
  const config = { model: "codestral-embed", apiKey, outputDtype: "int8" } as const;
  expect((await requestTo(mistral, config, { providerOptions })).body).toEqual({
    model: "codestral-embed",
    input: ["Hi"],
    ...providerOptions,
  });
});

test("the key is read from MISTRAL_API_KEY, and the address may be that of a region", async () => {
  vi.stubEnv("MISTRAL_API_KEY", "key-2");
  const config = { model: "mistral-embed", baseURL: "https://api.eu.mistral.ai/v1" };
  const { headers } = await requestTo("https://api.eu.mistral.ai", config);
  expect(headers.get("authorization")).toBe("Bearer key-2");
});

function widthOf(model: string, baseURL?: string): number | undefined {
  return createMistralEmbedder({ model, apiKey, baseURL }).dimensions;
}

test("the widths are the model's, and elsewhere known only where they are set", () => {
  const models = [
    "mistral-embed",
    "mistral-embed-2312",
    "codestral-embed",
    "codestral-embed-2505",
    "mistral-embed-9",
  ];
  expect(models.map((model) => widthOf(model))).toEqual([1024, 1024, 1536, 1536, undefined]);
  expect(widthOf("mistral-embed", "https://api.us.mistral.ai/v1")).toBe(1024);
  expect(widthOf("mistral-embed", "https://mistral.example/v1")).toBeUndefined();
});

test("a width that the model does not have is unsupported, before anything is sent", async () => {
  expect(() => createMistralEmbedder({ model: "mistral-embed", apiKey, dimensions: 256 })).toThrow(
    expect.objectContaining({
      code: "unsupported",
      message: "mistral embed.create: dimensions: mistral-embed has 1024 and cannot change it",
    }),
  );
  const codestral = createMistralEmbedder({ model: "codestral-embed", apiKey });
  await expect(codestral.embed(["Hi"], { dimensions: 3073 })).rejects.toMatchObject({
    code: "unsupported",
    message: "mistral embed.embed: dimensions: codestral-embed has 1 to 3072",
  });
  // Its own is no request for another; the field itself would be an error.
  const { body } = await requestTo(mistral, { model: "mistral-embed", apiKey }, { dimensions: 1024 });
  expect(body).toEqual({ model: "mistral-embed", input: ["Hi"] });
});

test("the limits are those that Mistral's errors tell", () => {
  const { limits } = createMistralEmbedder({ model: "mistral-embed", apiKey });
  expect(limits).toEqual({ maxBatchSize: 256, maxInputTokens: 8192, maxBatchTokens: 16_384 });
});

test("an error has Mistral's id of the request", async () => {
  nock(mistral).post("/v1/embeddings").reply(200, { object: "list" }, { "mistral-correlation-id": "019a" });
  await expect(createMistralEmbedder({ model: "mistral-embed", apiKey }).embed(["Hi"])).rejects.toMatchObject(
    { code: "invalid_response", requestId: "019a" },
  );
});

test("the registry knows the provider and the type of its config", () => {
  const embedder = embedders.create("mistral", { model: "mistral-embed", apiKey });
  expectTypeOf(embedder).toEqualTypeOf<Embedder>();
  expect(embedder.id).toBe("mistral/mistral-embed");
  expect(embedders.createDynamic("mistral/codestral-embed", { apiKey }).dimensions).toBe(1536);
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => embedders.create("mistral", { modle: "mistral-embed", apiKey })).toThrow(/modle/);
});
