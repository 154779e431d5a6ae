import { Buffer } from "node:buffer";
import { type SentJSON, sentJSON } from "@beluga/conformance";
import { type EmbedOptions, type EmbedResponse, type Embedder, embedders } from "@beluga/core";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { version } from "../package.json";
import { type VoyageEmbedderConfig, createVoyageEmbedder } from "./index.js";

const apiKey = "pa-test-1";
const voyage4: VoyageEmbedderConfig = { model: "voyage-4", apiKey };
const law: VoyageEmbedderConfig = { model: "voyage-law-2", apiKey };

type Body = Readonly<Record<string, unknown>>;

/** A vector of the width and in the encoding that a body asks for. */
function vectorFor(body: Body): object {
  const width = (body["output_dimension"] as number | undefined) ?? 1024;
  const values = new (body["output_dtype"] === "int8" ? Int8Array : Float32Array)(width).fill(1);
  const isEncoded = body["encoding_format"] === "base64";
  return {
    data: [{ index: 0, embedding: isEncoded ? Buffer.from(values.buffer).toString("base64") : [...values] }],
  };
}

/** Embeds one text. */
const embed = (
  config: VoyageEmbedderConfig,
  options: EmbedOptions = {},
  answer: object | ((body: Body) => object) = vectorFor,
  headers: Record<string, string> = { "x-request-id": "req_1" },
): Promise<SentJSON<EmbedResponse>> =>
  sentJSON((fetch) => createVoyageEmbedder({ ...config, fetch }).embed(["Hi"], options), answer, headers);

/** What comes of a vector, where the model's width is not known. */
async function vectorOf(
  embedding: unknown,
  config: Partial<VoyageEmbedderConfig> = {},
): Promise<EmbedResponse> {
  const answer = { data: [{ index: 0, embedding }], model: "another-1", usage: { total_tokens: 3 } };
  return (await embed({ model: "another", apiKey, ...config }, {}, answer)).response;
}

const widthOf = (config: VoyageEmbedderConfig): number | undefined => createVoyageEmbedder(config).dimensions;

const refused = (problem: string): unknown =>
  expect.objectContaining({ code: "unsupported", message: expect.stringContaining(problem) });

const limitsOf = (model: string): Embedder["limits"] => createVoyageEmbedder({ model, apiKey }).limits;

afterEach(() => vi.unstubAllEnvs());

describe("a request", () => {
  const plain = { model: "voyage-4", input: ["Hi"], truncation: false, encoding_format: "base64" };

  test("asks for base64, and not to be cut, unless something else is said", async () => {
    const { request, body } = await embed(voyage4);
    expect(body).toEqual(plain);
    expect([request.method, request.url]).toEqual(["POST", "https://api.voyageai.com/v1/embeddings"]);
    expect(Object.fromEntries(request.headers)).toEqual({
      accept: "application/json",
      authorization: "Bearer pa-test-1",
      "content-type": "application/json",
      "user-agent": `beluga-embed-voyage/${version}`,
    });
  });

  test.each(["query", "document"] as const)("has the input type: %s", async (inputType) => {
    expect((await embed(voyage4, { inputType })).body).toEqual({ ...plain, input_type: inputType });
  });

  test("has no input type that the API does not know, and a warning says so", async () => {
    const { body, response } = await embed(voyage4, { inputType: "clustering" });
    expect(body).toEqual(plain);
    expect(response.warnings).toEqual([
      {
        type: "unsupported",
        option: "inputType",
        message: "inputType: voyage-4 knows query, document, and not clustering",
      },
    ]);
  });

  test.each([
    [{ truncate: true }, { truncation: true }],
    [{ outputDtype: "int8" }, { output_dtype: "int8" }],
    [{ outputDtype: "float" }, {}],
    [{ dimensions: 2048 }, { output_dimension: 2048 }],
  ] as const)("says what the config says: %j", async (config, says) => {
    expect((await embed({ ...voyage4, ...config })).body).toEqual({ ...plain, ...says });
  });

  test("names no encoding for numbers: the API refuses its name", async () => {
    const { encoding_format: _, ...numbers } = plain;
    expect((await embed({ ...voyage4, encodingFormat: "float" })).body).toEqual(numbers);
  });

  test("has the call's dimensions before those of the config", async () => {
    const { body } = await embed({ ...voyage4, dimensions: 256 }, { dimensions: 512 });
    expect(body).toEqual({ ...plain, output_dimension: 512 });
  });

  test("has the vendor's own options as they stand, over everything", async () => {
    const providerOptions = { truncation: true, future: [1] };
    expect((await embed(voyage4, { providerOptions })).body).toEqual({
      ...plain,
      truncation: true,
      future: [1],
    });
  });

  test("has the key of the environment, and goes to MongoDB with a key of Atlas", async () => {
    vi.stubEnv("VOYAGE_API_KEY", "al-test-2");
    const { request } = await embed({ model: "voyage-4" });
    expect(request.url).toBe("https://ai.mongodb.com/v1/embeddings");
    expect(request.headers.get("authorization")).toBe("Bearer al-test-2");
    const baseURL = "http://127.0.0.1:4321/v1";
    expect((await embed({ model: "voyage-4", baseURL })).request.url).toBe(`${baseURL}/embeddings`);
  });
});

