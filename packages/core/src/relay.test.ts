import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Consumer, begun, orAbort, relay } from "./relay.js";
import { drain } from "./testing/scripted.js";

type Part = { type: "part"; at: number } | { type: "finish" };

const part = (at: number): Part => ({ type: "part", at });
const finish: Part = { type: "finish" };
const given = (value: Part) => ({ value, done: false });
const over = { value: undefined, done: true } as const;
const never = new Promise<never>(() => undefined);
const bug = async (): Promise<never> => {
  throw new Error("bug");
};
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const iterate = (stream: AsyncIterable<Part>) =>
  stream[Symbol.asyncIterator]() as Required<AsyncIterator<Part, undefined>>;

let caller: AbortController;
beforeEach(() => void (caller = new AbortController()));
afterEach(() => expect(getEventListeners(caller.signal, "abort")).toEqual([]));

/** A stream that gives one part and then stalls; left, it ends, unless it does something else. */
function stalling(onReturn?: () => Promise<never>) {
  let end: ((result: typeof over) => void) | undefined;
  const next = vi
    .fn<() => Promise<IteratorResult<Part, undefined>>>(() => new Promise((resolve) => (end = resolve)))
    .mockResolvedValueOnce({ value: part(1), done: false });
  const leave = vi.fn<() => Promise<typeof over>>(async () => {
    if (onReturn) return onReturn();
    end?.(over);
    return over;
  });
  const stream: AsyncIterable<Part> = { [Symbol.asyncIterator]: () => ({ next, return: leave }) };
  return { stream, next, leave };
}

