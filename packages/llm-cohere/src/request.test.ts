import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type Message, type Tool, type Warning } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createCohere } from "./index.js";
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
    (config) => createCohere({ model: "command-a-03-2025", apiKey: "top-secret", ...config }),
    {
      schema: requestSchema,
      messages,
      options,
      answer: { id: "1", message: { role: "assistant" }, finish_reason: "COMPLETE" },
    },
  );
  return { body: body as Body, warnings: response.warnings };
}

async function refusal(messages: Message[]): Promise<[string, string]> {
  const error = await sent(messages).catch((reason: unknown) => reason);
  if (!BelugaError.is(error)) throw new Error(`expected a BelugaError, got ${String(error)}`);
  return [error.code, error.message];
}

const optionsOf = (warnings: readonly Warning[]) => warnings.map(({ type, option }) => `${type} ${option}`);

/** Of the body, without the messages, and of the warnings. */
async function asked(options: ChatOptions): Promise<[Record<string, unknown>, string[]]> {
  const { body, warnings } = await sent("Hi", options);
  const { model: _, messages: __, ...rest } = body;
  return [rest, optionsOf(warnings)];
}

const weather: Tool = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const time: Tool = { name: "time", parameters: {} };
const wireWeather = {
  type: "function",
  function: { name: "weather", description: "The weather in a city", parameters: weather.parameters },
};
const png = new Uint8Array([137, 80, 78, 71]);
const bytes = (text: string) => new TextEncoder().encode(text);

test("a string is one user message", async () => {
  expect(await sent("Hi")).toEqual({
    body: { model: "command-a-03-2025", messages: [{ role: "user", content: "Hi" }] },
    warnings: [],
  });
});

test("options go under the vendor's names, and the provider's own options over them", async () => {
  const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  const { body, warnings } = await sent("Hi", {
    maxTokens: 100,
    temperature: 0,
    topP: 0.5,
    topK: 5,
    seed: 42,
    frequencyPenalty: 0.25,
    stopSequences: ["END"],
    responseFormat: { type: "json", schema, name: "city" },
    reasoning: { budgetTokens: 500 },
    providerOptions: { safety_mode: "STRICT", logprobs: true, priority: 3, max_tokens: 50 },
  });
  expect(warnings).toEqual([]);
  expect(body).toEqual({
    model: "command-a-03-2025",
    messages: [{ role: "user", content: "Hi" }],
    max_tokens: 50,
    temperature: 0,
    p: 0.5,
    k: 5,
    seed: 42,
    frequency_penalty: 0.25,
    stop_sequences: ["END"],
    response_format: { type: "json_object", json_schema: schema },
    thinking: { type: "enabled", token_budget: 500 },
    safety_mode: "STRICT",
    logprobs: true,
    priority: 3,
  });
});

