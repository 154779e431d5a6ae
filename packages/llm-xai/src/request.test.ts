import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type Message, type Tool } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type XAIModelId, createXAI } from "./index.js";
import { xaiRequests } from "./testing/requests.js";

/** What a call sends, which the vendor's schema has to accept, and what it warns of. */
async function sent(
  options: ChatOptions,
  model: XAIModelId = "grok-4.7",
  messages?: string | Message[],
): Promise<{ body: Record<string, unknown>; warnings: string[] }> {
  const { schema } = xaiRequests;
  const { body, response } = await sentRequest(
    (config) => createXAI({ model, apiKey: "xai-test", ...config }),
    { schema, options, messages },
  );
  return { body, warnings: response.warnings.map(({ type, option = "" }) => `${type} ${option}`) };
}

const weather: Tool = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};
const user = { role: "user", content: "Hi" };

test("every option that xAI has goes out under its name, and the others warn", async () => {
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
    reasoning: { effort: "high", budgetTokens: 100 },
    responseFormat: { type: "json", schema, name: "reply" },
    tools: [weather],
    toolChoice: { tool: "weather" },
    providerOptions: { parallel_tool_calls: false, user: "u-1" },
  });
  expect(body).toEqual({
    model: "grok-4.7",
    messages: [user],
    max_completion_tokens: 100,
    temperature: 0.5,
    top_p: 0.9,
    seed: 7,
    reasoning_effort: "high",
    response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: true } },
    tools: [{ type: "function", function: weather }],
    tool_choice: { type: "function", function: { name: "weather" } },
    parallel_tool_calls: false,
    user: "u-1",
  });
  expect(warnings).toEqual([
    "unsupported topK",
    "unsupported reasoning.budgetTokens",
    "unsupported stopSequences",
    "unsupported frequencyPenalty",
    "unsupported presencePenalty",
  ]);
});

describe("an effort", () => {
  test.for([
    ["grok-4.7", "none", "low", ["adjusted reasoning.effort"]],
    ["grok-4.7", "medium", "medium", []],
    ["grok-4.5", "minimal", "low", ["adjusted reasoning.effort"]],
    ["grok-4.3", "none", "none", []],
    ["grok-4.3-latest", "medium", "medium", []],
    ["grok-3-mini", "medium", "low", ["adjusted reasoning.effort"]],
    ["grok-4", "low", undefined, ["unsupported reasoning.effort"]],
    ["grok-4-1-fast-reasoning", "low", undefined, ["unsupported reasoning.effort"]],
    ["grok-4.20-0309-reasoning", "low", undefined, ["unsupported reasoning.effort"]],
    ["grok-build-0.1", "low", undefined, ["unsupported reasoning.effort"]],
    ["grok-5", "low", "low", []],
  ] as const)("for %s: %s", async ([model, effort, expected, warned]) => {
    const { body, warnings } = await sent({ reasoning: { effort } }, model);
    expect(body["reasoning_effort"]).toBe(expected);
    expect(warnings).toEqual(warned);
  });
});

describe("what xAI refuses while a model reasons", () => {
  const options: ChatOptions = { stopSequences: ["END"], frequencyPenalty: 0.1, presencePenalty: 0.2 };

  test.for<[XAIModelId, ChatOptions]>([
    ["grok-4.20-0309-non-reasoning", {}],
    ["grok-4.3", { reasoning: { effort: "none" } }],
    ["grok-4.3", { providerOptions: { reasoning_effort: "none" } }],
  ])("is sent where it does not: %s %j", async ([model, more]) => {
    const { body, warnings } = await sent({ ...options, ...more }, model);
    expect(body).toMatchObject({ stop: ["END"], frequency_penalty: 0.1, presence_penalty: 0.2 });
    expect(warnings).toEqual([]);
  });

  test.for<[XAIModelId, ChatOptions]>([
    ["grok-4.20-0309-reasoning", {}],
    ["grok-4.3", {}],
    ["grok-4.3", { reasoning: { effort: "none" }, providerOptions: { reasoning_effort: "xhigh" } }],
    ["grok-3-mini", {}],
  ])("is not sent where it does: %s %j", async ([model, more]) => {
    const { body, warnings } = await sent({ ...options, ...more }, model);
    const fields = ["stop", "frequency_penalty", "presence_penalty"];
    expect(fields.filter((field) => field in body)).toEqual([]);
    expect(warnings).toEqual([
      "unsupported stopSequences",
      "unsupported frequencyPenalty",
      "unsupported presencePenalty",
    ]);
  });
});

test("a conversation goes with its images, calls and results, and without its reasoning", async () => {
  const { body } = await sent({}, "grok-4.7", [
    { role: "system", content: "Be brief." },
    {
      role: "user",
      content: [
        { type: "text", text: "Where is this, and how is the weather?" },
        { type: "image", mediaType: "image/png", url: "https://example.com/a.png" },
        { type: "image", mediaType: "image/jpeg", data: new Uint8Array([1, 2, 3]) },
      ],
    },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "It is Oslo." },
        { type: "tool-call", id: "c1", name: "weather", arguments: { city: "Oslo" } },
      ],
    },
    { role: "tool", toolCallId: "c1", content: "No such city", isError: true },
  ]);
  expect(body).toEqual({
    model: "grok-4.7",
    messages: [
      { role: "system", content: "Be brief." },
      {
        role: "user",
        content: [
          { type: "text", text: "Where is this, and how is the weather?" },
          { type: "image_url", image_url: { url: "https://example.com/a.png" } },
          { type: "image_url", image_url: { url: "data:image/jpeg;base64,AQID" } },
        ],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [
          { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
        ],
      },
      { role: "tool", tool_call_id: "c1", content: "No such city" },
    ],
  });
});

test.for<[string, ChatOptions, Message[]]>([
  ["a file", {}, [{ role: "user", content: [{ type: "file", mediaType: "application/pdf", data: "AQID" }] }]],
  [
    "an answer to be fetched later",
    { providerOptions: { deferred: true } },
    [{ role: "user", content: "Hi" }],
  ],
])("%s is refused before anything is sent", async ([_what, options, messages]) => {
  const error = await sent(options, "grok-4.7", messages).catch((reason: unknown) => reason);
  expect(BelugaError.is(error) && error.code).toBe("unsupported");
});
