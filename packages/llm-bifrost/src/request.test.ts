import { readFileSync } from "node:fs";
import { type ChatExchange, sentRequest } from "@beluga/conformance";
import type { ChatModel, ChatOptions, ChatResponse, Message, Tool } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type BifrostConfig, createBifrost } from "./index.js";
import { bifrostRequests } from "./testing/requests.js";

interface Sent {
  body: Record<string, unknown>;
  /** Of the warnings. */
  warned: string[];
}

/** What a call sends, which the schema of requests has to accept, and what it warns of. */
async function sent(messages: string | readonly Message[], options: ChatOptions = {}): Promise<Sent> {
  const { schema } = bifrostRequests;
  const { body, response } = await sentRequest(
    (config) => createBifrost({ model: "anthropic/claude-sonnet-5-5", ...config }),
    {
      schema,
      options,
      messages,
    },
  );
  return { body, warned: response.warnings.map(({ type, option = "" }) => `${type} ${option}`) };
}

function modelThatAnswers(
  answer: string,
  contentType: string,
  config: Partial<BifrostConfig> = {},
): { model: ChatModel; body(): Record<string, unknown> } {
  let text = "";
  const model = createBifrost({
    model: "anthropic/claude-sonnet-5-5",
    fetch: async (input, init) => {
      text = await new Request(input, init).text();
      return new Response(answer, { headers: { "content-type": contentType } });
    },
    ...config,
  });
  return { model, body: () => JSON.parse(text) as Record<string, unknown> };
}

const weather: Tool = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};
const user = { role: "user", content: "Hi" } as const;
const plain = { model: "anthropic/claude-sonnet-5-5", messages: [user] };

test("every option goes out under its name", async () => {
  const { body, warned } = await sent("Hi", {
    maxTokens: 4000,
    temperature: 0.5,
    topP: 0.9,
    topK: 7,
    stopSequences: ["END"],
    seed: 7,
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    reasoning: { effort: "high", budgetTokens: 2048 },
    responseFormat: { type: "json" },
    tools: [weather],
    toolChoice: { tool: "weather" },
    providerOptions: { fallbacks: ["openai/gpt-5-mini"], prompt_cache_key: "k" },
  });
  expect(warned).toEqual([]);
  expect(body).toEqual({
    ...plain,
    max_completion_tokens: 4000,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 7,
    stop: ["END"],
    seed: 7,
    frequency_penalty: 0.1,
    presence_penalty: 0.2,
    reasoning: { effort: "high", max_tokens: 2048 },
    response_format: { type: "json_object" },
    tools: [{ type: "function", function: weather }],
    tool_choice: { type: "function", function: { name: "weather" } },
    fallbacks: ["openai/gpt-5-mini"],
    prompt_cache_key: "k",
  });
});

test.for([
  [{ effort: "none" }, { effort: "none" }],
  [{ budgetTokens: 2048 }, { max_tokens: 2048 }],
] as const)("reasoning: %j", async ([reasoning, expected]) => {
  const { body, warned } = await sent("Hi", { reasoning });
  expect(body).toEqual({ ...plain, reasoning: expected });
  expect(warned).toEqual([]);
});

test("JSON by a schema is asked for in OpenAI's form", async () => {
  const schema = { type: "object", properties: {}, required: [], additionalProperties: false };
  const { body } = await sent("Hi", { responseFormat: { type: "json", schema, name: "reply" } });
  expect(body).toEqual({
    ...plain,
    response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: true } },
  });
});

const audio = (format: string) => ({ type: "input_audio", input_audio: { data: "AQID", format } });

test("media go by their URL or as data", async () => {
  const url = "https://example.com/a";
  const data = new Uint8Array([1, 2, 3]);
  const { body } = await sent([
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image", mediaType: "image/png", url },
        { type: "image", mediaType: "image/png", data },
        { type: "audio", mediaType: "audio/wav", data },
        { type: "audio", mediaType: "audio/mpeg", data: "AQID" },
        { type: "audio", mediaType: "audio/x-flac", data },
        { type: "video", mediaType: "video/mp4", url },
        { type: "video", mediaType: "video/mp4", data },
        { type: "file", mediaType: "application/pdf", url },
        { type: "file", mediaType: "application/pdf", url, name: "a.pdf" },
        { type: "file", mediaType: "application/pdf", data, name: "a.pdf" },
      ],
    },
  ]);
  expect(body["messages"]).toEqual([
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image_url", image_url: { url } },
        { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
        audio("wav"),
        audio("mp3"),
        audio("flac"),
        { type: "video_url", video_url: { url } },
        { type: "video_url", video_url: { url: "data:video/mp4;base64,AQID" } },
        { type: "file", file: { file_url: url, file_type: "application/pdf" } },
        { type: "file", file: { file_url: url, file_type: "application/pdf", filename: "a.pdf" } },
        { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AQID" } },
      ],
    },
  ]);
});

