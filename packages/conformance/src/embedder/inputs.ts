import assert from "node:assert/strict";
import type { EmbedderSpec } from "../embedder.js";
import type { EmbedderCheck } from "./suite.js";

/** Texts arrive as they are; what is none is refused before anything is sent. */
export function inputChecks(spec: EmbedderSpec): EmbedderCheck[] {
  return [
    {
      name: "texts are sent unchanged, and the same text twice has two vectors",
      async run(suite) {
        const texts = [
          "line one\nline two\r\n\ttabbed  ",
          "Grüße, 世界, Ⅷ ﬁ é (composed) é (not)",
          '👩‍👩‍👧 𝒳 \u0000 \u2028 \\u0041 "quoted" {"json":1}',
          "same",
          "same",
          "x".repeat(20_000),
          "<|endoftext|>",
        ];
        const { embedder, route } = suite.working();
        const frozen = Object.freeze([...texts]);
        const { embeddings } = await suite.embeds(embedder, frozen);
        if (route) {
          const sent = route.requests.flatMap((request) => suite.textsOf(request));
          assert.deepEqual(sent.toSorted(), texts.toSorted());
        }
        assert.deepEqual(embeddings[3], embeddings[4]);
      },
    },
    spec.refusesEmptyText
      ? {
          name: "an empty text is invalid_input, and says which it is",
          async run(suite) {
            const message = await suite.refuses(["one", "", "three"], {}, "invalid_input");
            assert.ok(message.includes("texts[1]"), message);
          },
        }
      : {
          name: "an empty text has a vector like any other",
          async run(suite) {
            const { embedder } = suite.working();
            await suite.embeds(embedder, ["one", "", " ", "four"]);
          },
        },
    {
      name: "what is no text is invalid_input, and says which it is",
      async run(suite) {
        for (const wrong of [undefined, null, 42, true, ["text"], { text: "text" }, Symbol("text")]) {
          const message = await suite.refuses(["one", wrong], {}, "invalid_input");
          assert.ok(message.includes("texts[1]"), message);
        }
        // oxlint-disable-next-line no-sparse-arrays -- that is what it is about
        await suite.refuses(["one", , "three"], {}, "invalid_input");
      },
    },
    {
      name: "what is no list of texts is invalid_input",
      async run(suite) {
        for (const wrong of [undefined, null, "text", 42, {}, new Set(["text"])]) {
          await suite.refuses(wrong, {}, "invalid_input");
        }
      },
    },
    {
      name: "a wrong option is invalid_input, and named",
      async run(suite) {
        const wrong = {
          dimensions: [0, -1, 1.5, NaN, Infinity, "8"],
          concurrency: [0, -1, 1.5, NaN, "2", null],
          inputType: ["nonsense", "", 1, null],
        };
        for (const [option, values] of Object.entries(wrong)) {
          for (const value of values) {
            const message = await suite.refuses(["text"], { [option]: value }, [
              "invalid_input",
              "unsupported",
            ]);
            assert.ok(message.includes(option), message);
          }
        }
      },
    },
  ];
}
