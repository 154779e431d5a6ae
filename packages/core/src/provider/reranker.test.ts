import { describe, expect, test, vi } from "vitest";
import { BelugaError } from "../errors.js";
import type { RerankOptions } from "../reranker.js";
import { type RerankAnswer, type RerankCall, createReranker, readRerankResults } from "./reranker.js";

const documents = ["a", "b", "c"];

function rerankerOf(results: RerankAnswer["results"], more: Partial<RerankAnswer> = {}) {
  const send = vi.fn(async (_query: string, _documents: readonly string[], _call: RerankCall) => ({
    results,
    usage: {},
    ...more,
  }));
  return { send, reranker: createReranker({ provider: "acme", model: "small", maxDocuments: 3, send }) };
}

const inOrder = [0, 1, 2].map((index) => ({ index, score: index }));

describe("createReranker", () => {
  test("gives the best first, equal ones in the order of the documents, with the vendor's usage and model", async () => {
    const results = [
      { index: 2, score: 0.5 },
      { index: 0, score: -1 },
      { index: 1, score: 0.5 },
    ];
    const { reranker, send } = rerankerOf(results, { usage: { inputTokens: 3 }, model: "small-2" });
    const options = { topN: 3, headers: { a: "b" }, timeout: { total: 5 }, providerOptions: { c: 1 } };
    expect(await reranker.rerank("q", documents, options)).toEqual({
      results: [
        { index: 1, score: 0.5 },
        { index: 2, score: 0.5 },
        { index: 0, score: -1 },
      ],
      usage: { inputTokens: 3 },
      model: "small-2",
      warnings: [],
    });
    const { topN, providerOptions, ...http } = options;
    const call = {
      http: { ...http, op: "rerank.rerank", model: "small", signal: undefined },
      topN,
      providerOptions,
      warn: expect.any(Function),
    };
    expect(send.mock.calls).toEqual([["q", documents, call]]);
  });

  test("of no documents gives no results, without a call", async () => {
    const { reranker, send } = rerankerOf([]);
    expect(await reranker.rerank("q", [])).toEqual({ results: [], usage: {}, model: "small", warnings: [] });
    expect(send).not.toHaveBeenCalled();
  });

  test("a remark of the provider stands among the warnings", async () => {
    const warning = { type: "other", message: "cut" } as const;
    const send = async (_query: string, _documents: readonly string[], { warn }: RerankCall) => {
      warn(warning);
      return { results: inOrder, usage: {} };
    };
    const { warnings } = await createReranker({ provider: "acme", model: "small", send }).rerank(
      "q",
      documents,
    );
    expect(warnings).toEqual([warning]);
  });

  test.each<[unknown, unknown, unknown, string]>([
    [7, documents, {}, "query: expected a string"],
    ["q", "abc", {}, "documents: expected an array of strings"],
    ["q", ["a", 1], {}, "documents[1]: expected a string"],
    ["q", ["a", "b", "c", "d"], {}, "documents: at most 3"],
    ["q", documents, { topN: -1 }, "topN: expected a whole number that is not negative"],
    ["q", documents, { topN: 1.5 }, "topN: expected a whole number that is not negative"],
    ["q", documents, { topN: "1" }, "topN: expected a whole number that is not negative"],
    ["q", documents, null, "options: expected an object"],
    ["q", documents, 7, "options: expected an object"],
  ])("refuses %j, %j, %j before anything is sent", async (query, given, options, problem) => {
    const { reranker, send } = rerankerOf(inOrder);
    await expect(
      reranker.rerank(query as string, given as string[], options as RerankOptions),
    ).rejects.toMatchObject({ code: "invalid_input", message: `acme rerank.rerank: ${problem}` });
    expect(send).not.toHaveBeenCalled();
  });

  test.each<[string, RerankAnswer["results"], number | undefined, string]>([
    ["too few", inOrder.slice(1), undefined, "2 results where 3 were expected"],
    ["too many", inOrder, 2, "3 results where 2 were expected"],
    ["an index past the end", [{ index: 3, score: 1 }], 1, "result 0 has no index from 0 to 2"],
    ["a negative index", [{ index: -1, score: 1 }], 1, "result 0 has no index from 0 to 2"],
    ["a fractional index", [{ index: 0.5, score: 1 }], 1, "result 0 has no index from 0 to 2"],
    [
      "an index twice",
      [inOrder[0], inOrder[0]].map((result) => result ?? { index: 0, score: 0 }),
      2,
      "two results for document 0",
    ],
    ["no score", [{ index: 0, score: NaN }], 1, "result 0 has no score"],
  ])("%s is an invalid response", async (_problem, results, topN, message) => {
    await expect(rerankerOf(results).reranker.rerank("q", documents, { topN })).rejects.toMatchObject({
      code: "invalid_response",
      message: `acme rerank.rerank: ${message}`,
    });
  });

  test("topN may be more than there are documents, and none", async () => {
    const { reranker, send } = rerankerOf(inOrder);
    expect((await reranker.rerank("q", documents, { topN: 9 })).results).toHaveLength(3);
    expect(send.mock.calls[0]?.[2].topN).toBe(3);
    expect((await rerankerOf([]).reranker.rerank("q", documents, { topN: 0 })).results).toEqual([]);
  });

  test("a signal that is aborted already rejects with its reason", async () => {
    const { reranker, send } = rerankerOf(inOrder);
    const signal = AbortSignal.abort("enough");
    await expect(reranker.rerank("q", documents, { signal })).rejects.toBe("enough");
    expect(send).not.toHaveBeenCalled();
  });
});

const invalid = (message: string): BelugaError =>
  new BelugaError({ op: "rerank.rerank", code: "invalid_response", message });

test("readRerankResults takes what is there, and trusts nothing", () => {
  const list = [{ index: 1, relevance_score: 0.5, document: { text: "b" } }, { index: "0" }, null];
  expect(readRerankResults(list, "results", invalid)).toEqual([
    { index: 1, score: 0.5 },
    { index: NaN, score: NaN },
    { index: NaN, score: NaN },
  ]);
  expect(() => readRerankResults({}, "data", invalid)).toThrow('a response without an array "data"');
});
