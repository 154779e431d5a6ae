import type { ChatModel } from "@beluga/core";
import {
  type ChatCall,
  HttpClient,
  createChatModel,
  feedFrames,
  readEnvironment,
} from "@beluga/core/provider";
import { authenticationOf, missingRegion } from "./authentication.js";
import type { BedrockSettings } from "./config.js";
import { refineBedrockError } from "./errors.js";
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
  const { model, baseModel, region = readEnvironment("AWS_DEFAULT_REGION") } = settings;
  const http = new HttpClient({
    ...settings,
    ...authenticationOf(settings, region),
    provider: "bedrock",
    baseURL: settings.baseURL ?? endpoint(model, region),
    refineError: refineBedrockError,
  });
  // The id of a model has colons, and an ARN slashes, which are no part of the path.
  const path = `model/${encodeURIComponent(model)}`;
  const request = (call: ChatCall) => ({ ...call.http, body: requestBody(call, baseModel) });

  return createChatModel({
    provider: "bedrock",
    model,

    async generate(call, answer) {
      const { data, response } = await http.json(`${path}/converse`, request(call));
      answer.id = response.requestId;
      readAnswer(data, answer, { failure: (body) => http.failure(call.http, body, response) });
    },

    async stream(call, answer) {
      const messages = await http.frames(`${path}/converse-stream`, request(call), eventStream);
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

/** {@link https://docs.aws.amazon.com/general/latest/gr/bedrock.html} */
function endpoint(model: string, region: string | undefined): string {
  if (region === undefined) throw missingRegion(model);
  const domain = region.startsWith("eusc-") ? "amazonaws.eu" : "amazonaws.com";
  return `https://bedrock-runtime.${region}.${domain}`;
}
