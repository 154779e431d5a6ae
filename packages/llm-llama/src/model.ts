import type { ChatModel } from "@beluga/core";
import { type ChatCall, HttpClient, createChatModel, feedFrames } from "@beluga/core/provider";
import type { LlamaSettings } from "./config.js";
import { requestBody } from "./request.js";
import { EventReader, readAnswer } from "./stream.js";

export function createLlamaModel({
  apiKey,
  model,
  ...settings
}: LlamaSettings & { packageName: string; version: string }): ChatModel {
  const http = new HttpClient({
    ...settings,
    provider: "llama",
    auth: { authorization: `Bearer ${apiKey}` },
  });

  return createChatModel({
    provider: "llama",
    model,

    async generate(call, answer) {
      const { data } = await http.json("chat/completions", request(call, false));
      readAnswer(data, answer);
    },

    async stream(call, answer) {
      const events = await http.events("chat/completions", request(call, true));
      const reader = new EventReader(answer, call.options.includeRaw === true, {
        parse: (text) => http.parse(text, call.http, events.response),
        failure: (body) => http.failure(call.http, body, events.response),
      });
      return feedFrames(
        events,
        answer,
        (event) => reader.read(event),
        () => reader.isDone,
      );
    },
  });
}

function request(call: ChatCall, stream: boolean) {
  return { ...call.http, body: requestBody(call, stream) };
}
