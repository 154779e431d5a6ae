import { type EventStreamMessage, encodeEventMessages } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type ChatResponse, type ChatStreamPart } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createBedrock } from "./index.js";

type Event = [name: string, payload: object];

const stop: Event[] = [
  ["messageStop", { stopReason: "end_turn" }],
  ["metadata", { usage: { inputTokens: 5, outputTokens: 3, totalTokens: 8 }, metrics: { latencyMs: 7 } }],
];

function answering(body: BodyInit, contentType: string) {
  return createBedrock({
    model: "us.anthropic.claude-sonnet-4-6",
    region: "us-east-1",
    apiKey: "key-1",
    maxRetries: 0,
    fetch: () => Promise.resolve(new Response(body, { headers: { "content-type": contentType } })),
  });
}

/** All parts of a stream of these messages. */
async function streamed(
  messages: EventStreamMessage[],
  options: ChatOptions = {},
): Promise<ChatStreamPart[]> {
  const bytes = encodeEventMessages(messages) as Uint8Array<ArrayBuffer>;
  return Array.fromAsync(answering(bytes, "application/vnd.amazon.eventstream").stream("Hi", options));
}

async function response(events: Event[], options: ChatOptions = {}): Promise<ChatResponse> {
  const parts = await streamed(
    events.map(([event, payload]) => ({ event, payload })),
    options,
  );
  const last = parts.at(-1);
  if (last?.type !== "finish") throw new Error("no finish");
  return last.response;
}

function generated(content: object[], more: object = {}): Promise<ChatResponse> {
  const body = { output: { message: { role: "assistant", content } }, stopReason: "end_turn", ...more };
  return answering(JSON.stringify(body), "application/json").generate("Hi");
}

async function failureOf(promise: Promise<unknown>): Promise<BelugaError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!BelugaError.is(error)) throw new Error(`expected a BelugaError, got ${String(error)}`);
  return error;
}

const delta = (index: number, value: object): Event => [
  "contentBlockDelta",
  { contentBlockIndex: index, delta: value },
];
const blockStop = (index: number): Event => ["contentBlockStop", { contentBlockIndex: index }];

describe("a response", () => {
  const ends = {
    metrics: { latencyMs: 7 },
    trace: {
      promptRouter: { invokedModelId: "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0" },
    },
    performanceConfig: { latency: "optimized" },
    serviceTier: { type: "flex" },
  };

  test("has all that the API says beside its content, and the model that a router chose", async () => {
    const fields = { additionalModelResponseFields: { stop_sequence: "END" } };
    const answers = [
      await response([
        delta(0, { text: "ok" }),
        ["messageStop", { stopReason: "stop_sequence", ...fields }],
        ["metadata", ends],
      ]),
      await generated([{ text: "ok" }], { stopReason: "stop_sequence", ...fields, ...ends }),
    ];
    for (const { providerMetadata, model, finishReason } of answers) {
      expect(providerMetadata).toEqual({ bedrock: { ...fields, ...ends } });
      expect(model).toBe("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0");
      expect(finishReason).toEqual({ unified: "stop", raw: "stop_sequence" });
    }
  });

  test.each([
    ["content_filtered", "content-filter"],
    ["model_context_window_exceeded", "length"],
    ["malformed_model_output", "other"],
    ["a_reason_of_tomorrow", "other"],
  ])("that ended by %s has the finish reason %s", async (stopReason, unified) => {
    expect((await generated([{ text: "ok" }], { stopReason })).finishReason).toEqual({
      unified,
      raw: stopReason,
    });
  });

  test.each([
    ["with a total", { inputTokens: 3, outputTokens: 2, totalTokens: 15, cacheReadInputTokens: 10 }],
    ["without a total", { inputTokens: 3, outputTokens: 2, cacheReadInputTokens: 10 }],
    [
      "of a model that counts the cache as input",
      { inputTokens: 13, outputTokens: 2, totalTokens: 15, cacheReadInputTokens: 10 },
    ],
  ])("counts all that was read, %s", async (_, usage) => {
    expect((await generated([{ text: "ok" }], { usage })).usage).toEqual({
      inputTokens: 13,
      outputTokens: 2,
      totalTokens: 15,
      cachedInputTokens: 10,
      raw: usage,
    });
  });

  test("without usage has none", async () => {
    expect(
      (await response([delta(0, { text: "ok" }), ["messageStop", { stopReason: "end_turn" }]])).usage,
    ).toEqual({});
  });
});

