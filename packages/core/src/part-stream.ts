import { BelugaError } from "./errors.js";

/**
 * A stream over the parts of a generator, which behaves as the streams of models do: it begins at the first read, and can be read once. A
 * caller's abort rejects the read that is under way at once, and leaving the loop ends it, whatever the generator waits for.
 *
 * @param generate - Given a signal for all that it starts: it is aborted when the caller's is, and when the loop is left.
 */
export function partStream<Part extends { type: string }>(
  op: string,
  caller: AbortSignal | undefined,
  generate: (signal: AbortSignal) => AsyncGenerator<Part, undefined>,
): AsyncIterable<Part> {
  return new PartStream(op, caller, generate);
}

type Result<Part> = IteratorResult<Part, undefined>;

interface Read<Part> {
  resolve(result: Result<Part>): void;
  reject(reason: unknown): void;
}

class PartStream<Part extends { type: string }>
  implements AsyncIterable<Part>, AsyncIterator<Part, undefined>
{
  readonly #op: string;
  readonly #caller: AbortSignal | undefined;
  readonly #generate: (signal: AbortSignal) => AsyncGenerator<Part, undefined>;
  readonly #controller = new AbortController();
  /** The reads that are under way. */
  readonly #reads = new Set<Read<Part>>();
  #parts: AsyncGenerator<Part, undefined> | undefined;
  #iterated = false;
  #over = false;
  /** An abort that no read has been told of. */
  #failure: { reason: unknown } | undefined;

  constructor(
    op: string,
    caller: AbortSignal | undefined,
    generate: (signal: AbortSignal) => AsyncGenerator<Part, undefined>,
  ) {
    this.#op = op;
    this.#caller = caller;
    this.#generate = generate;
  }

  [Symbol.asyncIterator](): AsyncIterator<Part, undefined> {
    if (this.#iterated) {
      throw new BelugaError({
        op: this.#op,
        code: "invalid_input",
        message: `${this.#op}: this stream was read already; a stream can be read once`,
      });
    }
    this.#iterated = true;
    return this;
  }

  next(): Promise<Result<Part>> {
    if (!this.#over && !this.#parts) this.#start();
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) return Promise.reject(failure.reason);
    const parts = this.#parts;
    if (this.#over || !parts) return Promise.resolve(done);
    return new Promise((resolve, reject) => {
      const read: Read<Part> = { resolve, reject };
      this.#reads.add(read);
      this.#pull(parts)
        .finally(() => this.#reads.delete(read))
        .then(resolve, reject);
    });
  }

  async #pull(parts: AsyncGenerator<Part, undefined>): Promise<Result<Part>> {
    try {
      const result = await parts.next();
      // The last part: leaving the loop after it is no abort, which would close a connection that can be used again.
      if (result.done || result.value.type === "finish") this.#end();
      return result;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** The consumer leaves the loop. */
  return(): Promise<Result<Part>> {
    this.#failure = undefined;
    this.#stop((read) => read.resolve(done));
    return Promise.resolve(done);
  }

  #start(): void {
    if (this.#caller?.aborted) {
      this.#over = true;
      this.#failure = { reason: this.#caller.reason };
      return;
    }
    this.#caller?.addEventListener("abort", this.#onAbort, { once: true });
    this.#parts = this.#generate(this.#controller.signal);
  }

  readonly #onAbort = (): void => {
    const reason: unknown = this.#caller?.reason;
    if (this.#reads.size === 0) this.#failure = { reason };
    this.#stop((read) => read.reject(reason), reason);
  };

  /** Ends the reads that are under way, and all that the generator has started. */
  #stop(settle: (read: Read<Part>) => void, reason?: unknown): void {
    if (this.#over) return;
    this.#end();
    for (const read of this.#reads) settle(read);
    this.#reads.clear();
    this.#controller.abort(reason);
    // What it throws on its way out is told to nobody: the consumer has left, or has the reason of its own abort.
    this.#parts?.return(undefined).catch(() => undefined);
  }

  #end(): void {
    this.#over = true;
    this.#caller?.removeEventListener("abort", this.#onAbort);
  }
}

const done = { value: undefined, done: true } as const;
