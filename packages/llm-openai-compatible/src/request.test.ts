import { sentRequest } from "@beluga/conformance";
import {
  BelugaError,
  type ChatModel,
  type ChatOptions,
  type Message,
  type Tool,
  type UserMessage,
  type Warning,
} from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createOpenAIChatModel } from "./model.js";
import { isStrict } from "./request.js";
import type { Effort, OpenAIChatWire } from "./wire.js";

/** What a call sends, and what it warns of. */
async function sent(
  messages: string | Message[],
  options: ChatOptions = {},
  wire: Partial<OpenAIChatWire> = {},
): Promise<{ body: unknown; warnings: Warning[]; headers: Headers; url: string }> {
  const create = (config: Pick<OpenAIChatWire, "fetch">): ChatModel =>
    createOpenAIChatModel({
      provider: "acme",
      packageName: "@beluga/llm-acme",
      version: "1.2.3",
      model: "m-1",
      baseURL: "http://127.0.0.1:9/v1/",
      auth: { authorization: "Bearer top-secret" },
      ...config,
      ...wire,
    });
  const { response, ...request } = await sentRequest(create, { messages, options });
  return { ...request, warnings: response.warnings };
}

const weather: Tool = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};

test("a request goes to chat/completions below the base URL, with the key and the package's name", async () => {
  const { url, headers } = await sent("Hi");
  expect(url).toBe("http://127.0.0.1:9/v1/chat/completions");
  expect(headers.get("authorization")).toBe("Bearer top-secret");
  expect(headers.get("user-agent")).toBe("beluga-llm-acme/1.2.3");
});

test("a string is one user message", async () => {
  expect((await sent("Hi")).body).toEqual({ model: "m-1", messages: [{ role: "user", content: "Hi" }] });
});

test("every option goes under the vendor's name", async () => {
  const { body, warnings } = await sent("Hi", {
    maxTokens: 10,
    temperature: 0,
    topP: 0.5,
    stopSequences: ["END"],
    seed: 7,
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    reasoning: { effort: "low" },
    tools: [weather],
    toolChoice: { tool: "weather" },
    providerOptions: { user: "u-1", temperature: 1 },
  });
  expect(warnings).toEqual([]);
  expect(body).toEqual({
    model: "m-1",
    messages: [{ role: "user", content: "Hi" }],
    max_completion_tokens: 10,
    temperature: 1, // the provider options go over everything
    top_p: 0.5,
    stop: ["END"],
    seed: 7,
    frequency_penalty: 0.1,
    presence_penalty: 0.2,
    reasoning_effort: "low",
    tools: [{ type: "function", function: weather }],
    tool_choice: { type: "function", function: { name: "weather" } },
    user: "u-1",
  });
});

test("an option that the vendor does not have is not sent, and warned about", async () => {
  const { body, warnings } = await sent("Hi", { topK: 5, reasoning: { budgetTokens: 100 } });
  expect(body).toEqual({ model: "m-1", messages: [{ role: "user", content: "Hi" }] });
  expect(warnings.map(({ type, option }) => [type, option])).toEqual([
    ["unsupported", "topK"],
    ["unsupported", "reasoning.budgetTokens"],
  ]);
});

test("an image that the model made goes back where the vendor takes it, and is refused elsewhere", async () => {
  const message: Message = {
    role: "assistant",
    content: [
      { type: "text", text: "Here:" },
      { type: "file", data: "AAAA", mediaType: "image/png" },
    ],
  };
  const { body } = await sent([message], {}, { makesImages: true });
  const images = [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }];
  expect(body).toMatchObject({ messages: [{ role: "assistant", content: "Here:", images }] });
  await expect(sent([message])).rejects.toMatchObject({ code: "unsupported" });
  const pdf: Message = {
    role: "assistant",
    content: [{ type: "file", data: "AAAA", mediaType: "application/pdf" }],
  };
  await expect(sent([pdf], {}, { makesImages: true })).rejects.toMatchObject({ code: "unsupported" });
});

