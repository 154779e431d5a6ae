import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BelugaError } from "../errors.js";
import { Deadline, defaultTimeouts, mergeTimeouts } from "./deadline.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const timeoutError = (what: string): BelugaError =>
  new BelugaError({ op: "a.b", code: "timeout", message: what });

function deadline({ caller, total = Infinity }: { caller?: AbortSignal; total?: number } = {}): Deadline {
  return new Deadline(caller, performance.now() + total, timeoutError);
}

/** How it ended: by which limit, or with which reason of the caller's. */
function endOf({ ended }: Deadline): unknown {
  return BelugaError.is(ended?.reason) ? ended.reason.message : ended;
}

describe("a deadline", () => {
  it("ends when the headers do not come in time, and not before", () => {
    const own = deadline();
    own.wait("headers", 100);
    vi.advanceTimersByTime(99);
    expect([endOf(own), own.signal.aborted]).toEqual([undefined, false]);
    vi.advanceTimersByTime(1);
    expect([endOf(own), own.signal.aborted]).toEqual(["headers", true]);
    expect(own.signal.reason).toBe(own.ended?.reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends when a read takes too long, though there was more time for the headers", () => {
    const own = deadline();
    own.wait("headers", 1000);
    vi.advanceTimersByTime(10);
    own.rest();
    own.wait("idle", 100);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(99);
    expect(endOf(own)).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(endOf(own)).toBe("idle");
  });

  it("is armed once for the headers and the reads after them, where it knows of their limit", () => {
    const arm = vi.spyOn(globalThis, "setTimeout");
    const own = new Deadline(undefined, Infinity, timeoutError, 60_000);
    own.wait("headers", 300_000);
    vi.advanceTimersByTime(10);
    own.rest();
    own.wait("idle", 60_000);
    expect(arm).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(59_999);
    expect(endOf(own)).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(endOf(own)).toBe("idle");
  });

  it.each([0, 5])("does not wake all the while for a limit of %s ms that is still to come", (shortest) => {
    const arm = vi.spyOn(globalThis, "setTimeout");
    const own = new Deadline(undefined, Infinity, timeoutError, shortest);
    own.wait("headers", 10_000);
    vi.advanceTimersByTime(9_999);
    expect([endOf(own), arm.mock.calls.length]).toEqual([undefined, 10]);
    own.rest();
    own.wait("idle", shortest);
    vi.advanceTimersByTime(shortest);
    expect(endOf(own)).toBe("idle");
  });

  it("gives each read its own time", () => {
    const own = deadline();
    for (let read = 0; read < 20; read++) {
      own.wait("idle", 100);
      vi.advanceTimersByTime(90);
      own.rest();
    }
    expect(endOf(own)).toBeUndefined();
    own.wait("idle", 100);
    vi.advanceTimersByTime(100);
    expect(endOf(own)).toBe("idle");
  });

  it("does not run while nothing is waited for", () => {
    const own = deadline();
    own.wait("idle", 100);
    vi.advanceTimersByTime(50);
    own.rest();
    vi.advanceTimersByTime(10_000);
    expect(endOf(own)).toBeUndefined();
    own.wait("idle", 100);
    vi.advanceTimersByTime(99);
    expect(endOf(own)).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(endOf(own)).toBe("idle");
  });

  it("keeps one timer for all reads", () => {
    const own = deadline();
    const set = vi.spyOn(globalThis, "setTimeout");
    for (let read = 0; read < 1000; read++) {
      own.wait("idle", 100);
      own.rest();
    }
    expect(set).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(1);
  });

  it("ends when the whole call takes too long, whatever is waited for", () => {
    const own = deadline({ total: 150 });
    own.wait("headers", 100);
    vi.advanceTimersByTime(90);
    own.rest();
    own.wait("idle", 100);
    vi.advanceTimersByTime(59);
    expect(endOf(own)).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(endOf(own)).toBe("total");
  });

  it("ends at the next wait where the whole call's time passed in between", () => {
    const own = deadline({ total: 150 });
    own.wait("headers", 100);
    own.rest();
    vi.advanceTimersByTime(1000);
    expect(endOf(own)).toBeUndefined();
    own.wait("idle", 100);
    expect([endOf(own), vi.getTimerCount()]).toEqual(["total", 0]);
  });

  it.each([2 ** 31 - 1, 2 ** 31, 2 ** 31 + 5000, 2 ** 33])(
    "does not end early with a limit of %d ms",
    (limit) => {
      const own = deadline();
      own.wait("headers", limit);
      vi.advanceTimersByTime(limit - 1);
      expect(endOf(own)).toBeUndefined();
      vi.advanceTimersByTime(1);
      expect(endOf(own)).toBe("headers");
    },
  );

  it("needs no timer where there is no limit", () => {
    const own = deadline();
    own.wait("headers", Infinity);
    expect(vi.getTimerCount()).toBe(0);
    own.rest();
    own.wait("idle", 5);
    vi.advanceTimersByTime(5);
    expect(endOf(own)).toBe("idle");
  });

  it("ends with the caller's reason, and takes its listener back", () => {
    const caller = new AbortController();
    const own = deadline({ caller: caller.signal });
    own.wait("headers", 100);
    caller.abort("enough");
    expect([own.ended, own.signal.reason]).toEqual([{ reason: "enough" }, "enough"]);
    expect([getEventListeners(caller.signal, "abort"), vi.getTimerCount()]).toEqual([[], 0]);
  });

  it("has ended from the start where the caller had aborted before", () => {
    const own = deadline({ caller: AbortSignal.abort("enough") });
    expect(own.ended).toEqual({ reason: "enough" });
    own.wait("headers", 100);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends once: what comes first stands", () => {
    const caller = new AbortController();
    const own = deadline({ caller: caller.signal });
    own.end("first");
    own.end("second");
    caller.abort("third");
    own.wait("idle", 10);
    vi.advanceTimersByTime(100);
    expect([own.ended, own.signal.reason, vi.getTimerCount()]).toEqual([{ reason: "first" }, "first", 0]);
  });

  it("leaves nothing behind once it is disposed of, and does not end later", () => {
    const caller = new AbortController();
    const own = deadline({ caller: caller.signal, total: 50 });
    own.wait("headers", 100);
    own.dispose();
    expect([getEventListeners(caller.signal, "abort"), vi.getTimerCount()]).toEqual([[], 0]);
    caller.abort();
    vi.advanceTimersByTime(1000);
    expect(own.ended).toBeUndefined();
  });
});

describe("mergeTimeouts", () => {
  it("lets the more specific win, each limit by itself, and undefined never", () => {
    const config = { headers: 10, idle: undefined };
    expect(mergeTimeouts(defaultTimeouts.whole, config, { total: 5, headers: undefined })).toEqual({
      total: 5,
      headers: 10,
      idle: 60_000,
    });
    expect(mergeTimeouts(defaultTimeouts.stream, undefined, { idle: Infinity })).toEqual({
      total: Infinity,
      headers: 300_000,
      idle: Infinity,
    });
  });

  it("leaves the defaults alone, under which nothing hangs for ever", () => {
    mergeTimeouts(defaultTimeouts.stream, { idle: 1 });
    expect(defaultTimeouts).toEqual({
      whole: { total: 600_000, headers: 300_000, idle: 60_000 },
      stream: { total: Infinity, headers: 300_000, idle: 300_000 },
    });
  });
});
