import { sentRequest } from "@beluga/conformance";
import {
  BelugaError,
  type ChatOptions,
  type Message,
  type MessagePart,
  type Tool,
  type Warning,
} from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createOpenAI } from "./index.js";
import { requestSchema } from "./testing/request-schema.js";

// Whole bodies, as Responses gets them. Each is valid by the reference's schema.

interface Sent {
  body: Record<string, unknown>;
  warnings: Warning[];
}

const answered = { status: "completed", output: [] };

async function sent(
  messages: string | Message[],
  options: ChatOptions = {},
  model = "gpt-4.1",
): Promise<Sent> {
  const { body, response } = await sentRequest(
    (config) => createOpenAI({ model, apiKey: "sk-test-1", ...config }),
    { schema: requestSchema, messages, options, answer: answered },
  );
  return { body, warnings: response.warnings };
}

/** The items that messages become. */
async function inputOf(messages: Message[], options: ChatOptions = {}): Promise<unknown> {
  return (await sent(messages, options)).body["input"];
}

async function refusal(messages: Message[]): Promise<[string, string]> {
  const error = await sent(messages).catch((reason: unknown) => reason);
  if (!BelugaError.is(error)) throw new Error(`expected a BelugaError, got ${String(error)}`);
  return [error.code, error.message];
}

const optionsOf = (warnings: readonly Warning[]) => warnings.map(({ type, option }) => `${type} ${option}`);
const own = (metadata: object) => ({ providerMetadata: { openai: metadata } });
const item = (fields: object): MessagePart & { type: "text" } => ({ type: "text", text: "", ...own(fields) });

const user = (part: MessagePart): Message[] => [
  { role: "user", content: [part as MessagePart & { type: "text" }] },
];
const thought = (
  text: string,
  fields: object,
  redactedData?: string,
): MessagePart & { type: "reasoning" } => ({
  type: "reasoning",
  text,
  ...(redactedData !== undefined && { redactedData }),
  ...own(fields),
});
const message = (...content: (MessagePart & { type: "reasoning" | "text" })[]): Message[] => [
  { role: "assistant", content },
];
const summary = (text: string) => [{ type: "summary_text", text }];

const weather: Tool = {
  name: "weather",
  description: "The weather in a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
};
const search: Tool = {
  name: "search",
  parameters: { type: "object", properties: { words: { type: "string" } } },
};
const time: Tool = { name: "time", parameters: {} };
const png = new Uint8Array([137, 80, 78, 71]);

/** What asks for JSON of a schema, or of any. */
const format = async (schema?: object) =>
  (
    await sent("Hi", {
      responseFormat: { type: "json", ...(schema && { schema: { ...schema }, name: "city" }) },
    })
  ).body["text"];

/** The effort that is sent, and what is warned of it. */
const effort = async (asked: "none" | "minimal" | "high", model: string) => {
  const { body, warnings } = await sent("Hi", { reasoning: { effort: asked } }, model);
  return [body["reasoning"], ...warnings.map(({ message }) => message)];
};

test("a string is one message of the user", async () => {
  expect(await sent("Hi")).toEqual({
    body: { model: "gpt-4.1", input: [{ role: "user", content: "Hi" }] },
    warnings: [],
  });
});

test("a stream is asked for", async () => {
  let body: unknown;
  const model = createOpenAI({
    model: "gpt-4.1",
    apiKey: "sk-test-1",
    fetch: async (input, init) => {
      body = await new Request(input, init).json();
      const event = JSON.stringify({ type: "response.completed", response: answered });
      return new Response(`data: ${event}\n\n`, { headers: { "content-type": "text/event-stream" } });
    },
  });
  await Array.fromAsync(model.stream("Hi"));
  expect(body).toEqual({ model: "gpt-4.1", input: [{ role: "user", content: "Hi" }], stream: true });
});