test("tools of the vendor's own join those of the call", async () => {
  const search = { type: "browser_search" };
  const { body } = await sent("Hi", { tools: [weather], providerOptions: { tools: [search] } });
  expect(body).toMatchObject({ tools: [{ type: "function", function: weather }, search] });
  expect((await sent("Hi", { providerOptions: { tools: [search] } })).body).toMatchObject({
    tools: [search],
  });
});

test("a tool choice without tools is not sent", async () => {
  expect((await sent("Hi", { toolChoice: "none" })).body).not.toHaveProperty("tool_choice");
});

async function formatOf(schema: object): Promise<unknown> {
  return (await sent("Hi", { responseFormat: { type: "json", name: "reply", schema: { ...schema } } })).body;
}

describe("structured output", () => {
  test("without a schema is any JSON", async () => {
    const { body } = await sent("Hi", { responseFormat: { type: "json" } });
    expect(body).toMatchObject({ response_format: { type: "json_object" } });
  });

  test("with a schema is strict where the schema keeps to the rules for it", async () => {
    const open = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
    const closed = { ...open, additionalProperties: false };
    expect(await formatOf(open)).toMatchObject({
      response_format: { type: "json_schema", json_schema: { name: "reply", schema: open, strict: false } },
    });
    expect(await formatOf(closed)).toMatchObject({ response_format: { json_schema: { strict: true } } });
  });

  test("a schema is strict only where every object in it is closed and requires all of its properties", () => {
    const closed = { type: "object", properties: { a: {} }, required: ["a"], additionalProperties: false };
    expect(isStrict(closed)).toBe(true);
    expect(isStrict({ ...closed, required: [] })).toBe(false);
    expect(isStrict({ ...closed, properties: { a: { type: "object", properties: { b: {} } } } })).toBe(false);
    expect(isStrict({ anyOf: [closed, { type: "null" }] })).toBe(true);
  });
});

describe("messages", () => {
  test("media go as data URLs or by their URL", async () => {
    const { body } = await sent([
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image", mediaType: "image/png", data: new Uint8Array([1, 2, 3]) },
          { type: "image", mediaType: "image/png", url: "https://example.com/a.png" },
          { type: "audio", mediaType: "audio/mpeg", data: "AQID" },
          { type: "file", mediaType: "application/pdf", data: "AQID", name: "a.pdf" },
        ],
      },
    ]);
    expect(body).toHaveProperty("messages", [
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
          { type: "image_url", image_url: { url: "https://example.com/a.png" } },
          { type: "input_audio", input_audio: { data: "AQID", format: "mp3" } },
          { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AQID" } },
        ],
      },
    ]);
  });

  const round: Message[] = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Weather in Oslo?" },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "I need the tool." },
        { type: "text", text: "One " },
        { type: "text", text: "moment." },
        { type: "tool-call", id: "c1", name: "weather", arguments: { city: "Oslo" } },
      ],
    },
    { role: "tool", toolCallId: "c1", content: "Rain" },
  ];

  test("a tool call and its result go back, without the reasoning where the vendor takes none", async () => {
    const { body } = await sent(round);
    expect(body).toHaveProperty("messages", [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Weather in Oslo?" },
      {
        role: "assistant",
        content: "One moment.",
        tool_calls: [
          { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
        ],
      },
      { role: "tool", tool_call_id: "c1", content: "Rain" },
    ]);
  });

  test("reasoning goes back in the field that the vendor has for it", async () => {
    const { body } = await sent(round, {}, { reasoningField: "reasoning_content" });
    expect(body).toHaveProperty("messages[2].reasoning_content", "I need the tool.");
  });

  test("what the vendor gave with a part goes back with it, and another vendor's does not", async () => {
    const { body } = await sent([
      {
        role: "user",
        content: [
          {
            type: "text",
            text: "Hi",
            providerMetadata: { acme: { cache_control: { type: "ephemeral" } }, other: { x: 1 } },
          },
        ],
      },
    ]);
    expect(body).toHaveProperty("messages[0].content", [
      { type: "text", text: "Hi", cache_control: { type: "ephemeral" } },
    ]);
  });

  test.for<[string, Message]>([
    ["a video", { role: "user", content: [{ type: "video", mediaType: "video/mp4", data: "AQID" }] }],
    [
      "audio by URL",
      { role: "user", content: [{ type: "audio", mediaType: "audio/wav", url: "https://example.com/a" }] },
    ],
    [
      "audio of a strange type",
      { role: "user", content: [{ type: "audio", mediaType: "audio/flac", data: "AQID" }] },
    ],
    [
      "a file by URL",
      {
        role: "user",
        content: [{ type: "file", mediaType: "application/pdf", url: "https://example.com/a" }],
      },
    ],
    [
      "a file of an assistant",
      { role: "assistant", content: [{ type: "file", mediaType: "image/png", data: "AQID" }] },
    ],
    [
      "an image in a tool's result",
      { role: "tool", toolCallId: "c1", content: [{ type: "image", mediaType: "image/png", data: "AQID" }] },
    ],
  ])("%s is refused, not left out", async ([, message]) => {
    const error = await sent([message]).catch((reason: unknown) => reason);
    expect(BelugaError.is(error) && error.code).toBe("unsupported");
  });
});

