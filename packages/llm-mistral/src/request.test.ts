import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type Message, type Tool, type Warning } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type MistralModelId, createMistral } from "./index.js";
import { mistralRequests } from "./testing/requests.js";

const large = "mistral-large-4";

type Asked = { model?: MistralModelId; messages?: string | Message[]; op?: "generate" | "stream" };

/** What a call sends, which the vendor's schema has to accept, and what it warns of. */
async function sent(
  options: ChatOptions,
  { model = large, messages, op }: Asked = {},
): Promise<{ body: Record<string, unknown>; warnings: Warning[] }> {
  const { schema } = mistralRequests;
  const { body, response } = await sentRequest(
    (config) => createMistral({ model, apiKey: "key", ...config }),
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
const user = { role: "user", content: "Hi" };

test("every option that Mistral has goes out under its name, and the others warn", async () => {
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
    reasoning: { effort: "medium", budgetTokens: 100 },
    responseFormat: { type: "json", name: "reply", schema },
    tools: [weather],
    toolChoice: "required",
    providerOptions: { safe_prompt: true, parallel_tool_calls: false, service_tier: "auto" },
  });
  expect(body).toEqual({
    model: large,
    messages: [user],
    max_tokens: 100,
    temperature: 0.5,
    top_p: 0.9,
    stop: ["END"],
    random_seed: 7,
    frequency_penalty: 0.1,
    presence_penalty: 0.2,
    reasoning_effort: "medium",
    response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: true } },
    tools: [function_],
    tool_choice: "required",
    safe_prompt: true,
    parallel_tool_calls: false,
    service_tier: "auto",
  });
  expect(warnings.map(({ type, option }) => [type, option])).toEqual([
    ["unsupported", "topK"],
    ["unsupported", "reasoning.budgetTokens"],
  ]);
});

test("a stream is asked for without stream_options, which Mistral refuses", async () => {
  const { body } = await sent({}, { op: "stream" });
  expect(body).toEqual({ model: large, messages: [user], stream: true });
});

test("a temperature over 1.5 is sent as 1.5, with a warning", async () => {
  const { body, warnings } = await sent({ temperature: 2 });
  expect(body).toEqual({ model: large, messages: [user], temperature: 1.5 });
  expect(warnings).toEqual([
    { type: "adjusted", option: "temperature", message: "mistral takes 1.5 at most, which was sent" },
  ]);
  expect((await sent({ temperature: 1.5 })).warnings).toEqual([]);
});

test("any JSON, and a tool by its name, can be asked for", async () => {
  const { body } = await sent({
    responseFormat: { type: "json" },
    tools: [weather],
    toolChoice: { tool: "weather" },
  });
  expect(body).toEqual({
    model: large,
    messages: [user],
    response_format: { type: "json_object" },
    tools: [function_],
    tool_choice: { type: "function", function: { name: "weather" } },
  });
});

