import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type Message, type Tool, type Warning } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createLlama } from "./index.js";
import { requestSchema } from "./testing/request-schema.js";

interface Body {
  [field: string]: unknown;
  messages: unknown[];
}

/** What a call sends, which is valid by the vendor's schema, and what it warns of. */
async function sent(
  messages: string | Message[],
  options: ChatOptions = {},
): Promise<{ body: Body; warnings: Warning[] }> {
  const { body, response } = await sentRequest(
    (config) => createLlama({ model: "Llama-3.3-70B-Instruct", apiKey: "top-secret", ...config }),
    {
      schema: requestSchema,
      messages,
      options,
      answer: { completion_message: { role: "assistant", stop_reason: "stop" } },
    },
  );
  return { body: body as Body, warnings: response.warnings };
}

async function refusal(message: Message): Promise<[string, string]> {
  const error = await sent([message]).catch((reason: unknown) => reason);
  if (!BelugaError.is(error)) throw new Error(`expected a BelugaError, got ${String(error)}`);
  return [error.code, error.message];
}

const weather: Tool = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const png = new Uint8Array([137, 80, 78, 71]);

test("a string is one user message", async () => {
  expect(await sent("Hi")).toEqual({
    body: { model: "Llama-3.3-70B-Instruct", messages: [{ role: "user", content: "Hi" }] },
    warnings: [],
  });
});

test("options go under the vendor's names, and the provider's own options over them", async () => {
  const schema = { type: "object", properties: { city: { type: "string" } } };
  const { body, warnings } = await sent("Hi", {
    maxTokens: 100,
    temperature: 0,
    topP: 0.5,
    topK: 5,
    responseFormat: { type: "json", schema, name: "city" },
    providerOptions: { repetition_penalty: 1.2, user: "u-1", top_k: 7 },
  });
  expect(warnings).toEqual([]);
  expect(body).toEqual({
    model: "Llama-3.3-70B-Instruct",
    messages: [{ role: "user", content: "Hi" }],
    max_completion_tokens: 100,
    temperature: 0,
    top_p: 0.5,
    top_k: 7,
    response_format: { type: "json_schema", json_schema: { name: "city", schema } },
    repetition_penalty: 1.2,
    user: "u-1",
  });
});

test("a schema without a name gets one", async () => {
  const { body } = await sent("Hi", { responseFormat: { type: "json", schema: {} } });
  expect(body["response_format"]).toEqual({
    type: "json_schema",
    json_schema: { name: "response", schema: {} },
  });
});

test("messages of all roles and parts become those of the wire", async () => {
  const { body, warnings } = await sent([
    { role: "system", content: "Be brief." },
    { role: "system", content: [{ type: "text", text: "Be kind." }] },
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image", data: png, mediaType: "image/png" },
        { type: "image", url: "https://example.com/a.webp", mediaType: "image/webp" },
        { type: "file", data: "aGk=", mediaType: "image/gif" },
      ],
    },
    { role: "assistant", content: "A whale." },
    { role: "user", content: "Sure?" },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "Another vendor's." },
        { type: "text", text: "Yes" },
        { type: "text", text: "." },
      ],
    },
    { role: "assistant", content: [] },
  ]);
  expect(warnings).toEqual([]);
  expect(body.messages).toEqual([
    { role: "system", content: "Be brief." },
    { role: "system", content: [{ type: "text", text: "Be kind." }] },
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw==" } },
        { type: "image_url", image_url: { url: "https://example.com/a.webp" } },
        { type: "image_url", image_url: { url: "data:image/gif;base64,aGk=" } },
      ],
    },
    { role: "assistant", content: "A whale." },
    { role: "user", content: "Sure?" },
    { role: "assistant", content: "Yes." },
  ]);
});

test("calls of tools go back with their results, also of one that failed", async () => {
  const { body, warnings } = await sent(
    [
      { role: "user", content: "Weather?" },
      {
        role: "assistant",
        content: [
          { type: "text", text: "Let me see." },
          { type: "tool-call", id: "c1", name: "weather", arguments: { city: "Paris" } },
        ],
      },
      { role: "tool", toolCallId: "c1", content: [{ type: "text", text: "sunny" }] },
      {
        role: "assistant",
        content: [{ type: "tool-call", id: "c2", name: "weather", arguments: undefined }],
      },
      { role: "tool", toolCallId: "c2", content: "no such city", isError: true },
    ],
    { tools: [weather] },
  );
  expect(warnings).toEqual([]);
  expect(body).toEqual({
    model: "Llama-3.3-70B-Instruct",
    messages: [
      { role: "user", content: "Weather?" },
      {
        role: "assistant",
        content: "Let me see.",
        tool_calls: [{ id: "c1", function: { name: "weather", arguments: '{"city":"Paris"}' } }],
      },
      { role: "tool", tool_call_id: "c1", content: [{ type: "text", text: "sunny" }] },
      {
        role: "assistant",
        tool_calls: [{ id: "c2", function: { name: "weather", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "c2", content: "no such city" },
    ],
    tools: [
      {
        type: "function",
        function: {
          name: "weather",
          description: "The weather in a city",
          parameters: weather.parameters,
        },
      },
    ],
  });
});

async function choice(toolChoice: ChatOptions["toolChoice"]): Promise<unknown> {
  const { body, warnings } = await sent("Hi", { tools: [weather], toolChoice });
  expect(warnings).toEqual([]);
  return body["tool_choice"];
}

test("tools can be left to the model, forbidden, required or named", async () => {
  expect(await choice(undefined)).toBeUndefined();
  expect(await choice("auto")).toBe("auto");
  expect(await choice("none")).toBe("none");
  expect(await choice("required")).toBe("required");
  expect(await choice({ tool: "weather" })).toEqual({ type: "function", function: { name: "weather" } });
});

const refused = (what: string) => ["unsupported", `llama llm.generate: messages[0]: the API takes ${what}`];

describe("what the API cannot do", () => {
  test("as an option is left out, with a warning", async () => {
    const { body, warnings } = await sent("Hi", {
      stopSequences: ["END"],
      seed: 1,
      frequencyPenalty: 0.5,
      presencePenalty: 0.5,
      responseFormat: { type: "json" },
      reasoning: { effort: "none", budgetTokens: 10 },
    });
    expect(body).toEqual({
      model: "Llama-3.3-70B-Instruct",
      messages: [{ role: "user", content: "Hi" }],
    });
    const none = "the API has no such option";
    expect(warnings).toEqual(
      Object.entries({
        responseFormat: "JSON is only to be had by a schema",
        stopSequences: none,
        seed: none,
        frequencyPenalty: none,
        presencePenalty: none,
        "reasoning.effort": none,
        "reasoning.budgetTokens": none,
      }).map(([option, why]) => ({
        type: "unsupported",
        option,
        message: `llama: ${why}; ${option} was not sent`,
      })),
    );
  });

  test("as content is refused", async () => {
    const file = { type: "file", data: "aGk=", mediaType: "application/pdf" } as const;
    const image = { type: "image", data: png, mediaType: "image/png" } as const;
    const audio = { type: "audio", data: "aGk=", mediaType: "audio/wav" } as const;
    expect(await refusal({ role: "user", content: [file] })).toEqual(
      refused("no file, only texts and images"),
    );
    expect(await refusal({ role: "user", content: [audio] })).toEqual(
      refused("no audio, only texts and images"),
    );
    expect(await refusal({ role: "tool", toolCallId: "c1", content: [image] })).toEqual(
      refused("no image as a tool's result, only text"),
    );
    expect(await refusal({ role: "assistant", content: [file] })).toEqual(refused("no file of an assistant"));
  });
});
