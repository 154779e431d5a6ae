import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type EmbedBatch, embedInBatches } from "./embed-batches.js";
import type { EmbedOptions, EmbedResponse } from "../embedder.js";

const embedder = { provider: "acme", model: "small", limits: { maxBatchSize: 2, maxBatchTokens: 10 } };

/** The vector of a text is its length, twice. */
const vectors = (texts: readonly string[]): EmbedBatch => ({
  embeddings: texts.map((text) => Float32Array.of(text.length, text.length)),
  usage: { inputTokens: texts.length },
});

type Send = (
  texts: readonly string[],
  options: { signal?: AbortSignal | undefined },
) => Promise<EmbedBatch> | EmbedBatch;

const embed = (texts: readonly string[], send: Send, options: EmbedOptions = {}): Promise<EmbedResponse> =>
  embedInBatches(embedder, texts, options, [], async (texts, options) => send(texts, options));

describe("embedInBatches", () => {
  test("splits by size and by estimated tokens, and keeps the order whatever comes first", async () => {
    const sent: string[][] = [];
    const texts = ["a", "bb", "ccc", "d".repeat(30), "ee", "日本語日本語"];
    const result = await embed(texts, async (texts) => {
      await wait(10 - sent.push([...texts]) * 2);
      return vectors(texts);
    });
    expect(sent).toEqual([["a", "bb"], ["ccc"], ["d".repeat(30)], ["ee", "日本語日本語"]]);
    expect(result).toEqual({
      embeddings: texts.map((text) => Float32Array.of(text.length, text.length)),
      usage: { inputTokens: 6 },
      model: "small",
      warnings: [],
    });
  });

  test.each([
    [
      "no vector",
      (texts: readonly string[]) => vectors(texts.slice(1)),
      "acme embed.embed: 1 vectors for 2 texts",
    ],
    [
      "a hole",
      () => ({ embeddings: [Float32Array.of(1), undefined], usage: {} }),
      "acme embed.embed: no vector for text 1",
    ],
    [
      "an empty vector",
      () => ({ embeddings: [new Float32Array(), new Float32Array()], usage: {} }),
      "acme embed.embed: an empty vector",
    ],
    [
      "two widths",
      () => ({ embeddings: [Float32Array.of(1), Float32Array.of(1, 2)], usage: {} }),
      "acme embed.embed: text 1 has a vector of 2 numbers where 1 were expected",
    ],
    [
      "NaN",
      () => ({ embeddings: [Float32Array.of(1, 2), Float32Array.of(NaN, 1)], usage: {} }),
      "acme embed.embed: text 1 has a vector with something else than finite numbers",
    ],
    [
      "an infinity",
      () => ({ embeddings: [Float32Array.of(1, -Infinity), Float32Array.of(0, 1)], usage: {} }),
      "acme embed.embed: text 0 has a vector with something else than finite numbers",
    ],
  ])("%s is an invalid response", async (_problem, send, message) => {
    await expect(embed(["a", "b"], send)).rejects.toMatchObject({ code: "invalid_response", message });
  });

  test("another width than asked for is an invalid response", async () => {
    await expect(embed(["a"], vectors, { dimensions: 3 })).rejects.toMatchObject({
      code: "invalid_response",
      message: "acme embed.embed: text 0 has a vector of 2 numbers where 3 were expected",
    });
  });

  test("the total time limit holds for all requests together", async () => {
    let requests = 0;
    const slow: Send = async (texts, { signal }) => {
      requests++;
      await wait(40, undefined, { signal }).catch(() => signal?.throwIfAborted());
      return vectors(texts);
    };
    const began = performance.now();
    const call = embed(new Array(40).fill("a"), slow, { concurrency: 1, timeout: { total: 100 } });
    await expect(call).rejects.toMatchObject({
      code: "timeout",
      retryable: true,
      message: "acme embed.embed: the total time limit of 100 ms passed",
    });
    expect(performance.now() - began).toBeLessThan(400);
    expect(requests).toBeLessThan(5);
  });

  test("no further request is sent after an abort, even where one under way did not listen", async () => {
    const controller = new AbortController();
    let requests = 0;
    const deaf: Send = (texts) => {
      if (++requests === 2) controller.abort("enough");
      return vectors(texts);
    };
    await expect(
      embed(new Array(20).fill("a"), deaf, { concurrency: 1, signal: controller.signal }),
    ).rejects.toBe("enough");
    expect(requests).toBe(2);
  });
});
