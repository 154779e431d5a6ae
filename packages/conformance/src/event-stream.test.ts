import { expect, test } from "vitest";
import {
  decodeEventMessage,
  encodeEventFrame,
  encodeEventMessage,
  encodeEventMessages,
  splitEventFrames,
} from "./event-stream.js";
import { bytesOf, headersOf } from "./exchange.js";

test("a frame without headers and payload is the one of the format's own test vectors", () => {
  expect(Buffer.from(encodeEventFrame([], new Uint8Array())).toString("hex")).toBe(
    "000000100000000005c248eb7d98c8ff",
  );
});

test("an event gets the headers that every event has", () => {
  const bytes = encodeEventMessage({ event: "messageStop", payload: { stopReason: "end_turn" } });
  expect(Buffer.from(bytes).toString("latin1")).toContain(
    ":event-type\x07\x00\x0bmessageStop\r:message-type\x07\x00\x05event\r:content-type\x07\x00\x10application/json",
  );
});

test("messages of all kinds come back as they were", () => {
  const messages = [
    { event: "contentBlockDelta", payload: { delta: { text: "Zürich 🌞" } } },
    { exception: "throttlingException", payload: { message: "Too many tokens" } },
    { headers: { ":message-type": "error", ":error-code": "InternalError", ":error-message": "No" } },
    { event: "metadata", payload: "{no json" },
  ];
  const frames = splitEventFrames(encodeEventMessages(messages));
  const [, , { headers: errorHeaders } = {}] = messages;
  const { ":message-type": _, ...kept } = errorHeaders as Record<string, string>;
  expect(frames.map(decodeEventMessage)).toEqual([messages[0], messages[1], { headers: kept }, messages[3]]);
});

test("a recorded event stream is sent as its bytes, with the content type of one", () => {
  const bodyEvents = [{ event: "messageStart", payload: { role: "assistant" } }];
  expect(bytesOf({ bodyEvents })).toEqual(encodeEventMessages(bodyEvents));
  expect(headersOf({ bodyEvents })).toEqual({ "content-type": "application/vnd.amazon.eventstream" });
});

test("a recorded body that begins as one is sent with the content type of one", () => {
  const bodyBase64 = Buffer.from(encodeEventMessage({ event: "messageStart" })).toString("base64");
  expect(headersOf({ bodyBase64 })).toEqual({ "content-type": "application/vnd.amazon.eventstream" });
  expect(headersOf({ bodyBase64: "AAAAEAAAAAAAAAAAAAAAAA==" })).toEqual({
    "content-type": "application/octet-stream",
  });
});