const conversation: Message[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: [{ type: "text", text: "Weather in Oslo?" }] },
  {
    role: "assistant",
    content: [
      { type: "reasoning", text: "I need the tool." },
      { type: "text", text: "I look." },
      { type: "reasoning", text: "", redactedData: "of another vendor" },
      { type: "reasoning", text: "Twice." },
      { type: "tool-call", id: "call_abc", name: "weather", arguments: { city: "Oslo" } },
      { type: "tool-call", id: "VzeppoSaq", name: "weather", arguments: {} },
    ],
  },
  { role: "tool", toolCallId: "VzeppoSaq", toolName: "weather", content: [{ type: "text", text: "Rain" }] },
  { role: "tool", toolCallId: "call_abc", content: "No city", isError: true },
  { role: "assistant", content: "It rains." },
  { role: "user", content: "Thanks" },
];
const written = (content: unknown) => [
  { role: "system", content: "Be brief." },
  { role: "user", content: [{ type: "text", text: "Weather in Oslo?" }] },
  {
    role: "assistant",
    content,
    tool_calls: [
      { id: "000000001", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
      { id: "VzeppoSaq", type: "function", function: { name: "weather", arguments: "{}" } },
    ],
  },
  {
    role: "tool",
    tool_call_id: "VzeppoSaq",
    name: "weather",
    content: [{ type: "text", text: "Rain" }],
  },
  { role: "tool", tool_call_id: "000000001", content: "No city" },
  { role: "assistant", content: "It rains." },
  { role: "user", content: "Thanks" },
];
const thought = [
  { type: "thinking", thinking: [{ type: "text", text: "I need the tool." }] },
  { type: "text", text: "I look." },
  { type: "thinking", thinking: [{ type: "text", text: "Twice." }] },
];

describe("reasoning", () => {
  test.for<[MistralModelId, "none" | "low" | "medium", string | undefined, Warning["type"][]]>([
    ["mistral-large-4-0", "low", "low", []],
    ["mistral-large-4", "medium", "medium", []],
    ["mistral-small-latest", "none", "none", []],
    ["mistral-small-2603", "medium", "high", ["adjusted"]],
    ["mistral-medium-3-5", "medium", "high", ["adjusted"]],
    ["zai-glm-5-2", "low", "high", ["adjusted"]],
    ["ft:mistral-small-latest:abc", "none", "none", []],
    ["mistral-large-latest", "low", undefined, ["unsupported"]],
    ["magistral-medium-latest", "low", undefined, ["unsupported"]],
    ["ministral-8b-latest", "low", undefined, ["unsupported"]],
  ])("of %s with the effort %s is asked for as %s", async ([model, effort, expected, warned]) => {
    const { body, warnings } = await sent({ reasoning: { effort } }, { model });
    expect(body["reasoning_effort"]).toBe(expected);
    expect(warnings.map(({ type }) => type)).toEqual(warned);
  });

  test.for<MistralModelId>([large, "mistral-small-latest", "magistral-medium-latest"])(
    "goes back to %s as the parts that it came as, in its place",
    async (model) => {
      const { body } = await sent({ tools: [weather] }, { messages: conversation, model });
      expect(body).toEqual({ model, messages: written(thought), tools: [function_] });
    },
  );

  test("does not go back to a model that does not think", async () => {
    const { body } = await sent({}, { messages: conversation, model: "ministral-8b-latest" });
    expect(body["messages"]).toEqual(written("I look."));
  });

  test("that nothing of can be read leaves text as it is", async () => {
    const messages: Message[] = [
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "", redactedData: "x" },
          { type: "text", text: "Hello" },
        ],
      },
      { role: "user", content: "Hi" },
    ];
    const { body } = await sent({}, { messages });
    expect(body["messages"]).toEqual([user, { role: "assistant", content: "Hello" }, user]);
  });
});

const called = (id: string): Message => ({
  role: "assistant",
  content: [{ type: "tool-call", id, name: "weather", arguments: {} }],
});
const result = (toolCallId: string): Message => ({ role: "tool", toolCallId, content: "Rain" });
const idsOf = async (messages: Message[]): Promise<unknown[]> => {
  const { body } = await sent({}, { messages: [{ role: "user", content: "Hi" }, ...messages] });
  const wire = body["messages"] as { tool_calls?: { id: string }[]; tool_call_id?: string }[];
  return wire.flatMap(({ tool_calls: calls = [], tool_call_id: id }) => [
    ...calls.map((call) => call.id),
    ...(id === undefined ? [] : [id]),
  ]);
};