describe("what a vendor does not have", () => {
  test("tools are not sent, nor their choice, and both are warned about", async () => {
    const options: ChatOptions = { tools: [weather], toolChoice: "required" };
    const { body, warnings } = await sent("Hi", options, { tools: false });
    expect(body).toEqual({ model: "m-1", messages: [{ role: "user", content: "Hi" }] });
    expect(warnings.map(({ type, option }) => [type, option])).toEqual([
      ["unsupported", "tools"],
      ["unsupported", "toolChoice"],
    ]);
  });

  test.each<[string, Message]>([
    [
      "a call",
      { role: "assistant", content: [{ type: "tool-call", id: "1", name: "weather", arguments: {} }] },
    ],
    ["a result", { role: "tool", toolCallId: "1", content: "Sunny" }],
  ])("%s of a tool in the history is refused where there are no tools", async (_what, message) => {
    await expect(sent([message], {}, { tools: false })).rejects.toMatchObject({
      code: "unsupported",
      message: "acme llm.generate: messages[0]: acme does not take calls of tools and their results",
    });
  });

  const schema = { type: "object", properties: {}, required: [], additionalProperties: false };

  test.each<
    [string, NonNullable<OpenAIChatWire["responseFormats"]>, ChatOptions["responseFormat"], unknown, string[]]
  >([
    ["a schema", ["json"], { type: "json", schema }, { type: "json_object" }, ["responseFormat.schema"]],
    ["JSON without a schema", ["schema"], { type: "json" }, undefined, ["responseFormat"]],
    ["any JSON", [], { type: "json", schema }, undefined, ["responseFormat"]],
    [
      "nothing of it",
      ["schema"],
      { type: "json", schema },
      { type: "json_schema", json_schema: { name: "response", schema, strict: true } },
      [],
    ],
  ])("JSON, of a vendor that lacks %s", async (_what, responseFormats, responseFormat, format, warned) => {
    const { body, warnings } = await sent("Hi", { responseFormat }, { responseFormats });
    expect(body).toEqual({
      model: "m-1",
      messages: [{ role: "user", content: "Hi" }],
      ...(format !== undefined && { response_format: format }),
    });
    expect(warnings.map(({ option }) => option)).toEqual(warned);
  });

  test.each<[Effort, readonly Effort[], Effort | undefined, Warning["type"] | undefined]>([
    ["low", ["low", "high"], "low", undefined],
    ["minimal", ["low", "high"], "low", "adjusted"],
    ["none", ["low", "high"], "low", "adjusted"],
    ["medium", ["high", "low"], "low", "adjusted"], // of two that are as near, the lower
    ["medium", ["none", "high"], "high", "adjusted"],
    ["minimal", ["none", "high"], "high", "adjusted"], // and not what would switch it off
    ["low", ["none"], "none", "adjusted"],
    ["high", [], undefined, "unsupported"],
  ])("the effort %s, of those in %j, is sent as %s", async (effort, efforts, expected, warning) => {
    const { body, warnings } = await sent("Hi", { reasoning: { effort } }, { efforts });
    expect((body as Record<string, unknown>)["reasoning_effort"]).toBe(expected);
    expect(warnings.map(({ type, option }) => [type, option])).toEqual(
      warning ? [[warning, "reasoning.effort"]] : [],
    );
  });

  test("a kind of media is refused, and named", async () => {
    const content: UserMessage["content"] = [
      { type: "image", url: "https://a.example/b.png", mediaType: "image/png" },
    ];
    await expect(sent([{ role: "user", content }], {}, { media: [] })).rejects.toMatchObject({
      code: "unsupported",
      message: 'acme llm.generate: messages[0]: acme does not take a part of the type "image" here',
    });
  });
});

