import assert from "node:assert/strict";
import type { RerankerWire, WireResults } from "../reranker.js";
import { type RerankerCheck, tokensOf } from "./suite.js";

type Results = WireResults["results"];

const documents = ["one", "two", "three", ""];

/** A result that is missing, too many, or not what it should be, fails the call. */
export function resultChecks(wire: RerankerWire): RerankerCheck[] {
  const faults: Record<string, (results: Results) => Results> = {
    "no result at all": () => [],
    "one result too few": (results) => results.slice(1),
    "one result too many": (results) => [...results, ...results.slice(0, 1)],
    "the same document twice": (results) => [...results.slice(1), ...results.slice(-1)],
    "an index past the end": change(1, { index: documents.length }),
    "a negative index": change(0, { index: -1 }),
    "a fractional index": change(0, { index: 0.5 }),
    "no score": change(2, { score: null }),
  };
  return [
    {
      name: "the best is first, whatever the order of arrival; scores are the vendor's, 0 and negative ones too",
      async run(suite) {
        for (const results of [
          (results: Results) => results.toReversed(),
          (results: Results) => results.toSorted((a, b) => a.index - b.index),
        ]) {
          await suite.ranks(suite.answered({ results }).reranker, documents);
        }
      },
    },
    {
      name: "the usage is the vendor's, and absent where it reports none",
      async run(suite) {
        const { usage } = await suite.answered().reranker.rerank("q", documents);
        if (wire.unmetered) assert.equal(usage.inputTokens, undefined, "usage.inputTokens");
        else {
          const tokens = tokensOf(documents);
          assert.deepEqual([usage.inputTokens, usage.totalTokens], [tokens, tokens]);
          assert.notEqual(usage.raw, undefined, "usage.raw");
        }
        const { reranker } = suite.answered({ tokens: () => undefined });
        const { inputTokens, totalTokens } = (await reranker.rerank("q", documents)).usage;
        assert.deepEqual([inputTokens, totalTokens], [undefined, undefined]);
        const { maxDocuments = Infinity } = suite.spec;
        suite.report({ "tokens reported": !wire.unmetered, "documents a request": String(maxDocuments) });
      },
    },
    ...Object.entries(faults).map(([name, results]) => ({
      name: `${name} is invalid_response`,
      async run(suite: Parameters<RerankerCheck["run"]>[0]) {
        const { reranker } = suite.answered({ results });
        const error = await suite.failed(() => reranker.rerank("q", documents), "invalid_response");
        assert.equal(error.retryable, false, "error.retryable");
      },
    })),
  ];
}

/** Another result at one place of an answer. */
function change(place: number, to: Partial<Results[number]>): (results: Results) => Results {
  return (results) => results.map((result, at) => (at === place ? { ...result, ...to } : result));
}
