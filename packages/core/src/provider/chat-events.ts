import type { BelugaError } from "../errors.js";
import type { ChatAnswer } from "./chat-answer.js";
import { type ChatCall, type ChatFeed, feedFrames } from "./chat-model.js";
import type { FrameReader } from "./frame-reader.js";
import type { ServerSentEvent } from "./frames.js";
import type { HttpClient } from "./http.js";
import { isRecord } from "./wire.js";

/** Writes a vendor's events to an answer. */
export interface ChatEventReader {
  /** Whether the event that ends the answer was seen, so that nothing more needs to be read. */
  readonly isDone: boolean;
  read(event: Readonly<Record<string, unknown>>, name: string | undefined): void;
  /** `[DONE]`, with which OpenAI ends its streams, and some gateways those of other vendors too. Default: it is passed over. */
  done?(): void;
  /** Nothing more comes. */
  end?(): void;
}

/**
 * A feed from server-sent events whose data are JSON objects.
 *
 * @param createReader - Given what makes the error of a failure that an event reports.
 */
export function feedEvents(
  events: FrameReader<ServerSentEvent>,
  { http, call, answer }: { http: HttpClient; call: ChatCall; answer: ChatAnswer },
  createReader: (failure: (event: unknown) => BelugaError) => ChatEventReader,
): ChatFeed {
  const { response } = events;
  const isRaw = call.options.includeRaw === true;
  const reader = createReader((event) => http.failure(call.http, event, response));
  const read = ({ event: name, data }: ServerSentEvent): void => {
    if (data === "[DONE]") return reader.done?.();
    // Events like "keepalive" and "ping" may have no body.
    if (data === "" && name !== undefined) return;
    const event = http.parse(data, call.http, response);
    if (!isRecord(event)) throw answer.invalid("an event that is not an object");
    if (isRaw) answer.raw(event);
    reader.read(event, name);
  };
  const feed = feedFrames(events, answer, read, () => reader.isDone);
  if (!reader.end) return feed;
  return {
    ...feed,
    async read() {
      const goesOn = await feed.read();
      if (!goesOn) reader.end?.();
      return goesOn;
    },
  };
}
