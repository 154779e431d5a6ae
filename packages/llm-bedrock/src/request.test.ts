import { sentRequest } from "@beluga/conformance";
import {
  BelugaError,
  type ChatOptions,
  type FilePart,
  type Message,
  type Tool,
  type Warning,
} from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createBedrock } from "./index.js";
import { requestSchema } from "./testing/request-schema.js";

type Body = Record<string, unknown>;

/** What a call sends, which is valid by the reference, and what it warns of. */
async function sent(
  messages: string | Message[],
  options: ChatOptions = {},
  model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  baseModel?: string,
): Promise<{ body: Body; warnings: Warning[] }> {
  const { body, response } = await sentRequest(
    (config) => createBedrock({ model, baseModel, region: "us-east-1", apiKey: "top-secret", ...config }),
    {
      schema: requestSchema,
      messages,
      options,
      answer: { output: { message: { content: [{ text: "ok" }] } }, stopReason: "end_turn" },
    },
  );
  return { body, warnings: response.warnings };
}

async function refusal(messages: Message[] | string, options: ChatOptions = {}): Promise<[string, string]> {
  const error = await sent(messages, options).catch((reason: unknown) => reason);
  if (!BelugaError.is(error)) throw new Error(`expected a BelugaError, got ${String(error)}`);
  return [error.code, error.message];
}

const optionsOf = (warnings: readonly Warning[]) => warnings.map(({ type, option }) => `${type} ${option}`);

/** One member of the body of a call, and the options that it warns of. */
async function memberOf(
  member: string,
  ...call: Parameters<typeof sent>
): Promise<[value: unknown, warnings: string[]]> {
  const { body, warnings } = await sent(...call);
  return [body[member], optionsOf(warnings)];
}

/** All that a call has beside its messages, and the options that it warns of. */
async function reasoned(
  model: string,
  reasoning: ChatOptions["reasoning"],
  options: ChatOptions = {},
): Promise<[rest: object, warnings: string[]]> {
  const { body, warnings } = await sent("Hi", { ...options, reasoning }, model);
  const { messages: _, ...rest } = body;
  return [rest, optionsOf(warnings)];
}

const fields = (additionalModelRequestFields: object, more: object = {}): object => ({
  additionalModelRequestFields,
  ...more,
});
const budget = (tokens: number): object => ({ thinking: { type: "enabled", budget_tokens: tokens } });
const effort = (value: string): object => ({ outputConfig: { effort: value } });

function pdf(name: string | undefined): FilePart {
  return { type: "file", data: "aGk=", mediaType: "application/pdf", ...(name !== undefined && { name }) };
}

const hi = [{ role: "user", content: [{ text: "Hi" }] }];
const weather: Tool = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const time: Tool = { name: "time", description: "", parameters: {} };
const png = new Uint8Array([137, 80, 78, 71]);

const weatherSpec = {
  toolSpec: {
    name: "weather",
    description: "The weather in a city",
    inputSchema: { json: weather.parameters },
  },
};
const timeSpec = { toolSpec: { name: "time", inputSchema: { json: { type: "object" } } } };

const haiku = "anthropic.claude-3-haiku-20240307-v1:0";
const sonnet46 = "us.anthropic.claude-sonnet-4-6";
const opus48 = "global.anthropic.claude-opus-4-8";
const nova2 = "us.amazon.nova-2-lite-v1:0";
const nova = "amazon.nova-lite-v1:0";
const gptOss = "openai.gpt-oss-120b-1:0";
const cohere = "cohere.command-r-v1:0";
const deepseek = "us.deepseek.r1-v1:0";
const profile = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3";

test("a string is one user message", async () => {
  expect(await sent("Hi")).toEqual({ body: { messages: hi }, warnings: [] });
});

