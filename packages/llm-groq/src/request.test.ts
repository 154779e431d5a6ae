import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type Message, type Tool, type Warning } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type GroqModelId, createGroq } from "./index.js";
import { groqRequests } from "./testing/requests.js";

const gptOSS = "openai/gpt-oss-120b";
const qwen = "qwen/qwen3.8-27b";

type Asked = { model?: GroqModelId; messages?: string | Message[]; op?: "generate" | "stream" };

/** What a call sends, which the vendor's schema has to accept, and what it warns of. */
async function sent(
  options: ChatOptions,
  { model = gptOSS, messages, op }: Asked = {},
): Promise<{ body: Record<string, unknown>; warnings: Warning[] }> {
  const { schema } = groqRequests;
  const { body, response } = await sentRequest(
    (config) => createGroq({ model, apiKey: "gsk_test", ...config }),
    {
      schema,
      options,
      messages,
      stream: op === "stream",
    },
  );
  return { body, warnings: response.warnings };
}

const weather: Tool = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};
const function_ = { type: "function", function: weather };

const schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const format = (strict: boolean) => ({ type: "json_schema", json_schema: { name: "reply", schema, strict } });
const asked: ChatOptions = { responseFormat: { type: "json", name: "reply", schema } };

const user = { role: "user", content: "Hi" };

test("every option that Groq has goes out under its name, and the others warn", async () => {
  const { body, warnings } = await sent({
    maxTokens: 100,
    temperature: 0.5,
    topP: 0.9,
    topK: 7,
    stopSequences: ["END"],
    seed: 7,
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    reasoning: { effort: "high", budgetTokens: 100 },
    tools: [weather],
    toolChoice: { tool: "weather" },
    providerOptions: { service_tier: "flex", parallel_tool_calls: false },
  });
  expect(body).toEqual({
    model: gptOSS,
    messages: [user],
    max_completion_tokens: 100,
    temperature: 0.5,
    top_p: 0.9,
    stop: ["END"],
    seed: 7,
    reasoning_effort: "high",
    tools: [function_],
    tool_choice: { type: "function", function: { name: "weather" } },
    service_tier: "flex",
    parallel_tool_calls: false,
  });
  expect(warnings.map(({ type, option }) => [type, option])).toEqual([
    ["unsupported", "topK"],
    ["unsupported", "frequencyPenalty"],
    ["unsupported", "presencePenalty"],
    ["unsupported", "reasoning.budgetTokens"],
  ]);
});

