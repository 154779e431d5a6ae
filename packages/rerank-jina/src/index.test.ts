import { type SentJSON, sentJSON } from "@beluga/conformance";
import { type RerankOptions, type RerankResponse, type Reranker, rerankers } from "@beluga/core";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { version } from "../package.json";
import { type JinaRerankerConfig, createJinaReranker } from "./index.js";

const v3: JinaRerankerConfig = { model: "jina-reranker-v3.5", apiKey: "jina_test-1" };
const elsewhere = { model: "bge-reranker-v2-m3", baseURL: "http://127.0.0.1:8080/v1" };
const documents = ["Belugas sing.", "The sea is deep."];

const usage = { total_tokens: 26 };
const resultsOf = (...scores: readonly (readonly [index: number, score: number])[]): object[] =>
  scores.map(([index, relevance_score]) => ({ index, relevance_score }));
const both = { model: "jina-reranker-v3.5-1", object: "list", usage, results: resultsOf([0, 0.9], [1, 0.1]) };

/** Ranks two documents. */
const rerank = (
  config: JinaRerankerConfig,
  options: RerankOptions = {},
  answer: object = both,
): Promise<SentJSON<RerankResponse>> =>
  sentJSON(
    (fetch) => createJinaReranker({ ...config, fetch }).rerank("Who sings?", documents, options),
    answer,
  );

afterEach(() => vi.unstubAllEnvs());

describe("a request", () => {
  const plain = { model: "jina-reranker-v3.5", query: "Who sings?", documents, return_documents: false };

  test("has the query and the documents, which are not to come back", async () => {
    const { request, body } = await rerank(v3);
    expect(body).toEqual(plain);
    expect([request.method, request.url]).toEqual(["POST", "https://api.jina.ai/v1/rerank"]);
    expect(Object.fromEntries(request.headers)).toEqual({
      accept: "application/json",
      authorization: "Bearer jina_test-1",
      "content-type": "application/json",
      "user-agent": `beluga-rerank-jina/${version}`,
    });
  });

  test.each([
    [{ maxTokensPerDocument: 8192 }, { max_doc_length: 8192 }],
    [{ truncate: true }, { truncation: true }],
    [{ truncate: false }, { truncation: false }],
  ])("says what the config says: %j", async (config, says) => {
    expect((await rerank({ ...v3, ...config })).body).toEqual({ ...plain, ...says });
  });

  test("has the most results, not more than there are documents", async () => {
    const one = { usage, results: resultsOf([1, 0.1]) };
    expect((await rerank(v3, { topN: 1 }, one)).body).toEqual({ ...plain, top_n: 1 });
    expect((await rerank(v3, { topN: 9 })).body).toEqual({ ...plain, top_n: 2 });
  });

  test("has the vendor's own options as they stand, over everything", async () => {
    const { return_documents: _, ...rest } = plain;
    const providerOptions = { return_documents: undefined, return_embeddings: true };
    expect((await rerank(v3, { providerOptions })).body).toEqual({ ...rest, return_embeddings: true });
  });

  test("has the key of the environment, and none where there is none: another server may want none", async () => {
    const { request } = await rerank(elsewhere);
    expect(request.url).toBe("http://127.0.0.1:8080/v1/rerank");
    expect(request.headers.has("authorization")).toBe(false);
    vi.stubEnv("JINA_API_KEY", "jina_test-2");
    expect((await rerank(elsewhere)).request.headers.get("authorization")).toBe("Bearer jina_test-2");
  });
});

test("a key that is missing is an auth_error for Jina's own address", () => {
  vi.stubEnv("JINA_API_KEY", undefined);
  const missing = expect.objectContaining({
    code: "auth_error",
    message: expect.stringContaining("JINA_API_KEY"),
  });
  expect(() => createJinaReranker({ model: "jina-reranker-v3.5" })).toThrow(missing);
});

describe("an answer", () => {
  test("has results, the best first, the model, and the total of tokens, which is what was read", async () => {
    const { response } = await rerank(v3, {}, { ...both, results: resultsOf([0, 0.1], [1, 0.9]) });
    expect(response).toEqual({
      results: [
        { index: 1, score: 0.9 },
        { index: 0, score: 0.1 },
      ],
      usage: { inputTokens: 26, totalTokens: 26, raw: usage },
      model: "jina-reranker-v3.5-1",
      warnings: [],
    });
  });

  test("of a server that scores without bounds, and reports no model or usage, is understood", async () => {
    const results = [
      { index: 1, relevance_score: -8.4, document: { text: "The sea is deep." } },
      { index: 0, relevance_score: 4.7, document: {} },
    ];
    expect((await rerank(elsewhere, {}, { results })).response).toEqual({
      results: [
        { index: 0, score: 4.7 },
        { index: 1, score: -8.4 },
      ],
      usage: {},
      model: "bge-reranker-v2-m3",
      warnings: [],
    });
  });

  test("that is an error is one, in spite of its status, in the vendor's words", async () => {
    const answer = { detail: "Insufficient account balance.", code: "AUTHZ_INSUFFICIENT_BALANCE" };
    await expect(rerank(v3, {}, answer)).rejects.toMatchObject({
      code: "quota_exhausted",
      message: "jina rerank.rerank: Insufficient account balance.",
    });
  });

  test("without results is invalid", async () => {
    await expect(rerank(v3, {}, { object: "list" })).rejects.toMatchObject({
      code: "invalid_response",
      message: 'jina rerank.rerank: a response without an array "results"',
    });
  });
});

test("the registry knows the provider and the type of its config", () => {
  const reranker = rerankers.create("jina", v3);
  expectTypeOf(reranker).toEqualTypeOf<Reranker>();
  expect(reranker.id).toBe("jina/jina-reranker-v3.5");
  expect(rerankers.createDynamic("jina/jina-reranker-m0", { apiKey: "key" }).model).toBe("jina-reranker-m0");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => rerankers.create("jina", { modle: "jina-reranker-m0", apiKey: "key" })).toThrow(/modle/);
});