test("options go under the vendor's names, and the provider's own options over them", async () => {
  const { body, warnings } = await sent("Hi", {
    maxTokens: 100,
    temperature: 0,
    topK: 5,
    stopSequences: ["END"],
    tools: [weather, time],
    toolChoice: { tool: "weather" },
    providerOptions: {
      inferenceConfig: { maxTokens: 50 },
      additionalModelRequestFields: { anthropic_beta: ["context-1m-2025-08-07"] },
      toolConfig: {
        tools: [{ toolSpec: { name: "weather", strict: true } }, { cachePoint: { type: "default" } }],
      },
      guardrailConfig: { guardrailIdentifier: "g-1", guardrailVersion: "1", trace: "enabled" },
      performanceConfig: { latency: "optimized" },
      serviceTier: { type: "priority" },
      requestMetadata: { team: "search" },
    },
  });
  expect(warnings).toEqual([]);
  expect(body).toEqual({
    messages: hi,
    inferenceConfig: { maxTokens: 50, temperature: 0, stopSequences: ["END"] },
    additionalModelRequestFields: { top_k: 5, anthropic_beta: ["context-1m-2025-08-07"] },
    toolConfig: {
      tools: [
        { toolSpec: { ...weatherSpec.toolSpec, strict: true } },
        timeSpec,
        { cachePoint: { type: "default" } },
      ],
      toolChoice: { tool: { name: "weather" } },
    },
    guardrailConfig: { guardrailIdentifier: "g-1", guardrailVersion: "1", trace: "enabled" },
    performanceConfig: { latency: "optimized" },
    serviceTier: { type: "priority" },
    requestMetadata: { team: "search" },
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
          { type: "image", url: "s3://bucket/a.webp", mediaType: "image/webp" },
          { type: "video", url: "s3://bucket/a.mov", mediaType: "video/quicktime" },
          { type: "audio", data: "aGk=", mediaType: "audio/wav" },
          { type: "file", data: "aGk=", mediaType: "application/pdf", name: "Report (2026)" },
          { type: "file", data: "aGk=", mediaType: "image/gif" },
          { type: "text", text: "What are these?" },
        ],
      },
      { role: "assistant", content: "Pictures." },
      { role: "user", content: "Of what?" },
      { role: "user", content: [{ type: "text", text: "  " }] },
      { role: "user", content: "And why?" },
    ]);
    expect(warnings).toEqual([]);
    expect(body).toEqual({
      system: [{ text: "Be brief." }, { text: "Be kind." }],
      messages: [
        {
          role: "user",
          content: [
            { image: { format: "png", source: { bytes: "iVBORw==" } } },
            { image: { format: "jpeg", source: { bytes: "aGk=" } } },
            { image: { format: "webp", source: { s3Location: { uri: "s3://bucket/a.webp" } } } },
            { video: { format: "mov", source: { s3Location: { uri: "s3://bucket/a.mov" } } } },
            { audio: { format: "wav", source: { bytes: "aGk=" } } },
            { document: { format: "pdf", name: "Report (2026)", source: { bytes: "aGk=" } } },
            { image: { format: "gif", source: { bytes: "aGk=" } } },
            { text: "What are these?" },
          ],
        },
        { role: "assistant", content: [{ text: "Pictures." }] },
        { role: "user", content: [{ text: "Of what?" }, { text: "And why?" }] },
      ],
    });
  });

  test("of tools go into the user's next turn, before what the user says", async () => {
    const { body, warnings } = await sent(
      [
        { role: "user", content: "Hi" },
        {
          role: "assistant",
          content: [
            { type: "text", text: "Let me look." },
            { type: "tool-call", id: "functions.weather:0", name: "weather", arguments: { city: "Oslo" } },
            { type: "tool-call", id: `call|${"x".repeat(70)}`, name: "time", arguments: null },
            { type: "tool-call", id: "t3", name: "weather", arguments: {} },
          ],
        },
        { role: "user", content: "Hurry" },
        {
          role: "tool",
          toolCallId: "functions.weather:0",
          content: [
            { type: "text", text: "Sunny" },
            { type: "image", data: png, mediaType: "image/png" },
            { type: "file", data: "aGk=", mediaType: "text/x-log" },
            { type: "file", data: "aGk=", mediaType: "video/mp4" },
            { type: "text", text: "", providerMetadata: { bedrock: { json: { celsius: 22 } } } },
          ],
        },
        { role: "tool", toolCallId: `call|${"x".repeat(70)}`, content: "The clock is broken", isError: true },
        { role: "tool", toolCallId: "t3", content: "" },
      ],
      { tools: [weather, time] },
    );
    expect(warnings).toEqual([]);
    expect(body["messages"]).toEqual([
      { role: "user", content: [{ text: "Hi" }] },
      {
        role: "assistant",
        content: [
          { text: "Let me look." },
          { toolUse: { toolUseId: "functions.weather:0", name: "weather", input: { city: "Oslo" } } },
          { toolUse: { toolUseId: `call_${"x".repeat(59)}`, name: "time", input: {} } },
          { toolUse: { toolUseId: "t3", name: "weather", input: {} } },
        ],
      },
      {
        role: "user",
        content: [
          {
            toolResult: {
              toolUseId: "functions.weather:0",
              content: [
                { text: "Sunny" },
                { image: { format: "png", source: { bytes: "iVBORw==" } } },
                { document: { format: "txt", name: "document", source: { bytes: "aGk=" } } },
                { video: { format: "mp4", source: { bytes: "aGk=" } } },
                { json: { celsius: 22 } },
              ],
            },
          },
          {
            toolResult: {
              toolUseId: `call_${"x".repeat(59)}`,
              content: [{ text: "The clock is broken" }],
              status: "error",
            },
          },
          { toolResult: { toolUseId: "t3", content: [] } },
          { text: "Hurry" },
        ],
      },
    ]);
  });

  test("of documents get names that the API takes, each once", async () => {
    const { body, warnings } = await sent([
      {
        role: "user",
        content: [
          { type: "text", text: "Compare" },
          ...[undefined, "report.pdf", "Über  uns_2026.v2.PDF", "report", "…", undefined].map(pdf),
        ],
      },
    ]);
    const [{ content }] = body["messages"] as [{ content: { document?: { name: string } }[] }];
    expect(content.flatMap(({ document }) => (document ? [document.name] : []))).toEqual([
      "document",
      "report",
      "Uber uns 2026 v2",
      "report (2)",
      "document (2)",
      "document (3)",
    ]);
    expect(optionsOf(warnings)).toEqual(["adjusted messages", "adjusted messages", "adjusted messages"]);
    expect(warnings[0]?.message).toBe(
      'bedrock takes a document\'s name once, and no other characters in it than letters, digits, single spaces, hyphens, parentheses and brackets; "Uber uns 2026 v2" was sent (messages[0])',
    );
  });

  test("of the system in the middle of a conversation are added to the system prompt", async () => {
    const { body, warnings } = await sent([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
      { role: "system", content: "Be kind." },
    ]);
    expect(body).toEqual({ system: [{ text: "Be brief." }, { text: "Be kind." }], messages: hi });
    expect(optionsOf(warnings)).toEqual(["adjusted messages"]);
  });

  test("without content, or of reasoning alone, are left out", async () => {
    const { body } = await sent([
      { role: "user", content: "Hi" },
      { role: "assistant", content: [] },
      { role: "assistant", content: [{ type: "reasoning", text: "Hm", signature: "s" }] },
      { role: "user", content: "Hello?" },
    ]);
    expect(body["messages"]).toEqual([
      { role: "user", content: [{ text: "Hi" }] },
      { role: "user", content: [{ text: "Hello?" }] },
    ]);
  });

  test("with reasoning take it back to a Claude, where it is signed and Bedrock's own", async () => {
    const conversation: Message[] = [
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm", signature: "c2ln" },
          { type: "reasoning", text: "", redactedData: "eA==" },
          { type: "reasoning", text: "unsigned" },
          {
            type: "reasoning",
            text: "another's",
            signature: "s",
            providerMetadata: { openai: { id: "rs_1" } },
          },
          { type: "text", text: "Hello" },
        ],
      },
      { role: "user", content: "Go on" },
    ];
    const answerOf = async (model: string): Promise<unknown> =>
      ((await sent(conversation, {}, model)).body["messages"] as unknown[])[1];
    const reasoned = {
      role: "assistant",
      content: [
        { reasoningContent: { reasoningText: { text: "Hm", signature: "c2ln" } } },
        { reasoningContent: { redactedContent: "eA==" } },
        { text: "Hello" },
      ],
    };
    for (const model of [sonnet46, profile]) expect(await answerOf(model)).toEqual(reasoned);
    for (const model of [deepseek, gptOss, nova2])
      expect(await answerOf(model)).toEqual({ role: "assistant", content: [{ text: "Hello" }] });
  });

  test("take what stands under providerMetadata into their blocks, and cache points after them", async () => {
    const cachePoint = { type: "default", ttl: "1h" };
    const citation = { title: "A", sourceContent: [{ text: "b" }] };
    const guardContent = { text: { text: "Tokyo", qualifiers: ["grounding_source"] } };
    const { body, warnings } = await sent([
      {
        role: "system",
        content: [{ type: "text", text: "Long", providerMetadata: { bedrock: { cachePoint } } }],
      },
      {
        role: "user",
        content: [
          {
            type: "file",
            data: "aGk=",
            mediaType: "text/plain",
            name: "Handbook",
            providerMetadata: { bedrock: { citations: { enabled: true }, context: "Ours", cachePoint } },
          },
          {
            type: "image",
            url: "s3://bucket/a.png",
            mediaType: "image/png",
            providerMetadata: {
              bedrock: { source: { s3Location: { uri: "s3://bucket/a.png", bucketOwner: "123456789012" } } },
            },
          },
          { type: "text", text: "", providerMetadata: { bedrock: { guardContent, cachePoint } } },
          { type: "text", text: "Hi", providerMetadata: { anthropic: { cache_control: {} } } },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "text", text: "Daily.", providerMetadata: { bedrock: { citations: [citation] } } },
          {
            type: "text",
            text: "",
            providerMetadata: {
              bedrock: {
                toolUse: { toolUseId: "t1", name: "nova_grounding", input: {}, type: "server_tool_use" },
              },
            },
          },
        ],
      },
      { role: "user", content: "Go on" },
    ]);
    expect(warnings).toEqual([]);
    expect(body).toEqual({
      system: [{ text: "Long" }, { cachePoint }],
      messages: [
        {
          role: "user",
          content: [
            {
              document: {
                format: "txt",
                name: "Handbook",
                source: { bytes: "aGk=" },
                citations: { enabled: true },
                context: "Ours",
              },
            },
            { cachePoint },
            {
              image: {
                format: "png",
                source: { s3Location: { uri: "s3://bucket/a.png", bucketOwner: "123456789012" } },
              },
            },
            { guardContent },
            { cachePoint },
            { text: "Hi" },
          ],
        },
        {
          role: "assistant",
          content: [
            { citationsContent: { content: [{ text: "Daily." }], citations: [citation] } },
            { toolUse: { toolUseId: "t1", name: "nova_grounding", input: {}, type: "server_tool_use" } },
          ],
        },
        { role: "user", content: [{ text: "Go on" }] },
      ],
    });
  });

  test.each([
    [
      "an image of another type",
      { type: "image", data: "aGk=", mediaType: "image/tiff" },
      "the API takes no image of the type image/tiff",
    ],
    [
      "a file of another type",
      { type: "file", data: "aGk=", mediaType: "application/zip" },
      "the API takes no document of the type application/zip",
    ],
    [
      "a video as a text",
      { type: "video", data: "aGk=", mediaType: "text/plain" },
      "the API takes no video of the type text/plain",
    ],
    [
      "an address in the web",
      { type: "image", url: "https://example.com/a.png", mediaType: "image/png" },
      "the API fetches nothing from the web, only from s3:// addresses",
    ],
  ])("with %s are refused as unsupported", async (_, part, problem) => {
    const message = { role: "user", content: [part] } as Message;
    expect(await refusal([message])).toEqual([
      "unsupported",
      `bedrock llm.generate: messages[0]: ${problem}`,
    ]);
  });

  test("with arguments that are no object are refused", async () => {
    const call = { type: "tool-call", id: "t1", name: "weather", arguments: [1] } as const;
    expect(await refusal([{ role: "assistant", content: [call] }])).toEqual([
      "invalid_input",
      'bedrock llm.generate: messages[0]: the arguments of the call of "weather" are not an object',
    ]);
  });
});

