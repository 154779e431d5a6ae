import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type Message, type Tool, type Warning } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type DeepSeekConfig, createDeepSeek } from "./index.js";
import { deepSeekRequests } from "./testing/requests.js";

type Asked = Partial<DeepSeekConfig> & { messages?: string | Message[] };

/** What a call sends, which the vendor's schema has to accept, and what it warns of. */
async function sent(
  options: ChatOptions,
  { messages, ...asked }: Asked = {},
): Promise<{ body: Record<string, unknown>; url: string; warnings: string[] }> {
  const { schema } = deepSeekRequests;
  const { body, url, response } = await sentRequest(
    (config) => createDeepSeek({ model: "deepseek-flash", apiKey: "sk-test", ...asked, ...config }),
    { schema, options, messages },
  );
  return { body, url, warnings: response.warnings.map(shortened) };
}

const shortened = ({ type, option = "" }: Warning): string => `${type} ${option}`;

const weather: Tool = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};
const function_ = { type: "function", function: weather };

const base = { model: "deepseek-flash", messages: [{ role: "user", content: "Hi" }] };

test("every option that DeepSeek has goes out under its name, and the others warn", async () => {
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
    responseFormat: { type: "json", schema: { type: "object" } },
    tools: [weather],
    toolChoice: "auto",
    providerOptions: { user_id: "u-1" },
  });
  expect(body).toEqual({
    ...base,
    max_tokens: 100,
    top_p: 0.95,
    stop: ["END"],
    thinking: { type: "enabled" },
    reasoning_effort: "high",
    response_format: { type: "json_object" },
    tools: [function_],
    tool_choice: "auto",
    user_id: "u-1",
  });
  expect(warnings).toEqual([
    "unsupported topK",
    "unsupported seed",
    "unsupported frequencyPenalty",
    "unsupported presencePenalty",
    "unsupported responseFormat.schema",
    "unsupported reasoning.budgetTokens",
    "unsupported temperature",
    "adjusted topP",
  ]);
});

describe("thinking", () => {
  const on = { type: "enabled" };
  test.for([
    ["none", { thinking: { type: "disabled" } }, []],
    ["minimal", { thinking: on, reasoning_effort: "low" }, ["adjusted reasoning.effort"]],
    ["low", { thinking: on, reasoning_effort: "low" }, []],
    ["medium", { thinking: on, reasoning_effort: "high" }, ["adjusted reasoning.effort"]],
    ["high", { thinking: on, reasoning_effort: "high" }, []],
  ] as const)("with the effort %s", async ([effort, expected, warned]) => {
    const { body, warnings } = await sent({ reasoning: { effort } });
    expect(body).toEqual({ ...base, ...expected });
    expect(warnings).toEqual(warned);
  });

  test("takes the vendor's own words over Beluga's", async () => {
    const providerOptions = { thinking: { type: "enabled" }, reasoning_effort: "max" };
    const { body } = await sent({ reasoning: { effort: "none" }, providerOptions });
    expect(body).toEqual({ ...base, ...providerOptions });
  });

  test.for<[string, ChatOptions]>([
    ["an effort", { reasoning: { effort: "none" } }],
    ["the vendor's own words", { providerOptions: { thinking: { type: "disabled" } } }],
  ])("that %s switched off leaves the temperature to be chosen, and fixes topP", async ([_how, options]) => {
    const { body, warnings } = await sent({ ...options, temperature: 0, topP: 0.96 });
    expect(body).toEqual({ ...base, thinking: { type: "disabled" }, temperature: 0 });
    expect(warnings).toEqual(["unsupported topP"]);
  });

  test.for([
    ["none", 1],
    ["low", 0.95],
  ] as const)("with the effort %s takes a topP of %s as it is", async ([effort, topP]) => {
    const { body, warnings } = await sent({ reasoning: { effort }, topP });
    expect(body["top_p"]).toBe(topP);
    expect(warnings).toEqual([]);
  });

  test.for<[ChatOptions["toolChoice"], unknown]>([
    ["required", "required"],
    [{ tool: "weather" }, { type: "function", function: { name: "weather" } }],
  ])(
    "is switched off where a call is forced, and nobody asked for it: %j",
    async ([toolChoice, expected]) => {
      const { body, warnings } = await sent({ tools: [weather], toolChoice });
      expect(body).toEqual({
        ...base,
        tools: [function_],
        tool_choice: expected,
        thinking: { type: "disabled" },
      });
      expect(warnings).toEqual(["other toolChoice"]);
    },
  );

  test.for<ChatOptions>([
    { reasoning: { effort: "low" } },
    { providerOptions: { thinking: { type: "enabled" } } },
  ])("that was asked for goes before a forced call: %j", async (options) => {
    const { body, warnings } = await sent({ ...options, tools: [weather], toolChoice: "required" });
    expect(body).not.toHaveProperty("tool_choice");
    expect(body["thinking"]).toEqual({ type: "enabled" });
    expect(warnings).toEqual(["unsupported toolChoice"]);
  });

  test.for(["auto", "none"] as const)("goes together with the tool choice %s", async (toolChoice) => {
    const { body, warnings } = await sent({ tools: [weather], toolChoice });
    expect(body).toEqual({ ...base, tools: [function_], tool_choice: toolChoice });
    expect(warnings).toEqual([]);
  });

  test("is not what the retired deepseek-chat does", async () => {
    const { body, warnings } = await sent(
      { temperature: 0.5, tools: [weather], toolChoice: "required" },
      { model: "deepseek-chat" },
    );
    expect(body).toEqual({
      ...base,
      model: "deepseek-chat",
      temperature: 0.5,
      tools: [function_],
      tool_choice: "required",
    });
    expect(warnings).toEqual([]);
  });
});