describe("messages", () => {
  test("of all roles and parts become those of the wire", async () => {
    const { body, warnings } = await sent([
      { role: "system", content: "Be brief." },
      { role: "system", content: [{ type: "text", text: "Be kind." }] },
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image", data: png, mediaType: "image/png" },
          {
            type: "image",
            data: "aGk=",
            mediaType: "image/jpg",
            providerMetadata: { cohere: { detail: "low" }, openai: { detail: "high" } },
          },
          { type: "image", url: "https://example.com/a.webp", mediaType: "image/*" },
          { type: "file", data: "aGk=", mediaType: "image/gif" },
        ],
      },
      { role: "assistant", content: "A whale." },
      { role: "user", content: "Sure?" },
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
          { type: "image_url", image_url: { url: "data:image/jpeg;base64,aGk=", detail: "low" } },
          { type: "image_url", image_url: { url: "https://example.com/a.webp" } },
          { type: "image_url", image_url: { url: "data:image/gif;base64,aGk=" } },
        ],
      },
      { role: "assistant", content: "A whale." },
      { role: "user", content: "Sure?" },
    ]);
  });

  test("with calls of tools and their results, also of one that failed", async () => {
    const { body, warnings } = await sent(
      [
        { role: "user", content: "Weather in Paris and Rome?" },
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "Two cities." },
            {
              type: "text",
              text: "",
              providerMetadata: { cohere: { tool_plan: "I will look.", citations: [] } },
            },
            { type: "tool-call", id: "c1", name: "weather", arguments: { city: "Paris" } },
            { type: "tool-call", id: "c2", name: "weather", arguments: undefined },
          ],
        },
        { role: "tool", toolCallId: "c1", content: [{ type: "text", text: "sunny" }] },
        { role: "tool", toolCallId: "c2", content: "no such city", isError: true },
      ],
      { tools: [weather, time] },
    );
    expect(warnings).toEqual([]);
    expect(body).toEqual({
      model: "command-a-03-2025",
      messages: [
        { role: "user", content: "Weather in Paris and Rome?" },
        {
          role: "assistant",
          content: [{ type: "thinking", thinking: "Two cities." }],
          tool_plan: "I will look.",
          citations: [],
          tool_calls: [
            { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Paris"}' } },
            { id: "c2", type: "function", function: { name: "weather", arguments: "{}" } },
          ],
        },
        { role: "tool", tool_call_id: "c1", content: [{ type: "text", text: "sunny" }] },
        { role: "tool", tool_call_id: "c2", content: "no such city" },
      ],
      tools: [wireWeather, { type: "function", function: { name: "time", parameters: { type: "object" } } }],
    });
  });

  test("with a tool's result made of documents, which can be cited by field and by id", async () => {
    const { body } = await sent([
      { role: "user", content: "Weather?" },
      { role: "assistant", content: [{ type: "tool-call", id: "c1", name: "weather", arguments: {} }] },
      {
        role: "tool",
        toolCallId: "c1",
        content: [
          {
            type: "file",
            data: bytes('{"temperature":"24°C"}'),
            mediaType: "application/json",
            providerMetadata: { cohere: { id: "1" } },
          },
          { type: "file", data: bytes("[1]"), mediaType: "application/json", name: "list.json" },
          { type: "file", data: bytes("{"), mediaType: "application/json" },
          { type: "file", data: bytes("Sunny."), mediaType: "text/plain", name: "forecast.txt" },
        ],
      },
    ]);
    expect(body.messages[2]).toEqual({
      role: "tool",
      tool_call_id: "c1",
      content: [
        { type: "document", document: { id: "1", data: { temperature: "24°C" } } },
        { type: "document", document: { data: { title: "list.json", text: "[1]" } } },
        { type: "document", document: { data: { text: "{" } } },
        { type: "document", document: { data: { title: "forecast.txt", text: "Sunny." } } },
      ],
    });
  });

  test("text beside calls goes as the plan, with one warning", async () => {
    const call = { type: "tool-call", id: "c1", name: "weather", arguments: {} } as const;
    const plan = { type: "text", text: "", providerMetadata: { cohere: { tool_plan: "Plan." } } } as const;
    const { body, warnings } = await sent([
      { role: "user", content: "Hi" },
      { role: "assistant", content: [{ type: "text", text: "Let me see." }, call] },
      { role: "assistant", content: [plan, { type: "text", text: "And then." }, call] },
    ]);
    expect(body.messages.slice(1)).toMatchObject([
      { role: "assistant", tool_plan: "Let me see.", tool_calls: [{}] },
      { role: "assistant", tool_plan: "Plan.\nAnd then.", tool_calls: [{}] },
    ]);
    for (const message of body.messages.slice(1)) expect(message).not.toHaveProperty("content");
    expect(warnings).toEqual([
      {
        type: "adjusted",
        option: "messages",
        message: "cohere takes no text beside the calls of tools; it was sent as the tool plan",
      },
    ]);
  });

  test("reasoning goes back, but for what another vendor encrypted, and an empty answer does not", async () => {
    const { body } = await sent([
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm.", signature: "sig" },
          { type: "reasoning", text: "", redactedData: "secret" },
          { type: "text", text: "Hello", providerMetadata: { anthropic: { citations: [] } } },
        ],
      },
      { role: "assistant", content: [] },
      { role: "assistant", content: "" },
      { role: "user", content: "And?" },
    ]);
    expect(body.messages).toEqual([
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "Hm." },
          { type: "text", text: "Hello" },
        ],
      },
      { role: "user", content: "And?" },
    ]);
  });
});

