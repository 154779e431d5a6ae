import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type Message, type Tool, type Warning } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type HuggingFaceConfig, createHuggingFace } from "./index.js";
import { huggingFaceRequests } from "./testing/requests.js";

const model = "openai/gpt-oss-120b:cheapest";

/** What a call sends, which the vendor's schema has to accept, and what it warns of. */
async function sent(
  options: ChatOptions,
  messages?: string | Message[],
  more: Partial<HuggingFaceConfig> = {},
): Promise<{ body: Record<string, unknown>; warnings: Warning[] }> {
  const { schema } = huggingFaceRequests;
  const { body, response } = await sentRequest(
    (config) => createHuggingFace({ model, apiKey: "hf_test", ...config, ...more }),
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

test("every option of the reference goes out under its name, and the others warn", async () => {
  const { body, warnings } = await sent({
    maxTokens: 100,
    temperature: 0.5,
    topP: 0.9,
    topK: 7,
    stopSequences: ["END"],
    seed: 7,
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    reasoning: { effort: "minimal", budgetTokens: 100 },
    tools: [weather],
    toolChoice: { tool: "weather" },
    providerOptions: { tool_prompt: "Use the functions.", logprobs: true, top_logprobs: 2 },
  });
  expect(body).toEqual({
    model, // with its suffix
    messages: [user],
    max_tokens: 100,
    temperature: 0.5,
    top_p: 0.9,
    stop: ["END"],
    seed: 7,
    frequency_penalty: 0.1,
    presence_penalty: 0.2,
    reasoning_effort: "minimal",
    tools: [function_],
    tool_choice: { type: "function", function: { name: "weather" } },
    tool_prompt: "Use the functions.",
    logprobs: true,
    top_logprobs: 2,
  });
  expect(warnings.map(({ type, option }) => [type, option])).toEqual([
    ["unsupported", "topK"],
    ["unsupported", "reasoning.budgetTokens"],
  ]);
});

test("JSON is asked for as OpenAI has it, with a schema and without", async () => {
  const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  const { body } = await sent({ responseFormat: { type: "json", name: "reply", schema } });
  expect(body).toEqual({
    model,
    messages: [user],
    response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: false } },
  });
  expect((await sent({ responseFormat: { type: "json" } })).body["response_format"]).toEqual({
    type: "json_object",
  });
});

const conversation: Message[] = [
  { role: "system", content: "Be brief." },
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
const written = (reasoning: object): object[] => [
  { role: "system", content: "Be brief." },
  {
    role: "assistant",
    content: null,
    ...reasoning,
    tool_calls: [
      { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
      { id: "c2", type: "function", function: { name: "weather", arguments: "{}" } },
    ],
  },
  { role: "tool", tool_call_id: "c1", content: [{ type: "text", text: "Rain" }] },
  { role: "tool", tool_call_id: "c2", content: "No city" },
];

describe("a conversation with tools goes back", () => {
  test("without its reasoning, as the providers differ in what they take", async () => {
    const { body } = await sent({ tools: [weather] }, conversation);
    expect(body).toEqual({ model, messages: written({}), tools: [function_] });
  });

  test("with its reasoning in the field that the config names", async () => {
    const { body } = await sent({ tools: [weather] }, conversation, { reasoningField: "reasoning" });
    expect(body["messages"]).toEqual(written({ reasoning: "I need the tool." }));
  });
});

test("images go by their URL or as data", async () => {
  const { body } = await sent({}, [
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image", mediaType: "image/png", url: "https://example.com/a.png" },
        { type: "image", mediaType: "image/png", data: new Uint8Array([1, 2, 3]) },
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
      ],
    },
  ]);
});

test.for<[string, Message]>([
  ["audio", { role: "user", content: [{ type: "audio", mediaType: "audio/wav", data: "AQID" }] }],
  ["a file", { role: "user", content: [{ type: "file", mediaType: "application/pdf", data: "AQID" }] }],
])("%s is refused, not left out", async ([_what, message]) => {
  const error = await sent({}, [message]).catch((reason: unknown) => reason);
  expect(BelugaError.is(error) && error.code).toBe("unsupported");
});
