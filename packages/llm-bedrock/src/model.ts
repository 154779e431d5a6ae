import type { ChatModel } from "@beluga/core";
import { bedrockClient, modelPath } from "@beluga/bedrock";
import { type ChatCall, createChatModel, feedFrames } from "@beluga/core/provider";
import type { BedrockSettings } from "./config.js";
import { EventStreamParser } from "./event-stream.js";
import { requestBody } from "./request.js";
import { EventReader, readAnswer } from "./stream.js";

const eventStream = {
  accept: "application/vnd.amazon.eventstream",
  contentType: /^application\/vnd\.amazon\.eventstream\b/i,
  parser: () => new EventStreamParser(),
};

export function createBedrockModel(
  settings: BedrockSettings & { packageName: string; version: string },
): ChatModel {
  const { model, baseModel } = settings;
  const http = bedrockClient({ ...settings, op: "llm.create" });
  const request = (call: ChatCall) => ({ ...call.http, body: requestBody(call, baseModel) });

  return createChatModel({
    provider: "bedrock",
    model,

    async generate(call, answer) {
      const { data, response } = await http.json(modelPath(model, "converse"), request(call));
      answer.id = response.requestId;
      readAnswer(data, answer, { failure: (body) => http.failure(call.http, body, response) });
    },

    async stream(call, answer) {
      const messages = await http.frames(modelPath(model, "converse-stream"), request(call), eventStream);
      const { response } = messages;
      answer.id = response.requestId;
      const reader = new EventReader(answer, call.options.includeRaw === true, {
        parse: (text) => http.parse(text, call.http, response),
        failure: (body) => http.failure(call.http, body, response),
      });
      return feedFrames(
        messages,
        answer,
        (message) => reader.read(message),
        () => reader.isDone,
      );
    },
  });
}