describe("options", () => {
  test("go under the API's names", async () => {
    const { body, warnings } = await sent("Hi", {
      maxTokens: 100,
      temperature: 0,
      topP: 0.5,
      tools: [weather, search, time],
      toolChoice: { tool: "weather" },
    });
    expect(warnings).toEqual([]);
    expect(body).toEqual({
      model: "gpt-4.1",
      input: [{ role: "user", content: "Hi" }],
      max_output_tokens: 100,
      temperature: 0,
      top_p: 0.5,
      tools: [
        {
          type: "function",
          name: "weather",
          description: "The weather in a city",
          parameters: weather.parameters,
          strict: true,
        },
        { type: "function", name: "search", parameters: search.parameters, strict: false },
        { type: "function", name: "time", parameters: { type: "object", properties: {} }, strict: false },
      ],
      tool_choice: { type: "function", name: "weather" },
    });
  });

  test.each(["auto", "none", "required"] as const)("the tool choice %s goes as it is", async (toolChoice) => {
    expect((await sent("Hi", { tools: [weather], toolChoice })).body["tool_choice"]).toBe(toolChoice);
  });

  test("that the API does not have are warned about", async () => {
    const { body, warnings } = await sent("Hi", {
      topK: 5,
      stopSequences: ["END"],
      seed: 1,
      frequencyPenalty: 0.1,
      presencePenalty: 0.1,
      reasoning: { budgetTokens: 1000 },
    });
    expect(body).toEqual({ model: "gpt-4.1", input: [{ role: "user", content: "Hi" }] });
    expect(optionsOf(warnings)).toEqual([
      "unsupported topK",
      "unsupported stopSequences",
      "unsupported seed",
      "unsupported frequencyPenalty",
      "unsupported presencePenalty",
      "unsupported reasoning.budgetTokens",
    ]);
  });

  test("a limit below the API's least is raised", async () => {
    const { body, warnings } = await sent("Hi", { maxTokens: 5 });
    expect(body["max_output_tokens"]).toBe(16);
    expect(warnings).toEqual([
      { type: "adjusted", option: "maxTokens", message: "openai takes no limit below 16, which was sent" },
    ]);
  });

  test("JSON is asked for by its schema, to the letter where that is possible, or without one", async () => {
    const closed = {
      type: "object",
      properties: { name: { type: "string" } },
      required: ["name"],
      additionalProperties: false,
    };
    const open = { type: "object", properties: { name: { type: "string" } } };
    expect(await format(closed)).toEqual({
      format: { type: "json_schema", name: "city", schema: closed, strict: true },
    });
    expect(await format(open)).toEqual({
      format: { type: "json_schema", name: "city", schema: open, strict: false },
    });
    expect(await format()).toEqual({ format: { type: "json_object" } });
  });

  test("of the vendor's own go over what stands there, and join what Beluga's own ask for", async () => {
    const { body } = await sent(
      "Hi",
      {
        tools: [weather],
        reasoning: { effort: "low" },
        responseFormat: { type: "json" },
        maxTokens: 100,
        providerOptions: {
          max_output_tokens: 200,
          store: false,
          previous_response_id: "resp_1",
          tools: [{ type: "web_search" }, { name: "weather", strict: false }],
          include: ["web_search_call.action.sources"],
          reasoning: { summary: "auto" },
          text: { verbosity: "low" },
        },
      },
      "gpt-5-mini",
    );
    expect(body).toEqual({
      model: "gpt-5-mini",
      input: [{ role: "user", content: "Hi" }],
      max_output_tokens: 200,
      store: false,
      previous_response_id: "resp_1",
      tools: [
        {
          type: "function",
          name: "weather",
          description: "The weather in a city",
          parameters: weather.parameters,
          strict: false,
        },
        { type: "web_search" },
      ],
      include: ["reasoning.encrypted_content", "web_search_call.action.sources"],
      reasoning: { effort: "low", summary: "auto" },
      text: { format: { type: "json_object" }, verbosity: "low" },
    });
    expect(
      (await sent("Hi", { providerOptions: { include: null } }, "gpt-5-mini")).body["include"],
    ).toBeNull();
  });
});