describe("a message", () => {
  test("keeps a server's tools as they are, out of the calls", async () => {
    const toolUse = { toolUseId: "t1", name: "nova_code_interpreter", type: "server_tool_use" };
    const toolResult = { toolUseId: "t1", type: "nova_code_interpreter_result", status: "success" };
    const { message, toolCalls } = await response([
      ["contentBlockStart", { contentBlockIndex: 0, start: { toolUse } }],
      delta(0, { toolUse: { input: '{"snippet":' } }),
      delta(0, { toolUse: { input: '"1+1"}' } }),
      blockStop(0),
      ["contentBlockStart", { contentBlockIndex: 1, start: { toolResult } }],
      delta(1, { toolResult: [{ json: { stdOut: "2" } }] }),
      delta(1, { toolResult: [{ text: "done" }] }),
      blockStop(1),
      delta(2, { text: "It is 2." }),
      blockStop(2),
      ...stop,
    ]);
    expect(toolCalls).toEqual([]);
    expect(message.content).toEqual([
      {
        type: "text",
        text: "",
        providerMetadata: { bedrock: { toolUse: { ...toolUse, input: { snippet: "1+1" } } } },
      },
      {
        type: "text",
        text: "",
        providerMetadata: {
          bedrock: { toolResult: { ...toolResult, content: [{ json: { stdOut: "2" } }, { text: "done" }] } },
        },
      },
      { type: "text", text: "It is 2." },
    ]);
  });

  test("has a part for each block", async () => {
    const events = [delta(0, { text: "One" }), blockStop(0), delta(1, { text: "Two" }), blockStop(1)];
    const whole = [{ text: "One" }, { text: "Two" }];
    for (const { message } of [await response([...events, ...stop]), await generated(whole)]) {
      expect(message.content).toEqual([
        { type: "text", text: "One" },
        { type: "text", text: "Two" },
      ]);
    }
  });

  test("warns of a server's tool call that was cut", async () => {
    const toolUse = { toolUseId: "t1", name: "nova_grounding", type: "server_tool_use" };
    const { message, warnings } = await response([
      ["contentBlockStart", { contentBlockIndex: 0, start: { toolUse } }],
      delta(0, { toolUse: { input: '{"query":"no' } }),
      blockStop(0),
      ["messageStop", { stopReason: "max_tokens" }],
    ]);
    expect(message.content).toEqual([]);
    expect(warnings).toEqual([
      {
        type: "other",
        message:
          'the answer ended within the call of the server\'s tool "nova_grounding", which is left out; its arguments so far: {"query":"no',
      },
    ]);
  });

  test("keeps citations with the words that they are of, or by themselves", async () => {
    const citation = {
      title: "A",
      location: { searchResultLocation: { searchResultIndex: 2, start: 0, end: 1 } },
    };
    const events: Event[] = [
      delta(0, { text: "Daily." }),
      delta(0, { citation }),
      blockStop(0),
      delta(1, { citation }),
      blockStop(1),
    ];
    const whole = [
      { citationsContent: { content: [{ text: "Daily." }], citations: [citation] } },
      { citationsContent: { citations: [citation] } },
    ];
    for (const { message, sources } of [await response([...events, ...stop]), await generated(whole)]) {
      expect(message.content).toEqual([
        { type: "text", text: "Daily.", providerMetadata: { bedrock: { citations: [citation] } } },
        {
          type: "text",
          text: "",
          providerMetadata: { bedrock: { citationsContent: { citations: [citation] } } },
        },
      ]);
      const source = { title: "A", documentId: "2", providerMetadata: { bedrock: citation } };
      expect(sources).toEqual([source, source]);
    }
  });

  test.each([
    [
      { source: "https://a.example/1", title: "A" },
      { url: "https://a.example/1", title: "A" },
    ],
    [{ source: "handbook" }, { documentId: "handbook" }],
    [
      { location: { web: { url: "https://b.example/", domain: "b.example" } } },
      { url: "https://b.example/" },
    ],
    [{ location: { documentChunk: { documentIndex: 0 } }, source: "x" }, { documentId: "0" }],
  ])("of the citation %j has the source %j", async (citation, expected) => {
    const [source] = (await generated([{ citationsContent: { content: [], citations: [citation] } }]))
      .sources;
    expect(source).toEqual({ ...expected, providerMetadata: { bedrock: citation } });
  });

  test("has redacted reasoning and images in one piece", async () => {
    const events: Event[] = [
      delta(0, { reasoningContent: { redactedContent: "aGk=" } }),
      delta(0, { reasoningContent: { redactedContent: "IQ==" } }),
      blockStop(0),
      ["contentBlockStart", { contentBlockIndex: 1, start: { image: { format: "png" } } }],
      delta(1, { image: { source: { bytes: "iVBO" } } }),
      delta(1, { image: { source: { bytes: "Rw==" } } }),
      blockStop(1),
    ];
    const whole = [
      { reasoningContent: { redactedContent: "aGkh" } },
      { image: { format: "png", source: { bytes: "iVBORw==" } } },
    ];
    for (const { message } of [await response([...events, ...stop]), await generated(whole)]) {
      expect(message.content).toEqual([
        { type: "reasoning", text: "", redactedData: "aGkh" },
        { type: "file", mediaType: "image/png", data: "iVBORw==" },
      ]);
    }
  });

  test("warns of an image that could not be made", async () => {
    const { message, warnings } = await generated([
      { image: { format: "png", error: { message: "too dark" } } },
    ]);
    expect(message.content).toEqual([]);
    expect(warnings).toEqual([{ type: "other", message: "an image of the answer is missing: too dark" }]);
  });

  test("keeps blocks of tomorrow as they are", async () => {
    const events: Event[] = [
      ["contentBlockStart", { contentBlockIndex: 0, start: { hologram: { format: "3d" } } }],
      delta(0, { hologram: { data: "ab" } }),
      delta(0, { hologram: { data: "cd", size: 4 } }),
      blockStop(0),
    ];
    const hologram = { format: "3d", data: "abcd", size: 4 };
    for (const { message } of [await response([...events, ...stop]), await generated([{ hologram }])]) {
      expect(message.content).toEqual([
        { type: "text", text: "", providerMetadata: { bedrock: { hologram } } },
      ]);
    }
  });

  test("keeps what a call has of its own, but for the type that goes without saying", async () => {
    const toolUse = { toolUseId: "t1", name: "look", input: { a: 1 }, type: "tool_use", serverName: "mcp-1" };
    const call = {
      type: "tool-call",
      id: "t1",
      name: "look",
      arguments: { a: 1 },
      providerMetadata: { bedrock: { serverName: "mcp-1" } },
    };
    expect((await generated([{ toolUse }])).toolCalls).toEqual([call]);
  });

  test("gives a call an id where the vendor gives none", async () => {
    const { toolCalls } = await generated([{ toolUse: { name: "look", input: {} } }]);
    expect(toolCalls).toEqual([
      { type: "tool-call", id: expect.stringMatching(/^call_\w{32}$/), name: "look", arguments: {} },
    ]);
  });
});

