import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChatModel } from "../chat.js";
import { applyMiddleware } from "../middleware.js";
import { fallback } from "./fallback.js";
import { type RateLimitOptions, rateLimit } from "./rate-limit.js";
import { type Story, type Vendor, asks, failure, vendor } from "./testing/vendor.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const minute = 60_000;

/** A model under limits; each story is the vendor's answer to one call. */
function limited(
  options: RateLimitOptions,
  ...stories: readonly (Story | string | Error)[]
): { model: ChatModel; acme: Vendor } {
  const acme = vendor("acme/small", ...(stories.length > 0 ? stories : ["Hello"]));
  return { acme, model: applyMiddleware(acme.model, rateLimit(options)) };
}

interface Seen {
  /** How long it took. */
  at?: number;
  value?: unknown;
  reason?: unknown;
}

/** Writes down how a call ends, and when. */
function watch(asked: Promise<unknown>): Seen {
  const began = performance.now();
  const seen: Seen = {};
  asked.then(
    (value) => Object.assign(seen, { at: performance.now() - began, value }),
    (reason: unknown) => Object.assign(seen, { at: performance.now() - began, reason }),
  );
  return seen;
}

const pass = async (milliseconds: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(milliseconds);
};
const times = (all: readonly Seen[]): unknown[] => all.map(({ at }) => at);
const stalled: Story = { stalls: true };
const using = (totalTokens: number): Story => ({ usage: { totalTokens } });

