import type { ChatModel } from "@beluga/core";
import { HttpClient, createChatModel, feedFrames, refineOllamaError } from "@beluga/core/provider";
import type { OllamaSettings } from "./config.js";
import { AnswerReader } from "./stream.js";
import { requestBody } from "./request.js";

export function createOllamaModel({
  apiKey,
  model,
  ...settings
}: OllamaSettings & { packageName: string; version: string }): ChatModel {
  const http = new HttpClient({
    ...settings,
    provider: "ollama",
    ...(apiKey !== undefined && { auth: { authorization: `Bearer ${apiKey}` } }),
    refineError: refineOllamaError,
  });
  return createChatModel({
    provider: "ollama",
    model,

    async generate(call, answer) {
      const { data } = await http.json("api/chat", { ...call.http, body: requestBody(call, false) });
      const reader = new AnswerReader(answer);
      reader.read(data);
      if (!reader.isDone) throw answer.invalid("a body that is not a whole answer");
    },

    async stream(call, answer) {
      const lines = await http.lines("api/chat", { ...call.http, body: requestBody(call, true) });
      const reader = new AnswerReader(answer);
      const readLine = (line: string): void => {
        const chunk = http.parse(line, call, lines.response);
        if (call.options.includeRaw) answer.raw(chunk);
        if ((chunk as { error?: unknown } | null)?.error) throw http.failure(call, chunk, lines.response);
        reader.read(chunk);
      };
      return feedFrames(lines, answer, readLine, () => reader.isDone);
    },
  });
}
