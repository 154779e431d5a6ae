import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type Message, type Tool, type Warning } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createAnthropic } from "./index.js";
import { requestSchema } from "./testing/request-schema.js";

interface Body {
  [field: string]: unknown;
  messages: unknown[];
}

/** What a call sends, which has to be as the reference has it, and what it warns of. */
async function sent(
  messages: string | Message[],
  options: ChatOptions = {},
  model = "claude-sonnet-4-5",
): Promise<{ body: Body; warnings: Warning[] }> {
  const { body, response } = await sentRequest(
    (config) => createAnthropic({ model, apiKey: "top-secret", ...config }),
    {
      schema: requestSchema,
      messages,
      options,
      answer: { content: [{ type: "text", text: "ok" }], stop_reason: "end_turn" },
    },
  );
  return { body: body as Body, warnings: response.warnings };
}

async function refusal(messages: Message[] | string, options: ChatOptions = {}): Promise<[string, string]> {
  const error = await sent(messages, options).catch((reason: unknown) => reason);
  if (!BelugaError.is(error)) throw new Error(`expected a BelugaError, got ${String(error)}`);
  return [error.code, error.message];
}

const optionsOf = (warnings: readonly Warning[]) => warnings.map(({ type, option }) => `${type} ${option}`);

const weather: Tool = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const time: Tool = { name: "time", parameters: {} };
const png = new Uint8Array([137, 80, 78, 71]);

test("a string is one user message, and the limit is the model's own", async () => {
  expect(await sent("Hi")).toEqual({
    body: {
      model: "claude-sonnet-4-5",
      max_tokens: 64_000,
      messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
    },
    warnings: [],
  });
});

test("options go under the vendor's names, and the provider's own options over them", async () => {
  const { body, warnings } = await sent("Hi", {
    maxTokens: 100,
    temperature: 0,
    topK: 5,
    stopSequences: ["END"],
    tools: [weather, time],
    toolChoice: { tool: "weather" },
    providerOptions: { metadata: { user_id: "u-1" }, max_tokens: 50 },
  });
  expect(warnings).toEqual([]);
  expect(body).toEqual({
    model: "claude-sonnet-4-5",
    max_tokens: 50,
    messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
    tools: [
      { name: "weather", description: "The weather in a city", input_schema: weather.parameters },
      { name: "time", input_schema: { type: "object" } },
    ],
    tool_choice: { type: "tool", name: "weather" },
    temperature: 0,
    top_k: 5,
    stop_sequences: ["END"],
    metadata: { user_id: "u-1" },
  });
});

