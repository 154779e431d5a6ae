/**
 * Cuts the bytes of a stream into frames: events, lines. Pushed one network read at a time; what is not complete yet is kept.
 *
 * It must not throw, or the frames before would be lost: what cannot be read becomes a frame, in its place, that says so.
 */
export interface FrameParser<Frame> {
  push(bytes: Uint8Array, frames: Frame[]): void;
  /** The stream is over: adds what a vendor left without its final blank line. */
  end(frames: Frame[]): void;
  /** How much is kept, in characters or bytes. */
  readonly pending: number;
}

export interface ServerSentEvent {
  /** The `event:` field; absent where the vendor sends none. */
  event: string | undefined;
  data: string;
}

const carriageReturn = 13;
const lineFeed = 10;
const colon = 58;
const space = 32;

/**
 * Parses server-sent events: {@link https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation}.
 * Comments, `id:` and `retry:` are passed over. Unlike a browser, it hands on a last event whose blank line is missing.
 */
export class EventParser implements FrameParser<ServerSentEvent> {
  readonly #decoder = new TextDecoder();
  #rest = "";
  #event: string | undefined;
  #data: string | undefined;
  #skipLineFeed = false;

  get pending(): number {
    return this.#rest.length + (this.#data?.length ?? 0);
  }

  push(bytes: Uint8Array, events: ServerSentEvent[]): void {
    this.#parse(this.#decoder.decode(bytes, { stream: true }), events);
  }

  end(events: ServerSentEvent[]): void {
    // The blank line that was missing, and before it the line end of a last line that had none.
    this.#parse(`${this.#decoder.decode()}\n\n`, events);
  }

  #parse(chunk: string, events: ServerSentEvent[]): void {
    // Most vendors never send a carriage return, so looking for one in every line would be for nothing.
    const hasReturns = chunk.includes("\r");
    if (!hasReturns && !chunk.includes("\n")) {
      this.#rest += chunk; // not searched again, so that an event of megabytes takes linear time
      if (chunk !== "") this.#skipLineFeed = false;
      return;
    }
    const text = this.#rest + chunk;
    // After a return that ended the last chunk, a line feed is the second half of that line end. `#rest` is empty then.
    let start = this.#skipLineFeed && text.charCodeAt(0) === lineFeed ? 1 : 0;
    let searchFrom = Math.max(start, this.#rest.length);
    this.#skipLineFeed = false;
    let nextFeed = text.indexOf("\n", searchFrom);
    let nextReturn = hasReturns ? text.indexOf("\r", searchFrom) : -1;
    for (;;) {
      // Looked for again only where it is passed: of many lines that end in one, the other would be looked for in vain to the end each time.
      if (nextFeed >= 0 && nextFeed < searchFrom) nextFeed = text.indexOf("\n", searchFrom);
      if (nextReturn >= 0 && nextReturn < searchFrom) nextReturn = text.indexOf("\r", searchFrom);
      let end = nextFeed;
      let next = end + 1;
      if (nextReturn >= 0 && (end < 0 || nextReturn < end)) {
        end = nextReturn;
        next = text.charCodeAt(end + 1) === lineFeed ? end + 2 : end + 1;
        if (next === text.length && next === end + 1) this.#skipLineFeed = true;
      }
      if (end < 0) break;
      if (end === start) this.#dispatch(events);
      else this.#line(text, start, end);
      searchFrom = start = next;
    }
    this.#rest = start === text.length ? "" : text.slice(start);
  }

  #line(text: string, start: number, end: number): void {
    // By far the most lines: `data: {...}`.
    if (text.startsWith("data:", start)) {
      const value = text.slice(text.charCodeAt(start + 5) === space ? start + 6 : start + 5, end);
      this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    } else if (text.startsWith("event:", start)) {
      this.#event = text.slice(text.charCodeAt(start + 6) === space ? start + 7 : start + 6, end);
    } else if (text.charCodeAt(start) !== colon) {
      const field = text.slice(start, end); // one without a colon has an empty value
      if (field === "data") this.#data = this.#data === undefined ? "" : `${this.#data}\n`;
      else if (field === "event") this.#event = "";
    }
  }

  #dispatch(events: ServerSentEvent[]): void {
    if (this.#data !== undefined) events.push({ event: this.#event, data: this.#data });
    this.#event = undefined;
    this.#data = undefined;
  }
}

/** Parses lines, as of newline-delimited JSON. Blank lines are passed over. */
export class LineParser implements FrameParser<string> {
  readonly #decoder = new TextDecoder();
  #rest = "";

  get pending(): number {
    return this.#rest.length;
  }

  push(bytes: Uint8Array, lines: string[]): void {
    this.#parse(this.#decoder.decode(bytes, { stream: true }), lines);
  }

  end(lines: string[]): void {
    this.#parse(`${this.#decoder.decode()}\n`, lines);
  }

  #parse(chunk: string, lines: string[]): void {
    if (!chunk.includes("\n")) {
      this.#rest += chunk;
      return;
    }
    let searchFrom = this.#rest.length;
    const text = this.#rest + chunk;
    let start = 0;
    for (let end = text.indexOf("\n", searchFrom); end >= 0; end = text.indexOf("\n", searchFrom)) {
      const line = text.slice(
        start,
        text.charCodeAt(end - 1) === carriageReturn && end > start ? end - 1 : end,
      );
      if (line.trim() !== "") lines.push(line);
      searchFrom = start = end + 1;
    }
    this.#rest = text.slice(start);
  }
}
