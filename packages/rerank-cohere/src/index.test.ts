import { type SentJSON, sentJSON } from "@beluga/conformance";
import { type RerankOptions, type RerankResponse, type Reranker, rerankers } from "@beluga/core";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { version } from "../package.json";
import { type CohereRerankerConfig, createCohereReranker } from "./index.js";

const v4: CohereRerankerConfig = { model: "rerank-v4.0-pro", apiKey: "co-test-1" };
const documents = ["Belugas sing.", "The sea is deep."];

const meta = { api_version: { version: "2" }, billed_units: { search_units: 1 } };
const answered = (...scores: readonly (readonly [index: number, score: number])[]): object => ({
  id: "1",
  results: scores.map(([index, relevance_score]) => ({ index, relevance_score })),
  meta,
});
const both = answered([0, 0.9], [1, 0.1]);

/** Ranks two documents. */
const rerank = (
  config: CohereRerankerConfig,
  options: RerankOptions = {},
  answer: object = both,
  headers: Record<string, string> = {},
): Promise<SentJSON<RerankResponse>> =>
  sentJSON(
    (fetch) => createCohereReranker({ ...config, fetch }).rerank("Who sings?", documents, options),
    answer,
    headers,
  );

afterEach(() => vi.unstubAllEnvs());

describe("a request", () => {
  const plain = { model: "rerank-v4.0-pro", query: "Who sings?", documents };

  test("has the query and the documents", async () => {
    const { request, body } = await rerank(v4);
    expect(body).toEqual(plain);
    expect([request.method, request.url]).toEqual(["POST", "https://api.cohere.com/v2/rerank"]);
    expect(Object.fromEntries(request.headers)).toEqual({
      accept: "application/json",
      authorization: "Bearer co-test-1",
      "content-type": "application/json",
      "user-agent": `beluga-rerank-cohere/${version}`,
    });
  });

  test("has the most results, not more than there are documents, and the most tokens of a document", async () => {
    const one = await rerank({ ...v4, maxTokensPerDocument: 512 }, { topN: 1 }, answered([1, 0.1]));
    expect(one.body).toEqual({ ...plain, top_n: 1, max_tokens_per_doc: 512 });
    expect((await rerank(v4, { topN: 9 })).body).toEqual({ ...plain, top_n: 2 });
  });

  test("has the vendor's own options as they stand, over everything", async () => {
    const providerOptions = { max_tokens_per_doc: 100, priority: 9 };
    const { body } = await rerank({ ...v4, maxTokensPerDocument: 512 }, { providerOptions });
    expect(body).toEqual({ ...plain, max_tokens_per_doc: 100, priority: 9 });
  });

  test("goes where the environment says, with the key of the environment, to the second version", async () => {
    vi.stubEnv("CO_API_KEY", "co-test-2");
    vi.stubEnv("CO_API_URL", "http://127.0.0.1:4321/v1");
    const { request } = await rerank({ model: "rerank-v3.5" });
    expect(request.url).toBe("http://127.0.0.1:4321/v2/rerank");
    expect(request.headers.get("authorization")).toBe("Bearer co-test-2");
  });
});

describe("an answer", () => {
  test("has results, the best first, and what is billed as the raw usage", async () => {
    const { response } = await rerank(v4, {}, answered([0, 0.1], [1, 0.9]));
    expect(response).toEqual({
      results: [
        { index: 1, score: 0.9 },
        { index: 0, score: 0.1 },
      ],
      usage: { raw: meta },
      model: "rerank-v4.0-pro",
      warnings: [],
    });
  });

  test("hands on the vendor's warnings", async () => {
    const { response } = await rerank(v4, {}, both, { "x-api-warning": "a parameter is deprecated" });
    expect(response.warnings).toEqual([{ type: "other", message: "a parameter is deprecated" }]);
  });

  test("that is an error is one, in spite of its status, in the vendor's words", async () => {
    await expect(rerank(v4, {}, { id: "1", message: "overloaded" })).rejects.toMatchObject({
      code: "provider_unavailable",
      message: "cohere rerank.rerank: overloaded",
    });
  });

  test("without results is invalid", async () => {
    await expect(rerank(v4, {}, { id: "1", meta })).rejects.toMatchObject({
      code: "invalid_response",
      message: 'cohere rerank.rerank: a response without an array "results"',
    });
  });
});

test("the registry knows the provider and the type of its config", () => {
  const reranker = rerankers.create("cohere", v4);
  expectTypeOf(reranker).toEqualTypeOf<Reranker>();
  expect(reranker.id).toBe("cohere/rerank-v4.0-pro");
  expect(rerankers.createDynamic("cohere/rerank-v3.5", { apiKey: "key" }).model).toBe("rerank-v3.5");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => rerankers.create("cohere", { modle: "rerank-v3.5", apiKey: "key" })).toThrow(/modle/);
});
