import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type Message, type Tool, type Warning } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type TogetherModelId, createTogether } from "./index.js";
import { togetherRequests } from "./testing/requests.js";

const llama = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
const gptOSS = "openai/gpt-oss-120b";
const kimi = "moonshotai/Kimi-K3";

type Asked = { model?: TogetherModelId; messages?: string | Message[]; op?: "generate" | "stream" };

/** What a call sends, which the vendor's schema has to accept, and what it warns of. */
async function sent(
  options: ChatOptions,
  { model = gptOSS, messages, op }: Asked = {},
): Promise<{ body: Record<string, unknown>; warnings: Warning[] }> {
  const { schema } = togetherRequests;
  const { body, response } = await sentRequest(
    (config) => createTogether({ model, apiKey: "tgp_v1_test", ...config }),
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

test("every option that Together has goes out under its name", async () => {
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
    providerOptions: { min_p: 0.05, repetition_penalty: 1.1, safety_model: "meta-llama/Llama-Guard-4-12B" },
  });
  expect(body).toEqual({
    model: gptOSS,
    messages: [user],
    max_tokens: 100,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 7,
    stop: ["END"],
    seed: 7,
    frequency_penalty: 0.1,
    presence_penalty: 0.2,
    reasoning_effort: "high",
    tools: [function_],
    tool_choice: { type: "function", function: { name: "weather" } },
    min_p: 0.05,
    repetition_penalty: 1.1,
    safety_model: "meta-llama/Llama-Guard-4-12B",
  });
  expect(warnings.map(({ type, option }) => [type, option])).toEqual([
    ["unsupported", "reasoning.budgetTokens"],
  ]);
});

test("a stream is asked for in the words of the reference", async () => {
  const { body } = await sent({}, { op: "stream" });
  expect(body).toEqual({ model: gptOSS, messages: [user], stream: true });
});

test("Kimi K3 has its sampling fixed: other values would be refused", async () => {
  const { body, warnings } = await sent(
    { temperature: 0.5, topP: 0.9, frequencyPenalty: 0.1, presencePenalty: 0.2, topK: 7, seed: 1 },
    { model: kimi },
  );
  expect(body).toEqual({ model: kimi, messages: [user], top_k: 7, seed: 1 });
  expect(warnings.map(({ type, option }) => [type, option])).toEqual([
    ["unsupported", "temperature"],
    ["unsupported", "topP"],
    ["unsupported", "frequencyPenalty"],
    ["unsupported", "presencePenalty"],
  ]);
});

const on = { reasoning: { enabled: true } };
const off = { reasoning: { enabled: false } };
const effort = (name: string): object => ({ reasoning_effort: name });

describe("reasoning", () => {
  test.for<
    [TogetherModelId, NonNullable<NonNullable<ChatOptions["reasoning"]>["effort"]>, object, Warning["type"][]]
  >([
    [gptOSS, "none", effort("low"), ["adjusted"]],
    [gptOSS, "medium", effort("medium"), []],
    [kimi, "none", off, []],
    [kimi, "low", effort("low"), []],
    ["deepseek-ai/DeepSeek-V4-Pro-0813", "none", off, []],
    ["deepseek-ai/DeepSeek-V4-Pro-0813", "low", effort("high"), ["adjusted"]],
    ["deepseek-ai/DeepSeek-V4-Pro-0813", "high", effort("high"), []],
    ["zai-org/GLM-5.3", "none", effort("low"), ["adjusted"]],
    ["zai-org/GLM-5.2", "none", off, []],
    ["zai-org/GLM-5.2", "medium", on, ["adjusted"]],
    ["Qwen/Qwen3.5-9B", "minimal", on, ["adjusted"]],
    ["MiniMaxAI/MiniMax-M2.7", "low", {}, ["unsupported"]],
    [llama, "none", {}, ["unsupported"]],
    ["acme/new-model", "none", off, []],
    ["acme/new-model", "high", effort("high"), []],
  ])("of %s with the effort %s is asked for as %j", async ([model, asked, expected, warned]) => {
    const { body, warnings } = await sent({ reasoning: { effort: asked } }, { model });
    expect(body).toEqual({ model, messages: [user], ...expected });
    expect(warnings.map(({ type }) => type)).toEqual(warned);
  });
});

