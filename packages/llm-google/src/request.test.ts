import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type Message, type Tool, type Warning } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createGoogle } from "./index.js";
import { readRequest } from "./testing/recorded-request.js";
import { requestSchema } from "./testing/request-schema.js";

interface Body {
  [field: string]: unknown;
  contents: { role: string; parts: unknown[] }[];
  generationConfig?: Record<string, unknown>;
}

/** What a call sends, which has to be as the reference says, and what it warns of. */
async function sent(
  messages: string | Message[],
  options: ChatOptions = {},
  model = "gemini-2.5-flash",
): Promise<{ body: Body; warnings: Warning[] }> {
  const { body, response } = await sentRequest(
    (config) => createGoogle({ model, apiKey: "top-secret", ...config }),
    {
      schema: requestSchema,
      messages,
      options,
      answer: { candidates: [{ content: { parts: [{ text: "ok" }] }, finishReason: "STOP" }] },
    },
  );
  return { body: body as Body, warnings: response.warnings };
}

const configOf = async (options: ChatOptions, model?: string) =>
  (await sent("Hi", options, model)).body.generationConfig;

async function refusal(messages: Message[]): Promise<[string, string]> {
  const error = await sent(messages).catch((reason: unknown) => reason);
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
const signature = "EqMBCqABAcu98PBElugaSignature==";

test("a string is one user message", async () => {
  expect(await sent("Hi")).toEqual({
    body: { contents: [{ role: "user", parts: [{ text: "Hi" }] }] },
    warnings: [],
  });
});

test("options go under the vendor's names", async () => {
  const { body, warnings } = await sent(
    "Hi",
    {
      maxTokens: 100,
      temperature: 0,
      topP: 0.5,
      topK: 5,
      frequencyPenalty: 0.5,
      presencePenalty: 0.25,
      stopSequences: ["END"],
      seed: 7,
      tools: [weather, time],
      toolChoice: { tool: "weather" },
    },
    "gemini-2.0-flash",
  );
  expect(warnings).toEqual([]);
  expect(body).toEqual({
    contents: [{ role: "user", parts: [{ text: "Hi" }] }],
    tools: [
      {
        functionDeclarations: [
          {
            name: "weather",
            description: "The weather in a city",
            parametersJsonSchema: weather.parameters,
          },
          { name: "time", parametersJsonSchema: { type: "object" } },
        ],
      },
    ],
    toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["weather"] } },
    generationConfig: {
      maxOutputTokens: 100,
      temperature: 0,
      topP: 0.5,
      topK: 5,
      frequencyPenalty: 0.5,
      presencePenalty: 0.25,
      stopSequences: ["END"],
      seed: 7,
    },
  });
});

