import type { ChatModel } from "@beluga/core";
import { HttpClient, createChatModel, feedEvents, refineGoogleError } from "@beluga/core/provider";
import { ChunkParser } from "./chunks.js";
import type { GoogleSettings } from "./config.js";
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
      const events = await http.frames(`${path}:streamGenerateContent`, request, chunks);
      return feedEvents(events, { http, call, answer }, (failure) => new ChunkReader(answer, failure));
    },
  });
}

/** `models/gemini-3.8-flash`: a name that says of what kind it is (`models/`, `tunedModels/`, `publishers/`) stays as it is. */
function resourcePath(model: string): string {
  const name = model.includes("/") ? model : `models/${model}`;
  return name.split("/").map(encodeURIComponent).join("/");
}
