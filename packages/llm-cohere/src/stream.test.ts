import { BelugaError, type ChatOptions, type ChatResponse, type ChatStreamPart } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createCohere } from "./index.js";

// The exchanges in testdata/ show what answers look like as a rule; here is what they hold beside that.

function modelThatAnswers(body: string, contentType: string) {
  return createCohere({
    model: "command-a-03-2025",
    apiKey: "top-secret",
    maxRetries: 0,
    fetch: async () => new Response(body, { headers: { "content-type": contentType } }),
  });
}

const event = (type: string, fields: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
const message = (type: string, index: number, fields: object): string =>
  event(type, { index, delta: { message: fields } });
const start = event("message-start", { id: "1" });
const text = (index: number, ...words: string[]): string =>
  message("content-start", index, { content: { type: "text", text: "" } }) +
  words.map((word) => message("content-delta", index, { content: { text: word } })).join("") +
  event("content-end", { index });
const plan = (tool_plan: string): string => event("tool-plan-delta", { delta: { message: { tool_plan } } });
const callStart = (index: number, id: string, name?: string, args = ""): string =>
  message("tool-call-start", index, {
    tool_calls: { id, type: "function", function: { name, arguments: args } },
  });
const callDelta = (index: number, args: string): string =>
  message("tool-call-delta", index, { tool_calls: { function: { arguments: args } } });
const cite = (citations: unknown): string => message("citation-start", 0, { citations });
const end = (finish_reason?: string, delta: object = {}): string =>
  event("message-end", { delta: { finish_reason, ...delta } });

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

async function failureOf(answer: Promise<unknown>): Promise<BelugaError> {
  const error = await answer.catch((reason: unknown) => reason);
  if (!BelugaError.is(error)) throw new Error(`expected a BelugaError, got ${String(error)}`);
  return error;
}

const generated = async (body: unknown): Promise<ChatResponse> =>
  modelThatAnswers(JSON.stringify(body), "application/json").generate("Hi");

/** The assistant's message that is sent when an answer goes back with the next message. */
async function sentBack(answer: ChatResponse): Promise<unknown> {
  let body = "";
  const model = createCohere({
    model: "command-a-03-2025",
    apiKey: "top-secret",
    fetch: async (input, init) => {
      body = await new Request(input, init).text();
      return Response.json({ message: { role: "assistant" }, finish_reason: "COMPLETE" });
    },
  });
  const stored = JSON.parse(JSON.stringify(answer.message)) as ChatResponse["message"];
  await model.generate([{ role: "user", content: "Hi" }, stored, { role: "user", content: "And?" }]);
  return (JSON.parse(body) as { messages: unknown[] }).messages[1];
}

test("text, usage and the vendor's id make the response", async () => {
  const usage = {
    billed_units: { input_tokens: 3, output_tokens: 2 },
    tokens: { input_tokens: 500, output_tokens: 4 },
    cached_tokens: 448,
  };
  const { parts, response } = await streamed([start, text(0, "Hel", "lo"), end("COMPLETE", { usage })]);
  expect(parts.map(({ type }) => type)).toEqual(["text", "text", "finish"]);
  expect(response).toEqual({
    message: { role: "assistant", content: [{ type: "text", text: "Hello" }] },
    text: "Hello",
    reasoning: "",
    toolCalls: [],
    finishReason: { unified: "stop", raw: "COMPLETE" },
    usage: {
      inputTokens: 500,
      outputTokens: 4,
      totalTokens: 504,
      cachedInputTokens: 448,
      raw: usage,
    },
    model: "command-a-03-2025",
    id: "1",
    warnings: [],
    sources: [],
    providerMetadata: {},
  });
});

test("what is billed is not what the model read", async () => {
  const usage = { billed_units: { input_tokens: 3, output_tokens: 2 } };
  expect((await streamed([start, end("COMPLETE", { usage })])).response.usage).toEqual({ raw: usage });
  expect((await streamed([start, end("COMPLETE")])).response.usage).toEqual({});
});

test("two blocks of text are two parts", async () => {
  const content = [
    { type: "text", text: "One." },
    { type: "text", text: "Two." },
  ];
  const { response } = await streamed([start, text(0, "One."), text(1, "Two."), end("COMPLETE")]);
  expect(response.message.content).toEqual(content);
  const whole = await generated({ message: { content }, finish_reason: "COMPLETE" });
  expect(whole.message.content).toEqual(content);
});

describe("the answer goes back as it came", () => {
  const citation = {
    start: 0,
    end: 4,
    text: "Text",
    type: "TEXT_CONTENT",
    content_index: 1,
    sources: [{ type: "document", id: "1", document: { id: "1", text: "Text" } }],
  };
  const wire = {
    role: "assistant",
    content: [
      { type: "thinking", thinking: "Hm." },
      { type: "text", text: "Text" },
    ],
    citations: [citation],
  };
  const wireWithCalls = {
    role: "assistant",
    content: [{ type: "thinking", thinking: "Hm." }],
    tool_plan: "I will look.",
    tool_calls: [{ id: "c1", type: "function", function: { name: "look", arguments: '{"at":"it"}' } }],
    citations: [{ ...citation, type: "PLAN" }],
  };

  test("as a whole", async () => {
    expect(await sentBack(await generated({ message: wire, finish_reason: "COMPLETE" }))).toEqual(wire);
    expect(await sentBack(await generated({ message: wireWithCalls, finish_reason: "TOOL_CALL" }))).toEqual(
      wireWithCalls,
    );
  });

  test("in pieces", async () => {
    const hm =
      message("content-start", 0, { content: { type: "thinking", thinking: "Hm." } }) +
      event("content-end", { index: 0 });
    const { response } = await streamed([start, hm, text(1, "Te", "xt"), cite(citation), end("COMPLETE")]);
    expect(await sentBack(response)).toEqual(wire);
    const calling = await streamed([
      start,
      hm,
      plan("I will "),
      plan("look."),
      callStart(0, "c1", "look"),
      callDelta(0, '{"at":"it"}'),
      event("tool-call-end", { index: 0 }),
      cite({ ...citation, type: "PLAN" }),
      end("TOOL_CALL"),
    ]);
    expect(await sentBack(calling.response)).toEqual(wireWithCalls);
    expect(calling.response.message.content).toMatchObject([
      { type: "reasoning" },
      { type: "text", text: "" },
      { type: "tool-call" },
    ]);
    expect(calling.response.providerMetadata).toEqual({ cohere: { toolPlan: "I will look." } });
  });

  test("with citations in the middle of a text, which does not fall apart by them", async () => {
    const { response } = await streamed([
      start,
      message("content-start", 0, { content: { type: "text", text: "" } }),
      message("content-delta", 0, { content: { text: "Te" } }),
      cite([citation]),
      message("content-delta", 0, { content: { text: "xt" } }),
      event("content-end", { index: 0 }),
      end("COMPLETE"),
    ]);
    expect(response.message.content).toEqual([
      { type: "text", text: "Text" },
      { type: "text", text: "", providerMetadata: { cohere: { citations: [citation] } } },
    ]);
  });
});

describe("citations", () => {
  test("are sources, one for each that they name, with the whole of it as metadata", async () => {
    const document = { type: "document", id: "1", document: { title: "T", url: "not a URL", text: "…" } };
    const tool = { type: "tool", id: "t:0", tool_output: { title: 5, url: "https://example.com/" } };
    const rest = { start: 0, end: 2, text: "Hi", type: "TEXT_CONTENT" };
    const citations = [{ ...rest, sources: [document, tool] }, { ...rest, sources: [] }, { sources: "none" }];
    const expected = [
      {
        title: "T",
        documentId: "1",
        text: "Hi",
        providerMetadata: { cohere: { ...rest, sources: [document] } },
      },
      {
        url: "https://example.com/",
        documentId: "t:0",
        text: "Hi",
        providerMetadata: { cohere: { ...rest, sources: [tool] } },
      },
      { text: "Hi", providerMetadata: { cohere: { ...rest, sources: [] } } },
      { providerMetadata: { cohere: { sources: "none" } } },
    ];
    const { parts, response } = await streamed([
      start,
      text(0, "Hi"),
      ...citations.map(cite),
      end("COMPLETE"),
    ]);
    expect(response.sources).toEqual(expected);
    expect(parts.filter(({ type }) => type === "source")).toEqual(
      expected.map((source) => ({ type: "source", source })),
    );
    const whole = await generated({
      message: { content: [{ type: "text", text: "Hi" }], citations },
      finish_reason: "COMPLETE",
    });
    expect(whole.sources).toEqual(expected);
  });
});

describe("tool calls", () => {
  test("come as they arrive, whole when the next begins or the answer ends", async () => {
    const { parts } = await streamed([
      start,
      callStart(0, "c1", "a", '{"x"'),
      callDelta(0, ":1}"),
      event("tool-call-end", { index: 0 }),
      callStart(1, "c2", "b"),
      event("tool-call-end", { index: 1 }),
      end("TOOL_CALL"),
    ]);
    expect(parts.map((part) => ("index" in part ? `${part.type} ${part.index}` : part.type))).toEqual([
      "tool-call-start 0",
      "tool-call-delta 0",
      "tool-call-delta 0",
      "tool-call 0",
      "tool-call-start 1",
      "tool-call 1",
      "finish",
    ]);
  });

  test("without an id get one, and without an index are told apart by their order", async () => {
    const { response } = await streamed([
      start,
      event("tool-call-start", { delta: { message: { tool_calls: { function: { name: "a" } } } } }),
      event("tool-call-delta", {
        delta: { message: { tool_calls: { function: { arguments: '{"x":1}' } } } },
      }),
      event("tool-call-start", { delta: { message: { tool_calls: { function: { name: "b" } } } } }),
      event("tool-call-delta", {
        delta: { message: { tool_calls: { function: { arguments: '{"x":2}' } } } },
      }),
      end("TOOL_CALL"),
    ]);
    expect(response.toolCalls.map(({ name, arguments: args }) => [name, args])).toEqual([
      ["a", { x: 1 }],
      ["b", { x: 2 }],
    ]);
    expect(new Set(response.toolCalls.map(({ id }) => id)).size).toBe(2);
  });

  test("without a name make the answer invalid, and so do arguments that no call began", async () => {
    for (const events of [[callStart(0, "c1")], [callDelta(0, "{}")]]) {
      const error = await failureOf(streamed([start, ...events, end("TOOL_CALL")]));
      expect(error.code).toBe("invalid_response");
    }
  });

  test("make the finish reason, whatever the vendor calls it", async () => {
    const { response } = await streamed([start, callStart(0, "c1", "a"), end("COMPLETE")]);
    expect(response.finishReason).toEqual({ unified: "tool-calls", raw: "COMPLETE" });
  });
});

describe("the end", () => {
  test("without a reason, or with one that is not known, is one all the same", async () => {
    expect((await streamed([start, end()])).response.finishReason).toEqual({
      unified: "other",
      raw: undefined,
    });
    expect((await streamed([start, end("LATER")])).response.finishReason).toEqual({
      unified: "other",
      raw: "LATER",
    });
  });

  test("by a failure is an error with all that had arrived", async () => {
    const usage = { tokens: { input_tokens: 1, output_tokens: 2 } };
    const broken = [start, text(0, "Half"), plan("Plan."), end("ERROR", { usage, error: "no capacity" })];
    const body = {
      id: "1",
      message: { content: [{ type: "text", text: "Half" }], tool_plan: "Plan." },
      finish_reason: "TIMEOUT",
      usage,
    };
    const failures = [await failureOf(streamed(broken)), await failureOf(generated(body))];
    expect(failures.map(({ code, message: words }) => [code, words])).toEqual([
      ["provider_unavailable", "cohere llm.stream: no capacity"],
      ["timeout", "cohere llm.generate: the generation exceeded the time that the API allows"],
    ]);
    for (const { partial } of failures) {
      expect(partial).toMatchObject({
        id: "1",
        text: "Half",
        usage: { totalTokens: 3 },
        providerMetadata: { cohere: { toolPlan: "Plan." } },
      });
    }
  });

  test("may be followed by [DONE] or by nothing, and what follows it is not read", async () => {
    for (const rest of ["", "data: [DONE]\n\n", "data: {not JSON\n\n"]) {
      const { response } = await streamed([start, text(0, "Hi"), end("COMPLETE"), rest]);
      expect(response.text).toBe("Hi");
    }
  });

  test("is not [DONE] alone", async () => {
    const error = await failureOf(streamed([start, text(0, "Hi"), "data: [DONE]\n\n"]));
    expect(error.code).toBe("truncated");
  });
});

test("log probabilities are kept, of a stream and of a body", async () => {
  const logprobs = [
    { text: "H", token_ids: [1], logprobs: [-1] },
    { text: "i", token_ids: [2], logprobs: [-2] },
  ];
  const { response } = await streamed([
    start,
    ...logprobs.map((item) =>
      event("content-delta", {
        index: 0,
        delta: { message: { content: { text: item.text } } },
        logprobs: item,
      }),
    ),
    end("COMPLETE"),
  ]);
  expect(response.providerMetadata).toEqual({ cohere: { logprobs } });
  const whole = await generated({ message: { content: [] }, finish_reason: "COMPLETE", logprobs });
  expect(whole.providerMetadata).toEqual({ cohere: { logprobs } });
});

test("the vendor's events are handed on to those who ask for them", async () => {
  const events = [start, plan("I"), event("debug", { prompt: "…" }), end("COMPLETE")];
  const { parts } = await streamed(events, { includeRaw: true });
  expect(parts.filter(({ type }) => type === "raw")).toEqual([
    { type: "raw", value: { type: "message-start", id: "1" } },
    { type: "raw", value: { type: "tool-plan-delta", delta: { message: { tool_plan: "I" } } } },
    { type: "raw", value: { type: "debug", prompt: "…" } },
    { type: "raw", value: { type: "message-end", delta: { finish_reason: "COMPLETE" } } },
  ]);
});

test("a message that is words is an error, whatever the status", async () => {
  const error = await failureOf(generated({ id: "1", message: "model 'x' not found" }));
  expect([error.code, error.message]).toEqual([
    "provider_unavailable",
    "cohere llm.generate: model 'x' not found",
  ]);
});
