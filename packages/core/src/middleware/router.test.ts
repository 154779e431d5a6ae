import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChatModel } from "../chat.js";
import { applyMiddleware } from "../middleware.js";
import { retry } from "./retry.js";
import { type RouterOptions, router } from "./router.js";
import { type Vendor, asks, failure, vendor } from "./testing/vendor.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Models that answer after so many milliseconds; the numbers may be changed. */
function paced(latencies: Record<string, number | Error>): ChatModel[] {
  const answer = async (name: string): Promise<void> => {
    const latency = latencies[name] as number | Error;
    if (latency instanceof Error) throw latency;
    await new Promise((resolve) => setTimeout(resolve, latency));
  };
  return Object.keys(latencies).map((name) => {
    const { model } = vendor(`${name}/1`, name);
    const slow = (behind: ChatModel): ChatModel => ({
      ...behind,
      async generate(...args) {
        await answer(name);
        return behind.generate(...args);
      },
      async *stream(...args) {
        await answer(name);
        yield* behind.stream(...args);
      },
      bindTools: (tools) => slow(behind.bindTools(tools)),
    });
    return slow(model);
  });
}

type Ask = (typeof asks)[number][1];

/** Who answers that many calls, one after the other. */
async function answers(ask: Ask, model: ChatModel, calls: number): Promise<string> {
  let all = "";
  for (let call = 0; call < calls; call++) {
    const asked = ask(model, "Hi").catch((error: Error) => error.name[0] as string);
    await vi.runAllTimersAsync();
    all += await asked;
  }
  return all;
}

const three = (options?: RouterOptions): ChatModel => router(paced({ a: 0, b: 0, c: 0 }), options);

const least = (latencies: Record<string, number | Error>): ChatModel =>
  router(paced(latencies), { strategy: "least-latency" });

describe.each(asks)("router of %s", (op, ask) => {
  it("asks each in turn", async () => {
    expect(await answers(ask, three(), 7)).toBe("abcabca");
    expect(await answers(ask, three({ strategy: "round-robin" }), 4)).toBe("abca");
  });

  it("asks each as often as its weight says, well mixed", async () => {
    expect(await answers(ask, three({ strategy: { weights: [5, 1, 1] } }), 14)).toBe("aabacaaaabacaa");
    expect(await answers(ask, three({ strategy: { weights: [0, 0.5, 1] } }), 6)).toBe("cbccbc");
  });

  it("throws the error of the chosen one as it is", async () => {
    const error = failure("auth_error");
    await expect(ask(router([vendor("a/1", error).model, vendor("b/1").model]), "Hi")).rejects.toBe(error);
  });

  it("has the next asked by a retry around it", async () => {
    const vendors = [vendor("a/1", failure("timeout", { retryAfterMs: 0 })), vendor("b/1", "Hello")];
    const model = applyMiddleware(router(vendors.map(({ model }) => model)), retry());
    const asked = ask(model, "Hi");
    await vi.runAllTimersAsync();
    expect(await asked).toBe("Hello");
  });

  describe("by the least latency", () => {
    it("measures each, and then asks the quickest", async () => {
      expect(await answers(ask, least({ a: 30, b: 10, c: 20 }), 8)).toBe("abcbbbbb");
    });

    it("asks each where all come at once, before any was measured", async () => {
      const model = least({ a: 30, b: 10, c: 20 });
      const asked = Promise.all([1, 2, 3, 4].map(() => ask(model, "Hi")));
      await vi.runAllTimersAsync();
      expect((await asked).join("")).toBe("abca");
    });

    it("moves on where the quickest becomes slow", async () => {
      const latencies = { a: 10, b: 20 };
      const model = least(latencies);
      expect(await answers(ask, model, 4)).toBe("abaa");
      latencies.a = 50; // the average is 10, then 22
      expect(await answers(ask, model, 3)).toBe("abb");
    });

    it("asks every 20th time the one that was asked longest ago, and so sees that it has become quick", async () => {
      const latencies = { a: 10, b: 100, c: 200 };
      const model = least(latencies);
      expect(await answers(ask, model, 20)).toBe(`abc${"a".repeat(16)}b`);
      latencies.c = 0; // the average is 200, then 140, ...
      expect(await answers(ask, model, 20)).toBe(`${"a".repeat(19)}c`);
    });

    it("counts a failure of a model as 30 seconds", async () => {
      const latencies: Record<string, number | Error> = { a: failure("provider_unavailable"), b: 29_000 };
      expect(await answers(ask, least(latencies), 4)).toBe("Bbbb");
      const slower = { a: failure("timeout"), b: 31_000 };
      expect(await answers(ask, least(slower), 4)).toBe("BbBB");
    });

    it("does not count what is wrong with the call itself", async () => {
      const latencies: Record<string, number | Error> = { a: failure("invalid_input"), b: 10 };
      const model = least(latencies);
      expect(await answers(ask, model, 2)).toBe("Bb");
      latencies["a"] = 5;
      expect(await answers(ask, model, 3)).toBe("aaa");
    });

    it("does not count what was aborted", async () => {
      const [stalls, quick] = [vendor("a/1", { stalls: true }, "a"), vendor("b/1", "b")];
      const model = router([stalls.model, quick.model], { strategy: "least-latency" });
      const controller = new AbortController();
      const asked = Promise.allSettled([ask(model, "Hi", { signal: controller.signal })]);
      await vi.advanceTimersByTimeAsync(5000);
      controller.abort(failure("timeout"));
      await asked;
      expect(await answers(ask, model, 2)).toBe("ba");
    });

    it("shares its measurements with models that are bound to tools", async () => {
      const model = least({ a: 30, b: 10 });
      expect(await answers(ask, model, 2)).toBe("ab");
      expect(await answers(ask, model.bindTools([{ name: "t", parameters: {} }]), 2)).toBe("bb");
    });
  });

  it("binds tools to each", async () => {
    const vendors: Vendor[] = [vendor("a/1", "Hello"), vendor("b/1", "Hello")];
    const model = router(vendors.map(({ model }) => model)).bindTools([{ name: "t", parameters: {} }]);
    await answers(ask, model, 2);
    expect(vendors.map(({ calls }) => calls[0]?.tools[0]?.name)).toEqual(["t", "t"]);
    expect(op).toBe(vendors[0]?.calls[0]?.op.slice(4));
  });
});