describe("documents", () => {
  const content: Message[] = [
    {
      role: "user",
      content: [
        { type: "file", data: bytes("Keys rotate daily."), mediaType: "text/markdown", name: "handbook.md" },
        {
          type: "file",
          data: "eyJ1cmwiOiJodHRwczovL2V4YW1wbGUuY29tIn0=",
          mediaType: "application/json",
          providerMetadata: { cohere: { id: "site" } },
        },
        { type: "text", text: "How often?" },
      ],
    },
  ];
  const documents = [
    { data: { title: "handbook.md", text: "Keys rotate daily." } },
    { id: "site", data: { url: "https://example.com" } },
  ];

  test("are the texts among the users' files", async () => {
    expect((await sent(content)).body).toEqual({
      model: "command-a-03-2025",
      messages: [{ role: "user", content: [{ type: "text", text: "How often?" }] }],
      documents,
    });
  });

  test("of the provider options are added to them", async () => {
    const more = ["Another.", { id: "2", data: { text: "And another." } }];
    expect((await sent(content, { providerOptions: { documents: more } })).body["documents"]).toEqual([
      ...documents,
      ...more,
    ]);
    expect((await asked({ providerOptions: { documents: more } }))[0]).toEqual({ documents: more });
    expect((await asked({ providerOptions: { documents: [] } }))[0]).toEqual({ documents: [] });
  });

  test("are not sent together with a response format, and neither are tools", async () => {
    const responseFormat = { type: "json" } as const;
    const { body, warnings } = await sent(content, { responseFormat });
    expect(body["response_format"]).toBeUndefined();
    expect(warnings).toEqual([
      {
        type: "unsupported",
        option: "responseFormat",
        message: "cohere: the API does not combine it with documents; responseFormat was not sent",
      },
    ]);
    expect(await asked({ responseFormat, tools: [weather] })).toEqual([
      { tools: [wireWeather] },
      ["unsupported responseFormat"],
    ]);
  });
});

test.each([
  ["audio", "audio/wav", "no audio (only texts and images, and texts as files)"],
  ["video", "video/mp4", "no video (only texts and images, and texts as files)"],
  ["image", "image/tiff", "no image/tiff (only image/png, image/jpeg, image/webp, image/gif)"],
  ["file", "application/pdf", "no file of the type application/pdf (only texts and JSON)"],
] as const)("a part of the type %s of %s is refused", async (type, mediaType, what) => {
  const message: Message = { role: "user", content: [{ type, data: "aGk=", mediaType }] };
  expect(await refusal([message])).toEqual([
    "unsupported",
    `cohere llm.generate: messages[0]: the API takes ${what}`,
  ]);
});

test("what the API takes nowhere, or not there, is refused", async () => {
  const user: Message = { role: "user", content: "Hi" };
  const text = { type: "file", url: "https://example.com/a.txt", mediaType: "text/plain" } as const;
  const image = { type: "image", data: png, mediaType: "image/png" } as const;
  expect(await refusal([{ role: "user", content: [text] }])).toEqual([
    "unsupported",
    "cohere llm.generate: messages[0]: the API takes no text by its URL",
  ]);
  expect(await refusal([user, { role: "tool", toolCallId: "c1", content: [image] }])).toEqual([
    "unsupported",
    "cohere llm.generate: messages[1]: the API takes no image as a tool's result (only texts and documents)",
  ]);
  expect(await refusal([user, { role: "assistant", content: [text] }])).toEqual([
    "unsupported",
    "cohere llm.generate: messages[1]: the API takes no file of an assistant",
  ]);
  expect(
    await refusal([{ role: "user", content: [{ type: "file", data: "*", mediaType: "text/plain" }] }]),
  ).toEqual(["invalid_input", "cohere llm.generate: messages[0]: the data of a file is not valid base64"]);
});

const choice = (toolChoice: ChatOptions["toolChoice"]) => asked({ tools: [weather, time], toolChoice });

describe("tools", () => {
  const both = [
    wireWeather,
    { type: "function", function: { name: "time", parameters: { type: "object" } } },
  ];

  test("can be left to the model, forbidden, or required", async () => {
    expect(await choice("auto")).toEqual([{ tools: both }, []]);
    expect(await choice("none")).toEqual([{ tools: both, tool_choice: "NONE" }, []]);
    expect(await choice("required")).toEqual([{ tools: both, tool_choice: "REQUIRED" }, []]);
  });

  test("one that is named is the only one offered", async () => {
    expect(await choice({ tool: "weather" })).toEqual([
      { tools: [wireWeather], tool_choice: "REQUIRED" },
      [],
    ]);
  });

  test("can be strict by the provider's own option", async () => {
    expect(await asked({ tools: [weather], providerOptions: { strict_tools: true } })).toEqual([
      { tools: [wireWeather], strict_tools: true },
      [],
    ]);
  });
});

