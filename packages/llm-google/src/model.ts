import type { ChatModel } from "@beluga/core";
import { HttpClient, createChatModel, feedFrames } from "@beluga/core/provider";
import { ChunkParser } from "./chunks.js";
import type { GoogleSettings } from "./config.js";
import { refineGoogleError } from "./errors.js";
import { requestBody } from "./request.js";
import { ChunkReader, readAnswer } from "./stream.js";

/** Server-sent events; or an array, from a proxy that passes over `alt=sse`. */
const chunks = {
  accept: "text/event-stream",
  contentType: /^text\/event-stream\b|[/+]json\b/i,
  parser: () => new ChunkParser(),
};

export function createGoogleModel({
  apiKey,
  model,
  ...settings
}: GoogleSettings & { packageName: string; version: string }): ChatModel {
  const http = new HttpClient({
    ...settings,
    provider: "google",
    auth: { "x-goog-api-key": apiKey },
    refineError: refineGoogleError,
  });
  const path = resourcePath(model);

  return createChatModel({
    provider: "google",
    model,

    async generate(call, answer) {
      const request = { ...call.http, body: requestBody(call) };
      const { data } = await http.json(`${path}:generateContent`, request);
      readAnswer(data, answer);
    },

    async stream(call, answer) {
      const request = { ...call.http, body: requestBody(call), query: { alt: "sse" } };
      const frames = await http.frames(`${path}:streamGenerateContent`, request, chunks);
      const reader = new ChunkReader(answer, call.options.includeRaw === true, {
        parse: (text) => http.parse(text, call.http, frames.response),
        failure: (body) => http.failure(call.http, body, frames.response),
      });
      // The end of the connection is the end of the stream: what comes with the finish reason need not be the last.
      const feed = feedFrames(
        frames,
        answer,
        (frame) => reader.read(frame),
        () => false,
      );
      return {
        ...feed,
        async read() {
          const goesOn = await feed.read();
          if (!goesOn) reader.end();
          return goesOn;
        },
      };
    },
  });
}

/** `models/gemini-3.8-flash`: a name that says of what kind it is (`models/`, `tunedModels/`, `publishers/`) stays as it is. */
function resourcePath(model: string): string {
  const name = model.includes("/") ? model : `models/${model}`;
  return name.split("/").map(encodeURIComponent).join("/");
}
