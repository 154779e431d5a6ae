import { readFileSync } from "node:fs";
import { type ChatExchange, sentRequest } from "@beluga/conformance";
import { type ChatModel, type ChatOptions, type ChatResponse, type Message, type Tool } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type LiteLLMConfig, createLiteLLM } from "./index.js";
import { liteLLMRequests } from "./testing/requests.js";

interface Sent {
  body: Record<string, unknown>;
  /** Of the warnings. */
  warned: string[];
}

/** What a call sends, which the schema of requests has to accept, and what it warns of. */
async function sent(messages: string | readonly Message[], options: ChatOptions = {}): Promise<Sent> {
  const { schema } = liteLLMRequests;
  const { body, response } = await sentRequest((config) => createLiteLLM({ model: "my-model", ...config }), {
    schema,
    options,
    messages,
  });
  return { body, warned: response.warnings.map(({ type, option = "" }) => `${type} ${option}`) };
}

function modelThatAnswers(
  answer: string,
  contentType: string,
  config: Partial<LiteLLMConfig> = {},
): { model: ChatModel; body(): Record<string, unknown> } {
  let text = "";
  const model = createLiteLLM({
    model: "my-model",
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

test("every option goes out under its name", async () => {
  const { body, warned } = await sent("Hi", {
    maxTokens: 100,
    temperature: 0.5,
    topP: 0.9,
    topK: 7,
    stopSequences: ["END"],
    seed: 7,
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    reasoning: { effort: "minimal" },
    responseFormat: { type: "json" },
    tools: [weather],
    toolChoice: { tool: "weather" },
  });
  expect(warned).toEqual([]);
  expect(body).toEqual({
    model: "my-model",
    messages: [user],
    max_tokens: 100,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 7,
    stop: ["END"],
    seed: 7,
    frequency_penalty: 0.1,
    presence_penalty: 0.2,
    reasoning_effort: "minimal",
    response_format: { type: "json_object" },
    tools: [{ type: "function", function: weather }],
    tool_choice: { type: "function", function: { name: "weather" } },
  });
});

test("what the proxy takes for itself goes as it stands in providerOptions", async () => {
  const own = {
    metadata: { tags: ["job:1"], trace_id: "t-1" },
    tags: ["job:1"],
    guardrails: ["pii", { "my-guard": { extra_body: { level: 1 } } }],
    mock_response: "It is fine.",
    fallbacks: ["my-other-model"],
    num_retries: 1,
    drop_params: true,
    cache: { "no-cache": true },
    reasoning_effort: { effort: "high", summary: "auto" },
    cache_control_injection_points: [{ location: "message", role: "system" }],
  };
  const { body } = await sent("Hi", { reasoning: { effort: "low" }, providerOptions: own });
  expect(body).toEqual({ model: "my-model", messages: [user], ...own });
});

test("JSON by a schema is asked for in OpenAI's form", async () => {
  const schema = { type: "object", properties: {}, required: [], additionalProperties: false };
  const { body } = await sent("Hi", { responseFormat: { type: "json", schema, name: "reply" } });
  expect(body).toEqual({
    model: "my-model",
    messages: [user],
    response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: true } },
  });
});

test.for([
  [{ effort: "none" }, { reasoning_effort: "none" }, []],
  [{ effort: "high" }, { reasoning_effort: "high" }, []],
  [{ budgetTokens: 2048 }, { thinking: { type: "enabled", budget_tokens: 2048 } }, []],
  [
    { effort: "high", budgetTokens: 2048 },
    { thinking: { type: "enabled", budget_tokens: 2048 } },
    ["unsupported reasoning.effort"],
  ],
] as const)("reasoning: %j", async ([reasoning, expected, warnings]) => {
  const { body, warned } = await sent("Hi", { reasoning });
  expect(body).toEqual({ model: "my-model", messages: [user], ...expected });
  expect(warned).toEqual(warnings);
});

test("media go in OpenAI's form where it has one, and as a file where not", async () => {
  const url = "https://example.com/a";
  const data = new Uint8Array([1, 2, 3]);
  const { body } = await sent([
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image", mediaType: "image/png", url },
        { type: "image", mediaType: "image/png", data },
        {
          type: "image",
          mediaType: "image/jpeg",
          url: "gs://bucket/a",
          providerMetadata: { litellm: { image_url: { format: "image/jpeg" } } },
        },
        { type: "audio", mediaType: "audio/wav", data },
        { type: "audio", mediaType: "audio/ogg", data },
        { type: "audio", mediaType: "audio/wav", url },
        { type: "video", mediaType: "video/mp4", url },
        { type: "video", mediaType: "video/mp4", data },
        { type: "file", mediaType: "application/pdf", url },
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
        { type: "image_url", image_url: { url: "gs://bucket/a", format: "image/jpeg" } },
        { type: "input_audio", input_audio: { data: "AQID", format: "wav" } },
        { type: "file", file: { file_data: "data:audio/ogg;base64,AQID" } },
        { type: "file", file: { file_id: url, format: "audio/wav" } },
        { type: "file", file: { file_id: url, format: "video/mp4" } },
        { type: "file", file: { file_data: "data:video/mp4;base64,AQID" } },
        { type: "file", file: { file_id: url, format: "application/pdf" } },
        { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AQID" } },
      ],
    },
  ]);
});