describe("tools", () => {
  const called: Message[] = [
    { role: "user", content: "Hi" },
    { role: "assistant", content: [{ type: "tool-call", id: "t1", name: "weather", arguments: {} }] },
    { role: "tool", toolCallId: "t1", content: "Sunny" },
  ];
  test.each([
    ["auto", { auto: {} }],
    ["required", { any: {} }],
    [{ tool: "time" }, { tool: { name: "time" } }],
  ] as const)("are chosen by %j as %j", async (toolChoice, wire) => {
    expect(await memberOf("toolConfig", "Hi", { tools: [weather, time], toolChoice })).toEqual([
      { tools: [weatherSpec, timeSpec], toolChoice: wire },
      [],
    ]);
  });

  test("are left out where none may be called, or warned about where the history has calls", async () => {
    const options = { tools: [weather], toolChoice: "none" } as const;
    expect(await memberOf("toolConfig", "Hi", options)).toEqual([undefined, []]);
    expect(await memberOf("toolConfig", called, options)).toEqual([
      { tools: [weatherSpec] },
      ["unsupported toolChoice"],
    ]);
  });

  test("that the history has calls of are declared where the call has none", async () => {
    const declared = { toolSpec: { name: "weather", inputSchema: { json: { type: "object" } } } };
    expect(await memberOf("toolConfig", called)).toEqual([{ tools: [declared] }, ["adjusted tools"]]);
  });

  test("of the vendor's own come from providerOptions alone", async () => {
    const toolConfig = { tools: [{ systemTool: { name: "nova_grounding" } }] };
    expect(await memberOf("toolConfig", "Hi", { providerOptions: { toolConfig } }, nova2)).toEqual([
      toolConfig,
      [],
    ]);
  });

  test("cannot be forced on a Claude that thinks", async () => {
    const options = { tools: [weather], toolChoice: "required" } as const;
    const thinking = { ...options, reasoning: { budgetTokens: 2_000 } };
    expect(await memberOf("toolConfig", "Hi", thinking)).toEqual([
      { tools: [weatherSpec] },
      ["unsupported toolChoice"],
    ]);
    expect(await memberOf("toolConfig", "Hi", options, "global.anthropic.claude-fable-5-1")).toEqual([
      { tools: [weatherSpec] },
      ["unsupported toolChoice"],
    ]);
  });
});

