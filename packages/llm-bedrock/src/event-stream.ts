import type { FrameParser } from "@beluga/core/provider";

/** A message of an event stream. */
export interface EventMessage {
  /** `:message-type`: `event`, `exception` or `error`. `damaged`: what came was no message. */
  kind: string;
  /** What event, exception or error it is: `contentBlockDelta`. */
  name: string;
  /** The payload, JSON as a rule. Of an `error` what it says, and of `damaged` what is wrong. */
  data: string;
}

/**
 * Parses AWS's binary event streams (`application/vnd.amazon.eventstream`): {@link https://smithy.io/2.0/aws/amazon-eventstream.html}.
 *
 * Written out, because AWS's own `@smithy/eventstream-codec` wants whole messages, which somebody has to cut out first, gives each header
 * an object, and comes with 7 MB that import `node:stream` and `node:fs` outside of a browser.
 *
 * Nothing is thrown: a message that cannot be trusted comes in its place among the others, so that those before it are read first.
 */
export class EventStreamParser implements FrameParser<EventMessage> {
  readonly #decoder = new TextDecoder();
  /** What has come and is not read yet, joined only when it is enough. */
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** How much has to be there before anything can be read: a prelude, or the whole message that one announced. */
  #needed = preludeSize;
  #isDamaged = false;

  /** As soon as a message says how long it will be it counts as that long. */
  get pending(): number {
    return Math.max(this.#size, this.#needed);
  }

  push(bytes: Uint8Array, messages: EventMessage[]): void {
    if (this.#isDamaged) return;
    this.#chunks.push(bytes);
    this.#size += bytes.byteLength;
    while (this.#size >= this.#needed && !this.#isDamaged)
      this.#parse(joined(this.#chunks, this.#size), messages);
  }

  end(messages: EventMessage[]): void {
    if (this.#size > 0 && !this.#isDamaged)
      this.#damage("an event stream that ends in the middle of a message", messages);
  }

  /** Reads all whole messages, and keeps the rest. */
  #parse(bytes: Uint8Array, messages: EventMessage[]): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    this.#needed = preludeSize;
    while (bytes.byteLength - at >= preludeSize) {
      const size = view.getUint32(at);
      const headersEnd = at + preludeSize + view.getUint32(at + 4);
      if (view.getUint32(at + 8) !== crc32(bytes, at, at + 8))
        return this.#damage("a message of an event stream whose prelude has another checksum", messages);
      const end = at + size;
      if (headersEnd > end - checksumSize)
        return this.#damage("a message of an event stream that is shorter than what is in it", messages);
      if (bytes.byteLength < end) {
        this.#needed = size;
        break;
      }
      const payloadEnd = end - checksumSize;
      if (view.getUint32(payloadEnd) !== crc32(bytes, at, payloadEnd))
        return this.#damage("a message of an event stream that has another checksum", messages);
      const message = this.#message(bytes, view, at + preludeSize, headersEnd, payloadEnd);
      if (!message)
        return this.#damage("a message of an event stream with headers that cannot be read", messages);
      messages.push(message);
      at = end;
    }
    this.#chunks = at < bytes.byteLength ? [bytes.subarray(at)] : [];
    this.#size = bytes.byteLength - at;
  }

  /** `undefined` where a header has a type or a length that it cannot have. */
  #message(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    headersEnd: number,
    payloadEnd: number,
  ): EventMessage | undefined {
    let kind = "";
    let name = "";
    let said: string | undefined;
    let at = start;
    while (at < headersEnd) {
      const nameEnd = at + 1 + (bytes[at] as number);
      const type = bytes[nameEnd] as number;
      const isVariable = type === bytesType || type === stringType;
      const from = nameEnd + (isVariable ? 3 : 1);
      if (from > headersEnd) return undefined;
      const size = isVariable ? view.getUint16(nameEnd + 1) : valueSizes[type];
      if (size === undefined || from + size > headersEnd) return undefined;
      // Only these begin with a colon, and are strings.
      if (type === stringType && bytes[at + 1] === colon) {
        const value = this.#decoder.decode(bytes.subarray(from, from + size));
        switch (this.#decoder.decode(bytes.subarray(at + 1, nameEnd))) {
          case ":message-type":
            kind = value;
            break;
          case ":event-type":
          case ":exception-type":
          case ":error-code":
            name = value;
            break;
          case ":error-message":
            said = value;
            break;
          default: // the payload's type, which is JSON for all messages of Bedrock
        }
      }
      at = from + size;
    }
    return { kind, name, data: said ?? this.#decoder.decode(bytes.subarray(headersEnd, payloadEnd)) };
  }

  #damage(problem: string, messages: EventMessage[]): void {
    this.#isDamaged = true;
    this.#chunks = [];
    this.#size = 0;
    this.#needed = preludeSize;
    messages.push({ kind: "damaged", name: "", data: problem });
  }
}

/** The length of the message and of its headers, and a checksum of the two. */
const preludeSize = 12;
const checksumSize = 4;
const colon = 58;

const bytesType = 6;
const stringType = 7;

/** Of header values by their type: booleans, integers of 1 to 8 bytes, (bytes, a string), a time, a UUID. */
const valueSizes: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  if (chunks.length === 1) return chunks[0] as Uint8Array;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** By byte: what is left of it, eight shifts later. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The checksum of IEEE 802.3, as in zip files. */
function crc32(bytes: Uint8Array, from: number, to: number): number {
  let crc = -1;
  for (let at = from; at < to; at++)
    crc = (crc >>> 8) ^ (crcTable[(crc ^ (bytes[at] as number)) & 0xff] as number);
  return (crc ^ -1) >>> 0;
}
