import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type ChatResponse, type Message, type Tool } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createFireworks } from "./index.js";
import { fireworksRequests } from "./testing/requests.js";

const models = "accounts/fireworks/models/";
const gptOSS = `${models}gpt-oss-120b`;

interface Asked {
  model?: string;
  messages?: string | Message[];
  op?: "generate" | "stream";
  /** What the answer has beside its text. */
  choice?: object;
  answer?: object;
}

/** What a call sends, which the vendor's schema has to accept, and what comes of it. */
async function sent(
  options: ChatOptions,
  { model = gptOSS, messages, op, choice, answer }: Asked = {},
): Promise<{ body: Record<string, unknown> } & Pick<ChatResponse, "warnings" | "providerMetadata">> {
  const said = { [op === "stream" ? "delta" : "message"]: { role: "assistant", content: "ok" } };
  const { body, response } = await sentRequest(
    (config) => createFireworks({ model, apiKey: "fw_test", ...config }),
    {
      schema: fireworksRequests.schema,
      options,
      messages,
      stream: op === "stream",
      answer: { choices: [{ index: 0, ...said, finish_reason: "stop", ...choice }], ...answer },
    },
  );
  return { body, warnings: response.warnings, providerMetadata: response.providerMetadata };
}

const weather: Tool = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};
const function_ = { type: "function", function: weather };
const user = { role: "user", content: "Hi" };

test("every option that Fireworks has goes out under its name", async () => {
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
    providerOptions: { min_p: 0.05, service_tier: "priority", reasoning_history: "preserved" },
  });
  expect(body).toEqual({
    model: gptOSS,
    messages: [user],
    max_tokens: 100,
    context_length_exceeded_behavior: "error",
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
    service_tier: "priority",
    reasoning_history: "preserved",
  });
  expect(warnings.map(({ type, option }) => [type, option])).toEqual([
    ["unsupported", "reasoning.budgetTokens"],
  ]);
});

test("a stream is asked for in the words of the reference", async () => {
  const { body } = await sent({}, { op: "stream" });
  expect(body).toEqual({ model: gptOSS, messages: [user], stream: true });
});

test("a limit of tokens is kept or refused, unless the caller wants it lowered", async () => {
  const asked = { maxTokens: 100, providerOptions: { context_length_exceeded_behavior: "truncate" } };
  expect((await sent(asked)).body).toEqual({
    model: gptOSS,
    messages: [user],
    max_tokens: 100,
    context_length_exceeded_behavior: "truncate",
  });
});

test("topK is 100 at most", async () => {
  expect((await sent({ topK: 100 })).warnings).toEqual([]);
  const { body, warnings } = await sent({ topK: 101 });
  expect(body["top_k"]).toBe(100);
  expect(warnings).toEqual([
    { type: "adjusted", option: "topK", message: "fireworks takes 100 at most; that was sent" },
  ]);
});