describe("relay", () => {
  /** What the generator was given, how often it began, and how often it ended. */
  let signal: AbortSignal | undefined;
  let runs: number;
  let cleaned: number;
  beforeEach(() => {
    signal = undefined;
    runs = cleaned = 0;
  });

  function relayed(produce: (consumer: Consumer) => AsyncIterable<Part>): AsyncIterable<Part> {
    const call = { op: "llm.stream", provider: "acme", signal: caller.signal };
    return relay<Part>(call, async function* (consumer) {
      ({ signal } = consumer);
      runs++;
      try {
        for await (const part of produce(consumer)) yield part;
      } finally {
        cleaned++;
      }
    });
  }

  /** A stream of what is given; a promise is waited for first. */
  const streamOf = (...parts: readonly (Part | Promise<Part>)[]): AsyncIterable<Part> =>
    relayed(async function* ({ signal }) {
      for (const each of parts) yield await orAbort(each, signal);
    });

  it("gives the parts, from the first read on", async () => {
    const iterator = iterate(streamOf(part(1), part(2), finish));
    await settled();
    expect(runs).toBe(0);
    expect(await drain({ [Symbol.asyncIterator]: () => iterator })).toEqual([part(1), part(2), finish]);
    expect(await iterator.next()).toEqual(over);
    expect([runs, cleaned]).toEqual([1, 1]);
  });

  it("ends also where there is no last part", async () => {
    expect(await drain(streamOf(part(1)))).toEqual([part(1)]);
    expect(cleaned).toBe(1);
  });

  it("gives reads that are made at once their parts in order", async () => {
    const later = settled().then(() => part(2));
    const iterator = iterate(streamOf(part(1), later, finish));
    const reads = [iterator.next(), iterator.next(), iterator.next(), iterator.next()];
    expect(await Promise.all(reads)).toEqual([given(part(1)), given(part(2)), given(finish), over]);
  });

  it("is read once, and says of whom", async () => {
    const stream = streamOf(finish);
    await drain(stream);
    expect(() => iterate(stream)).toThrow(
      expect.objectContaining({
        name: "BelugaError",
        code: "invalid_input",
        op: "llm.stream",
        provider: "acme",
        message: "acme llm.stream: this stream was read already; a stream can be read once",
      }),
    );
  });

  it("throws what the generator throws, and is over", async () => {
    const iterator = iterate(streamOf(part(1), bug()));
    await iterator.next();
    await expect(iterator.next()).rejects.toThrow("bug");
    expect(getEventListeners(caller.signal, "abort")).toEqual([]);
    caller.abort("enough");
    expect(await iterator.next()).toEqual(over);
    expect(signal?.aborted).toBe(false);
  });

  describe("that is left", () => {
    it("aborts what the generator has started, and has cleaned up by then", async () => {
      for await (const each of streamOf(part(1), part(2))) {
        expect(each).toEqual(part(1));
        break;
      }
      expect({ aborted: signal?.aborted, cleaned }).toEqual({ aborted: true, cleaned: 1 });
    });

    it("at its last part aborts nothing, nor does the caller after that", async () => {
      for await (const each of streamOf(finish)) {
        expect(each).toEqual(finish);
        expect(getEventListeners(caller.signal, "abort")).toEqual([]);
        break;
      }
      expect({ aborted: signal?.aborted, cleaned }).toEqual({ aborted: false, cleaned: 1 });
    });

    it("throws what the generator throws on its way out", async () => {
      const iterator = iterate(
        relayed(async function* () {
          try {
            yield part(1);
          } finally {
            await bug();
          }
        }),
      );
      await iterator.next();
      await expect(iterator.return()).rejects.toThrow("bug");
      expect(await iterator.next()).toEqual(over);
    });

    it("in the middle of reads ends them at once, and has cleaned up by then", async () => {
      const iterator = iterate(streamOf(part(1), never));
      await iterator.next();
      const reads = [iterator.next(), iterator.next()];
      expect(await iterator.return()).toEqual(over);
      expect({ cleaned, aborted: signal?.aborted }).toEqual({ cleaned: 1, aborted: true });
      expect(await Promise.all([...reads, iterator.next()])).toEqual([over, over, over]);
    });

    it("tells nobody what the generator throws on being left in the middle of a read", async () => {
      const iterator = iterate(
        relayed(async function* ({ signal }) {
          await orAbort(never, signal).catch(bug);
          yield part(1);
        }),
      );
      const read = iterator.next();
      expect([await iterator.return(), await read]).toEqual([over, over]);
    });

    it("hands on no part that still comes", async () => {
      let goOn: (() => void) | undefined;
      const iterator = iterate(
        relayed(async function* () {
          await new Promise<void>((resolve) => (goOn = resolve));
          yield part(1);
        }),
      );
      const read = iterator.next();
      const leaving = iterator.return();
      goOn?.();
      expect([await read, await leaving, cleaned]).toEqual([over, over, 1]);
    });

    it("before it was read does nothing, not even after an abort", async () => {
      const iterator = iterate(streamOf(part(1)));
      expect([await iterator.return(), await iterator.next()]).toEqual([over, over]);
      expect(getEventListeners(caller.signal, "abort")).toEqual([]);
      caller.abort("enough");
      expect(await iterator.next()).toEqual(over);
      expect(runs).toBe(0);
    });
  });

  describe("that is aborted", () => {
    it("in the middle of a read rejects it with the reason at once, has cleaned up by then, and is over", async () => {
      const iterator = iterate(streamOf(part(1), never));
      await iterator.next();
      const [read, another] = [iterator.next(), iterator.next()];
      caller.abort("enough");
      await expect(read).rejects.toBe("enough");
      expect({ cleaned, signal }).toMatchObject({ cleaned: 1, signal: { aborted: true, reason: "enough" } });
      expect([await another, await iterator.next()]).toEqual([over, over]);
    });

    it("by what the generator itself does rejects the read with the reason", async () => {
      const iterator = iterate(
        relayed(async function* () {
          caller.abort("enough");
          yield part(1);
        }),
      );
      await expect(iterator.next()).rejects.toBe("enough");
      expect([await iterator.next(), cleaned]).toEqual([over, 1]);
    });

    it("between reads rejects the next with the reason, and is over", async () => {
      const iterator = iterate(streamOf(part(1), part(2)));
      await iterator.next();
      caller.abort("enough");
      expect(signal).toMatchObject({ aborted: true, reason: "enough" });
      await expect(iterator.next()).rejects.toBe("enough");
      expect([await iterator.next(), cleaned]).toEqual([over, 1]);
    });

    it("between reads is thrown where the generator stands, which has cleaned up by then", async () => {
      const seen: unknown[] = [];
      const call = { op: "llm.stream", provider: "acme", signal: caller.signal };
      const iterator = relay(call, async function* () {
        try {
          yield part(1);
        } catch (error) {
          await settled();
          seen.push(error);
          await bug();
        }
      });
      await iterator.next();
      caller.abort("enough");
      await expect(iterator.next()).rejects.toBe("enough");
      expect(seen).toEqual(["enough"]);
    });

    it("forgets that when it is left", async () => {
      const iterator = iterate(streamOf(part(1), part(2)));
      await iterator.next();
      caller.abort("enough");
      expect([await iterator.return(), await iterator.next()]).toEqual([over, over]);
    });

    it("already does not begin", async () => {
      caller.abort("enough");
      const iterator = iterate(streamOf(part(1)));
      await expect(iterator.next()).rejects.toBe("enough");
      expect(await iterator.next()).toEqual(over);
      expect(runs).toBe(0);
    });

    it("hands on no part that still comes, and tells nobody what the generator throws then", async () => {
      let come: ((part: Part) => void) | undefined;
      const coming = new Promise<Part>((resolve) => (come = resolve));
      const iterator = iterate(
        relayed(async function* () {
          try {
            yield await coming;
          } finally {
            await bug();
          }
        }),
      );
      const read = iterator.next();
      caller.abort("enough");
      come?.(part(1));
      await expect(read).rejects.toBe("enough");
      await settled();
      expect(cleaned).toBe(1);
      expect(await iterator.next()).toEqual(over);
    });
  });

  describe("in front of a stream", () => {
    it("reads that as it is read itself", async () => {
      const { stream, next } = stalling();
      const iterator = iterate(relayed(({ read }) => read(stream)));
      expect(await iterator.next()).toEqual(given(part(1)));
      await settled();
      expect(next).toHaveBeenCalledOnce();
      await iterator.return();
    });

    it("throws what that throws", async () => {
      // oxlint-disable-next-line require-yield -- it fails before its first part
      const stream = (async function* (): AsyncGenerator<Part> {
        await bug();
      })();
      await expect(drain(relayed(({ read }) => read(stream)))).rejects.toThrow("bug");
    });

    it("leaves that once when it is left, and throws what that throws", async () => {
      const { stream, leave } = stalling(bug);
      const iterator = iterate(relayed(({ read }) => read(stream)));
      await iterator.next();
      await expect(iterator.return()).rejects.toThrow("bug");
      expect(leave).toHaveBeenCalledOnce();
    });

    it.each([
      ["ends on being left", undefined],
      ["fails on being left", bug],
      ["never ends", () => never],
    ])("that %s ends at once when it is left in the middle of a read", async (_what, onReturn) => {
      const { stream, leave } = stalling(onReturn);
      const iterator = iterate(relayed(({ read }) => read(stream)));
      await iterator.next();
      const reading = iterator.next();
      expect([await iterator.return(), await reading, cleaned]).toEqual([over, over, 1]);
      expect(leave).toHaveBeenCalledOnce();
    });

    it.each([
      ["in the middle of a read", true],
      ["between reads", false],
    ])("leaves that at an abort %s", async (_when, inTheMiddle) => {
      const { stream, leave } = stalling();
      const iterator = iterate(relayed(({ read }) => read(stream)));
      await iterator.next();
      const reading = inTheMiddle ? iterator.next() : undefined;
      caller.abort("enough");
      await expect(reading ?? iterator.next()).rejects.toBe("enough");
      expect(leave).toHaveBeenCalledOnce();
    });

    it("does not read that any more once it is left", async () => {
      let goOn: (() => void) | undefined;
      const { stream, next } = stalling();
      const iterator = iterate(
        relayed(async function* ({ read }) {
          await new Promise<void>((resolve) => (goOn = resolve));
          yield* read(stream);
        }),
      );
      const reading = iterator.next();
      const leaving = iterator.return();
      goOn?.();
      expect([await reading, await leaving]).toEqual([over, over]);
      expect(next).not.toHaveBeenCalled();
    });
  });
});

