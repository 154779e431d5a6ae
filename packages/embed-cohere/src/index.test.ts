import { Buffer } from "node:buffer";
import { type SentJSON, sentJSON } from "@beluga/conformance";
import { type EmbedOptions, type EmbedResponse, type Embedder, embedders } from "@beluga/core";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { version } from "../package.json";
import { type CohereEmbedderConfig, createCohereEmbedder } from "./index.js";

const apiKey = "co-test-1";
const v4: CohereEmbedderConfig = { model: "embed-v4.0", apiKey };
const v3: CohereEmbedderConfig = { model: "embed-english-v3.0", apiKey };

type Body = Readonly<Record<string, unknown>>;

/** A vector of the type and the width that a body asks for. */
function vectorFor(body: Body): object {
  const [type = ""] = body["embedding_types"] as string[];
  const values = new Float32Array((body["output_dimension"] as number | undefined) ?? 1536).fill(0.5);
  const vector = type === "base64" ? Buffer.from(values.buffer).toString("base64") : [...values];
  return { embeddings: { [type]: [vector] } };
}

/** Embeds one text. */
const embed = (
  config: CohereEmbedderConfig,
  options: EmbedOptions = {},
  answer: object | ((body: Body) => object) = vectorFor,
  headers: Record<string, string> = { "x-request-id": "req_1" },
): Promise<SentJSON<EmbedResponse>> =>
  sentJSON((fetch) => createCohereEmbedder({ ...config, fetch }).embed(["Hi"], options), answer, headers);

/** What comes of an answer of the API, to which the model's width is not known. */
async function responseTo(
  answer: object,
  config: Partial<CohereEmbedderConfig> = {},
  headers: Record<string, string> = {},
): Promise<EmbedResponse> {
  return (await embed({ model: "another", apiKey, ...config }, {}, answer, headers)).response;
}

const widthOf = (config: CohereEmbedderConfig): number | undefined => createCohereEmbedder(config).dimensions;

const refused = (problem: string): unknown =>
  expect.objectContaining({ code: "unsupported", message: expect.stringContaining(problem) });

afterEach(() => vi.unstubAllEnvs());

