import type { BelugaError } from "../errors.js";
import type { Deadline } from "./deadline.js";

export interface ResponseInfo {
  status: number;
  headers: Headers;
  requestId: string | undefined;
}

/** For whole bodies, of which none leaves anything behind in it. */
const decoder = /* @__PURE__ */ new TextDecoder();

/** A response whose body is still to be read, under the time limits of its call. */
export class Exchange {
  readonly info: ResponseInfo;
  readonly deadline: Deadline;
  readonly isRedirect: boolean;
  readonly #response: Response;
  readonly #idle: number;
  readonly #lost: (cause: unknown) => unknown;
  readonly #invalid: (problem: string) => BelugaError;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  constructor(
    response: Response,
    info: ResponseInfo,
    deadline: Deadline,
    idle: number,
    lost: (cause: unknown) => unknown,
    invalid: (problem: string) => BelugaError,
  ) {
    this.#response = response;
    this.info = info;
    this.deadline = deadline;
    this.isRedirect = response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400);
    this.#idle = idle;
    this.#lost = lost;
    this.#invalid = invalid;
  }

  /** What the network brings next; `undefined` at the end. Not an async function, as a stream may come here for every chunk. */
  read(): Promise<Uint8Array | undefined> {
    this.#reader ??= this.#response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
    if (!this.#reader) return Promise.resolve(undefined);
    this.deadline.wait("idle", this.#idle);
    if (this.deadline.ended) return Promise.reject(this.#lost(undefined));
    return this.#reader.read().then(this.#onRead, this.#onLost);
  }

  readonly #onRead = ({ value }: { value?: Uint8Array | undefined }): Uint8Array | undefined => {
    this.deadline.rest();
    return value;
  };

  readonly #onLost = (cause: unknown): never => {
    this.deadline.rest();
    throw this.#lost(cause);
  };

  async bytes(limit: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (let chunk = await this.read(); chunk; chunk = await this.read()) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size > limit) throw this.#invalid(`a body of more than ${limit} bytes`);
    }
    if (chunks.length === 1) return chunks[0] as Uint8Array;
    const whole = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.byteLength;
    }
    return whole;
  }

  async text(limit: number): Promise<string> {
    return decoder.decode(await this.bytes(limit));
  }

  /** The text that the body begins with, as much as came of it before the limit, or before it broke off. */
  async beginning(limit: number): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    try {
      for (let chunk = await this.read(); chunk && text.length < limit; chunk = await this.read()) {
        text += decoder.decode(chunk, { stream: true });
      }
    } catch (error) {
      if (this.deadline.ended) throw error;
    }
    return text.slice(0, limit);
  }

  /** Closes the connection. */
  close(): void {
    this.deadline.end(undefined);
    // The abort has closed the connection; this is for a `fetch` of the caller's that does not listen to it.
    const closing = this.#reader ? this.#reader.cancel() : this.#response.body?.cancel();
    closing?.catch(() => undefined); // nobody is left to tell
  }

  /**
   * Reads on to the end, which a vendor's terminal event announced, so that the connection can be used again; gives up where it does not
   * come at once.
   */
  async finish(): Promise<void> {
    const giveUp = setTimeout(() => this.close(), 500);
    try {
      for (let reads = 0; reads < 16; reads++) {
        if (await this.read()) continue;
        this.deadline.dispose(); // all was read: nothing is left to abort, and an abort costs more than the rest of the end
        return;
      }
    } catch {
      // The answer is complete, and was handed on: what happens to its connection is no concern of the caller's.
    } finally {
      clearTimeout(giveUp);
    }
    this.close();
  }
}