describe("models that reason", () => {
  test("give their reasoning in encrypted form; others would refuse to", async () => {
    expect((await sent("Hi", {}, "gpt-6.2-sol")).body["include"]).toEqual(["reasoning.encrypted_content"]);
    expect((await sent("Hi", {}, "gpt-4o")).body).not.toHaveProperty("include");
  });

  test("take temperature and topP only where they do not reason", async () => {
    const sampling = { temperature: 0.5, topP: 0.9 };
    const refused = await sent("Hi", sampling, "gpt-5-mini");
    expect(refused.body).toEqual({
      model: "gpt-5-mini",
      input: [{ role: "user", content: "Hi" }],
      include: ["reasoning.encrypted_content"],
    });
    expect(refused.warnings.map(({ message }) => message)).toEqual([
      "gpt-5-mini does not take temperature; it was not sent",
      "gpt-5-mini does not take topP; it was not sent",
    ]);
    const whileReasoning = await sent("Hi", { ...sampling, reasoning: { effort: "low" } }, "gpt-5.4");
    expect(whileReasoning.body).not.toHaveProperty("temperature");
    expect(whileReasoning.warnings[0]?.message).toBe(
      "gpt-5.4 does not take temperature while it reasons; it was not sent",
    );
    for (const [model, options] of [
      ["gpt-5.4", {}],
      ["gpt-6-luna", { reasoning: { effort: "none" } }],
      ["gpt-6-luna", { providerOptions: { reasoning: { effort: "none" } } }],
    ] as const) {
      const { body, warnings } = await sent("Hi", { ...sampling, ...options }, model);
      expect(body).toMatchObject({ temperature: 0.5, top_p: 0.9 });
      expect(warnings).toEqual([]);
    }
  });

  test("are not warned about what they do anyway", async () => {
    expect((await sent("Hi", { temperature: 1, topP: 1 }, "o3")).warnings).toEqual([]);
  });

  test("get an effort that they know: the next one up", async () => {
    expect(await effort("high", "gpt-6.2-astra")).toEqual([{ effort: "high" }]);
    expect(await effort("none", "gpt-6.2-astra")).toEqual([
      { effort: "low" },
      'openai: gpt-6.2-astra does not have the effort "none"; "low" was sent',
    ]);
    expect(await effort("minimal", "gpt-5.2")).toEqual([
      { effort: "low" },
      'openai: gpt-5.2 does not have the effort "minimal"; "low" was sent',
    ]);
    expect(await effort("none", "gpt-5-nano")).toEqual([
      { effort: "minimal" },
      'openai: gpt-5-nano does not have the effort "none"; "minimal" was sent',
    ]);
    expect(await effort("minimal", "gpt-5-pro")).toEqual([
      { effort: "high" },
      'openai: gpt-5-pro does not have the effort "minimal"; "high" was sent',
    ]);
    expect(await effort("high", "gpt-4.1")).toEqual([undefined, "gpt-4.1 does not reason; it was not sent"]);
    expect(await effort("none", "gpt-4.1")).toEqual([undefined]);
  });
});

