import { type ChatResponse } from "@beluga/core";
import { expect, test } from "vitest";
import { createQwen } from "./index.js";

// What the suite does not compare: metadata, and answers in audio, which come in streams alone.

async function streamed(...deltas: object[]): Promise<ChatResponse> {
  const frames = deltas.map((delta, at) => {
    const choice = { index: 0, delta, finish_reason: at === deltas.length - 1 ? "stop" : null };
    return `data: ${JSON.stringify({ choices: [choice] })}\n\n`;
  });
  const model = createQwen({
    model: "qwen3.5-omni-plus",
    apiKey: "key",
    fetch: async () => new Response(frames.join(""), { headers: { "content-type": "text/event-stream" } }),
  });
  let response: ChatResponse | undefined;
  for await (const part of model.stream("Hi")) if (part.type === "finish") ({ response } = part);
  if (!response) throw new Error("the stream did not finish");
  return response;
}

test("of an answer in audio the data is kept, beside the text", async () => {
  const { text, providerMetadata } = await streamed(
    { content: "Hello" },
    { content: "", audio: { id: "audio_1", data: "AQI" } },
    { audio: { data: "D", expires_at: 1790000000 } },
    { content: "" },
  );
  expect(text).toBe("Hello");
  expect(providerMetadata).toEqual({
    qwen: { audio: { id: "audio_1", data: "AQID", expires_at: 1790000000 } },
  });
});

test("the transcript of the audio is the text, unless there is one", async () => {
  const alone = await streamed(
    { content: null, audio: { transcript: "Hel" } },
    { audio: { transcript: "lo" } },
    { audio: { data: "AQID" } },
  );
  expect(alone.text).toBe("Hello");
  expect(alone.providerMetadata).toEqual({ qwen: { audio: { transcript: "Hello", data: "AQID" } } });
  expect((await streamed({ content: "Hello", audio: { transcript: "Hello" } })).text).toBe("Hello");
});

test("sources may come with a message, and are given once", async () => {
  const search_info = { search_results: [{ index: 1, title: "A", url: "https://example.com/" }] };
  const { sources } = await streamed({ content: "a", search_info }, { content: "b", search_info });
  expect(sources).toEqual([{ url: "https://example.com/", title: "A" }]);
});
