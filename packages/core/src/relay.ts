import { BelugaError } from "./errors.js";

/** What a stream's errors name, and what ends it. */
export interface RelayedCall {
  op: string;
  provider: string;
  /** The caller's. Left out where the stream behind has it, and is to end by it as it would alone. */
  signal?: AbortSignal | undefined;
}

/** What a stream in front of others knows of its consumer. */
export interface Consumer {
  /** For all that is started: aborted when the caller's is, and when the loop is left. */
  readonly signal: AbortSignal;
  /** The parts of a stream behind, one stream after the other. At the signal's abort a read ends at once with its reason, and the stream is left. */
  read<T>(stream: AsyncIterable<T>): AsyncIterable<T>;
}

/**
 * A stream in front of others, which behaves as the streams of models do: it begins at the first read, is read once, and ends at once when the
 * loop is left or the caller aborts, also in the middle of a read.
 *
 * @param produce - Gives the parts. It waits by {@link Consumer.read}, by {@link orAbort}, or for what heeds the signal, so that it has cleaned
 * up by the time the consumer learns of the end. An abort between reads is thrown at its `yield`, by the next read.
 */
export function relay<T>(
  { op, provider, signal: caller }: RelayedCall,
  produce: (consumer: Consumer) => AsyncGenerator<T, void>,
): AsyncIterableIterator<T, void> {
  const controller = new AbortController();
  const { signal } = controller;
  let iterated = false;
  let started = false;
  /** Nothing is left to abort: it gave its last part, failed, or was stopped. */
  let ended = false;
  /** Reads give nothing any more: it was left, or one of them was told what went wrong. */
  let over = false;
  /** Leaves the stream behind. */
  let leave: (() => Promise<unknown>) | undefined;

  const parts = produce({
    signal,
    read<Part>(stream: AsyncIterable<Part>) {
      const source = stream[Symbol.asyncIterator]();
      let fail: ((reason: unknown) => void) | undefined;
      let left: Promise<IteratorResult<Part>> | undefined;
      const next = (): Promise<IteratorResult<Part>> =>
        new Promise((resolve, reject) => {
          fail = reject;
          if (signal.aborted) reject(signal.reason);
          else source.next().then(resolve, reject);
        });
      const leaveSource = (): Promise<IteratorResult<Part>> => {
        fail?.(signal.reason); // a read that is under way
        return (left ??= returnOf(source));
      };
      leave = leaveSource;
      return { [Symbol.asyncIterator]: () => ({ next, return: leaveSource }) };
    },
  });

  const end = (): void => {
    ended = true;
    caller?.removeEventListener("abort", onAbort);
  };
  const stop = (reason?: unknown): void => {
    end();
    controller.abort(reason);
    leave?.().catch(() => undefined); // what it throws on being left is told to nobody
  };
  const onAbort = (): void => stop(caller?.reason);
  const pull = async (): Promise<IteratorResult<T, void>> => {
    try {
      const result = await (signal.aborted ? parts.throw(signal.reason) : parts.next());
      if (signal.aborted) await parts.throw(signal.reason); // a part that still came
      if (result.done || isFinish(result.value)) end();
      return result;
    } catch (error) {
      if (over) return done;
      over = true;
      end();
      throw signal.aborted ? signal.reason : error;
    }
  };

  return {
    [Symbol.asyncIterator]() {
      if (iterated) {
        const message = `${provider} ${op}: this stream was read already; a stream can be read once`;
        throw new BelugaError({ op, provider, code: "invalid_input", message });
      }
      iterated = true;
      return this;
    },
    next() {
      if (!started) {
        started = true;
        if (caller?.aborted) onAbort();
        else caller?.addEventListener("abort", onAbort, { once: true });
      }
      return pull();
    },
    /** The consumer leaves the loop. */
    async return() {
      started = over = true;
      // After the last part that is no abort, which would close a connection that can be used again.
      if (!ended) stop();
      await parts.return();
      return done;
    },
  };
}

/** What a promise gives, or the signal's reason where that comes first. */
export function orAbort<T>(value: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const promise = Promise.resolve(value);
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** A stream whose first part has come; what goes wrong before that is thrown here, while another model can still be asked. */
export async function begun<T>(stream: AsyncIterable<T>): Promise<AsyncIterable<T>> {
  const iterator = stream[Symbol.asyncIterator]();
  let first: IteratorResult<T> | undefined = await iterator.next();
  return {
    [Symbol.asyncIterator]: () => ({
      next() {
        if (first === undefined) return iterator.next();
        const result = Promise.resolve(first);
        first = undefined;
        return result;
      },
      return: () => returnOf(iterator),
    }),
  };
}

/** Whether it is the last part of a stream. */
export function isFinish(part: unknown): part is { type: "finish"; response?: unknown } {
  return (part as { type?: unknown } | null | undefined)?.type === "finish";
}

const done = { value: undefined, done: true } as const;

async function returnOf<T>(source: AsyncIterator<T>): Promise<IteratorResult<T>> {
  await source.return?.();
  return done;
}
