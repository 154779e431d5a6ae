import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type Message, type Tool, type Warning } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createQwen } from "./index.js";
import { qwenRequests } from "./testing/requests.js";

interface Sent {
  body: Record<string, unknown>;
  warnings: Warning[];
}

/** What a call sends, which the vendor's schema has to accept, and what it warns of. */
async function sent(
  model: string,
  options: ChatOptions,
  messages?: string | Message[],
  op?: "generate" | "stream",
): Promise<Sent> {
  const { body, response } = await sentRequest((config) => createQwen({ model, apiKey: "key", ...config }), {
    schema: qwenRequests.schema,
    options,
    messages,
    stream: op === "stream",
  });
  return { body, warnings: response.warnings };
}

/** What a call sends beside the model and the messages, and the options that it warns of. */
async function settled(
  name: string,
  options: ChatOptions,
  op?: "generate" | "stream",
): Promise<[Record<string, unknown>, string[]]> {
  const { body, warnings } = await sent(name, options, "Hi", op);
  const {
    model: _model,
    messages: _messages,
    stream: _stream,
    stream_options: _options,
    tools: _,
    ...rest
  } = body;
  return [rest, warnings.map(({ type, option }) => `${type} ${option}`)];
}

const weather: Tool = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};
const time: Tool = { name: "time", parameters: { type: "object", properties: {} } };
const function_ = { type: "function", function: weather };
const forced = { type: "function", function: { name: "weather" } };
const user = { role: "user", content: "Hi" };
const schema = { type: "object", properties: {}, required: [], additionalProperties: false };

test("every option goes out under its name", async () => {
  const { body, warnings } = await sent("qwen3.8-max", {
    maxTokens: 100,
    temperature: 0.5,
    topP: 0.9,
    topK: 7,
    stopSequences: ["END"],
    seed: 7,
    presencePenalty: 0.2,
    reasoning: { effort: "medium" },
    responseFormat: { type: "json", name: "reply", schema },
    tools: [weather],
    toolChoice: "auto",
    providerOptions: {
      enable_search: true,
      search_options: { forced_search: true },
      preserve_thinking: false,
    },
  });
  expect(body).toEqual({
    model: "qwen3.8-max",
    messages: [user],
    max_completion_tokens: 100,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 7,
    stop: ["END"],
    seed: 7,
    presence_penalty: 0.2,
    reasoning_effort: "medium",
    response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: true } },
    tools: [function_],
    tool_choice: "auto",
    enable_search: true,
    search_options: { forced_search: true },
    preserve_thinking: false,
  });
  expect(warnings).toEqual([]);
});

test("what Model Studio does not have is left out, with a warning", async () => {
  expect(await settled("qwen3.8-max", { frequencyPenalty: 0.1 })).toEqual([
    {},
    ["unsupported frequencyPenalty"],
  ]);
});

test.for<[string, string]>([
  ["qwen3.8-max", "max_completion_tokens"],
  ["qwen3.8-27b", "max_completion_tokens"],
  ["qwen3.7-max-2026-06-08", "max_completion_tokens"],
  ["qwen3.6-plus", "max_completion_tokens"],
  ["qwen3.7-flash", "max_tokens"],
  ["qwen3-max", "max_tokens"],
  ["qwen-plus", "max_tokens"],
])("the token limit of %s is %s", async ([name, field]) => {
  expect(await settled(name, { maxTokens: 100 })).toEqual([{ [field]: 100 }, []]);
});

test.for<[string, boolean]>([
  ["qwen3.8-max-0902", true],
  ["qwen3.8-flash", true],
  ["qwen3.7-flash", true],
  ["qwen3.8-27b", false],
  ["qwen3.6-plus", false],
  ["qwen-plus", false],
])("%s is asked for JSON by a schema: %s; else for any", async ([name, takesSchemas]) => {
  const [body, warned] = await settled(name, { responseFormat: { type: "json", schema } });
  expect(body["response_format"]).toEqual(
    takesSchemas
      ? { type: "json_schema", json_schema: { name: "response", schema, strict: true } }
      : { type: "json_object" },
  );
  expect(warned).toEqual(takesSchemas ? [] : ["unsupported responseFormat.schema"]);
});

const on = { enable_thinking: true };
const off = { enable_thinking: false };

