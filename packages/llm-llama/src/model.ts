import type { ChatModel } from "@beluga/core";
import { type ChatCall, HttpClient, createChatModel, feedEvents } from "@beluga/core/provider";
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
      return feedEvents(events, { http, call, answer }, (failure) => new EventReader(answer, failure));
    },
  });
}

function request(call: ChatCall, stream: boolean) {
  return { ...call.http, body: requestBody(call, stream) };
}