describe("messages", () => {
  test("of the system and the user become items in their places", async () => {
    expect(
      await inputOf([
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Hello!" },
        { role: "system", content: [{ type: "text", text: "Be kind." }] },
        {
          role: "user",
          content: [
            {
              type: "text",
              text: "What is all this?",
              ...own({ prompt_cache_breakpoint: { mode: "explicit" } }),
            },
            { type: "image", data: png, mediaType: "image/png", ...own({ detail: "low" }) },
            { type: "image", url: "https://example.com/a.webp", mediaType: "image/webp" },
            { type: "file", data: "JVBERg==", mediaType: "application/pdf", name: "report.pdf" },
            { type: "file", data: "R3LDvG4=", mediaType: "text/plain" },
            { type: "file", url: "https://example.com/b.pdf", mediaType: "application/pdf" },
            { type: "file", data: png, mediaType: "image/png" },
            { type: "audio", data: png, mediaType: "audio/mpeg" },
            { type: "audio", data: "UklGRg==", mediaType: "audio/wav" },
            item({ type: "input_file", file_id: "file-1" }),
            item({ type: "input_image", file_id: "file-2", detail: "high" }),
          ],
        },
      ]),
    ).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello!" },
      { role: "system", content: [{ type: "input_text", text: "Be kind." }] },
      {
        role: "user",
        content: [
          { type: "input_text", text: "What is all this?", prompt_cache_breakpoint: { mode: "explicit" } },
          { type: "input_image", image_url: "data:image/png;base64,iVBORw==", detail: "low" },
          { type: "input_image", image_url: "https://example.com/a.webp" },
          { type: "input_file", filename: "report.pdf", file_data: "data:application/pdf;base64,JVBERg==" },
          { type: "input_file", filename: "file", file_data: "data:text/plain;base64,R3LDvG4=" },
          { type: "input_file", file_url: "https://example.com/b.pdf" },
          { type: "input_image", image_url: "data:image/png;base64,iVBORw==" },
          { type: "input_audio", input_audio: { data: "iVBORw==", format: "mp3" } },
          { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } },
          { type: "input_file", file_id: "file-1" },
          { type: "input_image", file_id: "file-2", detail: "high" },
        ],
      },
    ]);
  });

  test("results of tools answer their calls, be they texts, media, or what went wrong", async () => {
    expect(
      await inputOf([
        { role: "user", content: "Weather?" },
        {
          role: "assistant",
          content: [
            {
              type: "tool-call",
              id: "call_1",
              name: "weather",
              arguments: { city: "Oslo" },
              ...own({ id: "fc_1" }),
            },
            { type: "tool-call", id: "call_2", name: "time", arguments: undefined },
            { type: "tool-call", id: "toolu_3", name: "photo", arguments: { of: "Bern" } },
          ],
        },
        { role: "tool", toolCallId: "call_1", content: "Sunny" },
        {
          role: "tool",
          toolCallId: "call_2",
          toolName: "time",
          content: "The clock is broken",
          isError: true,
        },
        {
          role: "tool",
          toolCallId: "toolu_3",
          content: [
            { type: "text", text: "Here:" },
            { type: "image", data: png, mediaType: "image/png" },
            { type: "file", data: "JVBERg==", mediaType: "application/pdf", name: "map.pdf" },
          ],
        },
      ]),
    ).toEqual([
      { role: "user", content: "Weather?" },
      { type: "function_call", id: "fc_1", call_id: "call_1", name: "weather", arguments: '{"city":"Oslo"}' },
      { type: "function_call", call_id: "call_2", name: "time", arguments: "{}" },
      { type: "function_call", call_id: "toolu_3", name: "photo", arguments: '{"of":"Bern"}' },
      { type: "function_call_output", call_id: "call_1", output: "Sunny" },
      { type: "function_call_output", call_id: "call_2", output: "The clock is broken" },
      {
        type: "function_call_output",
        call_id: "toolu_3",
        output: [
          { type: "input_text", text: "Here:" },
          { type: "input_image", image_url: "data:image/png;base64,iVBORw==" },
          { type: "input_file", filename: "map.pdf", file_data: "data:application/pdf;base64,JVBERg==" },
        ],
      },
    ]);
  });

  test("arguments go back as the model wrote them, unless somebody has changed them", async () => {
    const call = { type: "tool-call", id: "call_1", name: "weather" } as const;
    const written = own({ id: "fc_1", arguments: '{ "city": "Oslo" }' });
    const items = await inputOf([
      {
        role: "assistant",
        content: [
          { ...call, arguments: { city: "Oslo" }, ...written },
          { ...call, arguments: { city: "Bern" }, ...written },
          { ...call, arguments: { city: "Rome" }, ...own({ arguments: "{ this is no JSON" }) },
        ],
      },
    ]);
    expect((items as { arguments: string }[]).map((written) => written.arguments)).toEqual([
      '{ "city": "Oslo" }',
      '{"city":"Bern"}',
      '{"city":"Rome"}',
    ]);
  });

  test("calls of custom tools and their results are items of their own types", async () => {
    expect(
      await inputOf([
        {
          role: "assistant",
          content: [
            {
              type: "tool-call",
              id: "call_1",
              name: "run_sql",
              arguments: "SELECT 1",
              ...own({ type: "custom_tool_call", id: "ctc_1" }),
            },
          ],
        },
        { role: "tool", toolCallId: "call_1", content: "1" },
      ]),
    ).toEqual([
      { type: "custom_tool_call", id: "ctc_1", call_id: "call_1", name: "run_sql", input: "SELECT 1" },
      { type: "custom_tool_call_output", call_id: "call_1", output: "1" },
    ]);
  });

  test("items of the vendor's own stand where they stood", async () => {
    const listed = { type: "mcp_list_tools", id: "mcpl_1", server_label: "dice", tools: [] };
    const clicked = {
      type: "computer_call",
      id: "cu_1",
      call_id: "call_1",
      actions: [],
      pending_safety_checks: [],
      status: "completed",
    };
    const screenshot = {
      type: "computer_call_output",
      output: { type: "computer_screenshot", file_id: "file-1" },
    };
    expect(
      await inputOf([
        { role: "assistant", content: [item(listed), { type: "text", text: "I click." }, item(clicked)] },
        { role: "tool", toolCallId: "call_1", content: [item(screenshot)] },
        {
          role: "user",
          content: [
            { type: "text", text: "Before" },
            item({ type: "mcp_approval_response", approval_request_id: "mcpr_1", approve: true }),
            { type: "text", text: "After" },
          ],
        },
      ]),
    ).toEqual([
      listed,
      { role: "assistant", content: "I click." },
      clicked,
      { call_id: "call_1", ...screenshot },
      { role: "user", content: [{ type: "input_text", text: "Before" }] },
      { type: "mcp_approval_response", approval_request_id: "mcpr_1", approve: true },
      { role: "user", content: [{ type: "input_text", text: "After" }] },
    ]);
  });

  test("an image that the model made goes back with its content", async () => {
    const made = { type: "image_generation_call", id: "ig_1", status: "completed" };
    expect(
      await inputOf([
        { role: "assistant", content: [{ type: "file", data: png, mediaType: "image/png", ...own(made) }] },
      ]),
    ).toEqual([{ ...made, result: "iVBORw==" }]);
  });

  test("words of a model without an id are one message; those with one are that item again", async () => {
    const citation = { type: "file_path", file_id: "file-1", index: 3 };
    expect(
      await inputOf([
        {
          role: "assistant",
          content: [
            { type: "text", text: "Of " },
            { type: "text", text: "another vendor.", providerMetadata: { anthropic: { citations: [] } } },
            { type: "text", text: "", providerMetadata: { anthropic: { type: "server_tool_use" } } },
          ],
        },
        { role: "assistant", content: [{ type: "text", text: "And another." }] },
        { role: "assistant", content: "" },
        {
          role: "assistant",
          content: [
            { type: "text", text: "Let me see.", ...own({ id: "msg_1", phase: "commentary" }) },
            {
              type: "text",
              text: "One",
              ...own({ id: "msg_2", status: "incomplete", annotations: [citation] }),
            },
            item({ id: "msg_2", status: "incomplete", refusal: "No more." }),
          ],
        },
      ]),
    ).toEqual([
      { role: "assistant", content: "Of another vendor." },
      { role: "assistant", content: "And another." },
      {
        type: "message",
        role: "assistant",
        status: "completed",
        id: "msg_1",
        phase: "commentary",
        content: [{ type: "output_text", text: "Let me see.", annotations: [] }],
      },
      {
        type: "message",
        role: "assistant",
        status: "incomplete",
        id: "msg_2",
        content: [
          { type: "output_text", text: "One", annotations: [citation] },
          { type: "refusal", refusal: "No more." },
        ],
      },
    ]);
  });

  test("what the wire cannot carry is refused", async () => {
    expect(await refusal(user({ type: "video", data: png, mediaType: "video/mp4" }))).toEqual([
      "unsupported",
      'openai llm.generate: messages[0]: openai does not take a part of the type "video" here',
    ]);
    expect(
      await refusal(user({ type: "audio", url: "https://example.com/a.wav", mediaType: "audio/wav" })),
    ).toEqual(["unsupported", "openai llm.generate: messages[0]: openai does not take audio by its URL"]);
    expect(await refusal(user({ type: "audio", data: png, mediaType: "audio/flac" }))).toEqual([
      "unsupported",
      "openai llm.generate: messages[0]: openai does not take audio of the type audio/flac, only audio/wav and audio/mpeg",
    ]);
    expect(
      await refusal([
        { role: "user", content: "Draw" },
        { role: "assistant", content: [{ type: "file", data: png, mediaType: "image/png" }] },
      ]),
    ).toEqual([
      "unsupported",
      "openai llm.generate: messages[1]: openai does not take a file of an assistant that is not its own",
    ]);
  });
});

