import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { partStream } from "./part-stream.js";
import { drain } from "./testing/scripted.js";

type Part = { type: "part"; at: number } | { type: "finish" };

const part = (at: number): Part => ({ type: "part", at });
const finish: Part = { type: "finish" };
const over = { value: undefined, done: true };
const never = new Promise<never>(() => undefined);

let caller: AbortController;
let signal: AbortSignal | undefined;
let runs: number;
/** What the generator did on its way out. */
let cleaned: number;
beforeEach(() => {
  caller = new AbortController();
  signal = undefined;
  runs = cleaned = 0;
});
afterEach(() => expect(getEventListeners(caller.signal, "abort")).toEqual([]));

/** A stream of what is given; a promise is waited for first. */
function streamOf(...parts: readonly (Part | Promise<Part>)[]) {
  return partStream<Part>("test.stream", caller.signal, async function* (given): AsyncGenerator<
    Part,
    undefined
  > {
    signal = given;
    runs++;
    try {
      for (const each of parts) yield await each;
    } finally {
      cleaned++;
    }
  });
}

function iterate(stream: AsyncIterable<Part>) {
  return stream[Symbol.asyncIterator]() as Required<AsyncIterator<Part, undefined>>;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("partStream", () => {
  it("gives the parts, from the first read on", async () => {
    const stream = streamOf(part(1), part(2), finish);
    const iterator = iterate(stream);
    await settled();
    expect(runs).toBe(0);
    expect(await drain({ [Symbol.asyncIterator]: () => iterator })).toEqual([part(1), part(2), finish]);
    expect(await iterator.next()).toEqual(over);
    expect(runs).toBe(1);
  });

  it("ends also where there is no last part", async () => {
    expect(await drain(streamOf(part(1)))).toEqual([part(1)]);
    expect(cleaned).toBe(1);
  });

  it("gives reads that are made at once their parts in order", async () => {
    const iterator = iterate(
      streamOf(
        part(1),
        settled().then(() => part(2)),
        finish,
      ),
    );
    const reads = [iterator.next(), iterator.next(), iterator.next(), iterator.next()];
    expect(await Promise.all(reads)).toEqual([
      { value: part(1), done: false },
      { value: part(2), done: false },
      { value: finish, done: false },
      over,
    ]);
  });

  it("can be read once", async () => {
    const stream = streamOf(finish);
    await drain(stream);
    expect(() => iterate(stream)).toThrow(
      expect.objectContaining({
        name: "BelugaError",
        code: "invalid_input",
        op: "test.stream",
        message: "test.stream: this stream was read already; a stream can be read once",
      }),
    );
  });

  it("throws what the generator throws, and is over", async () => {
    const bug = new Error("bug");
    const iterator = iterate(streamOf(part(1), Promise.reject(bug)));
    await iterator.next();
    await expect(iterator.next()).rejects.toBe(bug);
    expect(getEventListeners(caller.signal, "abort")).toEqual([]);
    expect(await iterator.next()).toEqual(over);
  });

  it("aborts what the generator has started when the loop is left", async () => {
    for await (const each of streamOf(part(1), part(2))) {
      expect(each).toEqual(part(1));
      break;
    }
    expect(signal?.aborted).toBe(true);
    await settled();
    expect(cleaned).toBe(1);
  });

  it("aborts nothing when the loop is left at the last part", async () => {
    for await (const each of streamOf(finish)) {
      expect(each).toEqual(finish);
      break;
    }
    expect(signal?.aborted).toBe(false);
  });

  it("ends at once when it is left in the middle of a read, whatever the generator waits for", async () => {
    const iterator = iterate(streamOf(part(1), never));
    await iterator.next();
    const read = iterator.next();
    expect(await iterator.return()).toEqual(over);
    expect(await read).toEqual(over);
    expect(await iterator.next()).toEqual(over);
    expect(signal?.aborted).toBe(true);
  });

  it("does nothing when it is left before it was read", async () => {
    const iterator = iterate(streamOf(part(1)));
    expect(await iterator.return()).toEqual(over);
    expect(await iterator.next()).toEqual(over);
    expect(runs).toBe(0);
  });

  it("rejects the read under way with the reason of an abort, at once, and is over", async () => {
    const iterator = iterate(streamOf(part(1), never));
    await iterator.next();
    const reads = [iterator.next(), iterator.next()];
    caller.abort("enough");
    expect(await Promise.allSettled(reads)).toEqual([
      { status: "rejected", reason: "enough" },
      { status: "rejected", reason: "enough" },
    ]);
    expect(signal).toMatchObject({ aborted: true, reason: "enough" });
    expect(await iterator.next()).toEqual(over);
  });

  it("rejects the next read with the reason of an abort between reads, once", async () => {
    const iterator = iterate(streamOf(part(1), part(2)));
    await iterator.next();
    caller.abort("enough");
    await expect(iterator.next()).rejects.toBe("enough");
    expect(await iterator.next()).toEqual(over);
    expect(cleaned).toBe(1);
  });

  it("forgets an abort when it is left", async () => {
    const iterator = iterate(streamOf(part(1), part(2)));
    await iterator.next();
    caller.abort("enough");
    await iterator.return();
    expect(await iterator.next()).toEqual(over);
  });

  it("does not begin with a signal that is aborted already", async () => {
    caller.abort("enough");
    await expect(drain(streamOf(part(1)))).rejects.toBe("enough");
    expect(runs).toBe(0);
  });

  it("hands on no part that comes after an abort, and swallows what the generator throws then", async () => {
    const open: ((part: Part) => void)[] = [];
    const coming = new Promise<Part>((resolve) => open.push(resolve));
    const iterator = iterate(
      partStream<Part>("test.stream", caller.signal, async function* (): AsyncGenerator<Part, undefined> {
        try {
          yield await coming;
        } finally {
          cleaned++;
          // oxlint-disable-next-line no-unsafe-finally -- a generator that breaks on its way out
          throw new Error("bug");
        }
      }),
    );
    const read = iterator.next();
    caller.abort("enough");
    await expect(read).rejects.toBe("enough");
    open[0]?.(part(1));
    await settled();
    expect(cleaned).toBe(1);
    expect(await iterator.next()).toEqual(over);
  });
});