describe("messages", () => {
  const all: Message[] = [
    { role: "system", content: "Be brief." },
    { role: "system", content: [{ type: "text", text: "Be kind." }] },
    {
      role: "user",
      content: [
        { type: "image", data: png, mediaType: "image/png" },
        { type: "image", url: "https://example.com/a.webp", mediaType: "image/webp" },
        { type: "audio", data: "aGk=", mediaType: "audio/wav" },
        { type: "video", url: "https://www.youtube.com/watch?v=9hE5-98ZeCg", mediaType: "video/*" },
        {
          type: "file",
          url: "https://generativelanguage.googleapis.com/v1beta/files/abc-123",
          mediaType: "application/pdf",
        },
        { type: "file", data: "R3LDvG4=", mediaType: "text/plain", name: "colours.txt" },
        { type: "text", text: "What is all this?" },
      ],
    },
    { role: "assistant", content: "Pictures and papers." },
    { role: "user", content: "Thanks" },
    { role: "user", content: "" },
  ];

  test("of all roles and parts become contents", async () => {
    const { body, warnings } = await sent(all);
    expect(warnings).toEqual([]);
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: "Be brief." }, { text: "Be kind." }] },
      contents: [
        {
          role: "user",
          parts: [
            { inlineData: { mimeType: "image/png", data: "iVBORw==" } },
            { fileData: { mimeType: "image/webp", fileUri: "https://example.com/a.webp" } },
            { inlineData: { mimeType: "audio/wav", data: "aGk=" } },
            { fileData: { fileUri: "https://www.youtube.com/watch?v=9hE5-98ZeCg" } },
            {
              fileData: {
                mimeType: "application/pdf",
                fileUri: "https://generativelanguage.googleapis.com/v1beta/files/abc-123",
              },
            },
            { inlineData: { mimeType: "text/plain", data: "R3LDvG4=" } },
            { text: "What is all this?" },
          ],
        },
        { role: "model", parts: [{ text: "Pictures and papers." }] },
        { role: "user", parts: [{ text: "Thanks" }] },
        { role: "user", parts: [{ text: "" }] },
      ],
    });
  });

  test("mean the same when they are read again", async () => {
    const { body } = await sent(all);
    const again = readRequest(body);
    expect((await sent(again.messages, again.options)).body).toEqual(body);
  });

  test("of an answer are left out where they say nothing", async () => {
    const { body } = await sent([
      { role: "user", content: "Hi" },
      { role: "assistant", content: [] },
      { role: "assistant", content: "" },
      { role: "user", content: [] },
      {
        role: "assistant",
        content: [
          { type: "text", text: "" },
          { type: "text", text: "Yes?" },
        ],
      },
    ]);
    expect(body.contents).toEqual([
      { role: "user", parts: [{ text: "Hi" }] },
      { role: "model", parts: [{ text: "Yes?" }] },
    ]);
  });

  test("of the system in the middle go into the system instruction, with a warning", async () => {
    const { body, warnings } = await sent([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
      { role: "system", content: "Be kind." },
    ]);
    expect(body["systemInstruction"]).toEqual({ parts: [{ text: "Be brief." }, { text: "Be kind." }] });
    expect(body.contents).toEqual([{ role: "user", parts: [{ text: "Hi" }] }]);
    expect(optionsOf(warnings)).toEqual(["adjusted messages"]);
    const tool = { role: "tool", toolCallId: "x", toolName: "time", content: "12:00" } as const;
    const after = await sent([tool, { role: "system", content: "Be kind." }]);
    expect(optionsOf(after.warnings)).toEqual(["adjusted messages"]);
  });

  test("take what stands under providerMetadata.google into the part; a whole part in its place", async () => {
    const { body } = await sent([
      {
        role: "user",
        content: [
          {
            type: "video",
            url: "https://www.youtube.com/watch?v=9hE5-98ZeCg",
            mediaType: "video/*",
            providerMetadata: { google: { videoMetadata: { startOffset: "10s", fps: 2 } } },
          },
          {
            type: "text",
            text: "",
            providerMetadata: {
              google: { part: { fileData: { fileUri: "gs://bucket/a.png", mimeType: "image/png" } } },
            },
          },
          {
            type: "text",
            text: "Look",
            providerMetadata: { anthropic: { cache_control: { type: "ephemeral" } } },
          },
        ],
      },
    ]);
    expect(body.contents[0]?.parts).toEqual([
      {
        fileData: { fileUri: "https://www.youtube.com/watch?v=9hE5-98ZeCg" },
        videoMetadata: { startOffset: "10s", fps: 2 },
      },
      { fileData: { fileUri: "gs://bucket/a.png", mimeType: "image/png" } },
      { text: "Look" },
    ]);
  });
});

const call = (id: string) => ({ functionCall: { id, name: "time", args: {} } });

