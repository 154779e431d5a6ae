import assert from "node:assert/strict";
import type { RerankerCheck } from "./suite.js";

const documents = ["a", "b", "c", "d", "e"];

/** Options that are honoured. */
export function optionChecks(): RerankerCheck[] {
  return [
    {
      name: "topN is asked of the vendor; it may be more than there are documents",
      async run(suite) {
        for (const topN of [1, 3, 5, 9]) {
          const { reranker, route } = suite.answered();
          await suite.ranks(reranker, documents, { topN });
          const { topN: asked = documents.length } = suite.spec.wire.read(await route.request());
          assert.ok(asked === topN || asked === Math.min(topN, documents.length), `it asked for ${asked}`);
        }
      },
    },
    {
      name: "providerOptions go into the request as they stand",
      async run(suite) {
        const { reranker, route } = suite.answered();
        const providerOptions = { conformance_option: { nested: ["as it is"] } };
        const { warnings } = await suite.ranks(reranker, documents, { providerOptions });
        const { text } = await route.request();
        assert.ok(
          text.includes('"conformance_option":{"nested":["as it is"]}'),
          "they are not in the request",
        );
        assert.deepEqual(warnings, []);
      },
    },
    {
      name: "calls at the same time do not disturb each other",
      async run(suite) {
        const { reranker } = suite.answered();
        await Promise.all(
          Array.from({ length: 10 }, (_, n) =>
            suite.ranks(
              reranker,
              documents.map((text) => `${text}${n}`),
            ),
          ),
        );
      },
    },
  ];
}
