import type { BelugaError } from "../errors.js";
import type { Exchange, ResponseInfo } from "./exchange.js";
import type { FrameParser } from "./frames.js";

/** The frames of a stream, as batches of what one network read brought. */
export class FrameReader<Frame> implements AsyncIterable<Frame> {
  readonly response: ResponseInfo;
  readonly #exchange: Exchange;
  readonly #parser: FrameParser<Frame>;
  readonly #maxPending: number;
  readonly #invalid: (problem: string) => BelugaError;
  #done = false;

  constructor(
    exchange: Exchange,
    parser: FrameParser<Frame>,
    maxPending: number,
    invalid: (problem: string) => BelugaError,
  ) {
    this.response = exchange.info;
    this.#exchange = exchange;
    this.#parser = parser;
    this.#maxPending = maxPending;
    this.#invalid = invalid;
  }

  /** Whether the connection has ended. */
  get ended(): boolean {
    return this.#done;
  }

  /** The frames that came next, at least one; `undefined` at the end. */
  async read(): Promise<Frame[] | undefined> {
    const frames: Frame[] = [];
    while (!this.#done && frames.length === 0) {
      if (this.#parser.pending > this.#maxPending) {
        this.cancel();
        throw this.#invalid(`one event of more than ${this.#maxPending} bytes`);
      }
      let bytes: Uint8Array | undefined;
      try {
        bytes = await this.#exchange.read();
      } catch (error) {
        if (this.#done) return undefined; // it was cancelled meanwhile
        this.cancel();
        throw error;
      }
      if (bytes) {
        this.#parser.push(bytes, frames);
      } else if (!this.#done) {
        this.#done = true;
        this.#parser.end(frames);
        this.#exchange.deadline.dispose();
      }
    }
    return frames.length > 0 ? frames : undefined;
  }

  /** Closes the connection at once. */
  cancel(): void {
    this.#done = true;
    this.#exchange.close();
  }

  /** The vendor's terminal event was seen: lets the connection be used again. */
  finish(): void {
    if (!this.#done) void this.#exchange.finish();
    this.#done = true;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Frame> {
    try {
      for (let frames = await this.read(); frames; frames = await this.read()) yield* frames;
    } finally {
      if (!this.#done) this.cancel();
    }
  }
}