const conversation: Message[] = [
  {
    role: "system",
    content: [
      { type: "text", text: "Be brief." },
      { type: "text", text: "Be kind." },
    ],
  },
  { role: "user", content: [{ type: "text", text: "Weather in Oslo?" }] },
  {
    role: "assistant",
    content: [
      { type: "reasoning", text: "I need the tool." },
      { type: "tool-call", id: "c1", name: "weather", arguments: { city: "Oslo" } },
    ],
  },
  {
    role: "tool",
    toolCallId: "c1",
    content: [
      { type: "text", text: "Rain" },
      { type: "text", text: "9 °C" },
    ],
  },
  { role: "assistant", content: "It rains." },
  { role: "user", content: "And in Bern?" },
  { role: "assistant", content: [{ type: "tool-call", id: "c2", name: "weather", arguments: {} }] },
  { role: "tool", toolCallId: "c2", content: "No city", isError: true },
];

const written = (words: object, second: object) => [
  { role: "system", content: "Be brief.\nBe kind." },
  { role: "user", content: [{ type: "text", text: "Weather in Oslo?" }] },
  {
    role: "assistant",
    content: null,
    reasoning_content: "I need the tool.",
    tool_calls: [{ id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } }],
  },
  { role: "tool", tool_call_id: "c1", content: "Rain\n9 °C" },
  { role: "assistant", content: "It rains.", ...words },
  { role: "user", content: "And in Bern?" },
  {
    role: "assistant",
    content: null,
    ...second,
    tool_calls: [{ id: "c2", type: "function", function: { name: "weather", arguments: "{}" } }],
  },
  { role: "tool", tool_call_id: "c2", content: "No city" },
];

describe("a conversation with tools", () => {
  test("has the reasoning of every turn while the model thinks, be it empty", async () => {
    const { body } = await sent({ tools: [weather] }, { messages: conversation });
    const none = { reasoning_content: "" };
    expect(body).toEqual({ ...base, messages: written(none, none), tools: [function_] });
  });

  test.for<ChatOptions>([{}, { tools: [weather], reasoning: { effort: "none" } }])(
    "has what there is of it otherwise: %j",
    async (options) => {
      const { body } = await sent(options, { messages: conversation });
      expect(body["messages"]).toEqual(written({}, {}));
    },
  );
});

const picture: Message[] = [
  {
    role: "user",
    content: [
      { type: "text", text: "What is this?" },
      {
        type: "image",
        mediaType: "image/png",
        url: "https://example.com/a.png",
        providerMetadata: { deepseek: { image_url: { detail: "low" } } },
      },
      { type: "image", mediaType: "image/png", data: new Uint8Array([1, 2, 3]) },
    ],
  },
];

test("images go by their URL or as data", async () => {
  const { body } = await sent({}, { messages: picture });
  expect(body["messages"]).toEqual([
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image_url", image_url: { url: "https://example.com/a.png", detail: "low" } },
        { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
      ],
    },
  ]);
});

const started: Message[] = [
  { role: "user", content: "Write a loop" },
  {
    role: "assistant",
    content: [
      { type: "reasoning", text: "In Python." },
      { type: "text", text: "```python\n" },
    ],
  },
];

test("an assistant's message at the end is continued by the beta API", async () => {
  const baseURL = "https://api.deepseek.com/beta";
  const { body, url } = await sent({ stopSequences: ["```"] }, { messages: started, baseURL });
  expect(url).toBe("https://api.deepseek.com/beta/chat/completions");
  expect(body).toEqual({
    ...base,
    messages: [
      { role: "user", content: "Write a loop" },
      { role: "assistant", content: "```python\n", reasoning_content: "In Python.", prefix: true },
    ],
    stop: ["```"],
  });
  const asked = await sent({}, { messages: [{ role: "user", content: "Hi" }], baseURL });
  expect(asked.body).toEqual(base);
});

test.for<[string, Asked, RegExp]>([
  ["an assistant's message at the end", { messages: started }, /messages\[1\].*api\.deepseek\.com\/beta/],
  ["an image for a model without eyes", { model: "deepseek-v4-pro", messages: picture }, /image/],
  [
    "audio",
    { messages: [{ role: "user", content: [{ type: "audio", mediaType: "audio/wav", data: "AQID" }] }] },
    /audio/,
  ],
])("%s is refused elsewhere, not left out", async ([_what, asked, words]) => {
  const error = await sent({}, asked).catch((reason: unknown) => reason);
  expect(BelugaError.is(error) && error.code).toBe("unsupported");
  expect((error as Error).message).toMatch(words);
});