test("a conversation goes with its marks for the cache, its calls and their results", async () => {
  const cached = { litellm: { cache_control: { type: "ephemeral" } } };
  const { body } = await sent([
    { role: "system", content: [{ type: "text", text: "Be brief.", providerMetadata: cached }] },
    { role: "user", content: "Weather in Oslo?" },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "I need the tool." },
        { type: "text", text: "One moment.", providerMetadata: cached },
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
      content: "One moment.",
      reasoning_content: "I need the tool.",
      cache_control: { type: "ephemeral" },
      tool_calls: [
        { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
      ],
    },
    { role: "tool", tool_call_id: "c1", content: "No such city" },
  ]);
});

test("what a caller keeps with a tool call goes with the call", async () => {
  const call = {
    type: "tool-call",
    id: "c1",
    name: "weather",
    arguments: {},
    providerMetadata: { litellm: { provider_specific_fields: { thought_signature: "s" } } },
  } as const;
  const { model, body } = modelThatAnswers(
    '{"choices":[{"message":{"content":"ok"},"finish_reason":"stop"}]}',
    "application/json",
  );
  await model.generate([
    { role: "user", content: "Hi" },
    { role: "assistant", content: [call] },
    { role: "tool", toolCallId: "c1", content: "Rain" },
  ]);
  expect(body()["messages"]).toHaveProperty("1", {
    role: "assistant",
    content: null,
    tool_calls: [
      {
        id: "c1",
        type: "function",
        function: { name: "weather", arguments: "{}" },
        provider_specific_fields: { thought_signature: "s" },
      },
    ],
  });
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
  const signature = "EqoBCkgIARABGAIiQL2UoU0b1OHYi+Zk==";
  const expected = {
    role: "assistant",
    content: "One moment.",
    reasoning_content: "I need the weather in Zürich.",
    thinking_blocks: [
      { type: "thinking", thinking: "I need the weather in Zürich.", signature },
      { type: "redacted_thinking", data: "EmwKAhgBEgy3va3pzix/LafPsn4=" },
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

  test("from a stream, where blocks of thinking come in pieces", async () => {
    const { model } = modelThatAnswers(exchange.stream?.bodyText ?? "", "text/event-stream");
    let response: ChatResponse | undefined;
    for await (const part of model.stream("Hi")) if (part.type === "finish") ({ response } = part);
    if (!response) throw new Error("the stream did not finish");
    expect(await sentAfter(response)).toEqual(expected);
  });
});

test("Responses goes out as OpenAI has it", async () => {
  const { model, body } = modelThatAnswers('{"status":"completed","output":[]}', "application/json", {
    api: "responses",
  });
  await model.generate("Hi", {
    maxTokens: 100,
    reasoning: { effort: "low" },
    providerOptions: { tags: ["a"] },
  });
  expect(body()).toEqual({
    model: "my-model",
    input: [{ role: "user", content: "Hi" }],
    max_output_tokens: 100,
    reasoning: { effort: "low" },
    tags: ["a"],
  });
});