describe("an answer", () => {
  test("has a vector, the model, and the total of tokens, which is what was read", async () => {
    expect(await vectorOf("AACAPwAAAMA=")).toEqual({
      embeddings: [Float32Array.of(1, -2)],
      usage: { inputTokens: 3, totalTokens: 3, raw: { total_tokens: 3 } },
      model: "another-1",
      warnings: [],
    });
  });

  test("in int8 has a byte a number, or the numbers themselves", async () => {
    const expected = [Float32Array.of(-128, 0, 127, -1)];
    const bytes = Buffer.from(Int8Array.of(-128, 0, 127, -1).buffer).toString("base64");
    expect((await vectorOf(bytes, { outputDtype: "int8" })).embeddings).toEqual(expected);
    expect((await vectorOf([-128, 0, 127, -1], { outputDtype: "int8" })).embeddings).toEqual(expected);
  });

  test.each([
    ["gA", "float", "data[0].embedding is neither an array of numbers nor base64 of 32-bit floats"],
    ["g?AA", "int8", "data[0].embedding is no base64"],
    [null, "int8", "data[0].embedding is neither an array of numbers nor base64 of 32-bit floats"],
  ] as const)("that is no vector is invalid: %j as %s", async (embedding, outputDtype, problem) => {
    await expect(vectorOf(embedding, { outputDtype })).rejects.toMatchObject({
      code: "invalid_response",
      message: `voyage embed.embed: ${problem}`,
      requestId: "req_1",
    });
  });

  test("that is an error is one, in spite of its status, in the vendor's words", async () => {
    await expect(embed(voyage4, {}, { detail: "overloaded" })).rejects.toMatchObject({
      code: "provider_unavailable",
      message: "voyage embed.embed: overloaded",
    });
  });
});

describe("the width", () => {
  test("is known before the first call at Voyage and at MongoDB, and elsewhere only where it is set", () => {
    const models = [
      "voyage-4-large",
      "voyage-4",
      "voyage-4-lite",
      "voyage-code-2",
      "voyage-9",
      "constructor",
    ];
    expect(models.map((model) => widthOf({ model, apiKey }))).toEqual([
      1024,
      1024,
      1024,
      1536,
      undefined,
      undefined,
    ]);
    expect(widthOf({ ...voyage4, apiKey: "al-test-1" })).toBe(1024);
    const elsewhere = { ...voyage4, baseURL: "http://127.0.0.1:8080/v1" };
    expect(widthOf(elsewhere)).toBeUndefined();
    expect(widthOf({ ...elsewhere, dimensions: 256 })).toBe(256);
  });

  test("that the model does not have is refused before anything is sent", async () => {
    expect(() => createVoyageEmbedder({ ...voyage4, dimensions: 300 })).toThrow(
      refused("dimensions: voyage-4 has 256, 512, 1024, 2048"),
    );
    await expect(createVoyageEmbedder(law).embed(["Hi"], { dimensions: 512 })).rejects.toEqual(
      refused("dimensions: voyage-law-2 has 1024 and cannot change it"),
    );
  });

  test("is not asked for where the model has one alone", async () => {
    expect((await embed(law, { dimensions: 1024 })).body).not.toHaveProperty("output_dimension");
  });
});

test("the limits are the model's; of one that is not known the smallest, and the number of texts can be lowered", () => {
  const limits = { maxBatchSize: 1000, maxInputTokens: 32_000 };
  expect(limitsOf("voyage-4-large")).toEqual({ ...limits, maxBatchTokens: 120_000 });
  expect(limitsOf("voyage-4")).toEqual({ ...limits, maxBatchTokens: 320_000 });
  expect(limitsOf("voyage-4-lite")).toEqual({ ...limits, maxBatchTokens: 1_000_000 });
  expect(limitsOf("voyage-law-2")).toEqual({ ...limits, maxInputTokens: 16_000, maxBatchTokens: 120_000 });
  expect(limitsOf("voyage-9")).toEqual({ maxBatchSize: 1000, maxBatchTokens: 120_000 });
  expect(createVoyageEmbedder({ ...voyage4, maxBatchSize: 8 }).limits.maxBatchSize).toBe(8);
});

test("the registry knows the provider and the type of its config", () => {
  const embedder = embedders.create("voyage", voyage4);
  expectTypeOf(embedder).toEqualTypeOf<Embedder>();
  expect(embedder.id).toBe("voyage/voyage-4");
  expect(embedders.createDynamic("voyage/voyage-3-lite", { apiKey }).dimensions).toBe(512);
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => embedders.create("voyage", { modle: "voyage-4", apiKey })).toThrow(/modle/);
});