describe("messages", () => {
  test("of all roles and parts become turns of blocks", async () => {
    const { body, warnings } = await sent([
      { role: "system", content: "Be brief." },
      { role: "system", content: [{ type: "text", text: "Be kind." }] },
      {
        role: "user",
        content: [
          { type: "image", data: png, mediaType: "image/png" },
          { type: "image", data: "aGk=", mediaType: "image/jpg" },
          { type: "image", url: "https://example.com/a.webp", mediaType: "image/webp" },
          { type: "file", data: png, mediaType: "image/gif" },
          { type: "file", data: "JVBERg==", mediaType: "application/pdf", name: "Report" },
          { type: "file", url: "https://example.com/b.pdf", mediaType: "application/pdf" },
          { type: "file", data: new TextEncoder().encode("Grün"), mediaType: "text/plain", name: "Colours" },
          { type: "file", data: "R3LDvG4=", mediaType: "text/markdown" },
          { type: "text", text: "What is all this?" },
        ],
      },
      { role: "assistant", content: "Pictures and papers." },
      { role: "user", content: "Thanks" },
    ]);
    expect(warnings).toEqual([]);
    expect(body["system"]).toEqual([
      { type: "text", text: "Be brief." },
      { type: "text", text: "Be kind." },
    ]);
    expect(body.messages).toEqual([
      {
        role: "user",
        content: [
          { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw==" } },
          { type: "image", source: { type: "base64", media_type: "image/jpeg", data: "aGk=" } },
          { type: "image", source: { type: "url", url: "https://example.com/a.webp" } },
          { type: "image", source: { type: "base64", media_type: "image/gif", data: "iVBORw==" } },
          {
            type: "document",
            source: { type: "base64", media_type: "application/pdf", data: "JVBERg==" },
            title: "Report",
          },
          { type: "document", source: { type: "url", url: "https://example.com/b.pdf" } },
          {
            type: "document",
            source: { type: "text", media_type: "text/plain", data: "Grün" },
            title: "Colours",
          },
          { type: "document", source: { type: "text", media_type: "text/plain", data: "Grün" } },
          { type: "text", text: "What is all this?" },
        ],
      },
      { role: "assistant", content: [{ type: "text", text: "Pictures and papers." }] },
      { role: "user", content: [{ type: "text", text: "Thanks" }] },
    ]);
  });

  test("results of tools are one user turn, before what the user says with them", async () => {
    const { body } = await sent([
      { role: "user", content: "Weather?" },
      {
        role: "assistant",
        content: [
          { type: "tool-call", id: "toolu_1", name: "weather", arguments: { city: "Oslo" } },
          { type: "tool-call", id: "functions.time:0", name: "time", arguments: undefined },
          { type: "tool-call", id: "toolu_3", name: "weather", arguments: { city: "Bern" } },
        ],
      },
      { role: "user", content: "Hurry!" },
      { role: "tool", toolCallId: "toolu_1", toolName: "weather", content: "Sunny" },
      { role: "tool", toolCallId: "functions.time:0", content: "", isError: false },
      {
        role: "tool",
        toolCallId: "toolu_3",
        isError: true,
        content: [
          { type: "text", text: "No such city" },
          { type: "image", data: png, mediaType: "image/png" },
          { type: "file", data: "aGk=", mediaType: "text/plain" },
        ],
      },
    ]);
    expect(body.messages.slice(1)).toEqual([
      {
        role: "assistant",
        content: [
          { type: "tool_use", id: "toolu_1", name: "weather", input: { city: "Oslo" } },
          { type: "tool_use", id: "functions_time_0", name: "time", input: {} },
          { type: "tool_use", id: "toolu_3", name: "weather", input: { city: "Bern" } },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "toolu_1", content: [{ type: "text", text: "Sunny" }] },
          { type: "tool_result", tool_use_id: "functions_time_0" },
          {
            type: "tool_result",
            tool_use_id: "toolu_3",
            content: [
              { type: "text", text: "No such city" },
              { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw==" } },
              { type: "document", source: { type: "text", media_type: "text/plain", data: "hi" } },
            ],
            is_error: true,
          },
          { type: "text", text: "Hurry!" },
        ],
      },
    ]);
  });

  test("what stands under providerMetadata.anthropic goes into the block; a whole block in place of the part", async () => {
    const mark = { cache_control: { type: "ephemeral", ttl: "1h" } };
    const upload = { type: "container_upload", file_id: "file_1" };
    const { body } = await sent([
      { role: "system", content: [{ type: "text", text: "Long", providerMetadata: { anthropic: mark } }] },
      {
        role: "user",
        content: [
          {
            type: "file",
            data: "JVBERg==",
            mediaType: "application/pdf",
            providerMetadata: { anthropic: { citations: { enabled: true } }, other: { x: 1 } },
          },
          { type: "text", text: "", providerMetadata: { anthropic: upload } },
        ],
      },
      {
        role: "assistant",
        content: [
          {
            type: "tool-call",
            id: "toolu_1",
            name: "screenshot",
            arguments: {},
            providerMetadata: { anthropic: { toolset_name: "computer" } },
          },
        ],
      },
      { role: "tool", toolCallId: "toolu_1", content: "taken" },
    ]);
    expect(body["system"]).toEqual([{ type: "text", text: "Long", ...mark }]);
    expect(body.messages).toEqual([
      {
        role: "user",
        content: [
          {
            type: "document",
            source: { type: "base64", media_type: "application/pdf", data: "JVBERg==" },
            citations: { enabled: true },
          },
          upload,
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "tool_use", id: "toolu_1", name: "screenshot", input: {}, toolset_name: "computer" },
        ],
      },
      {
        role: "user",
        content: [
          {
            type: "tool_result",
            tool_use_id: "toolu_1",
            content: [{ type: "text", text: "taken" }],
            toolset_name: "computer",
          },
        ],
      },
    ]);
  });

  test("reasoning goes back where it is signed, and not by another vendor", async () => {
    const { body } = await sent([
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm.", signature: "sig-1" },
          { type: "reasoning", text: "", redactedData: "secret" },
          { type: "reasoning", text: "", signature: "sig-2" },
          { type: "reasoning", text: "unsigned" },
          { type: "reasoning", text: "elsewhere", signature: "sig-3", providerMetadata: { google: {} } },
          { type: "text", text: "Hello" },
        ],
      },
      { role: "user", content: "And?" },
    ]);
    expect(body.messages[1]).toEqual({
      role: "assistant",
      content: [
        { type: "thinking", thinking: "Hm.", signature: "sig-1" },
        { type: "redacted_thinking", data: "secret" },
        { type: "thinking", thinking: "", signature: "sig-2" },
        { type: "text", text: "Hello" },
      ],
    });
  });

  test("without content are left out, as are empty texts", async () => {
    const { body } = await sent([
      { role: "user", content: "Hi" },
      { role: "assistant", content: [] },
      {
        role: "user",
        content: [
          { type: "text", text: "" },
          { type: "text", text: "Hello?" },
        ],
      },
      { role: "assistant", content: "" },
      { role: "user", content: "Still there?" },
      { role: "assistant", content: "Yes" },
      { role: "user", content: "" },
      { role: "assistant", content: "And you?" },
    ]);
    expect(body.messages).toEqual([
      { role: "user", content: [{ type: "text", text: "Hi" }] },
      { role: "user", content: [{ type: "text", text: "Hello?" }] },
      { role: "user", content: [{ type: "text", text: "Still there?" }] },
      { role: "assistant", content: [{ type: "text", text: "Yes" }] },
      { role: "assistant", content: [{ type: "text", text: "And you?" }] },
    ]);
  });

  test("keep blank texts only beside others", async () => {
    const { body } = await sent([
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm.", signature: "sig" },
          { type: "text", text: "\n\n" },
          { type: "tool-call", id: "toolu_1", name: "clock", arguments: {} },
        ],
      },
      { role: "tool", toolCallId: "toolu_1", content: " " },
      {
        role: "assistant",
        content: [
          { type: "text", text: "\n\n" },
          { type: "text", text: "Noon" },
        ],
      },
      { role: "user", content: "Thanks" },
    ]);
    expect(body.messages.slice(1, 4)).toEqual([
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "Hm.", signature: "sig" },
          { type: "tool_use", id: "toolu_1", name: "clock", input: {} },
        ],
      },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1" }] },
      {
        role: "assistant",
        content: [
          { type: "text", text: "\n\n" },
          { type: "text", text: "Noon" },
        ],
      },
    ]);
  });

  test.each<[string, Message["content"] & unknown[], string]>([
    ["audio", [{ type: "audio", data: "aGk=", mediaType: "audio/wav" }], "the API takes no audio"],
    ["video", [{ type: "video", url: "https://example.com/v", mediaType: "video/mp4" }], "takes no video"],
    ["other images", [{ type: "image", data: "aGk=", mediaType: "image/tiff" }], "takes no image/tiff"],
    ["other files", [{ type: "file", data: "aGk=", mediaType: "application/zip" }], "application/zip"],
    [
      "texts by URL",
      [{ type: "file", url: "https://example.com/t", mediaType: "text/plain" }],
      "by their URL",
    ],
  ])("with %s are refused", async (_, content, words) => {
    const [code, message] = await refusal([{ role: "user", content } as Message]);
    expect(code).toBe("unsupported");
    expect(message).toMatch(/^anthropic llm\.generate: messages\[0\]: /);
    expect(message).toContain(words);
  });

  test("whose tool call has arguments that are no object are refused", async () => {
    const call = { type: "tool-call" as const, id: "c1", name: "weather", arguments: "Oslo" };
    expect(
      await refusal([
        { role: "user", content: "Hi" },
        { role: "assistant", content: [call] },
      ]),
    ).toEqual([
      "invalid_input",
      'anthropic llm.generate: messages[1]: the arguments of the call of "weather" are not an object',
    ]);
  });
});