describe("options", () => {
  test.each([
    [{ temperature: 1.5 }, { temperature: 1 }],
    [{ topP: 1 }, { p: 0.99 }],
    [{ topP: 0 }, { p: 0.01 }],
    [{ topK: 501 }, { k: 500 }],
    [{ seed: -1 }, { seed: 0 }],
    [{ frequencyPenalty: -2 }, { frequency_penalty: 0 }],
    [{ presencePenalty: 2 }, { presence_penalty: 1 }],
  ])("%o out of the range is sent as the nearest, %o, with a warning", async (given, expected) => {
    expect(await asked(given)).toEqual([expected, [`adjusted ${Object.keys(given)[0]}`]]);
  });

  test("the warning says what was sent", async () => {
    expect((await sent("Hi", { temperature: 1.5 })).warnings[0]?.message).toBe(
      "cohere takes no temperature above 1, which was sent",
    );
    expect((await sent("Hi", { topP: 0 })).warnings[0]?.message).toBe(
      "cohere takes no topP below 0.01, which was sent",
    );
  });

  test("of two penalties the one is sent, unless the other is none", async () => {
    expect(await asked({ frequencyPenalty: 0.5, presencePenalty: 0.25 })).toEqual([
      { frequency_penalty: 0.5 },
      ["unsupported presencePenalty"],
    ]);
    expect(await asked({ frequencyPenalty: 0, presencePenalty: 0.25 })).toEqual([
      { frequency_penalty: 0, presence_penalty: 0.25 },
      [],
    ]);
  });

  test("of more than five stop sequences the first five are sent", async () => {
    const stopSequences = ["1", "2", "3", "4", "5", "6"];
    expect(await asked({ stopSequences: stopSequences.slice(0, 5) })).toEqual([
      { stop_sequences: ["1", "2", "3", "4", "5"] },
      [],
    ]);
    expect(await asked({ stopSequences })).toEqual([
      { stop_sequences: ["1", "2", "3", "4", "5"] },
      ["adjusted stopSequences"],
    ]);
  });

  test("JSON goes with a schema or without, and text is what comes anyway", async () => {
    expect(await asked({ responseFormat: { type: "json" } })).toEqual([
      { response_format: { type: "json_object" } },
      [],
    ]);
    expect(await asked({ responseFormat: { type: "text" } })).toEqual([{}, []]);
  });
});

const thinking = async (reasoning: ChatOptions["reasoning"], options: ChatOptions = {}) => {
  const [{ thinking: wire }, warned] = await asked({ ...options, reasoning });
  return [wire, warned];
};
const enabled = (token_budget?: number) => ({
  type: "enabled",
  ...(token_budget !== undefined && { token_budget }),
});

describe("reasoning", () => {
  test("is not mentioned where it is not asked for", async () => {
    expect(await thinking({})).toEqual([undefined, []]);
  });

  test("is switched off, or told by a budget", async () => {
    expect(await thinking({ effort: "none" })).toEqual([{ type: "disabled" }, []]);
    expect(await thinking({ budgetTokens: 500 })).toEqual([enabled(500), []]);
  });

  test("by effort becomes a budget, with a warning, and is without one for the most", async () => {
    const adjusted = ["adjusted reasoning.effort"];
    expect(await thinking({ effort: "minimal" })).toEqual([enabled(500), adjusted]);
    expect(await thinking({ effort: "low" })).toEqual([enabled(1_000), adjusted]);
    expect(await thinking({ effort: "medium" })).toEqual([enabled(8_000), adjusted]);
    expect(await thinking({ effort: "high" })).toEqual([enabled(), []]);
  });

  test("by effort leaves half of the limit to the answer", async () => {
    expect(await thinking({ effort: "medium" }, { maxTokens: 1_001 })).toEqual([
      enabled(500),
      ["adjusted reasoning.effort"],
    ]);
    expect(await thinking({ effort: "low" }, { maxTokens: 1 })).toEqual([
      enabled(1),
      ["adjusted reasoning.effort"],
    ]);
  });

  test("by a budget and by effort goes by the budget, and by neither where it is off", async () => {
    expect(await thinking({ effort: "low", budgetTokens: 2_000 })).toEqual([
      enabled(2_000),
      ["unsupported reasoning.effort"],
    ]);
    expect(await thinking({ effort: "none", budgetTokens: 2_000 })).toEqual([
      { type: "disabled" },
      ["unsupported reasoning.budgetTokens"],
    ]);
  });
});
