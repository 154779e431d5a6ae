import type { BelugaError, ChatModel } from "@beluga/core";
import {
  type ChatCall,
  HttpClient,
  createChatModel,
  feedEvents,
  refineOpenAIError,
} from "@beluga/core/provider";
import { requestBody } from "./request.js";
import { ChunkReader, readCompletion } from "./stream.js";
import type { OpenAIChatWire } from "./wire.js";

/**
 * A chat model on the OpenAI chat wire: the base of the providers that speak it.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat | Chat Completions}
 */
export function createOpenAIChatModel(wire: OpenAIChatWire): ChatModel {
  const http = new HttpClient({ refineError: refineOpenAIError, ...wire });
  const path = wire.path ?? "chat/completions";
  const request = (call: ChatCall, stream: boolean) => ({
    ...call.http,
    ...(wire.query && { query: wire.query }),
    body: requestBody(call, wire, stream),
  });

  return createChatModel({
    provider: wire.provider,
    model: wire.model,

    async generate(call, answer) {
      const { data, response } = await http.json(path, request(call, false));
      const failure = (body: unknown): BelugaError => http.failure(call.http, body, response);
      readCompletion(data, { answer, wire, response, failure });
    },

    async stream(call, answer) {
      const events = await http.events(path, request(call, true));
      return feedEvents(
        events,
        { http, call, answer },
        (failure) => new ChunkReader({ answer, wire, response: events.response, failure }),
      );
    },
  });
}