describe("a later system message", () => {
  const conversation: Message[] = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Hello" },
    { role: "system", content: "Answer in French." },
    { role: "user", content: "And now?" },
  ];

  test("goes to the end of the turn that it stands in", async () => {
    const { body, warnings } = await sent(conversation, {}, "claude-opus-4-8");
    expect(warnings).toEqual([]);
    expect(body["system"]).toEqual([{ type: "text", text: "Be brief." }]);
    expect(body.messages.slice(2)).toEqual([
      { role: "user", content: [{ type: "text", text: "And now?" }] },
      { role: "system", content: [{ type: "text", text: "Answer in French." }] },
    ]);
  });

  test("may follow the very first turn", async () => {
    const { body } = await sent(
      [
        { role: "user", content: "Hi" },
        { role: "system", content: "Be brief." },
      ],
      {},
      "claude-opus-4-8",
    );
    expect(body["system"]).toBeUndefined();
    expect(body.messages[1]).toEqual({ role: "system", content: [{ type: "text", text: "Be brief." }] });
  });

  test("goes into the system prompt of a model that takes none, with a warning", async () => {
    const { body, warnings } = await sent(conversation, {}, "claude-sonnet-5");
    expect(body["system"]).toEqual([
      { type: "text", text: "Be brief." },
      { type: "text", text: "Answer in French." },
    ]);
    expect(body.messages).toHaveLength(3);
    expect(warnings).toEqual([
      {
        type: "adjusted",
        option: "messages",
        message:
          "claude-sonnet-5 takes system messages only at the beginning; a later one was added to the system prompt",
      },
    ]);
  });

  test("between two answers goes into the system prompt as well", async () => {
    const { body, warnings } = await sent(
      [
        ...conversation.slice(0, 4),
        { role: "assistant", content: "Bonjour" },
        { role: "user", content: "Oui" },
      ],
      {},
      "claude-opus-4-8",
    );
    expect(body["system"]).toHaveLength(2);
    expect(optionsOf(warnings)).toEqual(["adjusted messages"]);
  });
});

