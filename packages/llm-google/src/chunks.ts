import { EventParser, type FrameParser, type ServerSentEvent } from "@beluga/core/provider";

const openBrace = 123;
const openBracket = 91;
const space = 32; // the last of the white space

/**
 * Cuts a stream into chunks: server-sent events, as were asked for. Where JSON comes in their place, its objects: an array of chunks, which
 * is the form without `alt=sse`, or an error that Google's front end writes as it is, first or in the middle of a stream.
 */
export class ChunkParser implements FrameParser<ServerSentEvent> {
  #parser: FrameParser<ServerSentEvent> = new EventParser();

  get pending(): number {
    return this.#parser.pending;
  }

  push(bytes: Uint8Array, chunks: ServerSentEvent[]): void {
    let start = 0;
    while ((bytes[start] ?? openBrace) <= space) start++;
    // No line of an event begins with these. What is pending is an event, or a line, that goes on here.
    const isJSON = bytes[start] === openBrace || bytes[start] === openBracket;
    if (isJSON && this.#parser.pending === 0) this.#parser = new ObjectParser();
    this.#parser.push(bytes, chunks);
  }

  end(chunks: ServerSentEvent[]): void {
    this.#parser.end(chunks);
  }
}

/** Finds whole objects, in an array or not; what stands between them is of no meaning. */
class ObjectParser implements FrameParser<ServerSentEvent> {
  readonly #decoder = new TextDecoder();
  /** The object that is arriving. */
  #text = "";
  #depth = 0;
  #inString = false;
  #isEscaped = false;

  get pending(): number {
    return this.#text.length;
  }

  push(bytes: Uint8Array, chunks: ServerSentEvent[]): void {
    this.#parse(this.#decoder.decode(bytes, { stream: true }), chunks);
  }

  end(chunks: ServerSentEvent[]): void {
    this.#parse(this.#decoder.decode(), chunks);
    if (this.#text !== "") chunks.push({ event: undefined, data: this.#text });
  }

  #parse(text: string, chunks: ServerSentEvent[]): void {
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      const character = text[at];
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (character === "\\") this.#isEscaped = true;
        else if (character === '"') this.#inString = false;
      } else if (character === "{") {
        if (this.#depth++ === 0) start = at;
      } else if (this.#depth > 0) {
        if (character === '"') {
          this.#inString = true;
        } else if (character === "}" && --this.#depth === 0) {
          chunks.push({ event: undefined, data: this.#text + text.slice(start, at + 1) });
          this.#text = "";
        }
      }
    }
    if (this.#depth > 0) this.#text += text.slice(start);
  }
}
