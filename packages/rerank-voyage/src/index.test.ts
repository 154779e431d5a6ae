import { type SentJSON, sentJSON } from "@beluga/conformance";
import { type RerankOptions, type RerankResponse, type Reranker, rerankers } from "@beluga/core";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { version } from "../package.json";
import { type VoyageRerankerConfig, createVoyageReranker } from "./index.js";

const v25: VoyageRerankerConfig = { model: "rerank-2.5", apiKey: "pa-test-1" };
const documents = ["Belugas sing.", "The sea is deep."];

const answered = (...scores: readonly (readonly [index: number, score: number])[]): object => ({
  object: "list",
  data: scores.map(([index, relevance_score]) => ({ relevance_score, index })),
  model: "rerank-2.5-1",
  usage: { total_tokens: 26 },
});
const both = answered([0, 0.9], [1, 0.1]);

/** Ranks two documents. */
const rerank = (
  config: VoyageRerankerConfig,
  options: RerankOptions = {},
  answer: object = both,
): Promise<SentJSON<RerankResponse>> =>
  sentJSON(
    (fetch) => createVoyageReranker({ ...config, fetch }).rerank("Who sings?", documents, options),
    answer,
  );

afterEach(() => vi.unstubAllEnvs());

describe("a request", () => {
  const plain = { model: "rerank-2.5", query: "Who sings?", documents, truncation: false };

  test("has the query and the documents, which are not to be cut", async () => {
    const { request, body } = await rerank(v25);
    expect(body).toEqual(plain);
    expect([request.method, request.url]).toEqual(["POST", "https://api.voyageai.com/v1/rerank"]);
    expect(Object.fromEntries(request.headers)).toEqual({
      accept: "application/json",
      authorization: "Bearer pa-test-1",
      "content-type": "application/json",
      "user-agent": `beluga-rerank-voyage/${version}`,
    });
  });

  test("lets the texts be cut where the config says so", async () => {
    expect((await rerank({ ...v25, truncate: true })).body).toEqual({ ...plain, truncation: true });
  });

  test("has the most results, not more than there are documents", async () => {
    expect((await rerank(v25, { topN: 1 }, answered([1, 0.1]))).body).toEqual({ ...plain, top_k: 1 });
    expect((await rerank(v25, { topN: 9 })).body).toEqual({ ...plain, top_k: 2 });
  });

  test("has the vendor's own options as they stand, over everything", async () => {
    const providerOptions = { truncation: true, return_documents: true };
    expect((await rerank(v25, { providerOptions })).body).toEqual({ ...plain, ...providerOptions });
  });

  test("has the key of the environment, and goes to MongoDB with a key of Atlas", async () => {
    vi.stubEnv("VOYAGE_API_KEY", "al-test-2");
    const { request } = await rerank({ model: "rerank-2.5" });
    expect(request.url).toBe("https://ai.mongodb.com/v1/rerank");
    expect(request.headers.get("authorization")).toBe("Bearer al-test-2");
    const baseURL = "http://127.0.0.1:4321/v1";
    expect((await rerank({ model: "rerank-2.5", baseURL })).request.url).toBe(`${baseURL}/rerank`);
  });
});

describe("an answer", () => {
  test("has results, the best first, the model, and the total of tokens, which is what was read", async () => {
    const { response } = await rerank(v25, {}, answered([0, 0.1], [1, 0.9]));
    expect(response).toEqual({
      results: [
        { index: 1, score: 0.9 },
        { index: 0, score: 0.1 },
      ],
      usage: { inputTokens: 26, totalTokens: 26, raw: { total_tokens: 26 } },
      model: "rerank-2.5-1",
      warnings: [],
    });
  });

  test("without a model is of the one that was asked", async () => {
    const data = [0, 1].map((index) => ({ index, relevance_score: 0.5 }));
    const { response } = await rerank(v25, {}, { data });
    expect([response.model, response.usage]).toEqual(["rerank-2.5", {}]);
  });

  test("that is an error is one, in spite of its status, in the vendor's words", async () => {
    await expect(rerank(v25, {}, { detail: "overloaded" })).rejects.toMatchObject({
      code: "provider_unavailable",
      message: "voyage rerank.rerank: overloaded",
    });
  });

  test("without results is invalid", async () => {
    await expect(rerank(v25, {}, { object: "list" })).rejects.toMatchObject({
      code: "invalid_response",
      message: 'voyage rerank.rerank: a response without an array "data"',
    });
  });
});

test("the registry knows the provider and the type of its config", () => {
  const reranker = rerankers.create("voyage", v25);
  expectTypeOf(reranker).toEqualTypeOf<Reranker>();
  expect(reranker.id).toBe("voyage/rerank-2.5");
  expect(rerankers.createDynamic("voyage/rerank-2-lite", { apiKey: "key" }).model).toBe("rerank-2-lite");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => rerankers.create("voyage", { modle: "rerank-2.5", apiKey: "key" })).toThrow(/modle/);
});