const choice = async (toolChoice: ChatOptions["toolChoice"], model?: string, options: ChatOptions = {}) => {
  const { body, warnings } = await sent("Hi", { ...options, tools: [weather], toolChoice }, model);
  return [body["tool_choice"], optionsOf(warnings)];
};

describe("tools", () => {
  test("can be left to the model, forbidden, required or named", async () => {
    expect(await choice("auto")).toEqual([{ type: "auto" }, []]);
    expect(await choice("none")).toEqual([{ type: "none" }, []]);
    expect(await choice("required")).toEqual([{ type: "any" }, []]);
    expect(await choice({ tool: "weather" })).toEqual([{ type: "tool", name: "weather" }, []]);
  });

  test("cannot be required of the newest models, nor of one that thinks by a budget", async () => {
    expect(await choice("required", "claude-opus-5-5")).toEqual([undefined, ["unsupported toolChoice"]]);
    expect(await choice("auto", "claude-opus-5-5")).toEqual([{ type: "auto" }, []]);
    const reasoning = { budgetTokens: 2_048 };
    expect(await choice("required", "claude-sonnet-4-5", { reasoning })).toEqual([
      undefined,
      ["unsupported toolChoice"],
    ]);
    expect(await choice("required", "claude-opus-4-8", { reasoning: { effort: "low" } })).toEqual([
      { type: "any" },
      [],
    ]);
  });

  test("of the provider options are added, and one of the same name adds to the tool", async () => {
    const search = { type: "web_search_20260209", name: "web_search" };
    const { body } = await sent("Hi", {
      tools: [weather, time],
      providerOptions: { tools: [search, { name: "weather", strict: true }, { type: "mcp_toolset" }] },
    });
    expect(body["tools"]).toEqual([
      {
        name: "weather",
        description: "The weather in a city",
        input_schema: weather.parameters,
        strict: true,
      },
      { name: "time", input_schema: { type: "object" } },
      search,
      { type: "mcp_toolset" },
    ]);
    expect((await sent("Hi", { providerOptions: { tools: [search] } })).body["tools"]).toEqual([search]);
  });
});

