import type { ChatModel } from "@beluga/core";
import {
  type ChatCall,
  HttpClient,
  cohereBaseURL,
  isCohereError,
  createChatModel,
  feedEvents,
} from "@beluga/core/provider";
import type { CohereSettings } from "./config.js";
import { refineChatError } from "./errors.js";
import { requestBody } from "./request.js";
import { EventReader, readAnswer } from "./stream.js";

export function createCohereModel({
  apiKey,
  model,
  baseURL,
  ...settings
}: CohereSettings & { packageName: string; version: string }): ChatModel {
  const http = new HttpClient({
    ...settings,
    provider: "cohere",
    baseURL: cohereBaseURL(baseURL),
    auth: { authorization: `Bearer ${apiKey}` },
    refineError: refineChatError,
    isError: isCohereError,
  });
  return createChatModel({
    provider: "cohere",
    model,

    async generate(call, answer) {
      const { data, response } = await http.json("chat", request(call, false));
      readAnswer(data, answer, (body) => http.failure(call.http, body, response));
    },

    async stream(call, answer) {
      const events = await http.events("chat", request(call, true));
      return feedEvents(events, { http, call, answer }, (failure) => new EventReader(answer, failure));
    },
  });
}

function request(call: ChatCall, stream: boolean) {
  return { ...call.http, body: requestBody(call, stream) };
}