describe("tools", () => {
  const conversation: Message[] = [
    { role: "user", content: "Weather?" },
    {
      role: "assistant",
      content: [
        {
          type: "tool-call",
          id: "a1",
          name: "weather",
          arguments: { city: "Oslo" },
          providerMetadata: { google: { thoughtSignature: signature } },
        },
        { type: "tool-call", id: "a2", name: "time", arguments: undefined },
        { type: "tool-call", id: "a3", name: "weather", arguments: { city: "Bern" } },
      ],
    },
    { role: "user", content: "Hurry!" },
    { role: "tool", toolCallId: "a1", toolName: "another name", content: "Sunny" },
    { role: "tool", toolCallId: "a2", content: "", isError: false },
    {
      role: "tool",
      toolCallId: "a3",
      isError: true,
      content: [
        { type: "text", text: "No such city" },
        { type: "text", text: "Nowhere" },
        { type: "image", data: png, mediaType: "image/png" },
        { type: "file", url: "https://example.com/map.pdf", mediaType: "application/pdf" },
      ],
    },
  ];
  const calls = [
    { functionCall: { id: "a1", name: "weather", args: { city: "Oslo" } }, thoughtSignature: signature },
    { functionCall: { id: "a2", name: "time", args: {} } },
    { functionCall: { id: "a3", name: "weather", args: { city: "Bern" } } },
  ];
  const results = [
    { functionResponse: { id: "a1", name: "weather", response: { output: "Sunny" } } },
    { functionResponse: { id: "a2", name: "time", response: { output: "" } } },
  ];
  const failed = { id: "a3", name: "weather", response: { error: "No such city\nNowhere" } };
  const media = [
    { inlineData: { mimeType: "image/png", data: "iVBORw==" } },
    { fileData: { mimeType: "application/pdf", fileUri: "https://example.com/map.pdf" } },
  ];

  test("that were called get their results in one turn, before what the user says with them", async () => {
    const { body, warnings } = await sent(conversation, {}, "gemini-3.5-flash");
    expect(warnings).toEqual([]);
    expect(body.contents.slice(1)).toEqual([
      { role: "model", parts: calls },
      { role: "user", parts: [...results, { functionResponse: { ...failed, parts: media } }] },
      { role: "user", parts: [{ text: "Hurry!" }] },
    ]);
  });

  test("have media in their results only from Gemini 3 on; before they stand beside them, with a warning", async () => {
    const { body, warnings } = await sent(conversation, {}, "gemini-2.5-flash");
    expect(optionsOf(warnings)).toEqual(["adjusted messages"]);
    expect(body.contents[2]).toEqual({
      role: "user",
      parts: [...results, { functionResponse: failed }, ...media],
    });
  });

  test("are found by the name in the result, where the call is not in the conversation", async () => {
    const { body } = await sent([{ role: "tool", toolCallId: "x", toolName: "time", content: "12:00" }]);
    expect(body.contents[0]?.parts).toEqual([
      { functionResponse: { id: "x", name: "time", response: { output: "12:00" } } },
    ]);
    expect(await refusal([{ role: "tool", toolCallId: "x", content: "12:00" }])).toEqual([
      "invalid_input",
      "google llm.generate: messages[0]: the API wants the name of the function that was called: no call before has this toolCallId, and there is no toolName",
    ]);
  });

  test("whose call has arguments that are no object are refused", async () => {
    const wrong = { type: "tool-call", id: "1", name: "time", arguments: "now" } as const;
    expect(await refusal([{ role: "assistant", content: [wrong] }])).toEqual([
      "invalid_input",
      'google llm.generate: messages[0]: the arguments of the call of "time" are not an object',
    ]);
  });

  test("that another vendor's model called get the signature that Gemini 3 wants, the first of each turn", async () => {
    const messages: Message[] = [
      { role: "user", content: "Time?" },
      {
        role: "assistant",
        content: [
          { type: "text", text: "Well" },
          { type: "tool-call", id: "b1", name: "time", arguments: {} },
          { type: "tool-call", id: "b2", name: "time", arguments: {} },
        ],
      },
      { role: "tool", toolCallId: "b1", content: "12:00" },
      { role: "tool", toolCallId: "b2", content: "12:00" },
    ];
    expect((await sent(messages, {}, "gemini-3.8-flash")).body.contents[1]?.parts).toEqual([
      { text: "Well" },
      { ...call("b1"), thoughtSignature: "skip_thought_signature_validator" },
      call("b2"),
    ]);
    expect((await sent(messages, {}, "gemini-2.5-flash")).body.contents[1]?.parts).toEqual([
      { text: "Well" },
      call("b1"),
      call("b2"),
    ]);
  });

  test("may be called in whole parts, which stay as they are", async () => {
    const part = { functionCall: { id: "w1", name: "time", args: {} } };
    const content = [{ type: "text", text: "", providerMetadata: { google: { part } } } as const];
    const messages: Message[] = [
      { role: "assistant", content },
      { role: "tool", toolCallId: "w1", content: "12:00" },
    ];
    const { body } = await sent(messages, {}, "gemini-3.8-flash");
    expect(body.contents).toEqual([
      { role: "model", parts: [{ ...part, thoughtSignature: "skip_thought_signature_validator" }] },
      {
        role: "user",
        parts: [{ functionResponse: { id: "w1", name: "time", response: { output: "12:00" } } }],
      },
    ]);
    expect(part).toEqual({ functionCall: { id: "w1", name: "time", args: {} } });
  });

  test.each([
    ["auto", { mode: "AUTO" }],
    ["none", { mode: "NONE" }],
    ["required", { mode: "ANY" }],
    [{ tool: "time" }, { mode: "ANY", allowedFunctionNames: ["time"] }],
  ] as const)("can be left to the model, forbidden, required or named: %o", async (toolChoice, config) => {
    const { body } = await sent("Hi", { tools: [time], toolChoice });
    expect(body["toolConfig"]).toEqual({ functionCallingConfig: config });
  });

  test("are not mentioned where there are none", async () => {
    expect((await sent("Hi", { toolChoice: "auto" })).body).not.toHaveProperty("toolConfig");
  });
});

