import assert from "node:assert/strict";
import { rejection, soon } from "../call/suite.js";
import { type EmbedderCheck, checkResponse, numbered } from "./suite.js";

const texts = ["The whale", "der Wal", "鯨", "🐋", "", " ", "a", "x".repeat(5000), "The whale"];

/** Without a vendor the vectors can be compared with each other instead. */
export function inProcessChecks(): EmbedderCheck[] {
  return [
    {
      name: "no text gives no vector",
      async run(suite) {
        const { embeddings, usage, warnings } = await suite.create().embed([]);
        assert.deepEqual({ embeddings, usage, warnings }, { embeddings: [], usage: {}, warnings: [] });
        const { inputTokens } = (await suite.create().embed(["a text"])).usage;
        suite.report({ usage: inputTokens !== undefined });
      },
    },
    {
      name: "a text has the same vector always: in another instance, alone, and among others in any order",
      async run(suite) {
        const { embeddings } = await suite.create().embed(texts);
        assert.deepEqual((await suite.create().embed(texts)).embeddings, embeddings, "in another instance");
        assert.deepEqual(
          (await suite.create().embed(texts.toReversed())).embeddings,
          embeddings.toReversed(),
          "in another order",
        );
        for (const [at, text] of texts.entries()) {
          assert.deepEqual(
            (await suite.create().embed([text])).embeddings,
            [embeddings[at]],
            `alone: text ${at}`,
          );
        }
      },
    },
    {
      name: "different texts have different vectors, each of finite numbers and with a direction",
      async run(suite) {
        const { embeddings } = await suite.create().embed(["The whale", "der Wal", "鯨", "🐋", "", "whale"]);
        assert.equal(new Set(embeddings.map(String)).size, embeddings.length, "different vectors");
        for (const embedding of embeddings) {
          assert.ok(embedding.every(Number.isFinite), "a number that is not finite");
          assert.ok(
            embedding.some((value) => value !== 0),
            "a vector of zeros, whose cosine is undefined",
          );
        }
      },
    },
    {
      name: "the width is what the instance says",
      async run(suite) {
        const embedder = suite.create();
        const { embeddings } = await embedder.embed(["t"]);
        assert.equal(embeddings[0]?.length, embedder.dimensions);
      },
    },
    {
      name: "any number of texts",
      async run(suite) {
        checkResponse(await suite.create().embed(numbered(3001)), 3001);
      },
    },
    {
      name: "what a caller does to a vector changes no other",
      async run(suite) {
        const embedder = suite.create();
        const [first, second] = (await embedder.embed(["t", "t"])).embeddings;
        const before = Float32Array.from(second ?? []);
        first?.fill(7);
        assert.deepEqual(second, before);
        assert.deepEqual((await embedder.embed(["t"])).embeddings, [before]);
      },
    },
    {
      name: "an abort before the call, and in the middle of many texts, rejects with the signal's reason",
      async run(suite) {
        const reason = { why: "abort" };
        const embedder = suite.create();
        assert.equal(
          await rejection(() => embedder.embed(["t"], { signal: AbortSignal.abort(reason) }), "the reason"),
          reason,
        );
        const controller = new AbortController();
        setTimeout(() => controller.abort(reason), 20);
        assert.equal(
          await soon(
            "the rejection",
            rejection(() => embedder.embed(many, { signal: controller.signal }), "the reason"),
          ),
          reason,
        );
      },
    },
    {
      name: "many texts let other work have its turn, and keep to the total time limit",
      async run(suite) {
        const embedder = suite.create();
        let turns = 0;
        const timer = setInterval(() => turns++, 1);
        try {
          const error = await soon(
            "the error",
            suite.failed(() => embedder.embed(many, { timeout: { total: 400 } }), "timeout"),
          );
          assert.equal(error.retryable, true);
        } finally {
          clearInterval(timer);
        }
        // One that does it all in one go has none; a busy machine has few.
        assert.ok(turns >= 2, `${turns} turns in 400 ms`);
      },
    },
  ];
}

/** More than any embedder is done with in a second. */
const many = new Array<string>(100_000).fill(
  "It was the best of times, it was the worst of times. ".repeat(20),
);
