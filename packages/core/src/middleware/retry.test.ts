import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChatModel } from "../chat.js";
import type { BelugaError, ErrorCode } from "../errors.js";
import { applyMiddleware } from "../middleware.js";
import { type RetryOptions, retry } from "./retry.js";
import { asks, drain, failure, vendor } from "./testing/vendor.js";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
});
afterEach(() => void vi.useRealTimers());

/** Runs all timers; tells the outcome, and how long it took. */
async function settled(
  asked: Promise<unknown>,
): Promise<{ value?: unknown; reason?: unknown; took: number }> {
  const began = performance.now();
  const outcome = Promise.allSettled([asked.finally(() => (took = performance.now() - began))]);
  let took = NaN;
  await vi.runAllTimersAsync();
  const [{ status: _, ...result }] = await outcome;
  return { ...result, took };
}

const down = (retryAfterMs?: number): BelugaError => failure("provider_unavailable", { retryAfterMs });

const around = (model: ChatModel, options?: RetryOptions): ChatModel =>
  applyMiddleware(model, retry(options));

describe.each(asks)("retry of %s", (_op, ask) => {
  it("asks the same model again, after a backoff", async () => {
    const acme = vendor("a/1", down(), down(), "Hello");
    expect(await settled(ask(around(acme.model), "Hi"))).toEqual({ value: "Hello", took: 500 + 1000 });
    expect(acme.calls.length).toBe(3);
  });

  it("waits as long as the vendor asks", async () => {
    const acme = vendor("a/1", failure("rate_limit", { retryAfterMs: 1234 }), "Hello");
    expect(await settled(ask(around(acme.model), "Hi"))).toEqual({ value: "Hello", took: 1234 });
  });

  it("throws the last error as it is when the retries are used up", async () => {
    const errors = [down(1), down(1), down(1)];
    const acme = vendor("a/1", ...errors, "no");
    expect(await settled(ask(around(acme.model), "Hi"))).toEqual({ reason: errors[2], took: 2 });
    const once = vendor("a/1", ...errors);
    expect((await settled(ask(around(once.model, { maxRetries: 0 }), "Hi"))).reason).toBe(errors[0]);
    expect([acme.calls.length, once.calls.length]).toEqual([3, 1]);
  });

  it.each<[ErrorCode, number]>([
    ["rate_limit", 2],
    ["timeout", 2],
    ["provider_unavailable", 2],
    ["invalid_response", 2],
    ["truncated", 2],
    ["auth_error", 1],
    ["quota_exhausted", 1],
    ["invalid_input", 1],
    ["context_length", 1],
    ["content_filter", 1],
    ["unsupported", 1],
  ])("after %s asks %i times", async (code, times) => {
    const acme = vendor("a/1", failure(code), "Hello");
    await settled(ask(around(acme.model), "Hi"));
    expect(acme.calls.length).toBe(times);
  });

  it("asks `when`, which is told what would be done without it", async () => {
    const [bad, busy] = [failure("auth_error"), failure("rate_limit")];
    const when = vi.fn((_error: unknown, byDefault: boolean) => !byDefault);
    expect((await settled(ask(around(vendor("a/1", bad, busy).model, { when }), "Hi"))).reason).toBe(busy);
    expect(when.mock.calls).toEqual([
      [bad, false],
      [busy, true],
    ]);
  });

  it("fails at once where the vendor asks for a longer wait than allowed", async () => {
    const error = down(5001);
    const acme = vendor("a/1", error, "no");
    expect(await settled(ask(around(acme.model, { maxRetryWait: 5000 }), "Hi"))).toEqual({
      reason: error,
      took: 0,
    });
  });

  it("fails at once where the wait would pass the time limit of the call, and gives each attempt what is left", async () => {
    const acme = vendor("a/1", down(400), down(600), "no");
    const outcome = await settled(ask(around(acme.model), "Hi", { timeout: { total: 1000 } }));
    expect(outcome).toMatchObject({ reason: { retryAfterMs: 600 }, took: 400 });
    expect(acme.calls.map(({ options }) => options.timeout)).toEqual([{ total: 1000 }, { total: 600 }]);
  });

  it("rejects with the reason of an abort during an attempt, whatever its error, and does not ask `when`", async () => {
    const controller = new AbortController();
    const when = vi.fn(() => true);
    const fail = (): never => {
      controller.abort("enough");
      throw down();
    };
    const failing: ChatModel = {
      ...vendor("a/1").model,
      generate: async () => fail(),
      // oxlint-disable-next-line require-yield -- it fails before its first part
      async *stream() {
        fail();
      },
    };
    const model = around(failing, { when, models: [vendor("b/1", "no").model] });
    expect(await settled(ask(model, "Hi", { signal: controller.signal }))).toEqual({
      reason: "enough",
      took: 0,
    });
    expect(when).not.toHaveBeenCalled();
  });

  it("ends the wait with the reason of an abort, and leaves neither timer nor listener", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const when = vi.fn(() => true);
    setTimeout(() => controller.abort("enough"), 100);
    const acme = vendor("a/1", down(5000), "no");
    const outcome = await settled(ask(around(acme.model, { when }), "Hi", { signal }));
    expect(outcome).toEqual({ reason: "enough", took: 100 });
    expect({
      calls: acme.calls.length,
      when: when.mock.calls.length,
      timers: vi.getTimerCount(),
      listeners: getEventListeners(signal, "abort"),
    }).toEqual({ calls: 1, when: 1, timers: 0, listeners: [] });
  });

  describe("on other models", () => {
    it("goes to one that has not failed without a wait, and comes back to the one that may be asked soonest", async () => {
      const [a, b] = [vendor("a/1", down(3000), "no"), vendor("b/1", down(200), down(300), "Hello")];
      const model = around(a.model, { models: [b.model], maxRetries: 3 });
      expect(await settled(ask(model, "Hi"))).toEqual({ value: "Hello", took: 500 });
      expect([a.calls.length, b.calls.length]).toEqual([1, 3]);
    });

    it("counts the time that passed for the wait of a model", async () => {
      const [a, b] = [vendor("a/1", down(500), "Hello"), vendor("b/1", down(400), down(400), "no")];
      const model = around(a.model, { models: [b.model], maxRetries: 3 });
      expect(await settled(ask(model, "Hi"))).toEqual({ value: "Hello", took: 500 });
      expect([a.calls.length, b.calls.length]).toEqual([2, 2]);
    });

    it("asks each of them at least once by default", async () => {
      const failing = ["a/1", "b/1", "c/1"].map((id) => vendor(id, down(0)));
      const models = [...failing, vendor("d/1", "Hello")].map(({ model }) => model);
      const model = around(models[0] as ChatModel, { models: models.slice(1) });
      expect((await settled(ask(model, "Hi"))).value).toBe("Hello");
      expect(failing.map(({ calls }) => calls.length)).toEqual([1, 1, 1]);
    });

    it("throws the last error with all of them in its cause", async () => {
      const errors = [down(1), failure("timeout"), failure("auth_error")];
      const [a, b] = [
        vendor("a/1", errors[0] as Error, errors[2] as Error),
        vendor("b/1", errors[1] as Error),
      ];
      const { reason } = await settled(ask(around(a.model, { models: [b.model] }), "Hi"));
      expect(reason).toMatchObject({
        code: "auth_error",
        message: expect.stringContaining(
          "a/1 failed (provider_unavailable), b/1 failed (timeout), a/1 failed (auth_error)",
        ),
        cause: { errors },
      });
    });

    it("binds tools to each", async () => {
      const [a, b] = [vendor("a/1", down()), vendor("b/1", "Hello")];
      const model = around(a.model, { models: [b.model] }).bindTools([{ name: "t", parameters: {} }]);
      await settled(ask(model, "Hi"));
      expect([...a.calls, ...b.calls].map(({ tools }) => tools.map(({ name }) => name))).toEqual([
        ["t"],
        ["t"],
      ]);
    });
  });
});

