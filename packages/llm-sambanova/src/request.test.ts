import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type ChatResponse, type Message, type Tool } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type SambaNovaModelId, createSambaNova } from "./index.js";
import { sambaNovaRequests } from "./testing/requests.js";

const gptOSS = "gpt-oss-120b";
const deepSeek = "DeepSeek-V3.1";
const llama = "Meta-Llama-3.3-70B-Instruct";
const gemma = "gemma-4-31B-it";

interface Asked {
  model?: SambaNovaModelId;
  messages?: string | Message[];
}

/** What a call sends, which the vendor's schema has to accept, and what it warns of. */
async function sent(
  options: ChatOptions,
  { model = gptOSS, messages }: Asked = {},
): Promise<{ body: Record<string, unknown> } & Pick<ChatResponse, "warnings">> {
  const { schema } = sambaNovaRequests;
  const { body, response } = await sentRequest(
    (config) => createSambaNova({ model, apiKey: "0f9e8d7c-test", ...config }),
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
const schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

test("every option that SambaNova has goes out under its name, and the others warn", async () => {
  const { body, warnings } = await sent({
    maxTokens: 100,
    temperature: 0.5,
    topP: 0.9,
    topK: 100,
    stopSequences: ["END"],
    seed: 7,
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    reasoning: { effort: "high", budgetTokens: 100 },
    tools: [weather],
    toolChoice: { tool: "weather" },
    responseFormat: { type: "json", name: "reply", schema },
    providerOptions: { parallel_tool_calls: false, do_sample: true },
  });
  expect(body).toEqual({
    model: gptOSS,
    messages: [user],
    max_completion_tokens: 100,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 100,
    stop: ["END"],
    seed: 7,
    reasoning_effort: "high",
    tools: [function_],
    tool_choice: { type: "function", function: { name: "weather" } },
    response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: true } },
    parallel_tool_calls: false,
    do_sample: true,
  });
  expect(warnings.map(({ type, option }) => [type, option])).toEqual([
    ["unsupported", "frequencyPenalty"],
    ["unsupported", "presencePenalty"],
    ["unsupported", "reasoning.budgetTokens"],
  ]);
});

test("JSON of any kind", async () => {
  const { body } = await sent({ responseFormat: { type: "json" } });
  expect(body).toEqual({ model: gptOSS, messages: [user], response_format: { type: "json_object" } });
});

test("more than the highest topK is that", async () => {
  const { body, warnings } = await sent({ topK: 101 });
  expect(body).toEqual({ model: gptOSS, messages: [user], top_k: 100 });
  expect(warnings).toEqual([{ type: "adjusted", option: "topK", message: expect.stringContaining("100") }]);
});

describe("reasoning", () => {
  test.for<[SambaNovaModelId, "none" | "low" | "high", object, string[]]>([
    [gptOSS, "none", { reasoning_effort: "low" }, ["adjusted"]],
    [gptOSS, "high", { reasoning_effort: "high" }, []],
    [deepSeek, "none", { chat_template_kwargs: { enable_thinking: false } }, []],
    [deepSeek, "high", { chat_template_kwargs: { enable_thinking: true } }, ["adjusted"]],
    [llama, "low", {}, ["unsupported"]],
    ["MiniMax-M2.7", "none", {}, ["unsupported"]],
  ])("of %s with the effort %s is asked for as %j", async ([model, effort, expected, warned]) => {
    const { body, warnings } = await sent({ reasoning: { effort } }, { model });
    expect(body).toEqual({ model, messages: [user], ...expected });
    expect(warnings.map(({ type, option }) => [type, option])).toEqual(
      warned.map((type) => [type, "reasoning.effort"]),
    );
  });

  test("has no budget", async () => {
    for (const model of [deepSeek, llama]) {
      const { body, warnings } = await sent({ reasoning: { budgetTokens: 100 } }, { model });
      expect(body).toEqual({ model, messages: [user] });
      expect(warnings.map(({ option }) => option)).toEqual(["reasoning.budgetTokens"]);
    }
  });

  test("goes back, with the calls that came of it and their results", async () => {
    const messages: Message[] = [
      { role: "system", content: [{ type: "text", text: "Be brief." }] },
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
    const { body } = await sent({ tools: [weather] }, { messages });
    expect(body).toEqual({
      model: gptOSS,
      messages: [
        { role: "system", content: [{ type: "text", text: "Be brief." }] },
        {
          role: "assistant",
          content: null,
          reasoning: "I need the tool.",
          tool_calls: [
            { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
            { id: "c2", type: "function", function: { name: "weather", arguments: "{}" } },
          ],
        },
        { role: "tool", tool_call_id: "c1", content: [{ type: "text", text: "Rain" }] },
        { role: "tool", tool_call_id: "c2", content: "No city" },
      ],
      tools: [function_],
    });
  });
});

const data = "AQID";
const imageURL = "https://example.com/a.png";
const videoURL = "https://example.com/a.mp4";

test("images go as data, videos in both ways", async () => {
  const messages: Message[] = [
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image", mediaType: "image/png", data },
        { type: "image", mediaType: "image/jpeg", data: new Uint8Array([1, 2, 3]) },
        { type: "video", mediaType: "video/mp4", url: videoURL },
        { type: "video", mediaType: "video/mp4", data },
      ],
    },
  ];
  const { body } = await sent({}, { model: gemma, messages });
  expect(body["messages"]).toEqual([
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image_url", image_url: { url: `data:image/png;base64,${data}` } },
        { type: "image_url", image_url: { url: `data:image/jpeg;base64,${data}` } },
        { type: "video_url", video_url: { url: videoURL } },
        { type: "video_url", video_url: { url: `data:video/mp4;base64,${data}` } },
      ],
    },
  ]);
});

type UserPart = Exclude<Extract<Message, { role: "user" }>["content"], string>[number];

test.for<[string, SambaNovaModelId, UserPart]>([
  ["an image by its URL", gemma, { type: "image", mediaType: "image/png", url: imageURL }],
  ["audio", gemma, { type: "audio", mediaType: "audio/wav", data }],
  ["a file", gemma, { type: "file", mediaType: "application/pdf", data }],
  ["an image for a model of text alone", gptOSS, { type: "image", mediaType: "image/png", data }],
  ["a video for a model of text alone", deepSeek, { type: "video", mediaType: "video/mp4", data }],
  ["an image for a model of text alone", llama, { type: "image", mediaType: "image/png", data }],
  ["an image for a model of text alone", "MiniMax-M2.7", { type: "image", mediaType: "image/png", data }],
])("%s is refused, not left out (%s)", async ([_what, model, part]) => {
  const asked = sent({}, { model, messages: [{ role: "user", content: [part] }] });
  const error = await asked.catch((reason: unknown) => reason);
  expect(BelugaError.is(error) && error.code).toBe("unsupported");
});