describe("a request", () => {
  const plain = {
    model: "embed-v4.0",
    texts: ["Hi"],
    input_type: "search_document",
    embedding_types: ["base64"],
    truncate: "NONE",
  };

  test("is of a document, in base64, and is not to be cut, unless something else is said", async () => {
    const { request, body } = await embed(v4);
    expect(body).toEqual(plain);
    expect([request.method, request.url]).toEqual(["POST", "https://api.cohere.com/v2/embed"]);
    expect(Object.fromEntries(request.headers)).toEqual({
      accept: "application/json",
      authorization: "Bearer co-test-1",
      "content-type": "application/json",
      "user-agent": `beluga-embed-cohere/${version}`,
    });
  });

  test.each([
    ["query", "search_query"],
    ["document", "search_document"],
    ["classification", "classification"],
    ["clustering", "clustering"],
  ] as const)("has a %s as %s", async (inputType, input_type) => {
    expect((await embed(v4, { inputType })).body).toEqual({ ...plain, input_type });
  });

  test.each([
    [{ encodingFormat: "float" }, { embedding_types: ["float"] }],
    [{ outputDtype: "int8" }, { embedding_types: ["int8"] }],
    [{ outputDtype: "int8", encodingFormat: "float" }, { embedding_types: ["int8"] }],
    [{ truncate: "START" }, { truncate: "START" }],
    [{ truncate: "END" }, { truncate: "END" }],
    [{ dimensions: 256 }, { output_dimension: 256 }],
  ] as const)("says what the config says: %j", async (config, says) => {
    expect((await embed({ ...v4, ...config })).body).toEqual({ ...plain, ...says });
  });

  test("has the call's dimensions before those of the config", async () => {
    const { body } = await embed({ ...v4, dimensions: 256 }, { dimensions: 512 });
    expect(body).toEqual({ ...plain, output_dimension: 512 });
  });

  test("has the vendor's own options as they stand, over everything: images, say, in place of the texts", async () => {
    const inputs = [{ content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AA==" } }] }];
    const providerOptions = { texts: undefined, inputs, input_type: "image", max_tokens: 512, priority: 9 };
    const { texts: _, ...rest } = plain;
    expect((await embed(v4, { inputType: "query", providerOptions })).body).toEqual({
      ...rest,
      inputs,
      input_type: "image",
      max_tokens: 512,
      priority: 9,
    });
  });

  test("goes where the environment says, with the key of the environment, to the second version", async () => {
    vi.stubEnv("CO_API_KEY", "co-test-2");
    vi.stubEnv("CO_API_URL", "http://127.0.0.1:4321/v1");
    const { request } = await embed({ model: "embed-v4.0" });
    expect(request.url).toBe("http://127.0.0.1:4321/v2/embed");
    expect(request.headers.get("authorization")).toBe("Bearer co-test-2");
  });
});

describe("an answer", () => {
  test("has vectors by their type, and says what it used; its meta is the raw usage", async () => {
    const meta = { api_version: { version: "2" }, billed_units: { input_tokens: 3, image_tokens: 0 } };
    expect(await responseTo({ embeddings: { base64: ["AACAPwAAAMA="] }, meta })).toEqual({
      embeddings: [Float32Array.of(1, -2)],
      usage: { inputTokens: 3, totalTokens: 3, raw: meta },
      model: "another",
      warnings: [],
    });
  });

  test.each([
    ["int8", { outputDtype: "int8" }, { int8: [[-128, 0, 127]], float: [[9, 9, 9]] }],
    ["numbers where base64 was asked for", {}, { float: [[-128, 0, 127]] }],
    ["what providerOptions asked for", {}, { uint8: [[-128, 0, 127]] }],
    ["numbers beside null", {}, { float: [[-128, 0, 127]], int8: null }],
    ["a list, as of version 1", {}, [[-128, 0, 127]]],
  ] as const)("is understood: %s", async (_, config, embeddings) => {
    const response = await responseTo({ embeddings }, config);
    expect(response.embeddings).toEqual([Float32Array.of(-128, 0, 127)]);
  });

  test.each([
    [{}, 'a response without "embeddings.base64"'],
    [{ embeddings: { float: [[1]], int8: [[1]] } }, 'a response without "embeddings.base64"'],
    [{ embeddings: { base64: "AACAPwAAAMA=" } }, 'a response without "embeddings.base64"'],
    [
      { embeddings: { float: [[1, null]] } },
      "embeddings[0] is neither an array of numbers nor base64 of 32-bit floats",
    ],
    [{ embeddings: { float: [[1], [2]] } }, "2 vectors for 1 texts"],
  ])("of another form is invalid: %j", async (answer, problem) => {
    await expect(responseTo(answer)).rejects.toMatchObject({
      code: "invalid_response",
      message: `cohere embed.embed: ${problem}`,
    });
  });

  test("that is an error is one, in spite of its status, in the vendor's words", async () => {
    await expect(responseTo({ id: "1", message: "overloaded" })).rejects.toMatchObject({
      code: "provider_unavailable",
      message: "cohere embed.embed: overloaded",
    });
  });

  test("hands on the vendor's warnings", async () => {
    const answer = { embeddings: { float: [[1]] }, meta: { warnings: ["the model is about to retire"] } };
    const { warnings } = await responseTo(
      answer,
      {},
      {
        "x-api-warning": "a parameter is deprecated",
      },
    );
    expect(warnings).toEqual([
      { type: "other", message: "the model is about to retire" },
      { type: "other", message: "a parameter is deprecated" },
    ]);
  });
});

describe("the width", () => {
  test("is known before the first call at Cohere, and elsewhere only where it is set", () => {
    const models = [
      "embed-v4.0",
      "embed-english-v3.0",
      "embed-english-light-v3.0",
      "embed-multilingual-v3.0",
      "embed-multilingual-light-v3.0",
      "constructor",
    ];
    expect(models.map((model) => widthOf({ model, apiKey }))).toEqual([
      1536,
      1024,
      384,
      1024,
      384,
      undefined,
    ]);
    expect(widthOf({ ...v4, baseURL: "https://api.cohere.com/v1/" })).toBe(1536);
    const elsewhere = { ...v4, baseURL: "http://127.0.0.1:8080" };
    expect(widthOf(elsewhere)).toBeUndefined();
    expect(widthOf({ ...elsewhere, dimensions: 256 })).toBe(256);
  });

  test("that the model does not have is refused before anything is sent", async () => {
    expect(() => createCohereEmbedder({ ...v4, dimensions: 300 })).toThrow(
      refused("dimensions: embed-v4.0 has 256, 512, 1024, 1536"),
    );
    await expect(createCohereEmbedder(v3).embed(["Hi"], { dimensions: 512 })).rejects.toEqual(
      refused("dimensions: embed-english-v3.0 has 1024 and cannot change it"),
    );
  });

  test("is not asked for where the model has one alone", async () => {
    const { body } = await embed(
      v3,
      { dimensions: 1024 },
      {
        embeddings: { float: [new Array(1024).fill(0.5)] },
      },
    );
    expect(body).not.toHaveProperty("output_dimension");
  });
});

test("the limits are Cohere's, and the number of texts can be lowered for other servers", () => {
  expect(createCohereEmbedder(v4).limits).toEqual({ maxBatchSize: 96, maxInputTokens: 128_000 });
  expect(createCohereEmbedder({ ...v3, maxBatchSize: 8 }).limits).toEqual({
    maxBatchSize: 8,
    maxInputTokens: 512,
  });
  expect(createCohereEmbedder({ model: "another", apiKey }).limits).toEqual({ maxBatchSize: 96 });
});

test("the registry knows the provider and the type of its config", () => {
  const embedder = embedders.create("cohere", v4);
  expectTypeOf(embedder).toEqualTypeOf<Embedder>();
  expect(embedder.id).toBe("cohere/embed-v4.0");
  expect(embedders.createDynamic("cohere/embed-multilingual-v3.0", { apiKey }).dimensions).toBe(1024);
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => embedders.create("cohere", { modle: "embed-v4.0", apiKey })).toThrow(/modle/);
});