describe("thinking", () => {
  test.for<[string, NonNullable<ChatOptions["reasoning"]>, object, string[]]>([
    ["qwen3.8-max", { effort: "minimal" }, { reasoning_effort: "minimal" }, []],
    ["qwen3.8-max", { effort: "high" }, { reasoning_effort: "high" }, []],
    ["qwen3.8-max", { effort: "none" }, off, []],
    ["qwen3.8-max", { budgetTokens: 500 }, { thinking_budget: 500 }, []],
    [
      "qwen3.8-max",
      { effort: "low", budgetTokens: 500 },
      { thinking_budget: 500 },
      ["unsupported reasoning.effort"],
    ],
    ["qwen3.7-max", { effort: "low" }, on, ["adjusted reasoning.effort"]],
    ["qwen3.7-max", { effort: "none" }, off, []],
    ["qwen-plus", { budgetTokens: 500 }, { ...on, thinking_budget: 500 }, []],
    [
      "qwen-plus",
      { effort: "high", budgetTokens: 500 },
      { ...on, thinking_budget: 500 },
      ["adjusted reasoning.effort"],
    ],
    ["qwen-plus", { effort: "none", budgetTokens: 500 }, off, ["unsupported reasoning.budgetTokens"]],
    ["deepseek-v3.2", { effort: "none" }, off, []],
    ["qwen3.5-omni-plus", { budgetTokens: 500 }, { ...on, thinking_budget: 500 }, []],
    ["qwen3-235b-a22b-thinking-2507", { budgetTokens: 500 }, { thinking_budget: 500 }, []],
    ["qwq-plus", { effort: "none" }, {}, ["unsupported reasoning.effort"]],
    ["qvq-max", { effort: "high" }, {}, ["unsupported reasoning.effort"]],
    ["qwen3-coder-plus", { effort: "none" }, {}, []],
    [
      "qwen3-30b-a3b-instruct-2507",
      { effort: "low", budgetTokens: 500 },
      {},
      ["unsupported reasoning.effort", "unsupported reasoning.budgetTokens"],
    ],
    ["qwen-max", { budgetTokens: 500 }, {}, ["unsupported reasoning.budgetTokens"]],
  ])("of %s with %o", async ([name, reasoning, body, warned]) => {
    expect(await settled(name, { reasoning })).toEqual([body, warned]);
  });

  test("is not spoken of where nothing is asked", async () => {
    for (const name of ["qwen3.8-max", "qwen3.6-plus", "qwen-plus", "qwq-plus", "qwen-max", "kimi-k3"])
      expect(await settled(name, {})).toEqual([{}, []]);
  });

  test.for<[string, ChatOptions, object]>([
    ["qwen3.8-max", { tools: [weather], toolChoice: { tool: "weather" } }, { tool_choice: forced }],
    ["qwen3.8-max", { tools: [weather, time], toolChoice: "required" }, { tool_choice: "required" }],
    ["qwen3.6-plus", { responseFormat: { type: "json" } }, { response_format: { type: "json_object" } }],
  ])("of %s gives way where it does not go together with %o", async ([name, options, rest]) => {
    expect(await settled(name, options)).toEqual([{ ...rest, ...off }, []]);
    const reasoning = { effort: "low", budgetTokens: 500 } as const;
    expect(await settled(name, { ...options, reasoning })).toEqual([
      { ...rest, ...off },
      ["unsupported reasoning.effort", "unsupported reasoning.budgetTokens"],
    ]);
  });

  test("that was not asked for does not have to be switched off where it is off", async () => {
    const response_format = { type: "json_object" };
    for (const name of ["qwen-plus", "qwen3.5-omni-plus"])
      expect(await settled(name, { responseFormat: { type: "json" } })).toEqual([{ response_format }, []]);
    expect(
      await settled("qwen-plus", { responseFormat: { type: "json" }, reasoning: { effort: "none" } }),
    ).toEqual([{ response_format, ...off }, []]);
  });

  test("goes together with tools that need not be called", async () => {
    for (const toolChoice of ["auto", "none"] as const)
      expect(await settled("qwen3.6-plus", { tools: [weather], toolChoice })).toEqual([
        { tool_choice: toolChoice },
        [],
      ]);
  });

  test("goes over what a model that always thinks does not take with it", async () => {
    expect(
      await settled("qwq-plus", {
        tools: [weather],
        toolChoice: "required",
        responseFormat: { type: "json" },
      }),
    ).toEqual([{}, ["unsupported toolChoice", "unsupported responseFormat"]]);
  });

  test("of open weights is for streams only", async () => {
    const name = "qwen3-235b-a22b";
    const reasoning = { budgetTokens: 500 };
    expect(await settled(name, {})).toEqual([off, []]);
    expect(await settled(name, { reasoning })).toEqual([off, ["unsupported reasoning.budgetTokens"]]);
    expect(await settled(name, {}, "stream")).toEqual([{}, []]);
    expect(await settled(name, { reasoning }, "stream")).toEqual([{ ...on, thinking_budget: 500 }, []]);
  });

  test("says why it was left out", async () => {
    const { warnings } = await sent("qwen3.6-plus", {
      reasoning: { effort: "low" },
      responseFormat: { type: "json" },
    });
    expect(warnings).toEqual([
      {
        type: "unsupported",
        option: "reasoning.effort",
        message: "qwen does not think where JSON has to be written; it was not sent",
      },
    ]);
  });
});

test("a tool that has to be called is named, if it is the only one", async () => {
  expect(await settled("qwen-plus", { tools: [weather], toolChoice: "required" })).toEqual([
    { tool_choice: forced },
    [],
  ]);
});

test("a stream asks for its usage", async () => {
  const { body } = await sent("qwen-plus", {}, "Hi", "stream");
  expect(body).toEqual({
    model: "qwen-plus",
    messages: [user],
    stream: true,
    stream_options: { include_usage: true },
  });
});

