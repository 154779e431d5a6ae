import {
  type EventStreamMessage,
  type RawHeader,
  decodeEventFrame,
  decodeEventMessage,
  encodeEventFrame,
  encodeEventMessage,
  encodeEventMessages,
  sealed,
  splitEventFrames,
} from "../event-stream.js";
import type { Frames } from "./frames.js";

const unknownPayload = { type: "beluga_conformance", beluga_conformance: { text: "no" } };
const unknownEvent = encodeEventMessage({ event: "belugaConformance", payload: unknownPayload });

/** AWS event streams. In words a frame is the JSON of an {@link EventStreamMessage}. */
export const awsEventStream: Frames = {
  split: splitEventFrames,
  textOf: (frame) => JSON.stringify(decodeEventMessage(frame)),
  frameOf: (text) => encodeEventMessage(JSON.parse(text) as EventStreamMessage),
  withData: (data, like) => encodeEventFrame(decodeEventFrame(like).headers, Buffer.from(data)),
  ended: (frame) => frame,
  trimmed: (body) => body,
  unknown: [unknownEvent, encodeEventMessage({ event: "initial-response", payload: {} })],
  keepAlive: unknownEvent,
  endless: beginning(2 ** 30),

  delicate(body) {
    const ends = new Set<number>();
    let end = 0;
    for (const frame of splitEventFrames(body)) {
      end += frame.byteLength;
      for (let distance = -6; distance <= 14; distance++) ends.add(end + distance);
    }
    return (position) => ends.has(position) || ((body[position] ?? 0) & 0xc0) === 0x80;
  },

  rewritings: {
    "headers in another order": (frames) =>
      rewritten(frames, ({ headers, payload }) => encodeEventFrame(headers.toReversed(), payload)),
    "further headers, of every type": (frames) =>
      rewritten(frames, ({ headers, payload }) =>
        encodeEventFrame([...furtherHeaders, ...headers, ...furtherHeaders], payload),
      ),
    "white space in the payloads": (frames) =>
      rewritten(frames, ({ headers, payload }) => {
        const value = JSON.parse(Buffer.from(payload).toString()) as unknown;
        return encodeEventFrame(headers, Buffer.from(`\n${JSON.stringify(value, null, 2)} `));
      }),
    "padding in the payloads": (frames) =>
      rewritten(frames, ({ headers, payload }, at) => {
        const value = JSON.parse(Buffer.from(payload).toString()) as object;
        return encodeEventFrame(
          headers,
          Buffer.from(JSON.stringify({ ...value, p: "abcdefghijklmnopqrstuvwxyz".slice(0, at % 26) })),
        );
      }),
    "an initial response": (frames) =>
      Buffer.concat([encodeEventMessages([{ event: "initial-response", payload: {} }]), ...frames]),
  },

  damages: {
    "a wrong checksum of the prelude": (frame) => flipped(frame, 8),
    "a wrong checksum of the message": (frame) => flipped(frame, frame.byteLength - 1),
    // So much longer that the message never ends, where the prelude's own checksum is not looked at.
    "a flipped bit in the length": (frame) => flipped(frame, 0),
    "a flipped bit in a header": (frame) => flipped(frame, 14),
    "a flipped bit in the payload": (frame) => flipped(frame, frame.byteLength - 6),
    "headers longer than the message": (frame) => {
      const bytes = Buffer.from(frame);
      bytes.writeUInt32BE(bytes.byteLength, 4);
      return sealed(bytes);
    },
    "a message shorter than its own frame": () => beginning(12),
    "a header longer than the headers": (frame) => {
      const { payload } = decodeEventFrame(frame);
      const bytes = Buffer.from(
        encodeEventFrame([{ name: ":a", type: 7, value: Buffer.from("b") }], payload),
      );
      bytes.writeUInt16BE(0xffff, 12 + 4);
      return sealed(bytes);
    },
    "a header of an unknown type": (frame) =>
      encodeEventFrame([{ name: ":a", type: 42, value: Buffer.alloc(0) }], decodeEventFrame(frame).payload),
  },
};

/** One header of each type that the format has. */
const furtherHeaders: readonly RawHeader[] = [0, 0, 1, 2, 4, 8, 5, 5, 8, 16].map((size, type) => ({
  name: `x-type-${type}`,
  type,
  value: Buffer.alloc(size, "value"),
}));

/** A prelude that announces so many bytes. */
function beginning(size: number): Uint8Array {
  const frame = Buffer.alloc(16);
  frame.writeUInt32BE(size, 0);
  return sealed(frame).subarray(0, 12);
}

function rewritten(
  frames: readonly Uint8Array[],
  rewrite: (frame: { headers: RawHeader[]; payload: Uint8Array }, at: number) => Uint8Array,
): Uint8Array {
  return Buffer.concat(frames.map((frame, at) => rewrite(decodeEventFrame(frame), at)));
}

function flipped(frame: Uint8Array, at: number): Uint8Array {
  const bytes = Buffer.from(frame);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}
