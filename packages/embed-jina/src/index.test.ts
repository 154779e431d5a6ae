import { Buffer } from "node:buffer";
import { type SentJSON, sentJSON } from "@beluga/conformance";
import {
  type EmbedInputType,
  type EmbedOptions,
  type EmbedResponse,
  type Embedder,
  embedders,
} from "@beluga/core";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { version } from "../package.json";
import { type JinaEmbedderConfig, createJinaEmbedder } from "./index.js";

const apiKey = "jina_test-1";
const v5: JinaEmbedderConfig = { model: "jina-embeddings-v5-text-small", apiKey };
const v2: JinaEmbedderConfig = { model: "jina-embeddings-v2-base-en", apiKey };

type Body = Readonly<Record<string, unknown>>;

/** A vector of the width and in the encoding that a body asks for. */
function vectorFor(body: Body): object {
  const values = new Float32Array((body["dimensions"] as number | undefined) ?? 1024).fill(1);
  const isEncoded = body["embedding_type"] === "base64";
  return {
    data: [{ index: 0, embedding: isEncoded ? Buffer.from(values.buffer).toString("base64") : [...values] }],
  };
}

/** Embeds one text. */
const embed = (
  config: JinaEmbedderConfig,
  options: EmbedOptions = {},
  answer: object | ((body: Body) => object) = vectorFor,
): Promise<SentJSON<EmbedResponse>> =>
  sentJSON((fetch) => createJinaEmbedder({ ...config, fetch }).embed(["Hi"], options), answer);

/** The task of a request, and what the call warned of; the model is asked at an address where its width is not known. */
async function taskOf(model: string, inputType: EmbedInputType): Promise<unknown> {
  const { body, response } = await embed({ model, baseURL: "http://127.0.0.1:8080/v1" }, { inputType });
  return response.warnings.length > 0 ? response.warnings.map(({ option }) => option) : body["task"];
}

const widthOf = (config: JinaEmbedderConfig): number | undefined => createJinaEmbedder(config).dimensions;

const refused = (problem: string): unknown =>
  expect.objectContaining({ code: "unsupported", message: expect.stringContaining(problem) });

afterEach(() => vi.unstubAllEnvs());

describe("a request", () => {
  const plain = { model: "jina-embeddings-v5-text-small", input: ["Hi"], embedding_type: "base64" };

  test("asks for base64, unless something else is said", async () => {
    const { request, body } = await embed(v5);
    expect(body).toEqual(plain);
    expect([request.method, request.url]).toEqual(["POST", "https://api.jina.ai/v1/embeddings"]);
    expect(Object.fromEntries(request.headers)).toEqual({
      accept: "application/json",
      authorization: "Bearer jina_test-1",
      "content-type": "application/json",
      "user-agent": `beluga-embed-jina/${version}`,
    });
  });

  test.each([
    [{ encodingFormat: "float" }, { embedding_type: "float" }],
    [{ truncate: true }, { truncate: true }],
    [{ truncate: false }, {}],
    [{ dimensions: 64 }, { dimensions: 64 }],
  ] as const)("says what the config says: %j", async (config, says) => {
    expect((await embed({ ...v5, ...config })).body).toEqual({ ...plain, ...says });
  });

  test("has the call's dimensions before those of the config", async () => {
    const { body } = await embed({ ...v5, dimensions: 256 }, { dimensions: 512 });
    expect(body).toEqual({ ...plain, dimensions: 512 });
  });

  test("has the vendor's own options as they stand, over everything", async () => {
    const providerOptions = { late_chunking: true, task: "text-matching" };
    expect((await embed(v5, { inputType: "query", providerOptions })).body).toEqual({
      ...plain,
      late_chunking: true,
      task: "text-matching",
    });
  });

  test("has the key of the environment, and none where there is none: another server may want none", async () => {
    const elsewhere = { model: "jina-embeddings-v9", baseURL: "http://127.0.0.1:4321/v1" };
    const { request } = await embed(elsewhere);
    expect(request.url).toBe("http://127.0.0.1:4321/v1/embeddings");
    expect(request.headers.has("authorization")).toBe(false);
    vi.stubEnv("JINA_API_KEY", "jina_test-2");
    expect((await embed(elsewhere)).request.headers.get("authorization")).toBe("Bearer jina_test-2");
  });
});

test("a key that is missing is an auth_error for Jina's own address", () => {
  vi.stubEnv("JINA_API_KEY", undefined);
  const missing = expect.objectContaining({
    code: "auth_error",
    message: expect.stringContaining("JINA_API_KEY"),
  });
  expect(() => createJinaEmbedder({ model: "jina-embeddings-v4" })).toThrow(missing);
});