const askedToThink = async (
  reasoning: ChatOptions["reasoning"],
  model: string,
  options: ChatOptions = {},
) => {
  const { body, warnings } = await sent("Hi", { ...options, reasoning }, model);
  return [body["thinking"], body["output_config"], optionsOf(warnings)];
};

const budget = (budget_tokens: number) => ({ type: "enabled", budget_tokens });

describe("reasoning", () => {
  const adaptive = { type: "adaptive" };
  const shown = { type: "adaptive", display: "summarized" };

  test("is not mentioned where it is not asked for", async () => {
    expect(await askedToThink(undefined, "claude-opus-5-5")).toEqual([undefined, undefined, []]);
    expect(await askedToThink({}, "claude-haiku-4-5")).toEqual([undefined, undefined, []]);
  });

  test("by effort goes to the models that know it, which are asked to show it", async () => {
    expect(await askedToThink({ effort: "high" }, "claude-opus-5-5")).toEqual([
      shown,
      { effort: "high" },
      [],
    ]);
    expect(await askedToThink({ effort: "medium" }, "claude-sonnet-4-6")).toEqual([
      adaptive,
      { effort: "medium" },
      [],
    ]);
    expect(await askedToThink({ effort: "minimal" }, "claude-opus-4-8")).toEqual([
      shown,
      { effort: "low" },
      ["adjusted reasoning.effort"],
    ]);
  });

  test("by effort becomes a budget for the models that know budgets alone", async () => {
    const adjusted = ["adjusted reasoning.effort"];
    expect(await askedToThink({ effort: "high" }, "claude-haiku-4-5")).toEqual([
      budget(16_000),
      undefined,
      adjusted,
    ]);
    expect(await askedToThink({ effort: "low" }, "claude-haiku-4-5")).toEqual([
      budget(1_024),
      undefined,
      adjusted,
    ]);
    expect(await askedToThink({ effort: "high" }, "claude-haiku-4-5", { maxTokens: 5_000 })).toEqual([
      budget(2_500),
      undefined,
      adjusted,
    ]);
    expect(await askedToThink({ effort: "high" }, "claude-haiku-4-5", { maxTokens: 2_000 })).toEqual([
      undefined,
      undefined,
      ["unsupported reasoning.effort"],
    ]);
    expect(await askedToThink({ effort: "medium" }, "claude-opus-4-5")).toEqual([
      budget(8_000),
      { effort: "medium" },
      [],
    ]);
  });

  test("by a budget goes to the models that know it", async () => {
    expect(await askedToThink({ budgetTokens: 4_000 }, "claude-sonnet-4-5")).toEqual([
      budget(4_000),
      undefined,
      [],
    ]);
    expect(await askedToThink({ budgetTokens: 4_000, effort: "low" }, "claude-sonnet-4-6")).toEqual([
      budget(4_000),
      { effort: "low" },
      [],
    ]);
    expect(await askedToThink({ budgetTokens: 4_000, effort: "low" }, "claude-sonnet-4-5")).toEqual([
      budget(4_000),
      undefined,
      ["unsupported reasoning.effort"],
    ]);
    expect(await askedToThink({ budgetTokens: 10 }, "claude-sonnet-4-5")).toEqual([
      budget(1_024),
      undefined,
      ["adjusted reasoning.budgetTokens"],
    ]);
    expect(await askedToThink({ budgetTokens: 4_000 }, "claude-opus-5")).toEqual([
      undefined,
      undefined,
      ["unsupported reasoning.budgetTokens"],
    ]);
    expect(await askedToThink({ budgetTokens: 4_000, effort: "low" }, "claude-opus-5")).toEqual([
      shown,
      { effort: "low" },
      ["unsupported reasoning.budgetTokens"],
    ]);
  });

  test("by a budget that leaves nothing for the answer is refused, but not between the calls of tools", async () => {
    const options = { maxTokens: 2_000, reasoning: { budgetTokens: 2_000 } };
    expect(await refusal("Hi", options)).toEqual([
      "invalid_input",
      "anthropic llm.generate: reasoning.budgetTokens (2000) has to be less than maxTokens (2000), which counts the reasoning",
    ]);
    const { body } = await sent("Hi", { ...options, tools: [weather] });
    expect(body["thinking"]).toEqual(budget(2_000));
  });

  test("is switched off where that can be done", async () => {
    const none = { effort: "none" } as const;
    expect(await askedToThink(none, "claude-opus-5")).toEqual([{ type: "disabled" }, undefined, []]);
    expect(await askedToThink(none, "claude-sonnet-5-5")).toEqual([{ type: "between_tools" }, undefined, []]);
    expect(await askedToThink(none, "claude-opus-4-8")).toEqual([undefined, undefined, []]);
    expect(await askedToThink(none, "claude-3-haiku-20240307")).toEqual([undefined, undefined, []]);
    expect(await askedToThink(none, "claude-fable-5-1")).toEqual([
      undefined,
      undefined,
      ["unsupported reasoning.effort"],
    ]);
    expect(await askedToThink({ ...none, budgetTokens: 2_048 }, "claude-sonnet-4-5")).toEqual([
      undefined,
      undefined,
      ["unsupported reasoning.budgetTokens"],
    ]);
  });

  test("is not to be had of models from before there was any", async () => {
    expect(await askedToThink({ effort: "low", budgetTokens: 2_048 }, "claude-3-5-haiku-20241022")).toEqual([
      undefined,
      undefined,
      ["unsupported reasoning.effort", "unsupported reasoning.budgetTokens"],
    ]);
  });

  test("takes what the provider options say of it", async () => {
    const effort = { effort: "high" } as const;
    expect(
      await askedToThink(effort, "claude-opus-5-5", {
        providerOptions: { thinking: { display: "omitted" }, output_config: { effort: "xhigh" } },
      }),
    ).toEqual([{ type: "adaptive", display: "omitted" }, { effort: "xhigh" }, []]);
    expect(
      await askedToThink(effort, "claude-opus-5-5", { providerOptions: { thinking: { type: "disabled" } } }),
    ).toEqual([{ type: "disabled" }, { effort: "high" }, []]);
  });
});