describe.each(asks)("rateLimit of %s", (op, ask) => {
  describe("by requests a minute", () => {
    it("lets so many begin within any minute, the others in the order in which they came", async () => {
      const { model, acme } = limited({ requestsPerMinute: 2 });
      const seen = [watch(ask(model, "1")), watch(ask(model, "2"))];
      await pass(20_000);
      seen.push(...["3", "4", "5"].map((text) => watch(ask(model, text))));
      await pass(39_999);
      expect(acme.calls.length).toBe(2);
      await pass(2 * minute);
      expect(times(seen)).toEqual([0, 0, 40_000, 40_000, 40_000 + minute]);
      expect(acme.calls.map(({ messages }) => messages[0]?.content)).toEqual(["1", "2", "3", "4", "5"]);
    });

    it("counts the minute from each call, not by the clock's", async () => {
      const { model } = limited({ requestsPerMinute: 2 });
      watch(ask(model, "1"));
      await pass(50_000);
      const seen = ["2", "3", "4"].map((text) => watch(ask(model, text)));
      await pass(2 * minute);
      expect(times(seen)).toEqual([0, 10_000, minute]);
    });

    it("counts calls that failed too", async () => {
      const { model } = limited({ requestsPerMinute: 1 }, failure("timeout"), "Hello");
      const seen = ["1", "2"].map((text) => watch(ask(model, text)));
      await pass(2 * minute);
      expect(seen).toMatchObject([
        { at: 0, reason: { code: "timeout" } },
        { at: minute, value: "Hello" },
      ]);
    });
  });

  describe("by tokens a minute", () => {
    it("reserves a quarter of the characters, and what the call may produce", async () => {
      const { model } = limited({ tokensPerMinute: 100 });
      const text = "a".repeat(77); // 20 tokens
      const seen = [
        watch(ask(model, text, { maxTokens: 30 })),
        watch(ask(model, [{ role: "user", content: [{ type: "text", text: "b".repeat(192) }] }])), // and 8 characters of names
        watch(ask(model, "c")),
      ];
      await pass(minute);
      expect(times(seen)).toEqual([0, 0, minute]);
    });

    it("counts media the same, however large", async () => {
      const { model } = limited({ tokensPerMinute: 3000 });
      const image = { type: "image", mediaType: "image/png", data: new Uint8Array(1e6) } as const;
      const seen = [1, 2, 3].map(() => watch(ask(model, [{ role: "user", content: [image] }])));
      await pass(minute);
      expect(times(seen)).toEqual([0, 0, minute]);
    });

    it("counts a conversation that goes round in itself", async () => {
      const { model } = limited({ tokensPerMinute: 100 });
      const args: Record<string, unknown> = {};
      Object.assign(args, { again: args, and: { once: args, more: args } });
      const call = { type: "tool-call", id: "1", name: "t", arguments: args } as const;
      expect(await ask(model, [{ role: "assistant", content: [call] }])).toBe("Hello");
    });

    it("reserves nothing for a maxTokens that the model refuses", async () => {
      const { model } = limited({ tokensPerMinute: 100 });
      for (const maxTokens of [Infinity, NaN, -50, 1.5])
        await expect(ask(model, "", { maxTokens })).rejects.toMatchObject({ code: "invalid_input" });
      const seen = [50, 50].map((maxTokens) => watch(ask(model, "", { maxTokens })));
      await pass(0);
      expect(times(seen)).toEqual([0, 0]);
    });

    it("settles what was reserved by the usage that is reported", async () => {
      const { model } = limited({ tokensPerMinute: 100 }, using(10), using(95), "Hello");
      const seen = [90, 80].map((maxTokens) => watch(ask(model, "", { maxTokens })));
      await pass(1);
      // 105 were used, so that the first has to be a minute ago.
      seen.push(watch(ask(model, "", { maxTokens: 1 })));
      await pass(minute);
      expect(times(seen)).toEqual([0, 0, minute - 1]);
    });

    it("keeps what was reserved where a call fails, or reports no usage", async () => {
      const { model } = limited({ tokensPerMinute: 100 }, failure("timeout"), "Hello");
      const seen = [50, 50, 1].map((maxTokens) => watch(ask(model, "", { maxTokens })));
      await pass(minute);
      expect(times(seen)).toEqual([0, 0, minute]);
    });

    it("settles nothing where the call took longer than a minute", async () => {
      const { model, acme } = limited({ tokensPerMinute: 100 }, { stalls: true, ...using(1000) }, "Hello");
      const seen = [watch(ask(model, "", { maxTokens: 50 }))];
      await pass(minute);
      acme.goOn();
      await pass(0);
      seen.push(...[50, 50].map((maxTokens) => watch(ask(model, "", { maxTokens }))));
      await pass(minute);
      expect(times(seen)).toEqual([minute, 0, 0]);
    });

    it("lets a call of more than a minute's tokens go alone", async () => {
      const { model } = limited({ tokensPerMinute: 100 });
      const seen = [1, 500, 1].map((maxTokens) => watch(ask(model, "", { maxTokens })));
      await pass(2 * minute);
      expect(times(seen)).toEqual([0, minute, 2 * minute]);
    });

    it("lets no smaller call go before a larger one that came first", async () => {
      const { model } = limited({ tokensPerMinute: 100 });
      const seen = [60, 60, 1].map((maxTokens) => watch(ask(model, "", { maxTokens })));
      await pass(minute);
      expect(times(seen)).toEqual([0, minute, minute]);
    });
  });

  describe("by calls at a time", () => {
    it("lets one begin when another has ended", async () => {
      const { model, acme } = limited({ maxConcurrent: 2 }, stalled);
      const seen = ["1", "2", "3", "4", "5"].map((text) => watch(ask(model, text)));
      for (const begun of [2, 4, 5]) {
        await pass(1000);
        expect(acme.calls.length).toBe(begun);
        acme.goOn();
      }
      await pass(0);
      expect(times(seen)).toEqual([1000, 1000, 2000, 2000, 3000]);
    });

    it("lets one begin when another has failed", async () => {
      const { model } = limited({ maxConcurrent: 1 }, failure("timeout"), "Hello");
      const seen = ["1", "2"].map((text) => watch(ask(model, text)));
      await pass(0);
      expect(seen).toMatchObject([{ reason: { code: "timeout" } }, { value: "Hello" }]);
    });

    it("lets one begin when another is aborted", async () => {
      const { model, acme } = limited({ maxConcurrent: 1 }, stalled, "Hello");
      const controller = new AbortController();
      const seen = [watch(ask(model, "1", { signal: controller.signal })), watch(ask(model, "2"))];
      await pass(100);
      expect(acme.calls.length).toBe(1);
      controller.abort("enough");
      await pass(0);
      expect(seen).toEqual([
        { at: 100, reason: "enough" },
        { at: 100, value: "Hello" },
      ]);
    });
  });

  it("keeps to all limits at once", async () => {
    const { model, acme } = limited(
      { requestsPerMinute: 3, tokensPerMinute: 100, maxConcurrent: 1 },
      using(45),
    );
    const seen = [1, 2, 3, 4].map(() => watch(ask(model, "", { maxTokens: 20 })));
    await pass(minute - 1);
    expect(times(seen)).toEqual([0, 0, undefined, undefined]); // 90 tokens
    await pass(1);
    expect(times(seen)).toEqual([0, 0, minute, minute]);
    expect(acme.calls.length).toBe(4);
  });

  it("without limits lets all begin", async () => {
    const { model } = limited({});
    const seen = [1, 2, 3].map(() => watch(ask(model, "")));
    await pass(0);
    expect(times(seen)).toEqual([0, 0, 0]);
  });

  describe("where its turn would come too late", () => {
    it("fails at once with rate_limit, and with the wait", async () => {
      const { model, acme } = limited({ requestsPerMinute: 1, maxWait: 30_000 });
      watch(ask(model, "1"));
      await pass(10_000);
      const late = watch(ask(model, "2"));
      await pass(0);
      expect(late).toMatchObject({
        at: 0,
        reason: {
          code: "rate_limit",
          op: `llm.${op}`,
          provider: "acme",
          model: "small",
          retryAfterMs: 50_000,
          retryable: true,
          message: `acme llm.${op}: its turn would come in 50000 ms, after the 30000 ms that it may wait`,
        },
      });
      await pass(20_000);
      const soon = watch(ask(model, "3"));
      await pass(30_000);
      expect(soon).toEqual({ at: 30_000, value: "Hello" });
      expect(acme.calls.length).toBe(2);
    });

    it("counts those that wait before it", async () => {
      const { model } = limited({ requestsPerMinute: 1, maxWait: 90_000 });
      const seen = [1, 2, 3].map(() => watch(ask(model, "")));
      await pass(0);
      expect(seen).toMatchObject([{ value: "Hello" }, {}, { at: 0, reason: { retryAfterMs: 2 * minute } }]);
      await pass(minute);
      expect(seen[1]).toEqual({ at: minute, value: "Hello" });
    });

    it("fails after maxWait where that could not be known: the calls under way did not end", async () => {
      const { model, acme } = limited({ maxConcurrent: 1, maxWait: 500 }, stalled);
      const seen = [1, 2].map(() => watch(ask(model, "")));
      await pass(500);
      expect(seen).toMatchObject([
        {},
        {
          at: 500,
          reason: {
            code: "rate_limit",
            message: `acme llm.${op}: its turn did not come within the 500 ms that it may wait`,
          },
        },
      ]);
      expect(seen[1]?.reason).not.toHaveProperty("retryAfterMs");
      acme.goOn();
      await pass(0);
      expect({ first: seen[0]?.at, calls: acme.calls.length, timers: vi.getTimerCount() }).toEqual({
        first: 500,
        calls: 1,
        timers: 0,
      });
    });

    it("takes the call's own time limit for one too, and gives the model what is left of it", async () => {
      const { model, acme } = limited({ requestsPerMinute: 1 });
      const seen = [minute, minute - 1, minute + 500].map((total) =>
        watch(ask(model, "", { timeout: { total } })),
      );
      await pass(minute);
      expect(seen).toMatchObject([{ at: 0 }, { at: 0, reason: { code: "rate_limit" } }, { at: minute }]);
      expect(acme.calls.map(({ options }) => options.timeout)).toEqual([{ total: minute }, { total: 500 }]);
    });

    it("has another model asked by a fallback around it", async () => {
      const { model } = limited({ requestsPerMinute: 1, maxWait: 0 });
      const both = applyMiddleware(model, fallback([vendor("other/model", "other").model]));
      expect([await ask(both, "1"), await ask(both, "2")]).toEqual(["Hello", "other"]);
    });
  });

  describe("aborted while it waits", () => {
    it("rejects with the reason, and leaves no timer and no listener", async () => {
      const { model, acme } = limited({ requestsPerMinute: 1, maxWait: 2 * minute });
      const controller = new AbortController();
      const { signal } = controller;
      const seen = [watch(ask(model, "1")), watch(ask(model, "2", { signal }))];
      await pass(100);
      expect(vi.getTimerCount()).toBe(2);
      controller.abort("enough");
      await pass(0);
      expect(seen).toEqual([
        { at: 0, value: "Hello" },
        { at: 100, reason: "enough" },
      ]);
      expect({
        calls: acme.calls.length,
        timers: vi.getTimerCount(),
        listeners: getEventListeners(signal, "abort"),
      }).toEqual({ calls: 1, timers: 0, listeners: [] });
    });

    it("waits not at all where that was before it came", async () => {
      const { model } = limited({ requestsPerMinute: 1 });
      const signal = AbortSignal.abort("enough");
      const seen = [watch(ask(model, "1")), watch(ask(model, "2", { signal }))];
      await pass(0);
      expect(seen[1]).toEqual({ at: 0, reason: "enough" });
    });

    it("makes room for those behind it", async () => {
      const { model } = limited({ tokensPerMinute: 100 });
      const controller = new AbortController();
      const { signal } = controller;
      const seen = [
        watch(ask(model, "", { maxTokens: 60 })),
        watch(ask(model, "", { maxTokens: 60, signal })),
        watch(ask(model, "", { maxTokens: 30 })),
      ];
      await pass(100);
      controller.abort("enough");
      await pass(0);
      expect(times(seen)).toEqual([0, 100, 100]);
    });
  });

  it("leaves no timer behind", async () => {
    const { model } = limited({
      requestsPerMinute: 1,
      tokensPerMinute: 1000,
      maxConcurrent: 1,
      maxWait: minute,
    });
    const { signal } = new AbortController();
    const seen = [1, 2].map(() => watch(ask(model, "", { signal })));
    await pass(minute);
    expect(times(seen)).toEqual([0, minute]);
    expect({ timers: vi.getTimerCount(), listeners: getEventListeners(signal, "abort") }).toEqual({
      timers: 0,
      listeners: [],
    });
  });

  it("is shared by all that it wraps, and by models bound to tools", async () => {
    const limit = rateLimit({ requestsPerMinute: 2 });
    const [a, b] = [limit(vendor("a/1", "a").model), limit(vendor("b/1", "b").model)];
    const seen = [a, b.bindTools([{ name: "t", parameters: {} }]), a].map((model) => watch(ask(model, "")));
    await pass(minute);
    expect(times(seen)).toEqual([0, 0, minute]);
  });
});