it("generate and stream are measured apart", async () => {
  const latencies = { a: 10, b: 20 };
  const model = router(paced(latencies), { strategy: "least-latency" });
  const [[, generate], [, stream]] = asks as [(typeof asks)[number], (typeof asks)[number]];
  expect(await answers(generate, model, 3)).toBe("aba");
  latencies.a = 30;
  expect(await answers(stream, model, 3)).toBe("abb");
  expect(await answers(generate, model, 1)).toBe("a");
});

it("a stream is measured up to its first part", async () => {
  const chatty: ChatModel = {
    ...vendor("a/1", "a").model,
    async *stream() {
      yield { type: "text", text: "a" };
      await new Promise((resolve) => setTimeout(resolve, 1000));
    },
  };
  const model = router([chatty, ...paced({ b: 10 })], { strategy: "least-latency" });
  expect(await answers((asks[1] as (typeof asks)[number])[1], model, 4)).toBe("abaa");
});

it("a stream that is left before its first part is not measured", async () => {
  const [stalls, quick] = [vendor("a/1", { stalls: true }, "a"), vendor("b/1", "b")];
  const model = router([stalls.model, quick.model], { strategy: "least-latency" });
  const iterator = model.stream("Hi")[Symbol.asyncIterator]();
  const pending = iterator.next();
  await vi.advanceTimersByTimeAsync(5000);
  await iterator.return?.();
  await pending;
  expect(await answers((asks[1] as (typeof asks)[number])[1], model, 2)).toBe("ba");
});

it("a router goes by the names of its models", () => {
  const { provider, model, id } = router([vendor("a/1").model, vendor("b/2").model]);
  expect({ provider, model, id }).toEqual({ provider: "router", model: "a/1,b/2", id: "router/a/1,b/2" });
});

describe("refused is a router", () => {
  const models = [vendor("a/1").model, vendor("b/1").model];
  it.each<[string, readonly ChatModel[], RouterOptions, string]>([
    ["of no models", [], {}, "middleware.router: models: expected at least one"],
    [
      "with too few weights",
      models,
      { strategy: { weights: [1] } },
      "middleware.router: strategy.weights: expected 2 numbers, one for each model",
    ],
    [
      "with a weight below 0",
      models,
      { strategy: { weights: [1, -1] } },
      "middleware.router: strategy.weights: expected numbers of at least 0, and one above",
    ],
    [
      "with weights of 0 alone",
      models,
      { strategy: { weights: [0, 0] } },
      "middleware.router: strategy.weights: expected numbers of at least 0, and one above",
    ],
    [
      "with a strategy that there is not",
      models,
      { strategy: "random" as unknown as "round-robin" },
      "middleware.router: strategy: expected round-robin, least-latency or { weights }",
    ],
  ])("%s", (_what, models, options, message) => {
    expect(() => router(models, options)).toThrow(
      expect.objectContaining({ code: "invalid_input", op: "middleware.router", message }),
    );
  });
});
