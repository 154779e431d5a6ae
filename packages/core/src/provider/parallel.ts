import type { CallOptions } from "../common.js";
import type { BelugaError } from "../errors.js";

export interface ParallelOptions extends Pick<CallOptions, "signal" | "timeout"> {
  /** How many tasks may be under way at once. */
  concurrency: number;
  /** The error for a call whose total time limit passed. */
  expired(limit: number): BelugaError;
}

/**
 * Runs a task for each item, a few at a time. An item is taken only when a task can begin with it, so that of many large ones few are in memory.
 * The first failure ends the others, and is thrown once none of them is under way any more.
 */
export async function runInParallel<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  { signal: given, timeout, concurrency, expired }: ParallelOptions,
  task: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const take = takerOf(items);
  const worker = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await orAbort(take.next(), signal);
      if (done) return;
      await task(value, signal);
    }
  };
  await withinTotal({ signal: given, timeout, expired }, async (signal, fail) => {
    const workers = Array.from({ length: concurrency }, () => worker(signal));
    try {
      await Promise.all(workers);
    } catch (error) {
      fail(error);
      await Promise.allSettled(workers); // so that no request outlives the call
      take.leave();
      throw error;
    }
  });
}

/**
 * Runs a call under its total time limit, which a single request of several knows nothing of. The signal that the call gets is aborted by the caller,
 * by the limit, or by `fail`; whichever was first is what is thrown.
 */
export async function withinTotal<T>(
  { signal: given, timeout, expired }: Omit<ParallelOptions, "concurrency">,
  run: (signal: AbortSignal, fail: (error: unknown) => void) => Promise<T>,
): Promise<T> {
  given?.throwIfAborted();
  const failed = new AbortController();
  const signal = given ? AbortSignal.any([given, failed.signal]) : failed.signal;
  const fail = (error: unknown): void => failed.abort(error);
  const total = timeout?.total ?? Infinity;
  const timer = total < 2 ** 31 ? setTimeout(() => fail(expired(total)), total) : undefined;
  try {
    return await run(signal, fail);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Hands out items one after the other, to whoever asks: a generator is asked for one at a time, also by several. */
function takerOf<Item>(items: Iterable<Item> | AsyncIterable<Item>): {
  next(): Promise<IteratorResult<Item, unknown>>;
  leave(): void;
} {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let last: Promise<unknown> = Promise.resolve();
  return {
    next() {
      const taken = last.then(() => iterator.next());
      last = taken;
      return taken;
    },
    /** What a source says to being left has no one to hear it: the call fails already, and for another reason. */
    leave() {
      void Promise.resolve(iterator.return?.()).catch(() => undefined);
    },
  };
}

/** Waits for something that may take for ever, or that others wait for as well: an abort ends the wait, and nothing else. */
export function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