describe("orAbort", () => {
  it("gives what the promise gives, and leaves no listener", async () => {
    const { signal } = caller;
    expect(await orAbort(Promise.resolve(1), signal)).toBe(1);
    expect(await orAbort(1, undefined)).toBe(1);
    await expect(orAbort(bug(), signal)).rejects.toThrow("bug");
    await vi.waitFor(() => expect(getEventListeners(signal, "abort")).toEqual([]));
  });

  it("rejects with the reason of an abort, before it or in the middle", async () => {
    const { signal } = caller;
    const waiting = orAbort(never, signal);
    caller.abort("enough");
    await expect(waiting).rejects.toBe("enough");
    await expect(orAbort(never, signal)).rejects.toBe("enough");
    expect(getEventListeners(signal, "abort").length).toBe(0);
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
    expect(await drain(parts)).toEqual(["a", "b"]);
  });

  it("throws what goes wrong before the first part", async () => {
    // oxlint-disable-next-line require-yield -- it fails before its first part
    const source = (async function* (): AsyncGenerator<string> {
      await bug();
    })();
    await expect(begun(source)).rejects.toThrow("bug");
  });

  it("of an empty stream is empty", async () => {
    expect(await drain(await begun((async function* (): AsyncGenerator<string> {})()))).toEqual([]);
  });

  it("leaves what is behind when it is left", async () => {
    const { stream, leave } = stalling();
    for await (const each of await begun(stream)) if (each.type === "part") break;
    expect(leave).toHaveBeenCalledOnce();
  });
});
