import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type Message, type Tool, type Warning } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createOpenRouter } from "./index.js";
import { openRouterRequests } from "./testing/requests.js";

const name = "anthropic/claude-sonnet-5-5";

/** What a call sends, which the vendor's schema has to accept, and what it warns of. */
async function sent(
  options: ChatOptions,
  messages?: string | Message[],
): Promise<{ body: Record<string, unknown>; warnings: Warning[] }> {
  const { schema } = openRouterRequests;
  const { body, response } = await sentRequest(
    (config) => createOpenRouter({ model: name, apiKey: "key", ...config }),
    { schema, options, messages },
  );
  return { body, warnings: response.warnings };
}

const weather: Tool = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};
const function_ = { type: "function", function: weather };
const user = { role: "user", content: "Hi" };

test("every option goes out under its name", async () => {
  const schema = { type: "object", properties: {}, required: [], additionalProperties: false };
  const { body, warnings } = await sent({
    maxTokens: 100,
    temperature: 0.5,
    topP: 0.9,
    topK: 7,
    stopSequences: ["END"],
    seed: 7,
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    reasoning: { effort: "minimal" },
    responseFormat: { type: "json", name: "reply", schema },
    tools: [weather],
    toolChoice: { tool: "weather" },
    providerOptions: {
      models: ["openai/gpt-5.4"],
      provider: { order: ["anthropic"], allow_fallbacks: false },
      plugins: [{ id: "web" }],
      session_id: "s1",
    },
  });
  expect(body).toEqual({
    model: name,
    messages: [user],
    max_completion_tokens: 100,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 7,
    stop: ["END"],
    seed: 7,
    frequency_penalty: 0.1,
    presence_penalty: 0.2,
    reasoning: { effort: "minimal" },
    response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: true } },
    tools: [function_],
    tool_choice: { type: "function", function: { name: "weather" } },
    models: ["openai/gpt-5.4"],
    provider: { order: ["anthropic"], allow_fallbacks: false },
    plugins: [{ id: "web" }],
    session_id: "s1",
  });
  expect(warnings).toEqual([]);
});

describe("reasoning", () => {
  test("can have a budget", async () => {
    const { body, warnings } = await sent({ reasoning: { budgetTokens: 2000 } });
    expect(body).toEqual({ model: name, messages: [user], reasoning: { max_tokens: 2000 } });
    expect(warnings).toEqual([]);
  });

  test("has a budget or an effort, and not both", async () => {
    const { body, warnings } = await sent({ reasoning: { budgetTokens: 2000, effort: "high" } });
    expect(body).toEqual({ model: name, messages: [user], reasoning: { max_tokens: 2000 } });
    expect(warnings).toEqual([
      {
        type: "unsupported",
        option: "reasoning.effort",
        message: "openrouter takes an effort or a budget; the budget was sent",
      },
    ]);
  });

  test("can be asked for in OpenRouter's own words", async () => {
    const { body } = await sent({
      reasoning: { effort: "low" },
      providerOptions: { reasoning: { effort: "xhigh", exclude: true } },
    });
    expect(body["reasoning"]).toEqual({ effort: "xhigh", exclude: true });
  });
});

