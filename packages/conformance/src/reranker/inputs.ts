import assert from "node:assert/strict";
import type { RerankerSpec } from "../reranker.js";
import type { RerankerCheck } from "./suite.js";

/** Texts arrive as they are; what is none is refused before anything is sent. */
export function inputChecks({ wire, maxDocuments = 0 }: RerankerSpec): RerankerCheck[] {
  const checks: RerankerCheck[] = [
    {
      name: "the query and the documents are sent unchanged, in their order, and the same one twice",
      async run(suite) {
        const documents = [
          "line one\nline two\r\n\ttabbed  ",
          "Grüße, 世界, Ⅷ ﬁ é (composed) é (not)",
          '👩‍👩‍👧 𝒳 \u2028 \\u0041 "quoted" {"json":1}',
          "same",
          "same",
          "x".repeat(20_000),
        ];
        const { reranker, route } = suite.answered();
        const query = 'Wal? 鯨 🐋\n"quoted"';
        await reranker.rerank(query, Object.freeze([...documents]));
        const sent = wire.read(await route.request());
        assert.deepEqual({ query: sent.query, documents: sent.documents }, { query, documents });
      },
    },
    {
      name: "of no documents there are no results, and nothing is sent",
      async run(suite) {
        const { reranker, route } = suite.answered();
        const { results, usage } = await reranker.rerank("q", []);
        assert.deepEqual({ results, usage }, { results: [], usage: {} });
        assert.equal(route.requests.length, 0, "requests");
      },
    },
    {
      name: "what is no query or no list of texts is invalid_input, and says which it is",
      async run(suite) {
        for (const wrong of [undefined, null, 42, {}, ["q"]])
          assert.match(await suite.refuses([wrong, ["a"]], "invalid_input"), /query/);
        for (const wrong of [undefined, null, "text", 42, {}, new Set(["text"])])
          assert.match(await suite.refuses(["q", wrong], "invalid_input"), /documents/);
        for (const wrong of [undefined, null, 42, ["text"], { text: "text" }])
          assert.match(await suite.refuses(["q", ["one", wrong]], "invalid_input"), /documents\[1\]/);
      },
    },
    {
      name: "a wrong option is invalid_input, and named",
      async run(suite) {
        for (const topN of [-1, 1.5, NaN, Infinity, "1", null])
          assert.match(await suite.refuses(["q", ["a"], { topN }], "invalid_input"), /topN/);
        for (const options of [null, 7, "topN"]) await suite.refuses(["q", ["a"], options], "invalid_input");
      },
    },
  ];
  if (maxDocuments === 0) return checks;
  const limit: RerankerCheck = {
    name: "as many documents as the vendor takes are sent at once, and more are invalid_input",
    async run(suite) {
      const documents = Array.from({ length: maxDocuments + 1 }, (_, n) => `t${n}`);
      const { reranker, route } = suite.answered();
      await suite.ranks(reranker, documents.slice(0, -1), { topN: 3 });
      assert.equal(route.requests.length, 1, "requests");
      await suite.refuses(["q", documents], "invalid_input");
    },
  };
  return [...checks, limit];
}