describe("reasoning", () => {
  test.for<[string, NonNullable<ChatOptions["reasoning"]>, unknown, string[]]>([
    ["gpt-oss-20b", { effort: "none" }, "low", ["adjusted reasoning.effort"]],
    ["minimax-m3", { effort: "medium" }, "medium", []],
    ["deepseek-v4-pro", { effort: "none" }, "none", []],
    ["deepseek-v4-pro", { effort: "low" }, "high", ["adjusted reasoning.effort"]],
    ["deepseek-v4-pro", { effort: "high" }, "high", []],
    ["kimi-k2p6", { effort: "none" }, "none", []],
    ["kimi-k2p6", { effort: "low" }, true, ["adjusted reasoning.effort"]],
    ["kimi-k2p7-code", { effort: "low" }, undefined, ["unsupported reasoning.effort"]],
    ["glm-5p2", { effort: "medium" }, "medium", []],
    ["glm-5p2", { budgetTokens: 2000 }, undefined, ["unsupported reasoning.budgetTokens"]],
    ["qwen3p7-plus", { effort: "low" }, "low", []],
    ["qwen3p7-plus", { budgetTokens: 2000 }, 2000, []],
    ["qwen3p7-plus", { effort: "low", budgetTokens: 2000 }, 2000, ["adjusted reasoning.effort"]],
    ["qwen3p7-plus", { effort: "none", budgetTokens: 2000 }, "none", ["unsupported reasoning.budgetTokens"]],
  ])("of %s with %j is asked for as %j", async ([name, reasoning, expected, warned]) => {
    const { body, warnings } = await sent({ reasoning }, { model: models + name });
    expect(body["reasoning_effort"]).toBe(expected);
    expect(warnings.map(({ type, option }) => `${type} ${option}`)).toEqual(warned);
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
          reasoning_content: "I need the tool.",
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

test("JSON is asked for as OpenAI has it, with a schema and without; a grammar as it stands", async () => {
  const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  const { body } = await sent({ responseFormat: { type: "json", name: "reply", schema }, tools: [weather] });
  expect(body).toEqual({
    model: gptOSS,
    messages: [user],
    tools: [function_],
    response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: false } },
  });
  expect((await sent({ responseFormat: { type: "json" } })).body["response_format"]).toEqual({
    type: "json_object",
  });
  const response_format = { type: "grammar", grammar: 'root ::= "yes" | "no"' };
  expect((await sent({ providerOptions: { response_format } })).body["response_format"]).toEqual(
    response_format,
  );
});

test("media go by their URL, images also as data", async () => {
  const { body } = await sent(
    {},
    {
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image", mediaType: "image/png", url: "https://example.com/a.png" },
            { type: "image", mediaType: "image/png", data: new Uint8Array([1, 2, 3]) },
            { type: "video", mediaType: "video/mp4", url: "https://example.com/a.mp4" },
            { type: "audio", mediaType: "audio/mpeg", url: "https://example.com/a.mp3" },
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
      ],
    },
  ]);
});

test.for<[string, Message]>([
  ["a video as data", { role: "user", content: [{ type: "video", mediaType: "video/mp4", data: "AQID" }] }],
  ["audio as data", { role: "user", content: [{ type: "audio", mediaType: "audio/wav", data: "AQID" }] }],
  [
    "a file by its URL",
    { role: "user", content: [{ type: "file", mediaType: "application/pdf", url: "https://example.com/a" }] },
  ],
])("%s is refused, not left out", async ([_what, message]) => {
  const error = await sent({}, { messages: [message] }).catch((reason: unknown) => reason);
  expect(BelugaError.is(error) && error.code).toBe("unsupported");
});

test.for(["generate", "stream"] as const)("what was asked for beside the answer is kept (%s)", async (op) => {
  const { providerMetadata } = await sent(
    {},
    {
      op,
      choice: {
        token_ids: [5, 6],
        raw_output: { completion: "ok" },
        logprobs: { tokens: ["o", "k"], token_logprobs: [-0.5, -0.25] },
      },
      answer: { perf_metrics: { "prompt-tokens": "7" }, prompt_token_ids: [1, 2] },
    },
  );
  expect(providerMetadata).toEqual({
    fireworks: {
      perfMetrics: { "prompt-tokens": "7" },
      promptTokenIds: [1, 2],
      tokenIds: [5, 6],
      rawOutput: { completion: "ok" },
      logprobs: [
        { token: "o", logprob: -0.5 },
        { token: "k", logprob: -0.25 },
      ],
    },
  });
});

test("log probabilities in OpenAI's form are kept once", async () => {
  const content = [{ token: "ok", logprob: -0.5, top_logprobs: [] }];
  const { providerMetadata } = await sent({}, { choice: { logprobs: { content, tokens: ["ok"] } } });
  expect(providerMetadata).toEqual({ fireworks: { logprobs: content } });
});