const details = [
  { type: "reasoning.text", text: "I need it.", signature: "Ep==", format: "anthropic-claude-v1", index: 0 },
  { type: "reasoning.encrypted", data: "gAAA", id: "rs_1", format: "openai-responses-v1", index: 1 },
];
const conversation = (metadata?: Record<string, unknown>): Message[] => [
  {
    role: "system",
    content: [
      {
        type: "text",
        text: "Be brief.",
        providerMetadata: { openrouter: { cache_control: { type: "ephemeral", ttl: "1h" } } },
      },
    ],
  },
  { role: "user", content: "Weather in Oslo?" },
  {
    role: "assistant",
    content: [
      {
        type: "reasoning",
        text: "I need it.",
        ...(metadata && { providerMetadata: { openrouter: metadata } }),
      },
      { type: "tool-call", id: "toolu_1", name: "weather", arguments: { city: "Oslo" } },
    ],
  },
  {
    role: "tool",
    toolCallId: "toolu_1",
    isError: true,
    content: [
      {
        type: "text",
        text: "No city",
        providerMetadata: { openrouter: { cache_control: { type: "ephemeral" } } },
      },
    ],
  },
];
const written = (assistant: object) => [
  {
    role: "system",
    content: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral", ttl: "1h" } }],
  },
  { role: "user", content: "Weather in Oslo?" },
  {
    role: "assistant",
    content: null,
    ...assistant,
    tool_calls: [
      { id: "toolu_1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
    ],
  },
  {
    role: "tool",
    tool_call_id: "toolu_1",
    content: [{ type: "text", text: "No city", cache_control: { type: "ephemeral" } }],
  },
];

test("details of reasoning go back as they came, in place of its words; marks of the cache go along", async () => {
  const { body } = await sent({ tools: [weather] }, conversation({ reasoning_details: details }));
  expect(body).toEqual({
    model: name,
    messages: written({ reasoning_details: details }),
    tools: [function_],
  });
});

test("reasoning without details goes back as its words", async () => {
  const { body } = await sent({}, conversation());
  expect(body["messages"]).toEqual(written({ reasoning: "I need it." }));
});

test("details of several parts go back in their order, and so do parsed files and images", async () => {
  const [first, second] = details;
  const file = { type: "file", file: { hash: "abc", content: [] } };
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } };
  const { body } = await sent({}, [
    { role: "user", content: "Hi" },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "a", providerMetadata: { openrouter: { reasoning_details: [first] } } },
        { type: "text", text: "", providerMetadata: { openrouter: { annotations: [file] } } },
        { type: "text", text: "Hello" },
        { type: "file", data: "AQID", mediaType: "image/png" },
        { type: "reasoning", text: "b", providerMetadata: { openrouter: { reasoning_details: [second] } } },
      ],
    },
    { role: "user", content: "Hi" },
  ]);
  expect(body["messages"]).toEqual([
    user,
    { role: "assistant", content: "Hello", reasoning_details: details, annotations: [file], images: [image] },
    user,
  ]);
});

test("images, audio, video and files go by their URL or as data", async () => {
  const data = new Uint8Array([1, 2, 3]);
  const { body } = await sent({}, [
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image", mediaType: "image/png", url: "https://example.com/a.png" },
        { type: "image", mediaType: "image/png", data },
        { type: "audio", mediaType: "audio/wav", data },
        { type: "audio", mediaType: "audio/mpeg", data: "AQID" },
        { type: "audio", mediaType: "audio/ogg", data },
        { type: "audio", mediaType: "audio/mp4", data: "AQID" },
        { type: "video", mediaType: "video/mp4", url: "https://www.youtube.com/watch?v=x" },
        { type: "video", mediaType: "video/mp4", data },
        { type: "file", mediaType: "application/pdf", url: "https://example.com/a.pdf", name: "a.pdf" },
        { type: "file", mediaType: "application/pdf", data },
      ],
    },
  ]);
  expect(body["messages"]).toEqual([
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image_url", image_url: { url: "https://example.com/a.png" } },
        { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
        { type: "input_audio", input_audio: { data: "AQID", format: "wav" } },
        { type: "input_audio", input_audio: { data: "AQID", format: "mp3" } },
        { type: "input_audio", input_audio: { data: "AQID", format: "ogg" } },
        { type: "input_audio", input_audio: { data: "AQID", format: "m4a" } },
        { type: "video_url", video_url: { url: "https://www.youtube.com/watch?v=x" } },
        { type: "video_url", video_url: { url: "data:video/mp4;base64,AQID" } },
        { type: "file", file: { filename: "a.pdf", file_data: "https://example.com/a.pdf" } },
        { type: "file", file: { filename: "file", file_data: "data:application/pdf;base64,AQID" } },
      ],
    },
  ]);
});

test.for<[string, Message[]]>([
  [
    "audio by its URL",
    [{ role: "user", content: [{ type: "audio", mediaType: "audio/wav", url: "https://a" }] }],
  ],
  [
    "audio of an unknown type",
    [{ role: "user", content: [{ type: "audio", mediaType: "audio/x", data: "AQ" }] }],
  ],
  [
    "an image in a tool's result",
    [{ role: "tool", toolCallId: "1", content: [{ type: "image", mediaType: "image/png", data: "AQID" }] }],
  ],
  [
    "a file of the assistant",
    [{ role: "assistant", content: [{ type: "file", mediaType: "application/pdf", data: "AQID" }] }],
  ],
])("%s is refused, not left out", async ([_what, messages]) => {
  const error = await sent({}, messages).catch((reason: unknown) => reason);
  expect(BelugaError.is(error) && error.code).toBe("unsupported");
});

test("tools that run at OpenRouter go as they stand in providerOptions", async () => {
  const tools = [{ type: "openrouter:web_search", parameters: { max_uses: 1 } }];
  const { body } = await sent({ providerOptions: { tools } });
  expect(body).toEqual({ model: name, messages: [user], tools });
});