test("audio by its URL is refused, not left out", async () => {
  const audio = { type: "audio", mediaType: "audio/wav", url: "https://example.com/a.wav" } as const;
  await expect(sent([{ role: "user", content: [audio] }])).rejects.toMatchObject({ code: "unsupported" });
});

test("a conversation goes with its marks for the cache, its calls and their results", async () => {
  const cached = { bifrost: { cache_control: { type: "ephemeral" } } };
  const { body } = await sent([
    { role: "system", content: [{ type: "text", text: "Be brief.", providerMetadata: cached }] },
    { role: "user", content: "Weather in Oslo?" },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "I need the tool." },
        { type: "tool-call", id: "c1", name: "weather", arguments: { city: "Oslo" } },
      ],
    },
    { role: "tool", toolCallId: "c1", content: "No such city", isError: true },
  ]);
  expect(body["messages"]).toEqual([
    {
      role: "system",
      content: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
    },
    { role: "user", content: "Weather in Oslo?" },
    {
      role: "assistant",
      content: null,
      reasoning: "I need the tool.",
      tool_calls: [
        { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
      ],
    },
    { role: "tool", tool_call_id: "c1", content: "No such city" },
  ]);
});

/** The answer as it stands in the next request. */
async function sentAfter({ message }: ChatResponse): Promise<unknown> {
  const { body } = await sent([
    user,
    message,
    { role: "tool", toolCallId: "toolu_01A09q90qw90lq917835lq9", content: "Rain" },
  ]);
  return (body["messages"] as unknown[])[1];
}

describe("an answer goes back as it came", () => {
  const exchange = JSON.parse(
    readFileSync(new URL("../testdata/chat/tool-call.json", import.meta.url), "utf8"),
  ) as ChatExchange;
  const expected = {
    role: "assistant",
    content: "One moment.",
    reasoning: "I need the weather in Zürich.",
    reasoning_details: [
      {
        index: 0,
        type: "reasoning.text",
        text: "I need the weather in Zürich.",
        signature: "EqoBCkgIARABGAIiQL2UoU0b1OHYi+Zk==",
      },
      { index: 1, type: "reasoning.encrypted", data: "EmwKAhgBEgy3va3pzix/LafPsn4=" },
    ],
    tool_calls: [
      {
        id: "toolu_01A09q90qw90lq917835lq9",
        type: "function",
        function: { name: "weather", arguments: '{"city":"Zürich"}' },
      },
    ],
  };

  test("whole", async () => {
    const { model } = modelThatAnswers(JSON.stringify(exchange.generate?.body), "application/json");
    expect(await sentAfter(await model.generate("Hi"))).toEqual(expected);
  });

  test("from a stream, where details of reasoning come in pieces", async () => {
    const { model } = modelThatAnswers(exchange.stream?.bodyText ?? "", "text/event-stream");
    let response: ChatResponse | undefined;
    for await (const part of model.stream("Hi")) if (part.type === "finish") ({ response } = part);
    if (!response) throw new Error("the stream did not finish");
    expect(await sentAfter(response)).toEqual(expected);
  });
});

test("Responses goes out as OpenAI has it, with what the gateway hands on", async () => {
  const { model, body } = modelThatAnswers('{"status":"completed","output":[]}', "application/json", {
    api: "responses",
  });
  await model.generate("Hi", {
    maxTokens: 100,
    topK: 7,
    reasoning: { effort: "low" },
    providerOptions: { reasoning: { max_tokens: 2048 }, fallbacks: ["openai/gpt-5-mini"] },
  });
  expect(body()).toEqual({
    model: "anthropic/claude-sonnet-5-5",
    input: [{ role: "user", content: "Hi" }],
    max_output_tokens: 100,
    top_k: 7,
    reasoning: { effort: "low", max_tokens: 2048 },
    fallbacks: ["openai/gpt-5-mini"],
  });
});