describe("ids of tool calls", () => {
  test("of Mistral's own stay as they are", async () => {
    expect(await idsOf([called("VzeppoSaq"), result("VzeppoSaq")])).toEqual(["VzeppoSaq", "VzeppoSaq"]);
  });

  test("of other vendors become such ids, one for each, and the same as the conversation grows", async () => {
    const first = [called("call_1"), result("call_1")];
    const second = [called("toolu_abcdefghijkl"), result("toolu_abcdefghijkl")];
    expect(await idsOf(first)).toEqual(["000000001", "000000001"]);
    expect(await idsOf([...first, ...second])).toEqual(["000000001", "000000001", "000000002", "000000002"]);
  });

  test("that are made never are those of another call", async () => {
    const messages = [called("call_1"), result("call_1"), called("000000001"), result("000000001")];
    expect(await idsOf(messages)).toEqual(["000000002", "000000002", "000000001", "000000001"]);
  });

  test("of a conversation are not changed where it is kept", async () => {
    const messages: Message[] = [{ role: "user", content: "Hi" }, called("call_1"), result("call_1")];
    const before = structuredClone(messages);
    await sent({}, { messages });
    expect(messages).toEqual(before);
  });
});

test("a last message of the assistant is the beginning of the answer", async () => {
  const { body } = await sent({}, { messages: [...conversation.slice(0, 2), conversation[5] as Message] });
  expect(body["messages"]).toEqual([
    { role: "system", content: "Be brief." },
    { role: "user", content: [{ type: "text", text: "Weather in Oslo?" }] },
    { role: "assistant", content: "It rains.", prefix: true },
  ]);
  const { body: calling } = await sent({}, { messages: [called("VzeppoSaq")] });
  expect(calling["messages"]).toEqual([
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "VzeppoSaq", type: "function", function: { name: "weather", arguments: "{}" } }],
    },
  ]);
});

test("images, audio and documents go by their URL or as data", async () => {
  const data = new Uint8Array([1, 2, 3]);
  const { body } = await sent(
    {},
    {
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            {
              type: "image",
              mediaType: "image/png",
              url: "https://example.com/a.png",
              providerMetadata: { mistral: { image_url: { detail: "low" } } },
            },
            { type: "image", mediaType: "image/png", data },
            { type: "audio", mediaType: "audio/ogg", url: "https://example.com/a.ogg" },
            { type: "audio", mediaType: "audio/mpeg", data },
            { type: "audio", mediaType: "audio/mpeg", data: "AQID" },
            { type: "file", mediaType: "application/pdf", url: "https://example.com/a.pdf", name: "a.pdf" },
            { type: "file", mediaType: "application/pdf", data },
            {
              type: "text",
              text: "",
              providerMetadata: {
                mistral: { type: "file", file_id: "9a90b93c-0e7d-4dd7-8520-07d051404d11" },
              },
            },
          ],
        },
      ],
    },
  );
  expect(body["messages"]).toEqual([
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image_url", image_url: { url: "https://example.com/a.png", detail: "low" } },
        { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
        { type: "input_audio", input_audio: "https://example.com/a.ogg" },
        { type: "input_audio", input_audio: "AQID" },
        { type: "input_audio", input_audio: "AQID" },
        { type: "document_url", document_url: "https://example.com/a.pdf", document_name: "a.pdf" },
        { type: "document_url", document_url: "data:application/pdf;base64,AQID" },
        { type: "file", file_id: "9a90b93c-0e7d-4dd7-8520-07d051404d11" },
      ],
    },
  ]);
});

test.for<[string, Message[]]>([
  ["video", [{ role: "user", content: [{ type: "video", mediaType: "video/mp4", data: "AQID" }] }]],
  [
    "an image in a tool's result",
    [{ role: "tool", toolCallId: "1", content: [{ type: "image", mediaType: "image/png", data: "AQID" }] }],
  ],
  [
    "a file of the assistant",
    [{ role: "assistant", content: [{ type: "file", mediaType: "image/png", data: "AQID" }] }],
  ],
])("%s is refused, not left out", async ([_what, messages]) => {
  const error = await sent({}, { messages }).catch((reason: unknown) => reason);
  expect(BelugaError.is(error) && error.code).toBe("unsupported");
});
