/** The answers of the vendors, as bytes: what they have to have, and little else. */
import { type EventStreamMessage, encodeEventMessages } from "@beluga/conformance";
import { type ChatWire, vectorOf } from "./plan.js";

/** How a vendor writes an answer. */
export interface Writer {
  contentType: string;
  start: Buffer;
  piece(text: string): Buffer;
  /** What has to come last, with the terminal marker. Before it the answer is not complete. */
  end(text: string): Buffer;
  /** An event that is no JSON. */
  malformed: Buffer;
  /** An error in the middle of a stream that says that the vendor is not available. */
  error: Buffer;
  /** The body of an answer that is not streamed. */
  whole(text: string): unknown;
}

const brokenJSON = '{"broken": ';

const openAIChat: Writer = {
  contentType: "text/event-stream; charset=utf-8",
  start: chunk({ role: "assistant", content: "" }),
  piece: (text) => chunk({ content: text }),
  end: () => Buffer.concat([chunk({}, "stop"), event("[DONE]")]),
  malformed: event(brokenJSON),
  error: event({ error: { message: "The server had an error", type: "server_error" } }),
  whole: (text) => ({
    id: "chatcmpl-1",
    model: "soak",
    choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
  }),
};

function chunk(delta: object, reason: string | null = null): Buffer {
  return event({ id: "chatcmpl-1", model: "soak", choices: [{ index: 0, delta, finish_reason: reason }] });
}

const openAIResponses: Writer = {
  contentType: "text/event-stream; charset=utf-8",
  start: Buffer.concat([
    typed({
      type: "response.created",
      response: { id: "resp_1", model: "soak", status: "in_progress", output: [] },
    }),
    typed({ type: "response.output_item.added", output_index: 0, item: message("") }),
  ]),
  piece: (delta) => typed({ type: "response.output_text.delta", output_index: 0, content_index: 0, delta }),
  end: (text) =>
    Buffer.concat([
      typed({ type: "response.output_item.done", output_index: 0, item: message(text) }),
      typed({ type: "response.completed", response: completed(text) }),
    ]),
  malformed: event(brokenJSON, "response.output_text.delta"),
  error: typed({ type: "error", code: "server_error", message: "The server had an error" }),
  whole: completed,
};

function completed(text: string): object {
  return { id: "resp_1", model: "soak", status: "completed", output: [message(text)] };
}

function message(text: string): object {
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    content: [{ type: "output_text", text, annotations: [] }],
  };
}

const anthropic: Writer = {
  contentType: "text/event-stream; charset=utf-8",
  start: Buffer.concat([
    typed({ type: "message_start", message: { id: "msg_1", model: "soak", content: [] } }),
    typed({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    typed({ type: "ping" }),
  ]),
  piece: (text) => typed({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }),
  end: () =>
    Buffer.concat([
      typed({ type: "content_block_stop", index: 0 }),
      typed({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 1 } }),
      typed({ type: "message_stop" }),
    ]),
  malformed: event(brokenJSON, "content_block_delta"),
  error: typed({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }),
  whole: (text) => ({
    id: "msg_1",
    model: "soak",
    content: [{ type: "text", text }],
    stop_reason: "end_turn",
  }),
};

const google: Writer = {
  contentType: "text/event-stream",
  start: Buffer.alloc(0),
  piece: (text) => event({ candidates: [{ content: { role: "model", parts: [{ text }] }, index: 0 }] }),
  end: () =>
    event({
      candidates: [{ content: { role: "model", parts: [{ text: "" }] }, finishReason: "STOP", index: 0 }],
    }),
  malformed: event(brokenJSON),
  error: event({ error: { code: 503, message: "The model is overloaded", status: "UNAVAILABLE" } }),
  whole: (text) => ({
    candidates: [{ content: { role: "model", parts: [{ text }] }, finishReason: "STOP", index: 0 }],
  }),
};

const ollama: Writer = {
  contentType: "application/x-ndjson",
  start: Buffer.alloc(0),
  piece: (content) => line({ model: "soak", message: { role: "assistant", content }, done: false }),
  end: () => line(lastChunk("")),
  malformed: Buffer.from(`${brokenJSON}\n`),
  error: line({ error: "an unexpected error was encountered" }),
  whole: lastChunk,
};

function lastChunk(content: string): object {
  return { model: "soak", message: { role: "assistant", content }, done: true, done_reason: "stop" };
}

const bedrock: Writer = {
  contentType: "application/vnd.amazon.eventstream",
  start: frames({ event: "messageStart", payload: { role: "assistant" } }),
  piece: (text) => frames({ event: "contentBlockDelta", payload: { contentBlockIndex: 0, delta: { text } } }),
  end: () =>
    frames(
      { event: "contentBlockStop", payload: { contentBlockIndex: 0 } },
      { event: "messageStop", payload: { stopReason: "end_turn" } },
      { event: "metadata", payload: { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 } } },
    ),
  malformed: frames({ event: "contentBlockDelta", payload: brokenJSON }),
  error: frames({ exception: "serviceUnavailableException", payload: { message: "Try again" } }),
  whole: (text) => ({
    output: { message: { role: "assistant", content: [{ text }] } },
    stopReason: "end_turn",
  }),
};

export const writers: Readonly<Record<ChatWire, Writer>> = {
  "openai-chat": openAIChat,
  "openai-responses": openAIResponses,
  anthropic,
  google,
  ollama,
  bedrock,
};

/** The answer to a request for embeddings, of either wire, in any order where the wire has an index. */
export function embeddings(wire: string, texts: readonly string[]): unknown {
  const vectors = texts.map(vectorOf);
  if (wire === "ollama-embeddings") return { model: "soak", embeddings: vectors };
  const data = vectors.map((vector, index) => ({
    index,
    embedding: Buffer.from(Float32Array.from(vector).buffer).toString("base64"),
  }));
  return { model: "soak", data: data.toReversed() };
}

/** An event whose name stands in its data as well. */
function typed(data: { type: string; [field: string]: unknown }): Buffer {
  return event(data, data.type);
}

function event(data: unknown, name?: string): Buffer {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return Buffer.from(`${name === undefined ? "" : `event: ${name}\n`}data: ${text}\n\n`);
}

function line(data: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(data)}\n`);
}

function frames(...messages: EventStreamMessage[]): Buffer {
  return Buffer.from(encodeEventMessages(messages));
}