describe("what a vendor writes in its own way", () => {
  test("its query goes with the URL", async () => {
    expect((await sent("Hi", {}, { query: { "api-version": "1" } })).url).toBe(
      "http://127.0.0.1:9/v1/chat/completions?api-version=1",
    );
  });

  test("reasoning, with an effort that the vendor knows", async () => {
    const { body, warnings } = await sent(
      "Hi",
      { reasoning: { effort: "minimal", budgetTokens: 100 } },
      {
        efforts: ["low"],
        writeReasoning: ({ effort, budgetTokens }, body) => {
          body["thinking"] = { effort, budget: budgetTokens };
        },
      },
    );
    expect(body).toMatchObject({ thinking: { effort: "low", budget: 100 } });
    expect(body).not.toHaveProperty("reasoning_effort");
    expect(warnings.map(({ type }) => type)).toEqual(["adjusted"]);
  });

  test("a part, a message and the body, before the caller's own options", async () => {
    const seen: boolean[] = [];
    const { body } = await sent(
      [
        {
          role: "user",
          content: [
            { type: "video", url: "https://a.example/b.mp4", mediaType: "video/mp4" },
            { type: "text", text: "?" },
          ],
        },
        { role: "assistant", content: "It" },
      ],
      { providerOptions: { user: "caller" } },
      {
        writePart: (part) =>
          part.type === "video" ? { type: "video_url", video_url: { url: part.url } } : undefined,
        refineMessage(written, { role }, isLast) {
          seen.push(isLast);
          if (role === "assistant") written["prefix"] = true;
        },
        refineBody(body) {
          Object.assign(body, { user: "vendor", safe: true });
        },
      },
    );
    expect(body).toEqual({
      model: "m-1",
      messages: [
        {
          role: "user",
          content: [
            { type: "video_url", video_url: { url: "https://a.example/b.mp4" } },
            { type: "text", text: "?" },
          ],
        },
        { role: "assistant", content: "It", prefix: true },
      ],
      user: "caller",
      safe: true,
    });
    expect(seen).toEqual([false, true]);
  });

  test("metadata joins what the part says already; with a type of its own it goes in the part's place", async () => {
    const { body } = await sent([
      {
        role: "user",
        content: [
          {
            type: "image",
            url: "https://a.example/b.png",
            mediaType: "image/png",
            providerMetadata: { acme: { image_url: { detail: "low" }, mark: 1 }, other: { mark: 2 } },
          },
          { type: "text", text: "", providerMetadata: { acme: { type: "file", file: { file_id: "f-1" } } } },
        ],
      },
    ]);
    expect(body).toMatchObject({
      messages: [
        {
          content: [
            { type: "image_url", image_url: { url: "https://a.example/b.png", detail: "low" }, mark: 1 },
            { type: "file", file: { file_id: "f-1" } },
          ],
        },
      ],
    });
  });
});