const conversation: Message[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: [{ type: "text", text: "Weather in Oslo?" }] },
  {
    role: "assistant",
    content: [
      { type: "reasoning", text: "I need the tool." },
      { type: "tool-call", id: "c1", name: "weather", arguments: { city: "Oslo" } },
      { type: "tool-call", id: "c2", name: "weather", arguments: {} },
    ],
  },
  { role: "tool", toolCallId: "c1", toolName: "weather", content: [{ type: "text", text: "Rain" }] },
  { role: "tool", toolCallId: "c2", content: "No city", isError: true },
];
const written = (assistant: object) => [
  { role: "system", content: "Be brief." },
  { role: "user", content: [{ type: "text", text: "Weather in Oslo?" }] },
  {
    role: "assistant",
    content: null,
    ...assistant,
    tool_calls: [
      { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
      { id: "c2", type: "function", function: { name: "weather", arguments: "{}" } },
    ],
  },
  { role: "tool", tool_call_id: "c1", content: [{ type: "text", text: "Rain" }] },
  { role: "tool", tool_call_id: "c2", content: "No city" },
];

describe("reasoning", () => {
  test.for<[GroqModelId, "none" | "minimal" | "low" | "medium", string | undefined, Warning["type"][]]>([
    [gptOSS, "none", "low", ["adjusted"]],
    [gptOSS, "minimal", "low", ["adjusted"]],
    [gptOSS, "medium", "medium", []],
    [qwen, "none", "none", []],
    [qwen, "medium", "medium", []],
    ["openai/gpt-oss-safeguard-20b", "low", undefined, ["unsupported"]],
    ["minimaxai/minimax-m2.7", "low", undefined, ["unsupported"]],
    ["acme/new-model", "low", undefined, ["unsupported"]],
  ])("of %s with the effort %s is asked for as %s", async ([model, effort, expected, warned]) => {
    const { body, warnings } = await sent({ reasoning: { effort } }, { model });
    expect(body["reasoning_effort"]).toBe(expected);
    expect(warnings.map(({ type }) => type)).toEqual(warned);
  });

  test("that would stand in the text is asked for in a field of its own", async () => {
    expect((await sent({}, { model: qwen })).body).toEqual({
      model: qwen,
      messages: [user],
      reasoning_format: "parsed",
    });
    expect((await sent({}, { model: "minimaxai/minimax-m2.7" })).body["reasoning_format"]).toBe("parsed");
    expect((await sent({}, { model: gptOSS })).body).toEqual({ model: gptOSS, messages: [user] });
    expect((await sent({}, { model: "acme/new-model" })).body).not.toHaveProperty("reasoning_format");
  });

  test("is asked for in one way only", async () => {
    const hidden = await sent({ providerOptions: { include_reasoning: false } }, { model: qwen });
    expect(hidden.body).toEqual({ model: qwen, messages: [user], include_reasoning: false });
    const raw = await sent({ providerOptions: { reasoning_format: "raw" } }, { model: qwen });
    expect(raw.body).toEqual({ model: qwen, messages: [user], reasoning_format: "raw" });
  });

  test.for<GroqModelId>([gptOSS, "openai/gpt-oss-safeguard-20b", qwen, "minimaxai/minimax-m2.7"])(
    "goes back, with the calls that came of it and their results, to %s",
    async (model) => {
      const { body } = await sent({ tools: [weather] }, { messages: conversation, model });
      expect(body).toMatchObject({
        messages: written({ reasoning: "I need the tool." }),
        tools: [function_],
      });
    },
  );

  test("does not go back to a model that is not known to reason, and would refuse it", async () => {
    const { body } = await sent({}, { messages: conversation, model: "acme/new-model" });
    expect(body["messages"]).toEqual(written({}));
  });
});

describe("JSON", () => {
  test.for<[GroqModelId, object, string[]]>([
    [gptOSS, format(true), []],
    [qwen, format(true), []],
    ["openai/gpt-oss-safeguard-20b", format(false), []],
    ["minimaxai/minimax-m2.7", { type: "json_object" }, ["responseFormat.schema"]],
    ["acme/new-model", { type: "json_object" }, ["responseFormat.schema"]],
  ])("by a schema, of %s", async ([model, expected, warned]) => {
    const { body, warnings } = await sent(asked, { model });
    expect(body["response_format"]).toEqual(expected);
    expect(warnings.map(({ option }) => option)).toEqual(warned);
  });

  test("by a schema that leaves something open is not strict", async () => {
    const open = { ...schema, required: [] };
    const { body } = await sent({ responseFormat: { type: "json", name: "reply", schema: open } });
    expect(body["response_format"]).toEqual({
      type: "json_schema",
      json_schema: { name: "reply", schema: open, strict: false },
    });
  });

  test("of any kind is asked for in a stream, where no schema can be", async () => {
    const { body, warnings } = await sent(asked, { op: "stream" });
    expect(body).toEqual({
      model: gptOSS,
      messages: [user],
      response_format: { type: "json_object" },
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(warnings).toEqual([
      {
        type: "unsupported",
        option: "responseFormat.schema",
        message: "groq does not take it for a stream; any JSON was asked for",
      },
    ]);
  });

  test.for([asked, { responseFormat: { type: "json" } }] as const)(
    "is not asked for together with tools: %j",
    async (options) => {
      const { body, warnings } = await sent({ ...options, tools: [weather] });
      expect(body).toEqual({ model: gptOSS, messages: [user], tools: [function_] });
      expect(warnings).toEqual([
        {
          type: "unsupported",
          option: "responseFormat",
          message: "groq does not take it together with tools; it was not sent",
        },
      ]);
    },
  );
});

const picture: Message[] = [
  {
    role: "user",
    content: [
      { type: "text", text: "What is this?" },
      { type: "image", mediaType: "image/png", url: "https://example.com/a.png" },
      { type: "image", mediaType: "image/png", data: new Uint8Array([1, 2, 3]) },
    ],
  },
];

test("images go by their URL or as data to models that see", async () => {
  const { body } = await sent({}, { model: qwen, messages: picture });
  expect(body["messages"]).toEqual([
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image_url", image_url: { url: "https://example.com/a.png" } },
        { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
      ],
    },
  ]);
});

test.for<[string, GroqModelId, Message[]]>([
  ["an image for a model of text alone", gptOSS, picture],
  ["an image for a model of text alone", "minimaxai/minimax-m2.7", picture],
  ["audio", qwen, [{ role: "user", content: [{ type: "audio", mediaType: "audio/wav", data: "AQID" }] }]],
  [
    "a file",
    qwen,
    [{ role: "user", content: [{ type: "file", mediaType: "application/pdf", data: "AQID" }] }],
  ],
])("%s is refused, not left out", async ([_what, model, messages]) => {
  const error = await sent({}, { model, messages }).catch((reason: unknown) => reason);
  expect(BelugaError.is(error) && error.code).toBe("unsupported");
});

test("tools that run at Groq go as they stand in providerOptions", async () => {
  const tools = [{ type: "browser_search" }, { type: "code_interpreter" }];
  const { body, warnings } = await sent({ providerOptions: { tools } });
  expect(body).toEqual({ model: gptOSS, messages: [user], tools });
  expect(warnings).toEqual([]);
});
