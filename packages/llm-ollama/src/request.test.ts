import { sentRequest } from "@beluga/conformance";
import type { ChatInput, ChatOptions, ToolCallPart } from "@beluga/core";
import { expect, test } from "vitest";
import { createOllama } from "./index.js";
import { requestSchema } from "./testing/recorded-request.js";

const answer = {
  model: "qwen3",
  message: { role: "assistant", content: "Yes." },
  done: true,
  done_reason: "stop",
};

async function send(messages: ChatInput, options: ChatOptions = {}) {
  const { body, response } = await sentRequest((config) => createOllama({ model: "qwen3", ...config }), {
    schema: requestSchema,
    messages,
    options,
    answer,
  });
  return { body, warnings: response.warnings };
}

const weather = {
  name: "weather",
  description: "The weather",
  parameters: { type: "object", properties: {} },
};
const clock = { name: "clock", parameters: { type: "object" } };

test("a plain question is sent without options", async () => {
  expect(await send("Hello")).toEqual({
    body: { model: "qwen3", messages: [{ role: "user", content: "Hello" }], stream: false, truncate: false },
    warnings: [],
  });
});

test("every option of sampling goes by Ollama's name for it", async () => {
  const { body, warnings } = await send("Hello", {
    maxTokens: 100,
    temperature: 0.2,
    topP: 0.9,
    topK: 40,
    stopSequences: ["END"],
    seed: 7,
    frequencyPenalty: 0.5,
    presencePenalty: 0.25,
  });
  expect(body).toMatchObject({
    options: {
      num_predict: 100,
      temperature: 0.2,
      top_p: 0.9,
      top_k: 40,
      stop: ["END"],
      seed: 7,
      frequency_penalty: 0.5,
      presence_penalty: 0.25,
    },
  });
  expect(warnings).toEqual([]);
});

test("provider options go into the body as they are, and their model options join the others", async () => {
  const { body } = await send("Hello", {
    temperature: 0.2,
    seed: 1,
    providerOptions: { keep_alive: "1h", truncate: true, options: { num_ctx: 8192, seed: 2 } },
  });
  expect(body).toMatchObject({
    keep_alive: "1h",
    truncate: true,
    options: { temperature: 0.2, num_ctx: 8192, seed: 2 },
  });
});

test.each([
  [{ effort: "none" }, false, []],
  [{ effort: "high" }, "high", []],
  [{ effort: "minimal" }, "low", ["reasoning.effort"]],
  [{ budgetTokens: 1000 }, undefined, ["reasoning.budgetTokens"]],
] as const)("reasoning %j is think: %j", async (reasoning, think, warned) => {
  const { body, warnings } = await send("Hello", { reasoning });
  expect((body as { think?: unknown }).think).toBe(think);
  expect(warnings.map(({ option }) => option)).toEqual(warned);
});

test.each([
  [{ type: "text" }, undefined],
  [{ type: "json" }, "json"],
  [{ type: "json", schema: { type: "object" }, name: "thing" }, { type: "object" }],
] as const)("the response format %j is the format %j", async (responseFormat, format) => {
  const { body, warnings } = await send("Hello", { responseFormat });
  expect((body as { format?: unknown }).format).toEqual(format);
  expect(warnings).toEqual([]);
});

test.each([
  [undefined, ["weather", "clock"], []],
  ["auto", ["weather", "clock"], []],
  ["none", undefined, []],
  ["required", ["weather", "clock"], ["unsupported"]],
  [{ tool: "clock" }, ["clock"], ["adjusted"]],
] as const)("with the tool choice %j the tools %j are offered", async (toolChoice, names, warned) => {
  const { body, warnings } = await send("Hello", { tools: [weather, clock], toolChoice });
  const { tools } = body as { tools?: { type: string; function: { name: string } }[] };
  expect(tools?.map((tool) => tool.function.name)).toEqual(names);
  expect(warnings.map(({ type }) => type)).toEqual(warned);
});

test("a conversation with thinking, tools and images keeps all of it", async () => {
  const call: ToolCallPart = {
    type: "tool-call",
    id: "call_1",
    name: "weather",
    arguments: { city: "Bern" },
  };
  const { body } = await send([
    { role: "system", content: "Be brief." },
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image", data: new Uint8Array([1, 2, 3]), mediaType: "image/png" },
        { type: "text", text: "And the weather there?" },
      ],
    },
    {
      role: "assistant",
      content: [{ type: "reasoning", text: "Bern, so " }, { type: "text", text: "Bern." }, call],
    },
    { role: "tool", toolCallId: "call_1", content: [{ type: "text", text: "Sunny" }] },
  ]);
  expect(body).toMatchObject({
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "What is this?\n\nAnd the weather there?", images: ["AQID"] },
      {
        role: "assistant",
        content: "Bern.",
        thinking: "Bern, so ",
        tool_calls: [
          { id: "call_1", type: "function", function: { name: "weather", arguments: { city: "Bern" } } },
        ],
      },
      { role: "tool", content: "Sunny", tool_name: "weather", tool_call_id: "call_1" },
    ],
  });
});

test.each([
  ["an image by its URL", { type: "image", url: "https://example.org/a.png", mediaType: "image/png" }],
  ["audio", { type: "audio", data: "AAAA", mediaType: "audio/wav" }],
  ["a document", { type: "file", data: "AAAA", mediaType: "application/pdf" }],
] as const)("%s is refused before anything is sent", async (_, part) => {
  await expect(send([{ role: "user", content: [part] }])).rejects.toMatchObject({
    code: "unsupported",
    message: expect.stringContaining("ollama llm.generate: messages[0]: ") as string,
  });
});

test("arguments of a call that are no object are refused: Ollama knows only objects", async () => {
  const call: ToolCallPart = { type: "tool-call", id: "1", name: "weather", arguments: "Bern" };
  await expect(send([{ role: "assistant", content: [call] }])).rejects.toMatchObject({
    code: "invalid_input",
  });
});