const sampled = async (options: ChatOptions, model: string) => {
  const { body, warnings } = await sent("Hi", options, model);
  const { temperature, top_p: topP, top_k: topK } = body;
  return [temperature, topP, topK, optionsOf(warnings)];
};

describe("sampling", () => {
  test("is not to be had of the newer models, but for what they do anyway", async () => {
    expect(await sampled({ temperature: 0, topP: 0.5, topK: 3 }, "claude-opus-4-7")).toEqual([
      undefined,
      undefined,
      undefined,
      ["unsupported temperature", "unsupported topP", "unsupported topK"],
    ]);
    expect(await sampled({ temperature: 1, topP: 1 }, "claude-opus-5-5")).toEqual([
      undefined,
      undefined,
      undefined,
      [],
    ]);
  });

  test("takes temperature or topP from version 4 on, and both before", async () => {
    expect(await sampled({ temperature: 0.5, topP: 0.5 }, "claude-sonnet-4-5")).toEqual([
      0.5,
      undefined,
      undefined,
      ["unsupported topP"],
    ]);
    expect(await sampled({ topP: 0.5 }, "claude-sonnet-4-5")).toEqual([undefined, 0.5, undefined, []]);
    expect(await sampled({ temperature: 0.5, topP: 0.5 }, "claude-3-haiku-20240307")).toEqual([
      0.5,
      0.5,
      undefined,
      [],
    ]);
  });

  test("and reasoning do not go together, but for a high topP", async () => {
    const reasoning = { budgetTokens: 2_048 };
    expect(await sampled({ temperature: 0.5, topP: 0.97, topK: 3, reasoning }, "claude-sonnet-4-5")).toEqual([
      undefined,
      0.97,
      undefined,
      ["unsupported temperature", "unsupported topK"],
    ]);
    expect(await sampled({ topP: 0.5, reasoning: { effort: "low" } }, "claude-sonnet-4-6")).toEqual([
      undefined,
      undefined,
      undefined,
      ["unsupported topP"],
    ]);
  });

  test("ends at a temperature of 1", async () => {
    expect(await sampled({ temperature: 1.5 }, "claude-haiku-4-5")).toEqual([
      1,
      undefined,
      undefined,
      ["adjusted temperature"],
    ]);
  });
});