describe("the answer of a retry", () => {
  it("warns where another model gave it", async () => {
    const [a, b] = [vendor("a/1", down(0), "Hello"), vendor("b/1", "Hello")];
    const message = "answered by b/1, after a/1 failed (provider_unavailable)";
    const model = around(a.model, { models: [b.model] });
    expect((await settled(model.generate("Hi"))).value).toMatchObject({
      warnings: [{ type: "other", message }],
    });
  });

  it("does not warn where the model itself gave it", async () => {
    const { model } = vendor("a/1", down(0), "Hello");
    expect((await settled(around(model).generate("Hi"))).value).toMatchObject({ warnings: [] });
  });
});

it("leaving a stream ends the wait for another attempt, and nothing more is asked", async () => {
  const acme = vendor("a/1", down(5000), "no");
  const iterator = around(acme.model).stream("Hi")[Symbol.asyncIterator]();
  const pending = iterator.next();
  await vi.advanceTimersByTimeAsync(100);
  expect(vi.getTimerCount()).toBe(1);
  await iterator.return?.();
  expect(await pending).toEqual({ value: undefined, done: true });
  expect({ calls: acme.calls.length, timers: vi.getTimerCount() }).toEqual({ calls: 1, timers: 0 });
});

it("a stream that breaks after its first part is not tried again", async () => {
  const error = failure("truncated");
  const acme = vendor("a/1", { text: ["Hel"], error }, "no");
  expect(await settled(drain(around(acme.model).stream("Hi")))).toMatchObject({ reason: error });
  expect(acme.calls.length).toBe(1);
});

it.each<[RetryOptions, string]>([
  [{ maxRetries: -1 }, "middleware.retry: maxRetries: expected a number of at least 0"],
  [{ maxRetryWait: NaN }, "middleware.retry: maxRetryWait: expected a number of at least 0"],
])("%j is refused", (options, message) => {
  expect(() => retry(options)).toThrow(expect.objectContaining({ code: "invalid_input", message }));
});
