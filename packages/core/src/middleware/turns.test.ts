import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BelugaError, type ErrorCode } from "../errors.js";
import { type RetryOptions, withRetries } from "../provider/retry.js";
import { Turns } from "./turns.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function failure(code: ErrorCode, retryAfterMs?: number): BelugaError {
  return new BelugaError({ op: "a.b", code, message: code, retryAfterMs });
}

/** Which was asked when. */
async function runOn(
  targets: number,
  outcomes: readonly unknown[],
  options: Partial<RetryOptions> = {},
): Promise<{ target: number; at: number }[]> {
  const asked: { target: number; at: number }[] = [];
  const start = performance.now();
  const turns = new Turns(targets);
  const running = withRetries(
    async () => {
      const { at: target } = turns;
      const outcome = outcomes[asked.push({ target, at: performance.now() - start }) - 1];
      if (outcome instanceof Error) throw outcome;
    },
    {
      maxRetries: 9,
      maxRetryWait: 60_000,
      totalAt: Infinity,
      waitAfter: (error) => turns.failed(error),
      ...options,
    },
  ).catch(() => undefined);
  await vi.runAllTimersAsync();
  await running;
  return asked;
}

describe("withRetries in turns", () => {
  it("asks each once, at once, and then the one that may be asked soonest", async () => {
    const waits = [300, 100, 200, 50, 500, 500].map((wait) => failure("rate_limit", wait));
    expect(await runOn(3, [...waits, "ok"])).toEqual([
      { target: 0, at: 0 },
      { target: 1, at: 0 },
      { target: 2, at: 0 },
      { target: 1, at: 100 },
      { target: 1, at: 150 },
      { target: 2, at: 200 },
      { target: 0, at: 300 },
    ]);
  });

  it("goes on in turn where several may be asked equally soon", async () => {
    const errors = Array.from({ length: 4 }, () => failure("timeout", 0));
    expect((await runOn(3, [...errors, "ok"])).map(({ target }) => target)).toEqual([0, 1, 2, 0, 1]);
  });

  it("backs off from each for itself", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const errors = Array.from({ length: 5 }, () => failure("timeout"));
    expect((await runOn(2, [...errors, "ok"])).map(({ at }) => at)).toEqual([0, 0, 500, 500, 1500, 1500]);
  });

  it("fails at once only where all ask for a longer wait than allowed", async () => {
    const [long, short] = [failure("rate_limit", 5000), failure("rate_limit", 10)];
    expect((await runOn(2, [long, short, "ok"], { maxRetryWait: 100 })).length).toBe(3);
    expect((await runOn(2, [long, long, "ok"], { maxRetryWait: 100 })).length).toBe(2);
  });
});