describe("an answer is refused", () => {
  test("with a tool call without a name, and with arguments of none", async () => {
    const unnamed: Event = [
      "contentBlockStart",
      { contentBlockIndex: 0, start: { toolUse: { toolUseId: "t1" } } },
    ];
    expect(await failureOf(response([unnamed]))).toMatchObject({
      code: "invalid_response",
      message: "bedrock llm.stream: a tool call without the tool's name",
    });
    expect(await failureOf(response([delta(3, { toolUse: { input: "{" } })]))).toMatchObject({
      code: "invalid_response",
      message: "bedrock llm.stream: arguments of a tool call (index 3) that was not started",
    });
  });

  test("that is an error with status 200, in the vendor's words", async () => {
    const model = answering(JSON.stringify({ message: "Try later" }), "application/json");
    expect(await failureOf(model.generate("Hi"))).toMatchObject({
      code: "provider_unavailable",
      message: "bedrock llm.generate: Try later",
    });
  });

  test("that is AWS's own for a path that it does not know", async () => {
    const body = { Output: { __type: "com.amazon.coral.service#UnknownOperationException" }, Version: "1.0" };
    const model = answering(JSON.stringify(body), "application/json");
    expect(await failureOf(model.generate("Hi"))).toMatchObject({
      code: "invalid_response",
      message: "bedrock llm.generate: a body without the content of a message",
    });
  });

  test("when an exception comes whose payload is no JSON", async () => {
    const failing = streamed([{ exception: "modelStreamErrorException", payload: "it broke" }]);
    expect(await failureOf(failing)).toMatchObject({
      code: "provider_unavailable",
      message: "bedrock llm.stream: it broke",
      retryable: true,
    });
  });
});

test("messages of a kind that is not known are passed over", async () => {
  const parts = await streamed([
    { headers: { ":message-type": "ping" } },
    { event: "contentBlockDelta", payload: { contentBlockIndex: 0, delta: { text: "ok" } } },
    ...stop.map(([event, payload]) => ({ event, payload })),
  ]);
  expect(parts.map(({ type }) => type)).toEqual(["text", "finish"]);
});

test("raw parts have the event's name, as the reference does", async () => {
  const events = [
    { event: "messageStart", payload: { role: "assistant" } },
    { event: "event-of-tomorrow", payload: { a: 1 } },
    ...stop.map(([event, payload]) => ({ event, payload })),
  ];
  const parts = await streamed(events, { includeRaw: true });
  expect(parts.filter(({ type }) => type === "raw")).toEqual(
    events.map(({ event, payload }) => ({ type: "raw", value: { [event]: payload } })),
  );
});

test("reading ends with the metadata, which comes last", async () => {
  const parts = await streamed([
    ...stop.map(([event, payload]) => ({ event, payload })),
    { event: "contentBlockDelta", payload: { contentBlockIndex: 0, delta: { text: "late" } } },
  ]);
  expect(parts.map(({ type }) => type)).toEqual(["finish"]);
});