describe("the input type", () => {
  test.each([
    [
      "jina-embeddings-v5-text-nano",
      ["retrieval.query", "retrieval.passage", "classification", "clustering"],
    ],
    ["jina-embeddings-v4", ["retrieval.query", "retrieval.passage", ["inputType"], ["inputType"]]],
    ["jina-embeddings-v3", ["retrieval.query", "retrieval.passage", "classification", "separation"]],
    ["jina-code-embeddings-0.5b", ["nl2code.query", "nl2code.passage", ["inputType"], ["inputType"]]],
    ["jina-clip-v2", ["retrieval.query", undefined, ["inputType"], ["inputType"]]],
    ["jina-embeddings-v2-base-de", [undefined, undefined, undefined, undefined]],
    ["jina-embeddings-v9", ["retrieval.query", "retrieval.passage", "classification", "clustering"]],
  ])("is the task of %s in its own words, or a warning: %j", async (model, expected) => {
    const types = ["query", "document", "classification", "clustering"] as const;
    expect(await Promise.all(types.map((inputType) => taskOf(model, inputType)))).toEqual(expected);
  });
});

describe("an answer", () => {
  test("has a vector, the model, and the total of tokens, which is what was read", async () => {
    const { response } = await embed(
      { model: "another", apiKey },
      {},
      {
        model: "another-1",
        usage: { total_tokens: 3, prompt_tokens: 0 },
        data: [{ index: 0, embedding: "AACAPwAAAMA=" }],
      },
    );
    expect(response).toEqual({
      embeddings: [Float32Array.of(1, -2)],
      usage: { inputTokens: 3, totalTokens: 3, raw: { total_tokens: 3, prompt_tokens: 0 } },
      model: "another-1",
      warnings: [],
    });
  });

  test("that is an error is one, in spite of its status, in the vendor's words", async () => {
    const answer = { detail: "Insufficient account balance.", code: "AUTHZ_INSUFFICIENT_BALANCE" };
    await expect(embed(v5, {}, answer)).rejects.toMatchObject({
      code: "quota_exhausted",
      message: "jina embed.embed: Insufficient account balance.",
    });
  });
});

describe("the width", () => {
  test("is known before the first call at Jina, and elsewhere only where it is set", () => {
    const widths = {
      "jina-embeddings-v5-text-small": 1024,
      "jina-embeddings-v5-text-nano": 768,
      "jina-embeddings-v4": 2048,
      "jina-embeddings-v3": 1024,
      "jina-code-embeddings-1.5b": 1536,
      "jina-code-embeddings-0.5b": 896,
      "jina-embeddings-v2-base-zh": 768,
      "jina-embeddings-v9": undefined,
      constructor: undefined,
    };
    const models = Object.keys(widths);
    expect(models.map((model) => widthOf({ model, apiKey }))).toEqual(Object.values(widths));
    const elsewhere = { ...v5, baseURL: "http://127.0.0.1:8080/v1" };
    expect(widthOf(elsewhere)).toBeUndefined();
    expect(widthOf({ ...elsewhere, dimensions: 256 })).toBe(256);
  });

  test("that the model does not have is refused before anything is sent", async () => {
    expect(() => createJinaEmbedder({ ...v5, dimensions: 1025 })).toThrow(
      refused("dimensions: jina-embeddings-v5-text-small has 1 to 1024"),
    );
    await expect(createJinaEmbedder(v2).embed(["Hi"], { dimensions: 512 })).rejects.toEqual(
      refused("dimensions: jina-embeddings-v2-base-en has 768 and cannot change it"),
    );
  });
});

test("the limits are the model's, and the number of texts can be changed", () => {
  expect(createJinaEmbedder(v5).limits).toEqual({ maxBatchSize: 512, maxInputTokens: 32_768 });
  expect(createJinaEmbedder({ model: "jina-embeddings-v9", apiKey, maxBatchSize: 8 }).limits).toEqual({
    maxBatchSize: 8,
  });
});

test("the registry knows the provider and the type of its config", () => {
  const embedder = embedders.create("jina", v5);
  expectTypeOf(embedder).toEqualTypeOf<Embedder>();
  expect(embedder.id).toBe("jina/jina-embeddings-v5-text-small");
  expect(embedders.createDynamic("jina/jina-embeddings-v4", { apiKey }).dimensions).toBe(2048);
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => embedders.create("jina", { modle: "jina-embeddings-v4", apiKey })).toThrow(/modle/);
});
