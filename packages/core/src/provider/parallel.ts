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
  given?.throwIfAborted();
  const failed = new AbortController();
  const signal = given ? AbortSignal.any([given, failed.signal]) : failed.signal;
  const take = takerOf(items);
  const worker = async (): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await orAbort(take.next(), signal);
      if (done) return;
      await task(value, signal);
    }
  };
  // The limit of the whole call; a request's own knows nothing of the others.
  const total = timeout?.total ?? Infinity;
  const expire = (): void => failed.abort(expired(total));
  const timer = total < 2 ** 31 ? setTimeout(expire, total) : undefined;
  const workers = Array.from({ length: concurrency }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(workers); // so that no request outlives the call
    take.leave();
    throw given?.aborted ? given.reason : error;
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
