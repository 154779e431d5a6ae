import assert from "node:assert/strict";
import { outcomeOf, pause, reasonOf, soon } from "../call/suite.js";
import { type EmbedderCheck, type EmbedderSuite, numbered, tokensOf } from "./suite.js";

/** Any number of texts, over a vendor that takes only so many at a time. */
export function batchChecks(): EmbedderCheck[] {
  return [
    {
      name: "no text gives no vector, without a request",
      async run(suite) {
        const { embedder, route } = suite.answered();
        const { embeddings, usage, warnings } = await embedder.embed([]);
        assert.deepEqual({ embeddings, usage, warnings }, { embeddings: [], usage: {}, warnings: [] });
        assert.equal(route.requests.length, 0, "requests");
      },
    },
    {
      name: "one text, as many as fit in a request, and one more",
      async run(suite) {
        const { maxBatchSize } = suite.create().limits;
        const counts = Number.isFinite(maxBatchSize) ? [1, maxBatchSize, maxBatchSize + 1] : [1, 3000];
        for (const count of new Set(counts)) {
          const { embedder, route } = suite.answered();
          const texts = numbered(count);
          await suite.embeds(embedder, texts);
          assertSentOnce(
            suite,
            route.requests.flatMap((request) => suite.textsOf(request)),
            texts,
          );
          for (const request of route.requests) {
            assert.ok(
              suite.textsOf(request).length <= maxBatchSize,
              "a request with more texts than the limit",
            );
          }
        }
      },
    },
    {
      name: "texts too long for one request together are sent apart",
      async run(suite) {
        const { maxBatchTokens } = suite.create().limits;
        if (maxBatchTokens === undefined) return;
        // Three times the limit's characters each: whatever a token is, two of them are more than the limit.
        const texts = ["a", "b", "c"].map((letter) => `${letter} `.repeat(maxBatchTokens * 1.5));
        const { embedder, route } = suite.answered();
        await suite.embeds(embedder, [...texts, "short"]);
        for (const request of route.requests) {
          const long = suite.textsOf(request).filter((text) => text.length > 10);
          assert.ok(long.length <= 1, `${long.length} long texts in one request`);
        }
      },
    },
    {
      name: "the order is that of the texts, whichever answer comes first",
      async run(suite) {
        const texts = suite.textsFor(5);
        if (!texts) return;
        const { embedder } = suite.answered({ delay: (count) => (6 - count) * 15 });
        await suite.embeds(embedder, texts, { concurrency: 5 });
      },
    },
    {
      name: "the order is that of the vendor's index, not of its list",
      async run(suite) {
        if (suite.spec.wire?.unindexed) return;
        for (const shuffle of [
          <T>(list: readonly T[]): T[] => list.toReversed(),
          <T>(list: readonly T[]): T[] => [...list.slice(1), ...list.slice(0, 1)],
        ]) {
          const { embedder } = suite.answered({ vectors: shuffle });
          await suite.embeds(embedder, numbered(Math.min(7, suite.create().limits.maxBatchSize)));
        }
      },
    },
    {
      name: "usage is that of all requests together, and absent where the vendor reports none",
      async run(suite) {
        for (const texts of [["four"], suite.textsFor(3) ?? numbered(20)]) {
          const { usage } = await suite.embeds(suite.answered().embedder, texts);
          const { raw, ...counted } = usage;
          const tokens = tokensOf(texts);
          assert.deepEqual(
            counted,
            suite.spec.wire?.unmetered ? {} : { inputTokens: tokens, totalTokens: tokens },
            "usage",
          );
          if (texts.length === 1 && !suite.spec.wire?.unmetered)
            assert.ok(raw !== undefined, "usage.raw is missing");
          const silent = suite.answered({ tokens: () => undefined });
          const { usage: unknown } = await suite.embeds(silent.embedder, texts);
          assert.deepEqual(
            [unknown.inputTokens, unknown.totalTokens],
            [undefined, undefined],
            "usage that nobody reported",
          );
        }
        const { maxBatchSize, maxInputTokens } = suite.create().limits;
        suite.report({
          usage: !suite.spec.wire?.unmetered,
          "texts a request": String(maxBatchSize),
          "tokens a text": String(maxInputTokens ?? ""),
        });
      },
    },
    {
      name: "no more requests at once than concurrency says, which is 4 by default",
      async run(suite) {
        const texts = suite.textsFor(9);
        if (!texts) return;
        for (const concurrency of [undefined, 1, 2, 6]) {
          let underWay = 0;
          let most = 0;
          const { instance } = suite.served([
            async (request, count) => {
              most = Math.max(most, ++underWay);
              await pause(25);
              underWay--;
              return suite.answer(request, count);
            },
          ]);
          await suite.embeds(instance, texts, { concurrency });
          assert.equal(most, concurrency ?? 4, `requests at once with concurrency ${concurrency}`);
        }
      },
    },
    {
      name: "the first failure ends the call, closes the other connections and sends nothing more",
      async run(suite) {
        const texts = suite.textsFor(6);
        if (!texts) return;
        const { embedder, route } = suite.answered({
          reply: (count) => (count === 3 ? { ...suite.failing(400), delay: 30 } : { delay: Infinity }),
        });
        const error = await soon(
          "the error",
          suite.failed(() => embedder.embed(texts, { concurrency: 3 }), "invalid_input"),
        );
        assert.equal(error.status, 400);
        for (const number of [0, 1]) {
          assert.equal(
            await soon("a connection's end", route.requests[number]?.closed ?? Promise.reject()),
            "client",
          );
        }
        await pause(30);
        assert.equal(route.requests.length, 3, "requests");
      },
    },
    {
      name: "a request that fails for a while is tried again by itself",
      async run(suite) {
        const texts = suite.textsFor(4);
        if (!texts) return;
        const { embedder, route } = suite.answered(
          { reply: (count) => (count === 2 ? suite.failing(503, { "retry-after-ms": "1" }) : undefined) },
          { maxRetries: 1 },
        );
        await suite.embeds(embedder, texts);
        assert.equal(route.requests.length, 5, "requests");
      },
    },
    {
      name: "an abort ends all requests that are under way, and no other is sent",
      async run(suite) {
        const texts = suite.textsFor(6);
        if (!texts) return;
        const controller = new AbortController();
        const reason = { why: "abort" };
        const { embedder, route } = suite.answered({
          reply: (count) => (count > 1 ? { delay: Infinity } : undefined),
        });
        const { signal } = controller;
        const outcome = outcomeOf(() => embedder.embed(texts, { concurrency: 2, signal }));
        const [second, third] = await soon("the requests", Promise.all([route.request(2), route.request(3)]));
        controller.abort(reason);
        assert.equal(reasonOf(await soon("the rejection", outcome), "the reason"), reason);
        assert.deepEqual(
          await soon("the end of both connections", Promise.all([second.closed, third.closed])),
          ["client", "client"],
        );
        assert.equal(route.requests.length, 3, "requests");
      },
    },
    {
      name: "the total time limit of a call holds for all of its requests together",
      async run(suite) {
        const texts = suite.textsFor(30);
        if (!texts) return;
        const { embedder, route } = suite.answered({ delay: () => 60 });
        const options = { concurrency: 1, timeout: { total: 300 } };
        await soon(
          "the error",
          suite.failed(() => embedder.embed(texts, options), "timeout"),
        );
        assert.ok(route.requests.length < 10, `${route.requests.length} requests`);
      },
    },
    {
      name: "calls at the same time do not mix",
      async run(suite) {
        const { embedder } = suite.answered({ delay: (count) => (count % 3) * 10 });
        await Promise.all(
          ["a", "b", "c", "d", "e"].map((name) =>
            suite.embeds(embedder, [name.repeat(3), name].slice(0, embedder.limits.maxBatchSize)),
          ),
        );
      },
    },
  ];
}

function assertSentOnce(suite: EmbedderSuite, sent: readonly string[], texts: readonly string[]): void {
  assert.deepEqual(
    sent.toSorted(),
    texts.toSorted(),
    `${suite.spec.name} sent other texts than it was given`,
  );
}
