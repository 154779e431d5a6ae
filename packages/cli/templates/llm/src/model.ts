import type { ChatModel } from "@beluga/core";
import { HttpClient, createChatModel, feedEvents } from "@beluga/core/provider";
import type { AcmeSettings } from "./config.js";
import { refineAcmeError } from "./errors.js";
import { requestBody } from "./request.js";
import { EventReader, readAnswer } from "./stream.js";

// Where the vendor speaks the OpenAI chat wire, all of this is `createOpenAIChatModel` of "@beluga/llm-openai-compatible/base",
// and neither request.ts nor stream.ts is needed.

export function createAcmeModel({
  apiKey,
  model,
  ...settings
}: AcmeSettings & { packageName: string; version: string }): ChatModel {
  // Retry, time limits, size limits, redaction and the mapping of errors are the client's.
  const http = new HttpClient({
    ...settings,
    provider: "acme",
    auth: { authorization: `Bearer ${apiKey}` },
    refineError: refineAcmeError,
  });

  // What is the same for every vendor is done here: checks of the input, the order of a stream's parts, abort, `partial`.
  return createChatModel({
    provider: "acme",
    model,

    async generate(call, answer) {
      const { data } = await http.json("answers", { ...call.http, body: requestBody(call, false) });
      readAnswer(data, answer);
    },

    async stream(call, answer) {
      const events = await http.events("answers", { ...call.http, body: requestBody(call, true) });
      return feedEvents(events, { http, call, answer }, (failure) => new EventReader(answer, failure));
    },
  });
}
