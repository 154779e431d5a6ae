import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BelugaError, type ErrorCode } from "../errors.js";
import { type RetryOptions, retryAfterOf, withRetries } from "./retry.js";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-01-01T00:00:00Z") }));
afterEach(() => void vi.useRealTimers());

function failure(code: ErrorCode, retryAfterMs?: number): BelugaError {
  return new BelugaError({ op: "a.b", code, message: code, retryAfterMs });
}

const unlimited: RetryOptions = { maxRetries: 2, maxRetryWait: 60_000, totalAt: Infinity };

/** Runs to the end; tells the outcome, and when each attempt began. */
async function run(
  outcomes: readonly unknown[],
  options: Partial<RetryOptions> = {},
): Promise<{ result?: unknown; error?: unknown; attempts: number[] }> {
  const attempts: number[] = [];
  const start = performance.now();
  const running = withRetries(
    async () => {
      const outcome = outcomes[attempts.push(performance.now() - start) - 1];
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    { ...unlimited, ...options },
  ).then(
    (result) => ({ result, attempts }),
    (error: unknown) => ({ error, attempts }),
  );
  await vi.runAllTimersAsync();
  return running;
}

describe("withRetries", () => {
  it("gives the first success", async () => {
    expect(await run(["ok", "never"])).toEqual({ result: "ok", attempts: [0] });
  });

  it("backs off exponentially, with full jitter", async () => {
    const errors = Array.from({ length: 8 }, () => failure("rate_limit"));
    const random = vi.spyOn(Math, "random").mockReturnValue(0.5);
    const halved = await run([...errors, "ok"], { maxRetries: 8 });
    const waits = halved.attempts.map((at, i) => at - (halved.attempts[i - 1] ?? 0)).slice(1);
    expect(halved.result).toBe("ok");
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000, 4000]);
    random.mockReturnValue(0);
    expect((await run([...errors, "ok"], { maxRetries: 8 })).attempts).toEqual(Array(9).fill(0));
  });

  it("waits as long as the vendor asks, in place of backing off", async () => {
    expect((await run([failure("rate_limit", 1234), failure("timeout", 0), "ok"])).attempts).toEqual([
      0, 1234, 1234,
    ]);
  });

  it("throws the last failure when the retries are used up", async () => {
    const errors = [failure("timeout", 1), failure("timeout", 1), failure("provider_unavailable", 1)];
    expect(await run(errors)).toEqual({ error: errors[2], attempts: [0, 1, 2] });
    expect(await run(errors, { maxRetries: 0 })).toEqual({ error: errors[0], attempts: [0] });
  });

  it.each<[string, Error]>([
    ["an error that will not pass", failure("invalid_input")],
    [
      "an exhausted quota",
      new BelugaError({ op: "a.b", code: "quota_exhausted", message: "", retryAfterMs: 1 }),
    ],
    [
      "an error that its thrower knows not to pass",
      new BelugaError({ op: "a.b", code: "timeout", message: "", retryable: false }),
    ],
    ["an error that is not ours", new TypeError("bug")],
    ["an error that is not ours, whatever it says", Object.assign(new Error("other"), { retryable: true })],
    ["the caller's abort", new DOMException("aborted", "AbortError")],
  ])("throws %s at once", async (_what, error) => {
    expect(await run([error, "ok"])).toEqual({ error, attempts: [0] });
  });

  it("throws at once where the vendor asks for a longer wait than allowed", async () => {
    const error = failure("rate_limit", 60_001);
    expect(await run([error, "ok"])).toEqual({ error, attempts: [0] });
    expect((await run([error, "ok"], { maxRetryWait: 60_001 })).result).toBe("ok");
    const month = failure("rate_limit", 30 * 24 * 3600_000);
    expect(await run([month, "ok"], { maxRetryWait: Infinity })).toEqual({ error: month, attempts: [0] });
  });

  it("throws at once where the wait would end after the whole call has to", async () => {
    const error = failure("rate_limit", 500);
    expect(await run([error, "ok"], { totalAt: performance.now() + 500 })).toEqual({ error, attempts: [0] });
    expect((await run([error, "ok"], { totalAt: performance.now() + 501 })).result).toBe("ok");
  });

  it("ends the wait with the signal's reason when the caller aborts, and leaves no timer and no listener", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    setTimeout(() => controller.abort("enough"), 100);
    expect(await run([failure("rate_limit", 500), "ok"], { signal })).toEqual({
      error: "enough",
      attempts: [0],
    });
    expect({ timers: vi.getTimerCount(), listeners: getEventListeners(signal, "abort") }).toEqual({
      timers: 0,
      listeners: [],
    });
  });

  it("gives its timer back at the abort", async () => {
    const controller = new AbortController();
    const options = { ...unlimited, signal: controller.signal };
    const running = withRetries(() => Promise.reject(failure("rate_limit", 500)), options);
    const outcome = Promise.allSettled([running]);
    await vi.advanceTimersByTimeAsync(100);
    expect(vi.getTimerCount()).toBe(1);
    controller.abort("enough");
    expect(vi.getTimerCount()).toBe(0);
    expect(await outcome).toEqual([{ status: "rejected", reason: "enough" }]);
  });

  it("does not wait where the caller has aborted during the attempt", async () => {
    const signal = AbortSignal.abort("enough");
    expect(await run([failure("rate_limit", 500), "ok"], { signal })).toEqual({
      error: "enough",
      attempts: [0],
    });
  });

  it("leaves no listener behind where the wait passed", async () => {
    const { signal } = new AbortController();
    expect((await run([failure("rate_limit", 5), failure("rate_limit", 5), "ok"], { signal })).result).toBe(
      "ok",
    );
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("retryAfterOf", () => {
  it.each<[Record<string, string>, number | undefined]>([
    [{}, undefined],
    [{ "retry-after": "2" }, 2000],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": "1.5" }, 1500],
    [{ "retry-after": "-1" }, 0],
    [{ "retry-after": "Thu, 01 Jan 2026 00:01:00 GMT" }, 60_000],
    [{ "retry-after": "Wed, 31 Dec 2025 23:59:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "" }, undefined],
    [{ "retry-after": "Infinity" }, undefined],
    [{ "retry-after-ms": "250" }, 250],
    [{ "retry-after-ms": "12.5" }, 12.5],
    [{ "retry-after-ms": "-250" }, 0],
    [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
    [{ "retry-after-ms": "", "retry-after": "9" }, 9000],
    [{ "retry-after-ms": "soon", "retry-after": "9" }, 9000],
  ])("of %j is %s", (headers, expected) => {
    expect(retryAfterOf(new Headers(headers))).toBe(expected);
  });
});

it("withRetries asks `when` which failures are followed by another attempt", async () => {
  const error = failure("auth_error");
  expect(await run([error, "ok"], { when: (given) => given === error })).toMatchObject({ result: "ok" });
  expect(await run([failure("timeout"), "ok"], { when: () => false })).toMatchObject({ attempts: [0] });
});
