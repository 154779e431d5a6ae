import { getEventListeners } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { type Consumer, begun, orAbort, relay } from "./relay.js";

const call = { op: "llm.stream", provider: "acme" };
const done = { value: undefined, done: true };
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });

/** A stream whose generator is given, and what that has done. */
function stream(
  produce: (consumer: Consumer) => AsyncGenerator<string, void>,
  signal?: AbortSignal,
): AsyncIterator<string, void> {
  return relay({ ...call, signal }, produce)[Symbol.asyncIterator]();
}

/** A source that gives parts of which the second never comes. */
function stalling(): { source: AsyncIterable<string>; returned: () => number } {
  let returns = 0;
  let end: ((result: IteratorReturnResult<undefined>) => void) | undefined;
  let reads = 0;
  const iterator: AsyncIterator<string, undefined> = {
    next: () =>
      reads++ === 0
        ? Promise.resolve({ value: "a", done: false })
        : new Promise((resolve) => (end = resolve)),
    async return() {
      returns++;
      end?.({ value: undefined, done: true });
      return { value: undefined, done: true };
    },
  };
  return { source: { [Symbol.asyncIterator]: () => iterator }, returned: () => returns };
}

describe("a relayed stream", () => {
  it("ends a wait when the consumer leaves, for whom that is a normal end", async () => {
    const ended = vi.fn();
    const iterator = stream(async function* (consumer) {
      await consumer.wait(aborted).finally(ended);
      yield "never";
    });
    const pending = iterator.next();
    expect(await iterator.return?.()).toEqual(done);
    expect(await pending).toEqual(done);
    expect(ended).toHaveBeenCalledOnce();
  });

  it("ends a wait with the reason of an abort, also of one that was before it, and listens no longer than it takes", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const listening: number[] = [];
    const note = (): number => listening.push(getEventListeners(signal, "abort").length);
    const produce = async function* (consumer: Consumer): AsyncGenerator<string, void> {
      await consumer.wait(async () => note());
      note();
      yield "a";
      await consumer.wait(aborted);
    };
    const iterator = stream(produce, signal);
    await iterator.next();
    const pending = Promise.allSettled([iterator.next()]);
    controller.abort("enough");
    expect(await pending).toEqual([{ status: "rejected", reason: "enough" }]);
    expect(listening).toEqual([1, 0]);
    const late = stream(async function* (consumer) {
      yield await consumer.wait(aborted);
    }, signal);
    await expect(late.next()).rejects.toBe("enough");
  });

  it("neither waits nor reads any more once it was left", async () => {
    const open = vi.fn(stalling);
    let goOn: (() => void) | undefined;
    const tried: unknown[] = [];
    const iterator = stream(async function* (consumer) {
      await new Promise<void>((resolve) => (goOn = resolve));
      await consumer.wait(aborted).catch(() => tried.push("waited"));
      yield* consumer.read(() => open().source);
    });
    const pending = iterator.next();
    await vi.waitUntil(() => goOn);
    const leaving = iterator.return?.();
    goOn?.();
    expect([await pending, await leaving]).toEqual([done, done]);
    expect({ tried, opened: open.mock.calls.length }).toEqual({ tried: ["waited"], opened: 0 });
  });

  it("tells the stream behind at once that it was left, in the middle of a read", async () => {
    const { source, returned } = stalling();
    const iterator = stream(async function* (consumer) {
      yield* consumer.read(() => source);
    });
    expect(await iterator.next()).toEqual({ value: "a", done: false });
    const pending = iterator.next();
    await iterator.return?.();
    expect(await pending).toEqual(done);
    expect(returned()).toBeGreaterThan(0);
  });

  it("is read once, and says of whom", () => {
    const parts = relay(call, async function* () {
      yield "a";
    });
    parts[Symbol.asyncIterator]();
    expect(() => parts[Symbol.asyncIterator]()).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        provider: "acme",
        message: "acme llm.stream: this stream was read already; a stream can be read once",
      }),
    );
  });
});

describe("begun", () => {
  it("reads one part, and then gives all of them", async () => {
    const read: string[] = [];
    const source = (async function* (): AsyncGenerator<string> {
      for (const part of ["a", "b"]) {
        read.push(part);
        yield part;
      }
    })();
    const parts = await begun(source);
    expect(read).toEqual(["a"]);
    const all: string[] = [];
    for await (const part of parts) all.push(part);
    expect(all).toEqual(["a", "b"]);
  });

  it("throws what goes wrong before the first part", async () => {
    const error = new Error("no");
    // oxlint-disable-next-line require-yield -- it fails before its first part
    const source = (async function* (): AsyncGenerator<string> {
      throw error;
    })();
    await expect(begun(source)).rejects.toBe(error);
  });

  it("of an empty stream is empty", async () => {
    const parts = await begun((async function* (): AsyncGenerator<string> {})());
    expect(await parts[Symbol.asyncIterator]().next()).toEqual(done);
  });

  it("closes what is behind when it is left", async () => {
    const { source, returned } = stalling();
    for await (const part of await begun(source)) if (part === "a") break;
    expect(returned()).toBe(1);
  });
});

describe("orAbort", () => {
  it("gives what the promise gives, and leaves no listener", async () => {
    const { signal } = new AbortController();
    expect(await orAbort(Promise.resolve(1), signal)).toBe(1);
    expect(await orAbort(Promise.resolve(1), undefined)).toBe(1);
    await expect(orAbort(Promise.reject(new Error("no")), signal)).rejects.toThrow("no");
    await vi.waitFor(() => expect(getEventListeners(signal, "abort")).toEqual([]));
  });

  it("rejects with the reason of an abort, before it or in the middle", async () => {
    const never = new Promise<never>(() => undefined);
    const controller = new AbortController();
    const waiting = orAbort(never, controller.signal);
    controller.abort("enough");
    await expect(waiting).rejects.toBe("enough");
    await expect(orAbort(never, controller.signal)).rejects.toBe("enough");
  });
});