describe("reasoning in the history", () => {
  test("goes back where it came from Google, in its place, as do signatures", async () => {
    const { body } = await sent([
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm.", providerMetadata: { google: { thought: true } } },
          {
            type: "reasoning",
            text: "So",
            signature,
            providerMetadata: { google: { thought: true, thoughtSignature: signature } },
          },
          { type: "text", text: "42", providerMetadata: { google: { thoughtSignature: signature } } },
          { type: "text", text: "", providerMetadata: { google: { thoughtSignature: signature } } },
        ],
      },
    ]);
    expect(body.contents).toEqual([
      {
        role: "model",
        parts: [
          { text: "Hm.", thought: true },
          { text: "So", thought: true, thoughtSignature: signature },
          { text: "42", thoughtSignature: signature },
          { text: "", thoughtSignature: signature },
        ],
      },
    ]);
  });

  test("is left out where another vendor's model thought it", async () => {
    const { body } = await sent([
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm.", signature: "of-another" },
          { type: "reasoning", text: "", redactedData: "abc" },
          { type: "reasoning", text: "So", providerMetadata: { openai: { id: "rs_1" } } },
          { type: "text", text: "42" },
        ],
      },
    ]);
    expect(body.contents).toEqual([{ role: "model", parts: [{ text: "42" }] }]);
  });
});

const thinking = async (reasoning: ChatOptions["reasoning"], model?: string) => {
  const { body, warnings } = await sent("Hi", { reasoning }, model);
  return [body.generationConfig?.["thinkingConfig"], optionsOf(warnings)];
};

const words = async (reasoning: ChatOptions["reasoning"], model: string) =>
  (await sent("Hi", { reasoning }, model)).warnings.map(({ message }) => message);