describe("structured output", () => {
  const schema = {
    type: "object",
    description: "A city",
    properties: {
      name: { type: "string", minLength: 1, description: "Its name" },
      tags: {
        type: "array",
        items: { type: "object", properties: { t: { enum: ["minimum"] } } },
        minItems: 1,
      },
      size: { type: "integer", minimum: 0, maximum: 9 },
    },
    required: ["name"],
  };
  test("goes as a text, its objects closed, and what cannot be kept in its descriptions", async () => {
    const [config, warnings] = (await memberOf("outputConfig", "Hi", {
      responseFormat: { type: "json", schema, name: "city" },
    })) as [{ textFormat: { structure: { jsonSchema: { schema: string } } } }, string[]];
    expect(warnings).toEqual(["adjusted responseFormat.schema"]);
    const { schema: text, ...more } = config.textFormat.structure.jsonSchema;
    expect(config).toEqual({
      textFormat: { type: "json_schema", structure: { jsonSchema: { schema: text, name: "city" } } },
    });
    expect(more).toEqual({ name: "city" });
    expect(JSON.parse(text)).toEqual({
      type: "object",
      description: "A city",
      properties: {
        name: { type: "string", description: "Its name\nminLength: 1" },
        tags: {
          type: "array",
          items: { type: "object", properties: { t: { enum: ["minimum"] } }, additionalProperties: false },
          minItems: 1,
        },
        size: { type: "integer", description: "minimum: 0, maximum: 9" },
      },
      required: ["name"],
      additionalProperties: false,
    });
  });

  test("is warned about without a schema, and of models that do not have it", async () => {
    expect(await memberOf("outputConfig", "Hi", { responseFormat: { type: "json" } })).toEqual([
      undefined,
      ["unsupported responseFormat"],
    ]);
    expect(await memberOf("outputConfig", "Hi", { responseFormat: { type: "json", schema } }, haiku)).toEqual(
      [undefined, ["unsupported responseFormat"]],
    );
    expect(await memberOf("outputConfig", "Hi", { responseFormat: { type: "text" } })).toEqual([
      undefined,
      [],
    ]);
  });
});