test("reasoning goes back; text goes as a string, and as a part where it has a mark of the cache", async () => {
  const { body } = await sent("qwen3.8-max", { tools: [weather] }, [
    {
      role: "system",
      content: [
        {
          type: "text",
          text: "Be brief.",
          providerMetadata: { qwen: { cache_control: { type: "ephemeral" } } },
        },
      ],
    },
    {
      role: "user",
      content: [
        { type: "text", text: "Weather " },
        { type: "text", text: "in Oslo?" },
      ],
    },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "I need it." },
        { type: "text", text: "Wait." },
        { type: "tool-call", id: "call_1", name: "weather", arguments: { city: "Oslo" } },
      ],
    },
    { role: "tool", toolCallId: "call_1", isError: true, content: [{ type: "text", text: "No city" }] },
  ]);
  expect(body).toEqual({
    model: "qwen3.8-max",
    messages: [
      {
        role: "system",
        content: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
      },
      { role: "user", content: "Weather in Oslo?" },
      {
        role: "assistant",
        content: "Wait.",
        reasoning_content: "I need it.",
        tool_calls: [
          { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
        ],
      },
      { role: "tool", tool_call_id: "call_1", content: "No city" },
    ],
    tools: [function_],
  });
});

test("an answer that the conversation ends with is gone on with, without thinking", async () => {
  const begun: Message[] = [
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Hello" },
  ];
  const written = [user, { role: "assistant", content: "Hello", partial: true }];
  expect(await sent("qwen3.6-plus", { reasoning: { budgetTokens: 500 } }, begun)).toEqual({
    body: { model: "qwen3.6-plus", messages: written, ...off },
    warnings: [
      {
        type: "unsupported",
        option: "reasoning.budgetTokens",
        message: "qwen does not think where it goes on with an answer; it was not sent",
      },
    ],
  });
  const { body } = await sent("qwen-plus", {}, [...begun, { role: "user", content: "Hi" }]);
  expect(body).toEqual({
    model: "qwen-plus",
    messages: [user, { role: "assistant", content: "Hello" }, user],
  });
});

test("a call of a tool is nothing to go on with", async () => {
  const { body } = await sent("qwen-plus", {}, [
    { role: "user", content: "Hi" },
    { role: "assistant", content: [{ type: "tool-call", id: "call_1", name: "time", arguments: {} }] },
  ]);
  expect(body["messages"]).toEqual([
    user,
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "call_1", type: "function", function: { name: "time", arguments: "{}" } }],
    },
  ]);
});

test("images, audio and video go by their URL or as data, frames as a part of Alibaba's own", async () => {
  const data = new Uint8Array([1, 2, 3]);
  const frames = { type: "video", video: ["https://example.com/1.jpg", "https://example.com/2.jpg"], fps: 2 };
  const { body } = await sent("qwen3.5-omni-plus", {}, [
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image", mediaType: "image/png", url: "https://example.com/a.png" },
        { type: "image", mediaType: "image/png", data },
        { type: "audio", mediaType: "audio/wav", data },
        { type: "audio", mediaType: "audio/mpeg", url: "https://example.com/a.mp3" },
        { type: "audio", mediaType: "audio/amr", data: "AQID" },
        { type: "video", mediaType: "video/mp4", url: "https://example.com/a.mp4" },
        {
          type: "video",
          mediaType: "video/mp4",
          data,
          providerMetadata: { qwen: { fps: 1 } },
        },
        { type: "text", text: "", providerMetadata: { qwen: frames } },
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
        { type: "input_audio", input_audio: { data: "data:;base64,AQID", format: "wav" } },
        { type: "input_audio", input_audio: { data: "https://example.com/a.mp3", format: "mp3" } },
        { type: "input_audio", input_audio: { data: "data:;base64,AQID", format: "amr" } },
        { type: "video_url", video_url: { url: "https://example.com/a.mp4" } },
        { type: "video_url", video_url: { url: "data:video/mp4;base64,AQID" }, fps: 1 },
        frames,
      ],
    },
  ]);
});

test.for<[string, Message[]]>([
  [
    "audio of an unknown type",
    [{ role: "user", content: [{ type: "audio", mediaType: "audio/x", data: "AQ" }] }],
  ],
  ["a file", [{ role: "user", content: [{ type: "file", mediaType: "application/pdf", data: "AQ" }] }]],
  [
    "an image in a tool's result",
    [{ role: "tool", toolCallId: "1", content: [{ type: "image", mediaType: "image/png", data: "AQID" }] }],
  ],
  [
    "a file of the assistant",
    [{ role: "assistant", content: [{ type: "file", mediaType: "image/png", data: "AQID" }] }],
  ],
])("%s is refused, not left out", async ([_what, messages]) => {
  const error = await sent("qwen3.8-max", {}, messages).catch((reason: unknown) => reason);
  expect(BelugaError.is(error) && error.code).toBe("unsupported");
});