describe("reasoning", () => {
  test("that is changed on the way says how", async () => {
    expect([
      ...(await words({ effort: "none" }, "gemini-3.8-flash")),
      ...(await words({ effort: "minimal" }, "gemini-3.8-flash")),
      ...(await words({ effort: "low" }, "gemini-2.5-pro")),
      ...(await words({ effort: "none" }, "gemini-2.5-pro")),
      ...(await words({ budgetTokens: 9 }, "gemini-2.5-pro")),
      ...(await words({ budgetTokens: 9 }, "gemini-3.8-flash")),
    ]).toEqual([
      'google: gemini-3.8-flash cannot be kept from thinking; "low" was sent',
      'google: gemini-3.8-flash has no such level; "low" was sent',
      "google: gemini-2.5-pro knows budgets alone; one of 1024 tokens was sent",
      "google: gemini-2.5-pro cannot be kept from thinking; a budget of 128 tokens was sent",
      "google: gemini-2.5-pro takes budgets of 128 to 32768; 128 was sent",
      "google: gemini-3.8-flash decides how much to think by the effort alone; reasoning.budgetTokens was not sent",
    ]);
  });

  test("is not mentioned where it is not asked for", async () => {
    expect(await configOf({ reasoning: {} })).toBeUndefined();
  });

  test("by effort is a level for Gemini 3 and later", async () => {
    for (const effort of ["low", "medium", "high"] as const) {
      expect(await thinking({ effort }, "gemini-4-argon")).toEqual([
        { includeThoughts: true, thinkingLevel: effort.toUpperCase() },
        [],
      ]);
    }
    expect(await thinking({ effort: "minimal" }, "gemini-3.5-flash")).toEqual([
      { includeThoughts: true, thinkingLevel: "MINIMAL" },
      [],
    ]);
  });

  test("by effort goes by the least level that there is, with a warning", async () => {
    const warned = ["adjusted reasoning.effort"];
    expect(await thinking({ effort: "minimal" }, "gemini-3.8-flash")).toEqual([
      { includeThoughts: true, thinkingLevel: "LOW" },
      warned,
    ]);
    expect(await thinking({ effort: "none" }, "gemini-3.8-flash")).toEqual([
      { thinkingLevel: "LOW" },
      warned,
    ]);
    expect(await thinking({ effort: "none" }, "gemini-3.1-flash-lite")).toEqual([
      { thinkingLevel: "MINIMAL" },
      warned,
    ]);
  });

  test("by a budget is not to be had of Gemini 3", async () => {
    const warned = ["unsupported reasoning.budgetTokens"];
    expect(await thinking({ budgetTokens: 1000 }, "gemini-3.5-flash")).toEqual([undefined, warned]);
    expect(await thinking({ budgetTokens: 1000, effort: "high" }, "gemini-3.5-flash")).toEqual([
      { includeThoughts: true, thinkingLevel: "HIGH" },
      warned,
    ]);
  });

  test("by a budget goes to Gemini 2.5, within its range", async () => {
    const adjusted = ["adjusted reasoning.budgetTokens"];
    expect(await thinking({ budgetTokens: 1000 })).toEqual([
      { includeThoughts: true, thinkingBudget: 1000 },
      [],
    ]);
    expect(await thinking({ budgetTokens: 50_000 })).toEqual([
      { includeThoughts: true, thinkingBudget: 24_576 },
      adjusted,
    ]);
    expect(await thinking({ budgetTokens: 50 }, "gemini-2.5-pro")).toEqual([
      { includeThoughts: true, thinkingBudget: 128 },
      adjusted,
    ]);
    expect(await thinking({ budgetTokens: 50 }, "gemini-2.5-flash-lite")).toEqual([
      { includeThoughts: true, thinkingBudget: 512 },
      adjusted,
    ]);
  });

  test("by effort is a budget for Gemini 2.5, with a warning", async () => {
    const adjusted = ["adjusted reasoning.effort"];
    for (const [effort, budget] of [
      ["minimal", 1024],
      ["low", 1024],
      ["medium", 8192],
      ["high", 24_576],
    ] as const) {
      expect(await thinking({ effort })).toEqual([
        { includeThoughts: true, thinkingBudget: budget },
        adjusted,
      ]);
    }
    expect(await thinking({ effort: "high", budgetTokens: 2000 })).toEqual([
      { includeThoughts: true, thinkingBudget: 2000 },
      ["unsupported reasoning.effort"],
    ]);
  });

  test("is switched off where that can be done", async () => {
    expect(await thinking({ effort: "none" })).toEqual([{ thinkingBudget: 0 }, []]);
    expect(await thinking({ effort: "none", budgetTokens: 99 })).toEqual([
      { thinkingBudget: 0 },
      ["unsupported reasoning.budgetTokens"],
    ]);
    expect(await thinking({ effort: "none" }, "gemini-2.5-pro")).toEqual([
      { thinkingBudget: 128 },
      ["adjusted reasoning.effort"],
    ]);
    expect(await thinking({ effort: "none" }, "gemini-2.0-flash")).toEqual([undefined, []]);
  });

  test("is not to be had of models from before there was any", async () => {
    expect(await thinking({ effort: "low", budgetTokens: 1000 }, "gemini-2.0-flash")).toEqual([
      undefined,
      ["unsupported reasoning.effort", "unsupported reasoning.budgetTokens"],
    ]);
  });
});

test("sampling and penalties are not sent to models that do not go by them, with a warning each", async () => {
  const options: ChatOptions = {
    temperature: 1,
    topP: 0.9,
    topK: 3,
    frequencyPenalty: 1,
    presencePenalty: 1,
  };
  const { body, warnings } = await sent("Hi", options, "gemini-3.8-flash");
  expect(body).not.toHaveProperty("generationConfig");
  expect(optionsOf(warnings)).toEqual([
    "unsupported temperature",
    "unsupported topP",
    "unsupported topK",
    "unsupported frequencyPenalty",
    "unsupported presencePenalty",
  ]);
});