const open = async (model: ChatModel, signal?: AbortSignal): Promise<AsyncIterator<unknown>> => {
  const iterator = model.stream("", { signal })[Symbol.asyncIterator]();
  await iterator.next();
  return iterator;
};

describe("rateLimit of a stream", () => {
  it("counts it as under way until it was read to its end", async () => {
    const { model } = limited({ maxConcurrent: 1 });
    const iterator = await open(model);
    const next = watch(model.generate(""));
    await pass(1000);
    expect((await iterator.next()).value).toMatchObject({ type: "finish" });
    await pass(0);
    expect(next).toEqual({});
    await iterator.next();
    await pass(0);
    expect(next).toMatchObject({ at: 1000, value: { text: "Hello" } });
  });

  it("ends its turn when it is left", async () => {
    const { model } = limited({ maxConcurrent: 1 });
    const iterator = await open(model);
    const next = watch(model.generate(""));
    await iterator.return?.();
    await pass(0);
    expect(next).toMatchObject({ value: { text: "Hello" } });
  });

  it("ends its turn at the abort, also where nobody reads on", async () => {
    const { model } = limited({ maxConcurrent: 1 });
    const controller = new AbortController();
    await open(model, controller.signal);
    const next = watch(model.generate(""));
    controller.abort("enough");
    await pass(0);
    expect(next).toMatchObject({ value: { text: "Hello" } });
  });

  it("ends its turn once, however it ends", async () => {
    const { model, acme } = limited({ maxConcurrent: 1 }, "Hello", stalled);
    const controller = new AbortController();
    const iterator = await open(model, controller.signal);
    controller.abort("enough");
    await iterator.next().catch(() => undefined);
    await iterator.return?.();
    watch(model.generate(""));
    watch(model.generate(""));
    await pass(0);
    expect(acme.calls.length).toBe(2);
  });

  it("takes no turn before its first read, and gives its place up when it is left while it waits", async () => {
    const { model, acme } = limited({ maxConcurrent: 1 }, stalled);
    model.stream("");
    watch(model.generate(""));
    const iterator = model.stream("")[Symbol.asyncIterator]();
    const pending = iterator.next();
    watch(model.generate(""));
    await pass(0);
    expect(acme.calls.length).toBe(1);
    await iterator.return?.();
    expect(await pending).toEqual({ value: undefined, done: true });
    acme.goOn();
    await pass(0);
    expect(acme.calls.map(({ op }) => op)).toEqual(["llm.generate", "llm.generate"]);
  });
});

it.each<[RateLimitOptions, string]>([
  [{ requestsPerMinute: 0 }, "middleware.rateLimit: requestsPerMinute: expected a number of at least 1"],
  [{ tokensPerMinute: NaN }, "middleware.rateLimit: tokensPerMinute: expected a number of at least 1"],
  [
    { maxConcurrent: "2" as unknown as number },
    "middleware.rateLimit: maxConcurrent: expected a number of at least 1",
  ],
  [{ maxWait: -1 }, "middleware.rateLimit: maxWait: expected a number of at least 0"],
])("%j is refused", (options, message) => {
  expect(() => rateLimit(options)).toThrow(expect.objectContaining({ code: "invalid_input", message }));
});
