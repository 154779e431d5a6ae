import { BelugaError } from "../errors.js";

/** What a stream that stands in front of others knows of its consumer. */
export interface Consumer {
  /** Whether it has left the loop. */
  readonly left: boolean;
  /** A stream behind, opened now, which is told at once when the consumer leaves. */
  read<T>(open: () => AsyncIterable<T>): AsyncIterable<T>;
  /** Does what is not reading: waits for a turn, asks a store. The signal ends it, when the consumer leaves or the caller aborts. */
  wait<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** What an error of a stream names, and the caller's signal. */
export interface RelayedCall {
  op: string;
  provider: string;
  signal?: AbortSignal | undefined;
}

/**
 * A stream in front of others, with what holds for every stream: nothing happens before the first read, it is read once, and leaving it
 * closes at once what is behind, also in the middle of a read or of a wait.
 *
 * @param produce - Gives the parts. Runs up to its first `yield` at the first read.
 */
export function relay<T>(
  call: RelayedCall,
  produce: (consumer: Consumer) => AsyncGenerator<T, void>,
): AsyncIterableIterator<T, void> {
  return new Relay(call, produce);
}

/** What ends a wait when the consumer leaves; it never reaches anybody, as the consumer sees a normal end. */
const leaving: unknown = /* @__PURE__ */ Symbol("the consumer has left the stream");

class Relay<T> implements AsyncIterableIterator<T, void>, Consumer {
  left = false;
  readonly #call: RelayedCall;
  readonly #parts: AsyncGenerator<T, void>;
  #source: AsyncIterator<unknown> | undefined;
  #waiting: AbortController | undefined;
  #iterated = false;

  constructor(call: RelayedCall, produce: (consumer: Consumer) => AsyncGenerator<T, void>) {
    this.#call = call;
    this.#parts = produce(this);
  }

  [Symbol.asyncIterator](): this {
    if (this.#iterated) {
      const { op, provider } = this.#call;
      const message = `${provider} ${op}: this stream was read already; a stream can be read once`;
      throw new BelugaError({ op, provider, code: "invalid_input", message });
    }
    this.#iterated = true;
    return this;
  }

  next(): Promise<IteratorResult<T, void>> {
    return this.#parts.next().catch(endIfLeft);
  }

  /** Tells what is behind at once: the generator alone would wait for the part that is under way. */
  async return(): Promise<IteratorResult<T, void>> {
    this.left = true;
    this.#waiting?.abort(leaving);
    const [, result] = await Promise.all([this.#source?.return?.(), this.#parts.return(undefined)]);
    return result;
  }

  read<Part>(open: () => AsyncIterable<Part>): AsyncIterable<Part> {
    if (this.left) throw leaving;
    const iterator = open()[Symbol.asyncIterator]();
    this.#source = iterator;
    return { [Symbol.asyncIterator]: () => iterator };
  }

  async wait<Result>(run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const { signal } = this.#call;
    const controller = (this.#waiting = new AbortController());
    const onAbort = (): void => controller.abort(signal?.reason);
    if (this.left) controller.abort(leaving);
    else if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
    try {
      return await run(controller.signal);
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.#waiting = undefined;
    }
  }
}

function endIfLeft(error: unknown): IteratorResult<never, undefined> {
  if (error === leaving) return { value: undefined, done: true };
  throw error;
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
      async return() {
        await iterator.return?.();
        return { value: undefined, done: true };
      },
    }),
  };
}

/** What a promise gives, or the signal's reason where that comes first. */
export function orAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