describe("responseFormat", () => {
  const schema = {
    type: "object",
    properties: { kind: { const: "whale" }, name: { type: "string" } },
    required: ["kind", "name"],
    additionalProperties: false,
  };
  const answer = { ...schema, properties: { kind: { enum: ["whale"] }, name: { type: "string" } } };

  test("is JSON, by a schema or not", async () => {
    expect(await configOf({ responseFormat: { type: "text" } })).toBeUndefined();
    expect(await configOf({ responseFormat: { type: "json" } })).toEqual({
      responseMimeType: "application/json",
    });
    expect(await configOf({ responseFormat: { type: "json", schema, name: "animal" } })).toEqual({
      responseMimeType: "application/json",
      responseJsonSchema: answer,
    });
  });

  test("says which keywords the API passes over", async () => {
    const strict = { type: "object", properties: { a: { type: "string", pattern: "^a", minLength: 1 } } };
    const { body, warnings } = await sent("Hi", { responseFormat: { type: "json", schema: strict } });
    expect(body.generationConfig?.["responseJsonSchema"]).toEqual(strict);
    expect(warnings).toEqual([
      {
        type: "other",
        option: "responseFormat.schema",
        message: "google passes over what a schema says by minLength, pattern; check the answer for it",
      },
    ]);
  });

  test("and tools go together from Gemini 3 on", async () => {
    const options: ChatOptions = { responseFormat: { type: "json", schema }, tools: [time] };
    const { warnings } = await sent("Hi", options, "gemini-2.5-flash");
    expect(optionsOf(warnings)).toEqual(["unsupported responseFormat"]);
    expect(await configOf(options, "gemini-2.5-flash")).toBeUndefined();
    expect(await configOf(options, "gemini-3.5-flash")).toEqual({
      responseMimeType: "application/json",
      responseJsonSchema: answer,
    });
  });
});

const own = (thinkingConfig: object) => ({ providerOptions: { generationConfig: { thinkingConfig } } });

describe("the provider's own options", () => {
  test("go out as they stand, and over what stands there", async () => {
    const { body } = await sent("Hi", {
      providerOptions: {
        cachedContent: "cachedContents/abc",
        safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
        systemInstruction: { parts: [{ text: "Be brief." }] },
        labels: { team: "beluga" },
      },
    });
    expect(body).toEqual({
      contents: [{ role: "user", parts: [{ text: "Hi" }] }],
      cachedContent: "cachedContents/abc",
      safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
      systemInstruction: { parts: [{ text: "Be brief." }] },
      labels: { team: "beluga" },
    });
  });

  test("add tools to the functions, and members to the tool config and the generation config", async () => {
    const { body } = await sent(
      "Hi",
      {
        maxTokens: 100,
        seed: 1,
        tools: [time],
        toolChoice: "auto",
        reasoning: { effort: "low" },
        providerOptions: {
          tools: [{ googleSearch: {} }, { codeExecution: {} }, { urlContext: {} }],
          toolConfig: { includeServerSideToolInvocations: true },
          generationConfig: {
            maxOutputTokens: 50,
            responseModalities: ["TEXT"],
            thinkingConfig: { includeThoughts: false },
          },
        },
      },
      "gemini-3.5-flash",
    );
    expect(body).toEqual({
      contents: [{ role: "user", parts: [{ text: "Hi" }] }],
      tools: [
        { functionDeclarations: [{ name: "time", parametersJsonSchema: { type: "object" } }] },
        { googleSearch: {} },
        { codeExecution: {} },
        { urlContext: {} },
      ],
      toolConfig: {
        functionCallingConfig: { mode: "AUTO" },
        includeServerSideToolInvocations: true,
      },
      generationConfig: {
        maxOutputTokens: 50,
        seed: 1,
        responseModalities: ["TEXT"],
        thinkingConfig: { includeThoughts: false, thinkingLevel: "LOW" },
      },
    });
  });

  test("stand alone where Beluga's ask for nothing", async () => {
    const { body } = await sent("Hi", {
      providerOptions: {
        tools: [{ googleSearch: {} }],
        toolConfig: { retrievalConfig: { languageCode: "de" } },
        generationConfig: { thinkingConfig: { thinkingBudget: -1 } },
      },
    });
    expect(body).toEqual({
      contents: [{ role: "user", parts: [{ text: "Hi" }] }],
      tools: [{ googleSearch: {} }],
      toolConfig: { retrievalConfig: { languageCode: "de" } },
      generationConfig: { thinkingConfig: { thinkingBudget: -1 } },
    });
  });

  test("by a budget take the place of a level, and the other way round", async () => {
    expect(
      await configOf({ reasoning: { effort: "low" }, ...own({ thinkingBudget: 99 }) }, "gemini-3.5-flash"),
    ).toEqual({ thinkingConfig: { includeThoughts: true, thinkingBudget: 99 } });
    expect(await configOf({ reasoning: { budgetTokens: 999 }, ...own({ thinkingLevel: "LOW" }) })).toEqual({
      thinkingConfig: { includeThoughts: true, thinkingLevel: "LOW" },
    });
  });
});
