import { BelugaError, type ChatOptions, type ChatResponse, type ChatStreamPart } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createAnthropic } from "./index.js";

// The exchanges in testdata/ show what answers look like as a rule; here is what they hold beside that.

function modelThatAnswers(body: string, contentType: string) {
  return createAnthropic({
    model: "claude-opus-5-5",
    apiKey: "top-secret",
    maxRetries: 0,
    fetch: async () =>
      new Response(body, { headers: { "content-type": contentType, "request-id": "req_1" } }),
  });
}

const event = (type: string, fields: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
const start = (message: object = {}): string =>
  event("message_start", { message: { id: "msg_1", model: "claude-opus-5-5", content: [], ...message } });
const block = (index: number, content: object, ...deltas: object[]): string =>
  event("content_block_start", { index, content_block: content }) +
  deltas.map((delta) => event("content_block_delta", { index, delta })).join("") +
  event("content_block_stop", { index });
const text = (words: string) => ({ type: "text_delta", text: words });
const json = (partial_json: string) => ({ type: "input_json_delta", partial_json });
const textBlock = (index: number, ...words: string[]): string =>
  block(index, { type: "text", text: "" }, ...words.map(text));
const end = (stop_reason = "end_turn", delta: object = {}, rest: object = {}): string =>
  event("message_delta", { delta: { stop_reason, stop_sequence: null, ...delta }, ...rest });
const stop = event("message_stop");

async function streamed(
  events: readonly string[],
  options: ChatOptions = {},
): Promise<{ parts: ChatStreamPart[]; response: ChatResponse }> {
  const parts = await Array.fromAsync(
    modelThatAnswers(events.join(""), "text/event-stream").stream("Hi", options),
  );
  const last = parts.at(-1);
  if (last?.type !== "finish") throw new Error("the stream did not finish");
  return { parts, response: last.response };
}

async function failureOf(...events: string[]): Promise<BelugaError> {
  const error = await streamed(events).catch((reason: unknown) => reason);
  if (!BelugaError.is(error)) throw new Error(`expected a BelugaError, got ${String(error)}`);
  return error;
}

const generated = async (body: unknown): Promise<ChatResponse> =>
  modelThatAnswers(JSON.stringify(body), "application/json").generate("Hi");

/** What is sent when an answer goes back with the next message. */
async function sentBack({ message }: ChatResponse): Promise<unknown> {
  let body = "";
  const model = createAnthropic({
    model: "claude-opus-5-5",
    apiKey: "top-secret",
    fetch: async (input, init) => {
      body = await new Request(input, init).text();
      return Response.json({ content: [], stop_reason: "end_turn" });
    },
  });
  await model.generate([{ role: "user", content: "Hi" }, message, { role: "user", content: "And?" }]);
  return (JSON.parse(body) as { messages: { content: unknown }[] }).messages[1]?.content;
}

test("text, usage and the vendor's names make the response", async () => {
  const { parts, response } = await streamed([
    start({ usage: { input_tokens: 3, cache_read_input_tokens: null, output_tokens: 1 } }),
    event("ping"),
    textBlock(0, "Hel", "lo"),
    end("end_turn", {}, { usage: { output_tokens: 2 } }),
    stop,
  ]);
  expect(parts.map(({ type }) => type)).toEqual(["text", "text", "finish"]);
  expect(response).toEqual({
    message: { role: "assistant", content: [{ type: "text", text: "Hello" }] },
    text: "Hello",
    reasoning: "",
    toolCalls: [],
    finishReason: { unified: "stop", raw: "end_turn" },
    usage: {
      inputTokens: 3,
      outputTokens: 2,
      totalTokens: 5,
      raw: { input_tokens: 3, cache_read_input_tokens: null, output_tokens: 2 },
    },
    model: "claude-opus-5-5",
    id: "msg_1",
    warnings: [],
    sources: [],
    providerMetadata: {},
  });
});

describe("usage", () => {
  test("at the end replaces that of the start, but for what is not told again", async () => {
    const { response } = await streamed([
      start({
        usage: {
          input_tokens: 0,
          cache_creation_input_tokens: 7,
          cache_read_input_tokens: 1,
          output_tokens: 1,
          service_tier: "standard",
        },
      }),
      end(
        "end_turn",
        {},
        { usage: { input_tokens: 32, cache_creation_input_tokens: null, output_tokens: 16 } },
      ),
      end("end_turn", {}, { usage: { cache_read_input_tokens: 2, output_tokens: 17 } }),
      stop,
    ]);
    expect(response.usage).toEqual({
      inputTokens: 41,
      outputTokens: 17,
      totalTokens: 58,
      cachedInputTokens: 2,
      cacheWriteTokens: 7,
      raw: {
        input_tokens: 32,
        cache_creation_input_tokens: 7,
        cache_read_input_tokens: 2,
        output_tokens: 17,
        service_tier: "standard",
      },
    });
  });

  test("that was not told is absent", async () => {
    expect((await streamed([start(), textBlock(0, "Hi"), end(), stop])).response.usage).toEqual({});
    expect((await generated({ content: [], stop_reason: "end_turn", usage: null })).usage).toEqual({});
  });
});

describe("the answer goes back as it came", () => {
  const content = [
    { type: "thinking", thinking: "Hm.", signature: "sig-1" },
    { type: "thinking", thinking: "", signature: "sig-2" },
    { type: "redacted_thinking", data: "secret" },
    { type: "text", text: "Looking." },
    { type: "text", text: "Looking again." },
    {
      type: "server_tool_use",
      id: "srvtoolu_1",
      name: "web_search",
      input: { query: "x" },
      caller: { type: "direct" },
    },
    {
      type: "web_search_tool_result",
      tool_use_id: "srvtoolu_1",
      content: { type: "web_search_tool_result_error", error_code: "unavailable" },
    },
    {
      type: "text",
      text: "It is so.",
      citations: [
        { type: "char_location", cited_text: "So.", document_index: 0, document_title: null },
        { type: "page_location", cited_text: "So it is.", document_index: 1, document_title: "Facts" },
      ],
    },
    { type: "compaction", content: "Long ago", encrypted_content: null },
    {
      type: "tool_use",
      id: "toolu_1",
      name: "screenshot",
      input: { n: 1 },
      caller: { type: "direct" },
      toolset_name: "computer",
    },
  ];

  test("in one body", async () => {
    expect(await sentBack(await generated({ content, stop_reason: "tool_use" }))).toEqual(content);
  });

  test("in pieces", async () => {
    const { response } = await streamed([
      start(),
      block(
        0,
        { type: "thinking", thinking: "", signature: "" },
        { type: "thinking_delta", thinking: "Hm." },
        { type: "signature_delta", signature: "sig-1" },
      ),
      block(
        1,
        { type: "thinking", thinking: "", signature: "" },
        { type: "thinking_delta", thinking: "" },
        { type: "signature_delta", signature: "sig-2" },
      ),
      block(2, { type: "redacted_thinking", data: "secret" }),
      textBlock(3, "Look", "ing."),
      textBlock(4, "Looking again."),
      block(5, { ...content[5], input: {} }, json(""), json('{"query"'), json(': "x"}')),
      block(6, content[6] ?? {}),
      block(
        7,
        { type: "text", text: "", citations: [] },
        { type: "citations_delta", citation: content[7]?.citations?.[0] },
        text("It is so."),
        { type: "citations_delta", citation: content[7]?.citations?.[1] },
      ),
      block(
        8,
        { type: "compaction", content: "", encrypted_content: "" },
        { type: "compaction_delta", content: "Long " },
        { type: "compaction_delta", content: "ago", encrypted_content: null },
      ),
      block(9, { ...content[9], input: {} }, json('{"n": 1}')),
      end("tool_use"),
      stop,
    ]);
    expect(await sentBack(response)).toEqual(content);
    expect(response.text).toBe("Looking.Looking again.It is so.");
    expect(response.toolCalls).toEqual([
      {
        type: "tool-call",
        id: "toolu_1",
        name: "screenshot",
        arguments: { n: 1 },
        providerMetadata: { anthropic: { caller: { type: "direct" }, toolset_name: "computer" } },
      },
    ]);
    expect(response.sources).toEqual([
      {
        documentId: "0",
        text: "So.",
        providerMetadata: { anthropic: content[7]?.citations?.[0] },
      },
      {
        documentId: "1",
        title: "Facts",
        text: "So it is.",
        providerMetadata: { anthropic: content[7]?.citations?.[1] },
      },
    ]);
  });
});

test("a source is handed on where it is cited", async () => {
  const citation = {
    type: "web_search_result_location",
    cited_text: "So.",
    url: "https://a.example/",
    title: "A",
  };
  const { parts } = await streamed([
    start(),
    block(0, { type: "text", text: "" }, { type: "citations_delta", citation }, text("Yes")),
    end(),
    stop,
  ]);
  const source = {
    url: "https://a.example/",
    title: "A",
    text: "So.",
    providerMetadata: { anthropic: citation },
  };
  expect(parts.slice(0, 2)).toEqual([
    { type: "source", source },
    { type: "text", text: "Yes" },
  ]);
});

test("what the API says of the answer beside its content is in the provider's metadata", async () => {
  const details = { type: "refusal", category: "cyber", explanation: null };
  const { response } = await streamed([
    start({ container: null, service: "x" }),
    end(
      "refusal",
      { stop_details: details, container: { id: "container_1" } },
      { context_management: { applied_edits: [] } },
    ),
    stop,
  ]);
  expect(response.finishReason).toEqual({ unified: "content-filter", raw: "refusal" });
  expect(response.refusal).toBeUndefined();
  expect(response.providerMetadata).toEqual({
    anthropic: {
      service: "x",
      stopDetails: details,
      container: { id: "container_1" },
      contextManagement: { applied_edits: [] },
    },
  });
});

test("where another model took over, that one has answered", async () => {
  const handover = { type: "fallback", from: { model: "claude-opus-5-5" }, to: { model: "claude-opus-4-8" } };
  const { response } = await streamed([
    start(),
    textBlock(0, "I"),
    block(1, handover),
    textBlock(2, " can help."),
    end(),
    stop,
  ]);
  expect([response.model, response.text]).toEqual(["claude-opus-4-8", "I can help."]);
  expect(await sentBack(response)).toEqual([
    { type: "text", text: "I" },
    handover,
    { type: "text", text: " can help." },
  ]);
});

const call = (index: number, ...pieces: string[]): string =>
  block(index, { type: "tool_use", id: `toolu_${index}`, name: "weather", input: {} }, ...pieces.map(json));

const opened = (index: number, input: object): string =>
  event("content_block_start", {
    index,
    content_block: { type: "tool_use", id: `toolu_${index}`, name: "weather", input },
  });
const piece = (index: number, words: string): string =>
  event("content_block_delta", { index, delta: json(words) });

describe("tool calls", () => {
  test("are numbered by themselves, and handed on when the answer goes on", async () => {
    const { parts } = await streamed([
      start(),
      textBlock(0, "Well."),
      call(1, "", '{"city":', '"Oslo"}'),
      call(2, ""),
      end("tool_use"),
      stop,
    ]);
    expect(parts.slice(1, -1)).toEqual([
      { type: "tool-call-start", index: 0, id: "toolu_1", name: "weather" },
      { type: "tool-call-delta", index: 0, argumentsText: '{"city":' },
      { type: "tool-call-delta", index: 0, argumentsText: '"Oslo"}' },
      {
        type: "tool-call",
        index: 0,
        toolCall: { type: "tool-call", id: "toolu_1", name: "weather", arguments: { city: "Oslo" } },
      },
      { type: "tool-call-start", index: 1, id: "toolu_2", name: "weather" },
      {
        type: "tool-call",
        index: 1,
        toolCall: { type: "tool-call", id: "toolu_2", name: "weather", arguments: {} },
      },
    ]);
  });

  test("may come side by side, or with their arguments at once", async () => {
    const { response } = await streamed([
      start(),
      opened(0, {}),
      opened(1, {}),
      piece(1, '{"city":'),
      piece(0, '{"city":"Bern"}'),
      piece(1, '"Oslo"}'),
      opened(2, { city: "Rome" }),
      end("tool_use"),
      stop,
    ]);
    expect(response.toolCalls.map(({ id, arguments: args }) => [id, args])).toEqual([
      ["toolu_0", { city: "Bern" }],
      ["toolu_1", { city: "Oslo" }],
      ["toolu_2", { city: "Rome" }],
    ]);
  });

  test("that are whole when the token limit comes are kept", async () => {
    const { response } = await streamed([
      start(),
      call(0, '{"city":"Oslo"}'),
      call(1),
      end("max_tokens"),
      stop,
    ]);
    expect(response.toolCalls.map(({ arguments: args }) => args)).toEqual([{ city: "Oslo" }]);
    expect(response.warnings).toHaveLength(1);

    const whole = await generated({
      content: [
        { type: "tool_use", id: "toolu_0", name: "weather", input: { city: "Oslo" } },
        { type: "tool_use", id: "toolu_1", name: "weather", input: { city: "Be" } },
      ],
      stop_reason: "max_tokens",
    });
    expect(whole.toolCalls.map(({ arguments: args }) => args)).toEqual([{ city: "Oslo" }]);
    expect(whole.warnings).toHaveLength(1);
  });

  test("without an id get one", async () => {
    const { response } = await streamed([
      start(),
      block(0, { type: "tool_use", name: "clock", input: {} }),
      end("tool_use"),
      stop,
    ]);
    expect(response.toolCalls[0]?.id).toMatch(/^\w{8,}$/);
  });

  test("without a name, or with arguments that nobody asked for, are not to be trusted", async () => {
    expect((await failureOf(start(), block(0, { type: "tool_use", id: "t" }))).code).toBe("invalid_response");
    expect(
      (await failureOf(start(), event("content_block_delta", { index: 3, delta: json("{}") }))).code,
    ).toBe("invalid_response");
  });

  test("of the vendor's own tools that the limit cut are left out, with a warning", async () => {
    const { response } = await streamed([
      start(),
      textBlock(0, "Searching."),
      block(1, { type: "server_tool_use", id: "s", name: "web_search", input: {} }, json('{"query": "no')),
      end("max_tokens"),
      stop,
    ]);
    expect(response.message.content).toEqual([{ type: "text", text: "Searching." }]);
    expect(response.warnings).toEqual([
      {
        type: "other",
        message:
          'the answer ended within the call of the server\'s tool "web_search", which is left out; its arguments so far: {"query": "no',
      },
    ]);
  });
});

test("an error event ends the stream, with what had arrived", async () => {
  const error = await failureOf(
    start(),
    textBlock(0, "Half"),
    event("error", { error: { type: "overloaded_error", message: "Overloaded" } }),
    textBlock(1, "never"),
  );
  expect([error.code, error.retryable, error.status, error.requestId]).toEqual([
    "provider_unavailable",
    true,
    undefined,
    "req_1",
  ]);
  expect(error.message).toBe("anthropic llm.stream: Overloaded");
  expect((error.partial as ChatResponse).text).toBe("Half");
});

test.each([
  ["a name for its event", 'data: {"error":{"type":"rate_limit_error","message":"Slow down"}}', "rate_limit"],
  ["a type in its body", 'event: error\ndata: {"message":"Slow down"}', "provider_unavailable"],
])("an error is one without %s, too", async (_, frame, code) => {
  expect((await failureOf(`${frame}\n\n`)).code).toBe(code);
});

test("events without names, of new kinds and of other dialects do no harm", async () => {
  const unnamed = [start(), textBlock(0, "Hi")].join("").replaceAll(/^event: .*\n/gm, "");
  const { response } = await streamed([
    "event: ping\ndata:\n\n",
    unnamed,
    event("something_new", { delta: { type: "text_delta", text: "no" } }),
    event("content_block_delta", { index: 0, delta: { type: "something_new", text: "no" } }),
    'event: message_delta\ndata: {"delta":{"stop_reason":"end_turn"}}\n\n',
    "data: [DONE]\n\n",
  ]);
  expect(response.text).toBe("Hi");
});

test("a stream is read no further than its end", async () => {
  const { response } = await streamed([start(), textBlock(0, "Hi"), end(), stop, "data: no json\n\n"]);
  expect(response.text).toBe("Hi");
});

test("raw events come with those who asked for them", async () => {
  const { parts } = await streamed([start(), textBlock(0, "Hi"), end(), stop], { includeRaw: true });
  const raw = parts.flatMap((part) => (part.type === "raw" ? [(part.value as { type: string }).type] : []));
  expect(raw).toEqual([
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
  ]);
});

test.each([{}, [], "text", { type: "message" }, { content: "text" }])(
  "the body %j is not an answer",
  async (body) => {
    await expect(generated(body)).rejects.toMatchObject({ code: "invalid_response" });
  },
);
