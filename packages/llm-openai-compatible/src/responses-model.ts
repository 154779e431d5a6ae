import type { BelugaError, ChatModel } from "@beluga/core";
import { type ChatCall, HttpClient, createChatModel, feedEvents } from "@beluga/core/provider";
import { refineResponsesError } from "./responses-errors.js";
import { responsesBody } from "./responses-request.js";
import { ResponseEventReader, readResponse } from "./responses-stream.js";
import type { OpenAIResponsesWire } from "./responses-wire.js";

/**
 * A chat model on OpenAI's Responses wire: the base of the providers that speak it.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses | Responses}
 */
export function createOpenAIResponsesModel(wire: OpenAIResponsesWire): ChatModel {
  const http = new HttpClient({ refineError: refineResponsesError, ...wire });
  const path = wire.path ?? "responses";
  const request = (call: ChatCall, stream: boolean) => ({
    ...call.http,
    ...(wire.query && { query: wire.query }),
    body: responsesBody(call, wire, stream),
  });

  return createChatModel({
    provider: wire.provider,
    model: wire.model,

    async generate(call, answer) {
      const { data, response } = await http.json(path, request(call, false));
      const failure = (body: unknown): BelugaError => http.failure(call.http, body, response);
      readResponse(data, { answer, wire, response, failure });
    },

    async stream(call, answer) {
      const events = await http.events(path, request(call, true));
      return feedEvents(
        events,
        { http, call, answer },
        (failure) => new ResponseEventReader({ answer, wire, response: events.response, failure }),
      );
    },
  });
}