describe("options", () => {
  const all = { topK: 7, seed: 4, frequencyPenalty: 0.5, presencePenalty: 0.25 };

  test.each([
    [haiku, { top_k: 7 }, ["seed", "frequencyPenalty", "presencePenalty"]],
    [nova, { inferenceConfig: { topK: 7 } }, ["seed", "frequencyPenalty", "presencePenalty"]],
    [cohere, { k: 7, seed: 4, frequency_penalty: 0.5, presence_penalty: 0.25 }, []],
    [gptOss, { seed: 4, frequency_penalty: 0.5, presence_penalty: 0.25 }, ["topK"]],
    [deepseek, undefined, ["topK", "seed", "frequencyPenalty", "presencePenalty"]],
    [profile, undefined, ["topK", "seed", "frequencyPenalty", "presencePenalty"]],
  ])("of the vendor's own go to %s as %j", async (model, fields, unsupported) => {
    const { body, warnings } = await sent("Hi", all, model);
    expect(body).toEqual({ messages: hi, ...(fields && { additionalModelRequestFields: fields }) });
    expect(optionsOf(warnings)).toEqual(unsupported.map((option) => `unsupported ${option}`));
  });

  test("are those of the base model where an ARN does not say it", async () => {
    const { body } = await sent("Hi", { topK: 7 }, profile, nova);
    expect(body["additionalModelRequestFields"]).toEqual({ inferenceConfig: { topK: 7 } });
  });

  test.each([
    [haiku, { temperature: 0.5, topP: 0.9 }, { temperature: 0.5, topP: 0.9 }, []],
    [haiku, { temperature: 1.5 }, { temperature: 1 }, ["adjusted temperature"]],
    [sonnet46, { temperature: 0.5, topP: 0.9 }, { temperature: 0.5 }, ["unsupported topP"]],
    [sonnet46, { topP: 0.9 }, { topP: 0.9 }, []],
    [opus48, { temperature: 0.5, topP: 0.9 }, undefined, ["unsupported temperature", "unsupported topP"]],
    [opus48, { temperature: 1 }, undefined, []],
  ])(
    "for drawing tokens are sent to %s as far as it takes them: %j",
    async (model, options, config, warned) => {
      const { body, warnings } = await sent("Hi", options, model);
      expect([body["inferenceConfig"], optionsOf(warnings)]).toEqual([config, warned]);
    },
  );
});

