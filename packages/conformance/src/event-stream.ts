import { crc32 } from "node:zlib";

/**
 * A message of an AWS event stream (`application/vnd.amazon.eventstream`), as recordings have it: an event by the name of its type, an
 * exception by that of its own, and whatever further headers it has. {@link https://smithy.io/2.0/aws/amazon-eventstream.html}
 */
export interface EventStreamMessage {
  /** `:event-type`; `:message-type` is `event` then. */
  event?: string;
  /** `:exception-type`; `:message-type` is `exception` then. */
  exception?: string;
  /** All other headers, but for those that go without saying: `:message-type` and `:content-type` of a message of JSON. */
  headers?: Readonly<Record<string, string>>;
  /** JSON; a string is written as it stands. */
  payload?: unknown;
}

/** The bytes of a message. */
export function encodeEventMessage(message: EventStreamMessage): Uint8Array {
  return encodeEventFrame(headersOfMessage(message), payloadOf(message));
}

/** The bytes of messages, one after the other. */
export function encodeEventMessages(messages: readonly EventStreamMessage[]): Uint8Array {
  return Buffer.concat(messages.map(encodeEventMessage));
}

/** The header types of the format, of which only strings are used in practice. */
export interface RawHeader {
  name: string;
  /** 0 and 1 are true and false, 2 to 5 integers of 1 to 8 bytes, 6 bytes, 7 a string, 8 a time, 9 a UUID. */
  type: number;
  value: Uint8Array;
}

/** A frame of headers and a payload as they stand. */
export function encodeEventFrame(headers: readonly RawHeader[], payload: Uint8Array): Uint8Array {
  const head = Buffer.concat(headers.map(encodeHeader));
  const frame = Buffer.alloc(prelude + checksum + head.byteLength + payload.byteLength + checksum);
  frame.writeUInt32BE(frame.byteLength, 0);
  frame.writeUInt32BE(head.byteLength, 4);
  frame.set(head, prelude + checksum);
  frame.set(payload, prelude + checksum + head.byteLength);
  return sealed(frame);
}

/** The frame with the checksums that belong to what it says. */
export function sealed(frame: Uint8Array): Uint8Array {
  const copy = Buffer.from(frame);
  copy.writeUInt32BE(crc32(copy.subarray(0, prelude)), prelude);
  copy.writeUInt32BE(crc32(copy.subarray(0, -checksum)), copy.byteLength - checksum);
  return copy;
}

/** Whether a body begins with the prelude of a frame, whose checksum other bytes hardly ever have. */
export function isEventStream(body: Uint8Array): boolean {
  const bytes = Buffer.from(body);
  return (
    bytes.byteLength >= prelude + checksum &&
    bytes.readUInt32BE(prelude) === crc32(bytes.subarray(0, prelude))
  );
}

/** The frames of a body, by what their preludes say. A rest that is no whole frame comes last. */
export function splitEventFrames(body: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let rest = Buffer.from(body); rest.byteLength > 0;) {
    const size = rest.byteLength < prelude ? rest.byteLength : rest.readUInt32BE(0);
    frames.push(rest.subarray(0, size));
    rest = rest.subarray(size);
  }
  return frames;
}

/** The headers and the payload of a whole frame. */
export function decodeEventFrame(frame: Uint8Array): { headers: RawHeader[]; payload: Uint8Array } {
  const bytes = Buffer.from(frame);
  const end = prelude + checksum + bytes.readUInt32BE(4);
  const headers: RawHeader[] = [];
  for (let at = prelude + checksum; at < end;) {
    const nameEnd = at + 1 + bytes.readUInt8(at);
    const type = bytes.readUInt8(nameEnd);
    const start = nameEnd + 1 + (hasLength(type) ? 2 : 0);
    const size = hasLength(type) ? bytes.readUInt16BE(nameEnd + 1) : (sizes[type] ?? 0);
    headers.push({
      name: bytes.toString("utf8", at + 1, nameEnd),
      type,
      value: bytes.subarray(start, start + size),
    });
    at = start + size;
  }
  return { headers, payload: bytes.subarray(end, -checksum) };
}

/** A frame as a message, the other way round. */
export function decodeEventMessage(frame: Uint8Array): EventStreamMessage {
  const { headers, payload } = decodeEventFrame(frame);
  const {
    ":event-type": event,
    ":exception-type": exception,
    ":message-type": type,
    ":content-type": contentType,
    ...others
  } = Object.fromEntries(headers.map(({ name, value }) => [name, Buffer.from(value).toString()]));
  return {
    ...(event !== undefined && { event }),
    ...(exception !== undefined && { exception }),
    ...(Object.keys(others).length > 0 && { headers: others }),
    ...(payload.byteLength > 0 && { payload: parsed(Buffer.from(payload).toString()) }),
  };
}

const prelude = 8;
const checksum = 4;

/** By type; a string and bytes say their length themselves. */
const sizes: readonly number[] = [0, 0, 1, 2, 4, 8, 0, 0, 8, 16];

function hasLength(type: number): boolean {
  return type === 6 || type === 7;
}

function encodeHeader({ name, type, value }: RawHeader): Uint8Array {
  const nameBytes = Buffer.from(name);
  const length = Buffer.alloc(hasLength(type) ? 2 : 0);
  if (hasLength(type)) length.writeUInt16BE(value.byteLength);
  return Buffer.concat([Buffer.of(nameBytes.byteLength), nameBytes, Buffer.of(type), length, value]);
}

function headersOfMessage({ event, exception, headers, payload }: EventStreamMessage): RawHeader[] {
  const all = {
    ...(event !== undefined && { ":event-type": event, ":message-type": "event" }),
    ...(exception !== undefined && { ":exception-type": exception, ":message-type": "exception" }),
    ...(payload !== undefined && { ":content-type": "application/json" }),
    ...headers,
  };
  return Object.entries(all).map(([name, value]) => ({ name, type: 7, value: Buffer.from(value) }));
}

function payloadOf({ payload }: EventStreamMessage): Uint8Array {
  if (payload === undefined) return new Uint8Array();
  return Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // a payload that is none, on purpose
  }
}
