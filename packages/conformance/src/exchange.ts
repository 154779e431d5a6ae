import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ErrorCode, FinishReason, Source, Usage } from "@beluga/core";
import { type EventStreamMessage, encodeEventMessages, isEventStream } from "./event-stream.js";

/** A response as it came over the wire. At most one of `body`, `bodyText`, `bodyEvents` and `bodyBase64` is there; none is an empty body. */
export interface RecordedResponse {
  /** Default: 200. */
  status?: number;
  /** Without a content type the usual one of such a body is sent. */
  headers?: Readonly<Record<string, string>>;
  /** A JSON body. */
  body?: unknown;
  /** White space that stood before `body`. */
  bodyPrefix?: string;
  /** Server-sent events, lines or plain text: the exact text, line ends included. */
  bodyText?: string;
  /** An AWS event stream, so that people can read it. */
  bodyEvents?: readonly EventStreamMessage[];
  /** Anything binary. */
  bodyBase64?: string;
}

/** One story that a vendor tells, with what has to be made of it. A JSON file of a provider's `testdata/`. */
export interface ChatExchange {
  /** What it shows: `parallel tool calls`. Default: the file's name. */
  name: string;
  /** Where it comes from: the page of the vendor's reference, or how it was recorded. */
  source?: string;
  /** The answer as a stream. */
  stream?: RecordedResponse;
  /** The same answer as one body. Where both are there, they have to agree in all but what the vendor calls the answer. */
  generate?: RecordedResponse;
  expected: ExpectedAnswer;
}

/** An answer in Beluga's own terms. What is not there must not be in the answer either: no text, no tool calls, no warnings. */
export interface ExpectedAnswer {
  text?: string;
  reasoning?: string;
  /** `id` is left out where the vendor gives none; then any will do that is not empty and not used twice. */
  toolCalls?: readonly { id?: string; name: string; arguments: unknown }[];
  refusal?: string;
  finishReason: { unified: FinishReason; raw?: string };
  /** Without `raw`. `{}` where the vendor reports nothing. */
  usage: Usage;
  /** Words, one for each warning, that its message has in it. */
  warnings?: readonly string[];
  sources?: readonly Source[];
  /** Compared only where they are given. */
  model?: string;
  id?: string;
  /** The answer must not be taken: the call fails with this code, and the rest of what is expected describes its `partial`. */
  error?: ErrorCode;
}

/**
 * Reads the exchanges of a folder: all of its `.json` files that have an `expected`.
 *
 * @param folder - A path, or a URL: `new URL("../testdata/", import.meta.url)`.
 */
export function loadExchanges(folder: string | URL): ChatExchange[] {
  const path = typeof folder === "string" ? folder : fileURLToPath(folder);
  return readdirSync(path)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => ({
      name: basename(file, ".json").replaceAll("-", " "),
      ...(JSON.parse(readFileSync(join(path, file), "utf8")) as Partial<ChatExchange>),
    }))
    .filter((exchange): exchange is ChatExchange => exchange.expected !== undefined);
}

/** The bytes of a recorded body. */
export function bytesOf(recorded: RecordedResponse): Uint8Array {
  const { body, bodyPrefix = "", bodyText, bodyEvents, bodyBase64 } = recorded;
  if (bodyEvents !== undefined) return encodeEventMessages(bodyEvents);
  if (bodyBase64 !== undefined) return Buffer.from(bodyBase64, "base64");
  if (bodyText !== undefined) return Buffer.from(bodyText);
  return Buffer.from(body === undefined ? "" : bodyPrefix + JSON.stringify(body));
}

/** What belongs to the recorded connection, and not to the answer. */
const ofTheConnection = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "keep-alive",
  "transfer-encoding",
]);

/** The headers to send a recorded response with. */
export function headersOf(recorded: RecordedResponse): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(recorded.headers ?? {})) {
    if (!ofTheConnection.has(name.toLowerCase())) headers[name.toLowerCase()] = value;
  }
  headers["content-type"] ??= usualContentType(recorded);
  return headers;
}

function usualContentType(recorded: RecordedResponse): string {
  const { body, bodyText, bodyEvents, bodyBase64 } = recorded;
  const isStream = bodyEvents !== undefined || isEventStream(bytesOf(recorded));
  if (isStream) return "application/vnd.amazon.eventstream";
  if (bodyBase64 !== undefined) return "application/octet-stream";
  if (bodyText === undefined) return body === undefined ? "text/plain" : "application/json";
  if (/^\s*(data|event|id|retry)?:/.test(bodyText)) return "text/event-stream";
  return /^\s*[{[]/.test(bodyText) ? "application/x-ndjson" : "text/plain";
}