test("seed and penalties are not sent, with a warning each", async () => {
  const { body, warnings } = await sent("Hi", { seed: 1, frequencyPenalty: 0.5, presencePenalty: 0.5 });
  expect(Object.keys(body)).toEqual(["model", "max_tokens", "messages"]);
  expect(warnings).toEqual(
    ["seed", "frequencyPenalty", "presencePenalty"].map((option) => ({
      type: "unsupported",
      option,
      message: `anthropic: the API has no such option; ${option} was not sent`,
    })),
  );
});

const formatted = async (responseFormat: ChatOptions["responseFormat"], model?: string) => {
  const { body, warnings } = await sent("Hi", { responseFormat }, model);
  return [body["output_config"], optionsOf(warnings)];
};

describe("responseFormat", () => {
  const schema = {
    type: "object",
    properties: { answer: { type: "string" } },
    required: ["answer"],
    additionalProperties: false,
  };

  test("with a schema is the vendor's format", async () => {
    expect(await formatted({ type: "json", schema, name: "ignored" })).toEqual([
      { format: { type: "json_schema", schema } },
      [],
    ]);
    expect(await formatted({ type: "text" })).toEqual([undefined, []]);
  });

  test("stands beside the effort, and beside what the provider options say", async () => {
    const { body } = await sent(
      "Hi",
      {
        responseFormat: { type: "json", schema },
        reasoning: { effort: "low" },
        providerOptions: { output_config: { task_budget: { type: "tokens", total: 20_000 } } },
      },
      "claude-opus-5-5",
    );
    expect(body["output_config"]).toEqual({
      effort: "low",
      format: { type: "json_schema", schema },
      task_budget: { type: "tokens", total: 20_000 },
    });
  });

  test("without a schema, or of an old model, is not to be had", async () => {
    expect(await formatted({ type: "json" })).toEqual([undefined, ["unsupported responseFormat"]]);
    expect(await formatted({ type: "json", schema }, "claude-sonnet-4-0")).toEqual([
      undefined,
      ["unsupported responseFormat"],
    ]);
  });

  test("says which keywords are only in the descriptions", async () => {
    const { body, warnings } = await sent("Hi", {
      responseFormat: {
        type: "json",
        schema: { type: "object", properties: { n: { type: "integer", minimum: 1 } } },
      },
    });
    expect(body["output_config"]).toEqual({
      format: {
        type: "json_schema",
        schema: {
          type: "object",
          properties: { n: { type: "integer", description: "minimum: 1" } },
          additionalProperties: false,
        },
      },
    });
    expect(warnings).toEqual([
      {
        type: "adjusted",
        option: "responseFormat.schema",
        message:
          "anthropic guarantees no minimum; what the schema says there was moved into its descriptions",
      },
    ]);
  });
});
