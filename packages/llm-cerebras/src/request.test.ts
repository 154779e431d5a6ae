import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type ChatResponse, type Message, type Tool } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type CerebrasModelId, createCerebras } from "./index.js";
import { cerebrasRequests } from "./testing/requests.js";

const gptOSS = "gpt-oss-120b";
const glm = "zai-glm-4.7";
const gemma = "gemma-4-31b";

interface Asked {
  model?: CerebrasModelId;
  messages?: string | Message[];
  choice?: object;
}

/** What a call sends, which the vendor's schema has to accept, and what comes of it. */
async function sent(
  options: ChatOptions,
  { model = gptOSS, messages, choice }: Asked = {},
): Promise<{ body: Record<string, unknown> } & Pick<ChatResponse, "warnings" | "providerMetadata">> {
  const message = { role: "assistant", content: "ok" };
  const { body, response } = await sentRequest(
    (config) => createCerebras({ model, apiKey: "csk-test", ...config }),
    {
      schema: cerebrasRequests.schema,
      options,
      messages,
      answer: {
        choices: [{ index: 0, message, finish_reason: "stop", ...choice }],
        time_info: { total_time: 0.5 },
      },
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
const schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

test("every option that Cerebras has goes out under its name, and the others warn", async () => {
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
    responseFormat: { type: "json", name: "reply", schema },
    providerOptions: { service_tier: "flex", parallel_tool_calls: false, reasoning_format: "hidden" },
  });
  expect(body).toEqual({
    model: gptOSS,
    messages: [user],
    max_completion_tokens: 100,
    temperature: 0.5,
    top_p: 0.9,
    stop: ["END"],
    seed: 7,
    frequency_penalty: 0.1,
    presence_penalty: 0.2,
    reasoning_effort: "high",
    tools: [function_],
    tool_choice: { type: "function", function: { name: "weather" } },
    response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: true } },
    service_tier: "flex",
    parallel_tool_calls: false,
    reasoning_format: "hidden",
  });
  expect(warnings.map(({ type, option }) => [type, option])).toEqual([
    ["unsupported", "topK"],
    ["unsupported", "reasoning.budgetTokens"],
  ]);
});

test("JSON of any kind", async () => {
  const { body } = await sent({ responseFormat: { type: "json" } });
  expect(body).toEqual({ model: gptOSS, messages: [user], response_format: { type: "json_object" } });
});

describe("reasoning", () => {
  test.for<[CerebrasModelId, "none" | "low" | "high", object, string[]]>([
    [gptOSS, "none", { reasoning_effort: "low" }, ["adjusted"]],
    [gptOSS, "high", { reasoning_effort: "high" }, []],
    [glm, "none", { reasoning_effort: "none" }, []],
    [glm, "high", {}, ["unsupported"]],
    [gemma, "none", { reasoning_effort: "none" }, []],
    [gemma, "low", { reasoning_effort: "low" }, []],
  ])("of %s with the effort %s is asked for as %j", async ([model, effort, expected, warned]) => {
    const { body, warnings } = await sent({ reasoning: { effort } }, { model });
    expect(body).toEqual({ model, messages: [user], ...expected });
    expect(warnings.map(({ type }) => type)).toEqual(warned);
  });

  test("of GLM has no budget either", async () => {
    const { body, warnings } = await sent({ reasoning: { budgetTokens: 100 } }, { model: glm });
    expect(body).toEqual({ model: glm, messages: [user] });
    expect(warnings.map(({ option }) => option)).toEqual(["reasoning.budgetTokens"]);
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
    const { body } = await sent(
      { tools: [weather], providerOptions: { clear_thinking: false } },
      { messages, model: glm },
    );
    expect(body).toEqual({
      model: glm,
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
      clear_thinking: false,
    });
  });
});

test("the times of an answer are kept, and the log probabilities of its reasoning", async () => {
  const content = [{ token: "Hm", logprob: -0.5, top_logprobs: [] }];
  const { providerMetadata } = await sent({}, { choice: { reasoning_logprobs: { content } } });
  expect(providerMetadata).toEqual({
    cerebras: { timeInfo: { total_time: 0.5 }, reasoningLogprobs: content },
  });
});

const image = (mediaType: string, from: { url: string } | { data: string }): Message[] => [
  {
    role: "user",
    content: [
      { type: "text", text: "What is this?" },
      { type: "image", mediaType, ...from },
    ],
  },
];

test("PNG and JPEG go as data to models that see", async () => {
  for (const type of ["image/png", "image/jpeg"]) {
    const { body } = await sent({}, { model: gemma, messages: image(type, { data: "AQID" }) });
    expect(body["messages"]).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: `data:${type};base64,AQID` } },
        ],
      },
    ]);
  }
});

test.for<[string, CerebrasModelId, Message[]]>([
  ["an image by its URL", gemma, image("image/png", { url: "https://example.com/a.png" })],
  ["an image of another format", gemma, image("image/webp", { data: "AQID" })],
  ["an image for a model of text alone", gptOSS, image("image/png", { data: "AQID" })],
  ["an image for a model of text alone", glm, image("image/png", { data: "AQID" })],
  ["audio", gemma, [{ role: "user", content: [{ type: "audio", mediaType: "audio/wav", data: "AQID" }] }]],
])("%s is refused, not left out (%s)", async ([_what, model, messages]) => {
  const error = await sent({}, { model, messages }).catch((reason: unknown) => reason);
  expect(BelugaError.is(error) && error.code).toBe("unsupported");
});