describe("reasoning", () => {
  const adaptive = { thinking: { type: "adaptive", display: "summarized" } };
  const sonnet45 = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

  test.each([
    ["by budget", sonnet45, { budgetTokens: 2_000 }, fields(budget(2_000)), []],
    [
      "by too small a budget",
      sonnet45,
      { budgetTokens: 10 },
      fields(budget(1_024)),
      ["adjusted reasoning.budgetTokens"],
    ],
    [
      "by budget and effort",
      sonnet45,
      { budgetTokens: 2_000, effort: "low" },
      fields(budget(2_000)),
      ["unsupported reasoning.effort"],
    ],
    ["by effort", sonnet45, { effort: "high" }, fields(budget(16_000)), ["adjusted reasoning.effort"]],
    ["not at all", sonnet45, { effort: "none", budgetTokens: 9 }, {}, ["unsupported reasoning.budgetTokens"]],
    ["by budget", sonnet46, { budgetTokens: 2_000 }, fields(budget(2_000)), []],
    [
      "by budget and effort",
      sonnet46,
      { budgetTokens: 2_000, effort: "low" },
      fields(budget(2_000), effort("low")),
      [],
    ],
    [
      "by effort",
      sonnet46,
      { effort: "medium" },
      fields({ thinking: { type: "adaptive" } }, effort("medium")),
      [],
    ],
    [
      "by the least effort",
      sonnet46,
      { effort: "minimal" },
      fields({ thinking: { type: "adaptive" } }, effort("low")),
      ["adjusted reasoning.effort"],
    ],
    ["by budget", opus48, { budgetTokens: 2_000 }, {}, ["unsupported reasoning.budgetTokens"]],
    [
      "by budget and effort",
      opus48,
      { budgetTokens: 2_000, effort: "high" },
      fields(adaptive, effort("high")),
      ["unsupported reasoning.budgetTokens"],
    ],
    [
      "not at all",
      "anthropic.claude-sonnet-5",
      { effort: "none" },
      fields({ thinking: { type: "disabled" } }),
      [],
    ],
    [
      "not at all",
      "anthropic.claude-sonnet-5-5",
      { effort: "none" },
      fields({ thinking: { type: "between_tools" } }),
      [],
    ],
    ["not at all", "anthropic.claude-fable-5", { effort: "none" }, {}, ["unsupported reasoning.effort"]],
    [
      "by effort",
      haiku,
      { effort: "low", budgetTokens: 2_000 },
      {},
      ["unsupported reasoning.effort", "unsupported reasoning.budgetTokens"],
    ],
    [
      "by effort",
      nova2,
      { effort: "medium" },
      fields({ reasoningConfig: { type: "enabled", maxReasoningEffort: "medium" } }),
      [],
    ],
    [
      "by the least effort",
      nova2,
      { effort: "minimal" },
      fields({ reasoningConfig: { type: "enabled", maxReasoningEffort: "low" } }),
      ["adjusted reasoning.effort"],
    ],
    ["by budget", nova2, { budgetTokens: 2_000 }, {}, ["unsupported reasoning.budgetTokens"]],
    ["not at all", nova2, { effort: "none" }, fields({ reasoningConfig: { type: "disabled" } }), []],
    ["not at all", nova, { effort: "none" }, {}, []],
    ["by effort", nova, { effort: "low" }, {}, ["unsupported reasoning.effort"]],
    ["by effort", gptOss, { effort: "high" }, fields({ reasoning_effort: "high" }), []],
    ["not at all", gptOss, { effort: "none" }, {}, ["unsupported reasoning.effort"]],
    ["by effort", deepseek, { effort: "high" }, {}, ["unsupported reasoning.effort"]],
    ["not at all", deepseek, { effort: "none" }, {}, ["unsupported reasoning.effort"]],
  ] as const)("%s, for %s and %j", async (_, model, reasoning, rest, warned) => {
    expect(await reasoned(model, reasoning)).toEqual([rest, warned]);
  });

  test("by effort leaves at least half of the limit to the answer", async () => {
    expect(await reasoned(sonnet45, { effort: "high" }, { maxTokens: 4_000 })).toEqual([
      { inferenceConfig: { maxTokens: 4_000 }, ...fields(budget(2_000)) },
      ["adjusted reasoning.effort"],
    ]);
    expect(await reasoned(sonnet45, { effort: "high" }, { maxTokens: 2_000 })).toEqual([
      { inferenceConfig: { maxTokens: 2_000 } },
      ["unsupported reasoning.effort"],
    ]);
  });

  test("by a budget that is not less than the limit is refused, but not where there are tools", async () => {
    const options = { maxTokens: 2_000, reasoning: { budgetTokens: 2_000 } };
    expect(await refusal("Hi", options)).toEqual([
      "invalid_input",
      "bedrock llm.generate: reasoning.budgetTokens (2000) has to be less than maxTokens (2000), which counts the reasoning",
    ]);
    await expect(sent("Hi", { ...options, tools: [weather] })).resolves.toBeDefined();
  });

  test("of a Claude goes with no other options for drawing tokens", async () => {
    const options = { temperature: 0.5, topP: 0.9, topK: 5 };
    expect(await reasoned(sonnet45, { budgetTokens: 2_000 }, options)).toEqual([
      fields(budget(2_000)),
      ["unsupported temperature", "unsupported topP", "unsupported topK"],
    ]);
    expect(await reasoned(sonnet45, { budgetTokens: 2_000 }, { temperature: 1 })).toEqual([
      fields(budget(2_000)),
      [],
    ]);
  });

  test("of Nova by the highest effort goes with no limit either", async () => {
    const options = { maxTokens: 100, temperature: 0.5, topP: 0.9, topK: 5 };
    expect(await reasoned(nova2, { effort: "high" }, options)).toEqual([
      fields({ reasoningConfig: { type: "enabled", maxReasoningEffort: "high" } }),
      ["unsupported maxTokens", "unsupported temperature", "unsupported topP", "unsupported topK"],
    ]);
    expect(await reasoned(nova2, { effort: "low" }, options)).toEqual([
      {
        inferenceConfig: { maxTokens: 100, temperature: 0.5, topP: 0.9 },
        ...fields({
          reasoningConfig: { type: "enabled", maxReasoningEffort: "low" },
          inferenceConfig: { topK: 5 },
        }),
      },
      [],
    ]);
  });
});
