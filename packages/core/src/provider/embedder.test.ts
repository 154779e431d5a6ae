import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import type { EmbedBatch } from "./embed-batches.js";
import { type EmbedCall, createEmbedder } from "./embedder.js";
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
  createEmbedder({ ...embedder, send: async (texts, { http }) => send(texts, http) }).embed(texts, options);

describe("createEmbedder", () => {
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
    const call = embed(new Array(40).fill("a"), slow, { concurrency: 1, timeout: { total: 100 } });
    await expect(call).rejects.toMatchObject({
      code: "timeout",
      retryable: true,
      message: "acme embed.embed: the total time limit of 100 ms passed",
    });
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

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

describe("createEmbedder, called in its simplest ways", () => {
  test("fills a batch up to its tokens, of which dense scripts have more", async () => {
    const limits = { maxBatchSize: 100, maxBatchTokens: 10 };
    const sent: number[][] = [];
    const send = async (texts: readonly string[]): Promise<EmbedBatch> => {
      sent.push(texts.map(({ length }) => length));
      return vectors(texts);
    };
    const texts = [10, 10, 1, 18, 1].map((length) => "a".repeat(length));
    await createEmbedder({ ...embedder, limits, send }).embed([
      ...texts,
      "語".repeat(5),
      "語".repeat(6),
      "é",
    ]);
    expect(sent).toEqual([
      [10, 10],
      [1, 18],
      [1, 5],
      [6, 1],
    ]);
  });

  test("leaves no timer behind", async () => {
    const before = timers();
    await embed(["a"], vectors, { timeout: { total: 60_000 } });
    expect(timers()).toBe(before);
    await embed(["a"], vectors, { timeout: { total: 2 ** 31 } }); // no timer can wait so long: it would fire at once
    expect(timers()).toBe(before);
  });

  test("of no texts gives no vectors, without a call", async () => {
    const send = vi.fn(vectors);
    expect(await embed([], send)).toEqual({ embeddings: [], usage: {}, model: "small", warnings: [] });
    expect(send).not.toHaveBeenCalled();
  });

  test("keeps the vendor's own usage of a single request, and says which model answered", async () => {
    const raw = { prompt_tokens: 1 };
    const one = await embed(["a"], () => ({
      ...vectors(["a"]),
      usage: { inputTokens: 1, raw },
      model: "small-2",
    }));
    expect(one).toMatchObject({ usage: { inputTokens: 1, raw }, model: "small-2" });
    const three = await embed(["a", "b", "c"], (texts) => ({
      ...vectors(texts),
      usage: { inputTokens: 1, raw },
    }));
    expect(three.usage).toStrictEqual({ inputTokens: 2 });
  });

  test("hands the options and the texts of its batch to each request, and each warning to the answer once", async () => {
    const options: EmbedOptions = {
      inputType: "query",
      dimensions: 2,
      headers: { a: "b" },
      timeout: { idle: 5 },
      providerOptions: { c: 1 },
    };
    const warning = { type: "other", message: "slow" } as const;
    const send = vi.fn(async (texts: readonly string[], call: EmbedCall) => {
      call.warn(warning);
      return vectors(texts);
    });
    const driver = { ...embedder, inputTypes: ["query"] as const, send };
    const answer = await createEmbedder(driver).embed(["a", "b", "c"], options);
    expect(answer.warnings).toEqual([warning]);
    const { inputType, dimensions, providerOptions, ...http } = options;
    const call = {
      inputType,
      dimensions,
      providerOptions,
      http: { ...http, op: "embed.embed", model: "small", signal: expect.any(AbortSignal) },
      warn: expect.any(Function),
    };
    expect(send.mock.calls).toEqual([
      [["a", "b"], call],
      [["c"], call],
    ]);
  });

  test("warns of an input type that makes no difference, and does not hand it on", async () => {
    const send = vi.fn(async (texts: readonly string[], _call: EmbedCall) => vectors(texts));
    const driver = { ...embedder, inputTypes: ["query"] as const, send };
    const { warnings } = await createEmbedder(driver).embed(["a"], { inputType: "clustering" });
    expect(warnings).toEqual([
      {
        type: "unsupported",
        option: "inputType",
        message: "inputType: small knows query, and not clustering",
      },
    ]);
    expect(send.mock.calls[0]?.[1].inputType).toBeUndefined();
    const symmetric = createEmbedder({ ...embedder, send });
    expect((await symmetric.embed(["a"], { inputType: "clustering" })).warnings).toEqual([]);
  });

  test.each([
    ["full", [2], [1, 3]],
    [[1, 3], [1, 2, 3], [4]],
    [{ min: 2, max: 4 }, [2, 4], [1, 5]],
    [undefined, [1, 9], []],
  ] as const)(
    "of the widths %j takes %j, and refuses %j, of a call and of the config",
    async (widths, taken, refused) => {
      const send = vi.fn(async (texts: readonly string[], { dimensions = 2 }: EmbedCall) => ({
        embeddings: texts.map(() => new Float32Array(dimensions)),
        usage: {},
      }));
      const driver = { ...embedder, widths, fullDimensions: 2, send };
      for (const dimensions of taken) {
        expect(createEmbedder({ ...driver, dimensions }).dimensions).toBe(dimensions);
        const { embeddings } = await createEmbedder(driver).embed(["a"], { dimensions });
        expect(embeddings[0]).toHaveLength(dimensions);
      }
      send.mockClear();
      for (const dimensions of refused) {
        const unsupported = expect.objectContaining({ code: "unsupported" });
        expect(() => createEmbedder({ ...driver, dimensions })).toThrow(unsupported);
        await expect(createEmbedder(driver).embed(["a"], { dimensions })).rejects.toEqual(unsupported);
      }
      expect(send).not.toHaveBeenCalled();
    },
  );

  test("an empty text is refused where the vendor would", async () => {
    const driver = { ...embedder, send: async (texts: readonly string[]) => vectors(texts.map(() => "a")) };
    await expect(
      createEmbedder({ ...driver, refusesEmptyText: true }).embed(["a", ""]),
    ).rejects.toMatchObject({
      code: "invalid_input",
      message: "acme embed.embed: texts[1]: the vendor refuses an empty text",
    });
    expect((await createEmbedder(driver).embed(["a", ""])).embeddings).toHaveLength(2);
  });

  test.each([
    [undefined, 4],
    [1, 1],
    [3, 3],
    [100, 10],
  ])("has with a concurrency of %s at most %d requests under way", async (concurrency, most) => {
    let running = 0;
    const counts: number[] = [];
    const texts = Array.from({ length: 20 }, (_, i) => "a".repeat(i % 3));
    const { embeddings } = await embed(
      texts,
      async (texts) => {
        counts.push(++running);
        await wait(1);
        running--;
        return vectors(texts);
      },
      { concurrency },
    );
    expect({ most: Math.max(...counts), requests: counts.length }).toEqual({ most, requests: 10 });
    expect(embeddings.map(([length]) => length)).toEqual(texts.map(({ length }) => length));
  });

  test("ends with the first failure, which ends the requests under way and sends no more", async () => {
    const error = new Error("no more credit");
    const ended: unknown[] = [];
    let requests = 0;
    const call = embed(
      Array.from({ length: 20 }, () => "a"),
      async (_texts, { signal }) => {
        if (++requests === 2) throw error;
        await wait(10_000, undefined, { signal }).catch(() => ended.push(signal?.reason));
        return signal?.throwIfAborted() as never;
      },
      { concurrency: 3 },
    );
    await expect(call).rejects.toBe(error);
    expect({ requests, ended }).toEqual({ requests: 3, ended: [error, error] });
  });

  test("rejects with the reason of a signal that is aborted already, or in the middle", async () => {
    const send = vi.fn(vectors);
    await expect(embed(["a"], send, { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
    await expect(embed([], send, { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
    expect(send).not.toHaveBeenCalled();
    const controller = new AbortController();
    const call = embed(
      ["a"],
      async (_texts, { signal }) => {
        controller.abort("later");
        signal?.throwIfAborted();
        throw new Error("unreachable");
      },
      { signal: controller.signal },
    );
    await expect(call).rejects.toBe("later");
  });

  test.each([
    ["text", {}, "texts: expected an array of strings"],
    [["a", 1], {}, "texts[1]: expected a string"],
    // oxlint-disable-next-line no-sparse-arrays -- a hole is what is tested
    [["a", , "b"], {}, "texts[1]: expected a string"],
    [["a"], { dimensions: 0 }, "dimensions: expected a positive integer"],
    [["a"], { dimensions: 1.5 }, "dimensions: expected a positive integer"],
    [["a"], { concurrency: 0 }, "concurrency: expected a positive integer"],
    [["a"], { concurrency: Infinity }, "concurrency: expected a positive integer"],
    [[], { concurrency: -1 }, "concurrency: expected a positive integer"],
    [["a"], 7, "options: expected an object"],
    [[], null, "options: expected an object"],
    [["a"], { inputType: "search" }, "inputType: expected query, document, classification, clustering"],
  ])("refuses %j with %j before anything is sent", async (texts, options, problem) => {
    const send = vi.fn(vectors);
    await expect(embed(texts as string[], send, options as EmbedOptions)).rejects.toMatchObject({
      code: "invalid_input",
      message: `acme embed.embed: ${problem}`,
    });
    expect(send).not.toHaveBeenCalled();
  });
});