describe("reasoning in the history", () => {
  test("goes back as the items that it was", async () => {
    expect(
      await inputOf(
        message(
          thought("First.", { id: "rs_1" }),
          thought("Second.", { id: "rs_1" }, "gAAAA1"),
          { type: "text", text: "Hm.", ...own({ id: "msg_1" }) },
          thought("", { id: "rs_2" }, "gAAAA2"),
          thought("", { id: "rs_3" }),
          thought("In full.", { id: "rs_4", kind: "reasoning_text" }),
        ),
      ),
    ).toEqual([
      {
        type: "reasoning",
        id: "rs_1",
        summary: [
          { type: "summary_text", text: "First." },
          { type: "summary_text", text: "Second." },
        ],
        encrypted_content: "gAAAA1",
      },
      {
        type: "message",
        role: "assistant",
        status: "completed",
        id: "msg_1",
        content: [{ type: "output_text", text: "Hm.", annotations: [] }],
      },
      { type: "reasoning", id: "rs_2", summary: [], encrypted_content: "gAAAA2" },
      { type: "reasoning", id: "rs_3", summary: [] },
      { type: "reasoning", id: "rs_4", summary: [], content: [{ type: "reasoning_text", text: "In full." }] },
    ]);
  });

  test("is told apart from other reasoning with its id, and found by its id where its end came late", async () => {
    const content = message(
      thought("One.", { id: "rs_1" }, "gAAAA1"),
      thought("Two.", { id: "rs_1" }, "gAAAA2"),
      thought("Three.", { id: "rs_2" }),
      { type: "text", text: "Hm.", ...own({ id: "msg_1" }) },
      thought("", { id: "rs_2" }, "gAAAA3"),
    );
    expect(await inputOf(content)).toMatchObject([
      { type: "reasoning", id: "rs_1", summary: summary("One."), encrypted_content: "gAAAA1" },
      { type: "reasoning", id: "rs_1", summary: summary("Two."), encrypted_content: "gAAAA2" },
      { type: "reasoning", id: "rs_2", summary: summary("Three."), encrypted_content: "gAAAA3" },
      { type: "message", id: "msg_1" },
    ]);
  });

  test("of which nothing came stays behind, as OpenAI refuses it", async () => {
    const { body } = await sent(
      [
        { role: "assistant", content: [{ type: "text", text: "Hm." }, thought("", { id: "rs_1" }, "gAAAA")] },
        ...message(thought("", { id: "rs_2" }, "gAAAA")),
        { role: "user", content: "And?" },
      ],
      {},
      "gpt-5-mini",
    );
    expect(body["input"]).toEqual([
      { role: "assistant", content: "Hm." },
      { role: "user", content: "And?" },
    ]);
  });

  test("of another vendor stays behind", async () => {
    const content = message(
      { type: "reasoning", text: "Hm.", signature: "s", providerMetadata: { anthropic: {} } },
      { type: "reasoning", text: "Hm." },
      { type: "text", text: "Hi" },
    );
    expect(await inputOf(content)).toEqual([{ role: "assistant", content: "Hi" }]);
  });

  test("that OpenAI would have to look up stays behind where nothing is stored", async () => {
    const messages = message(
      thought("Summary.", { id: "rs_1" }),
      thought("Summary.", { id: "rs_2" }),
      thought("", { id: "rs_2" }, "gAAAA"),
      thought("In full.", { id: "rs_3", kind: "reasoning_text" }),
    );
    const items = await inputOf(messages, { providerOptions: { store: false } });
    expect((items as { id: string }[]).map(({ id }) => id)).toEqual(["rs_2", "rs_3"]);
  });
});