test("reasoning goes back, with the calls that came of it and their results", async () => {
  const messages: Message[] = [
    {
      role: "system",
      content: [
        { type: "text", text: "Be brief. " },
        { type: "text", text: "Be kind." },
      ],
    },
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
  const { body } = await sent({ tools: [weather] }, { messages, model: kimi });
  expect(body).toEqual({
    model: kimi,
    messages: [
      { role: "system", content: "Be brief. Be kind." },
      { role: "user", content: [{ type: "text", text: "Weather in Oslo?" }] },
      {
        role: "assistant",
        content: null,
        reasoning_content: "I need the tool.",
        tool_calls: [
          { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
          { id: "c2", type: "function", function: { name: "weather", arguments: "{}" } },
        ],
      },
      { role: "tool", tool_call_id: "c1", content: "Rain" },
      { role: "tool", tool_call_id: "c2", content: "No city" },
    ],
    tools: [function_],
  });
});

describe("JSON", () => {
  const schema = {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  };
  const asked: ChatOptions = { responseFormat: { type: "json", name: "reply", schema } };

  test("by a schema is asked for as OpenAI has it, in a stream as well", async () => {
    const { body } = await sent(asked, { op: "stream" });
    expect(body).toEqual({
      model: gptOSS,
      messages: [user],
      response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: true } },
      stream: true,
    });
  });

  test("of any kind", async () => {
    const { body } = await sent({ responseFormat: { type: "json" } });
    expect(body).toEqual({ model: gptOSS, messages: [user], response_format: { type: "json_object" } });
  });

  test("is not asked for together with tools", async () => {
    const { body, warnings } = await sent({ ...asked, tools: [weather] });
    expect(body).toEqual({ model: gptOSS, messages: [user], tools: [function_] });
    expect(warnings).toEqual([
      {
        type: "unsupported",
        option: "responseFormat",
        message: "together does not take it together with tools; it was not sent",
      },
    ]);
  });

  test("a regular expression goes as it stands in providerOptions", async () => {
    const response_format = { type: "regex", pattern: "(yes|no)" };
    const { body } = await sent({ providerOptions: { response_format } });
    expect(body).toEqual({ model: gptOSS, messages: [user], response_format });
  });
});

test("media go by their URL, images and WAV also as data", async () => {
  const { body } = await sent(
    {},
    {
      model: kimi,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image", mediaType: "image/png", url: "https://example.com/a.png" },
            { type: "image", mediaType: "image/png", data: new Uint8Array([1, 2, 3]) },
            { type: "video", mediaType: "video/mp4", url: "https://example.com/a.mp4" },
            { type: "audio", mediaType: "audio/mpeg", url: "https://example.com/a.mp3" },
            { type: "audio", mediaType: "audio/wav", data: new Uint8Array([1, 2, 3]) },
            { type: "audio", mediaType: "audio/x-wav", data: "AQID" },
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
        { type: "image_url", image_url: { url: "https://example.com/a.png" } },
        { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
        { type: "video_url", video_url: { url: "https://example.com/a.mp4" } },
        { type: "audio_url", audio_url: { url: "https://example.com/a.mp3" } },
        { type: "input_audio", input_audio: { data: "AQID", format: "wav" } },
        { type: "input_audio", input_audio: { data: "AQID", format: "wav" } },
      ],
    },
  ]);
});

test.for<[string, Message]>([
  ["a video as data", { role: "user", content: [{ type: "video", mediaType: "video/mp4", data: "AQID" }] }],
  ["audio as MP3", { role: "user", content: [{ type: "audio", mediaType: "audio/mpeg", data: "AQID" }] }],
  ["a file", { role: "user", content: [{ type: "file", mediaType: "application/pdf", data: "AQID" }] }],
])("%s is refused, not left out", async ([_what, message]) => {
  const error = await sent({}, { messages: [message] }).catch((reason: unknown) => reason);
  expect(BelugaError.is(error) && error.code).toBe("unsupported");
});
