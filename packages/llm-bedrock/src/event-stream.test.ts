import { crc32 } from "node:zlib";
import { type EventStreamMessage, encodeEventMessages } from "@beluga/conformance";
import { expect, test } from "vitest";
import { type EventMessage, EventStreamParser } from "./event-stream.js";

const messages: EventStreamMessage[] = [
  { event: "messageStart", payload: { role: "assistant" } },
  { event: "contentBlockDelta", payload: { delta: { text: "Zürich 🌞" } } },
  { exception: "throttlingException", payload: { message: "Slow down" } },
  { headers: { ":message-type": "error", ":error-code": "InternalError", ":error-message": "Broken" } },
];

const read: EventMessage[] = [
  { kind: "event", name: "messageStart", data: '{"role":"assistant"}' },
  { kind: "event", name: "contentBlockDelta", data: '{"delta":{"text":"Zürich 🌞"}}' },
  { kind: "exception", name: "throttlingException", data: '{"message":"Slow down"}' },
  { kind: "error", name: "InternalError", data: "Broken" },
];

function damaged(problem: string): EventMessage {
  return { kind: "damaged", name: "", data: problem };
}

/** A header's name, after its length. */
function name(text: string): Buffer {
  return Buffer.concat([Buffer.of(text.length), Buffer.from(text)]);
}

test("messages of all kinds are read, however they are cut", () => {
  const bytes = encodeEventMessages(messages);
  for (const size of [1, 7, 100, bytes.byteLength]) {
    const parser = new EventStreamParser();
    const found: EventMessage[] = [];
    for (let at = 0; at < bytes.byteLength; at += size) parser.push(bytes.subarray(at, at + size), found);
    parser.end(found);
    expect(found).toEqual(read);
  }
});

test("messages are handed on by the read that completes them", () => {
  const bytes = encodeEventMessages(messages.slice(0, 2));
  const parser = new EventStreamParser();
  const found: EventMessage[] = [];
  parser.push(bytes.subarray(0, -1), found);
  expect(found).toEqual(read.slice(0, 1));
  parser.push(bytes.subarray(-1), found);
  expect(found).toEqual(read.slice(0, 2));
});

test("a stream that ends in the middle of a message says so", () => {
  const bytes = encodeEventMessages(messages.slice(0, 2));
  for (const missing of [1, 60]) {
    const parser = new EventStreamParser();
    const found: EventMessage[] = [];
    parser.push(bytes.subarray(0, -missing), found);
    parser.end(found);
    expect(found).toEqual([
      ...read.slice(0, 1),
      damaged("an event stream that ends in the middle of a message"),
    ]);
  }
});

test("the messages before a damaged one are read, and nothing after it", () => {
  const bytes = Buffer.from(encodeEventMessages(messages));
  const [first = new Uint8Array()] = messages.map((message) => encodeEventMessages([message]));
  bytes[first.byteLength + 40] = 0;
  const parser = new EventStreamParser();
  const found: EventMessage[] = [];
  parser.push(bytes, found);
  parser.push(bytes, found);
  parser.end(found);
  expect(found).toEqual([
    ...read.slice(0, 1),
    damaged("a message of an event stream that has another checksum"),
  ]);
});

test("a message counts as long as it says it will be, as soon as it says so", () => {
  const bytes = encodeEventMessages([{ event: "metadata", payload: "x".repeat(5_000) }]);
  const parser = new EventStreamParser();
  const found: EventMessage[] = [];
  parser.push(bytes.subarray(0, 11), found);
  expect(parser.pending).toBe(12);
  parser.push(bytes.subarray(11, 12), found);
  expect(parser.pending).toBe(bytes.byteLength);
  parser.push(bytes.subarray(12), found);
  expect([parser.pending, found.length]).toEqual([12, 1]);
});

test("headers of other types may stand last, and a payload may be missing", () => {
  const value = Buffer.concat([Buffer.of(7, 0, 5), Buffer.from("event")]);
  const headers = Buffer.concat([
    name(":message-type"),
    value,
    name("bytes"),
    Buffer.of(6, 0, 1, 255),
    name("true"),
    Buffer.of(0),
  ]);
  const bytes = Buffer.concat([Buffer.alloc(12), headers, Buffer.alloc(4)]);
  bytes.writeUInt32BE(bytes.byteLength, 0);
  bytes.writeUInt32BE(headers.byteLength, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.byteLength - 4);
  const found: EventMessage[] = [];
  new EventStreamParser().push(bytes, found);
  expect(found).toEqual([{ kind: "event", name: "", data: "" }]);
});
