import { BelugaError, type ChatOptions, type ChatResponse, type ChatStreamPart } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createLlama } from "./index.js";

// The exchanges in testdata/ show what answers look like as a rule; here is what they hold beside that.

function modelThatAnswers(body: string, contentType: string) {
  return createLlama({
    model: "Llama-3.3-70B-Instruct",
    apiKey: "top-secret",
    maxRetries: 0,
    fetch: async () => new Response(body, { headers: { "content-type": contentType } }),
  });
}

const event = (event_type: string, delta: unknown, rest: object = {}): string =>
  `data: ${JSON.stringify({ id: "1", event: { event_type, delta, ...rest } })}\n\n`;
const text = (words: string) => ({ type: "text", text: words });
const call = (id: string | undefined, called: object) => ({ type: "tool_call", id, function: called });
const complete = (stop_reason: string, words = ""): string => event("complete", text(words), { stop_reason });
const metrics = (...list: object[]): string => event("metrics", text(""), { metrics: list });

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

test("text, metrics and the vendor's id make the response", async () => {
  const list = [
    { metric: "num_prompt_tokens", value: 3, unit: "tokens" },
    { metric: "num_completion_tokens", value: 2, unit: "tokens" },
    { metric: "num_total_tokens", value: 5, unit: "tokens" },
    { metric: "latency", value: 0.5, unit: "seconds" },
  ];
  const { parts, response } = await streamed([
    event("start", text("")),
    event("progress", text("Hel")),
    complete("stop", "lo"),
    metrics(...list),
  ]);
  expect(parts.map(({ type }) => type)).toEqual(["text", "text", "finish"]);
  expect(response).toEqual({
    message: { role: "assistant", content: [{ type: "text", text: "Hello" }] },
    text: "Hello",
    reasoning: "",
    toolCalls: [],
    finishReason: { unified: "stop", raw: "stop" },
    usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5, raw: list },
    model: "Llama-3.3-70B-Instruct",
    id: "1",
    warnings: [],
    sources: [],
    providerMetadata: {},
  });
});

test("a metric that was not told is absent", async () => {
  const total = [{ metric: "num_total_tokens", value: 5 }];
  expect((await streamed([complete("stop"), metrics(...total)])).response.usage).toEqual({
    totalTokens: 5,
    raw: total,
  });
  const odd = [{ metric: "num_prompt_tokens", value: "3" }, null];
  const message = { role: "assistant", content: "Hi" };
  expect((await generated({ completion_message: message, metrics: odd })).usage).toEqual({ raw: odd });
  expect((await generated({ completion_message: message })).usage).toEqual({});
});

describe("tool calls", () => {
  test("are told apart by their ids, which need not be in every piece, nor with the name", async () => {
    const { parts } = await streamed([
      event("progress", call("c1", {})),
      event("progress", call("c1", { name: "a" })),
      event("progress", call(undefined, { arguments: '{"x"' })),
      event("progress", call("c1", { name: "a", arguments: ":1}" })),
      event("progress", call("c2", { name: "b", arguments: "{}" })),
      complete("tool_calls"),
    ]);
    expect(
      parts.map((part) =>
        part.type === "tool-call"
          ? part.toolCall
          : "index" in part
            ? `${part.type} ${part.index}`
            : part.type,
      ),
    ).toEqual([
      "tool-call-start 0",
      "tool-call-delta 0",
      "tool-call-delta 0",
      { type: "tool-call", id: "c1", name: "a", arguments: { x: 1 } },
      "tool-call-start 1",
      "tool-call-delta 1",
      { type: "tool-call", id: "c2", name: "b", arguments: {} },
      "finish",
    ]);
  });

  test("of a whole answer get ids where they have none", async () => {
    const { toolCalls } = await generated({
      completion_message: {
        role: "assistant",
        stop_reason: "tool_calls",
        tool_calls: [
          { function: { name: "a", arguments: '{"x":1}' } },
          { function: { name: "a", arguments: '{"x":2}' } },
        ],
      },
    });
    expect(toolCalls.map(({ name, arguments: args }) => [name, args])).toEqual([
      ["a", { x: 1 }],
      ["a", { x: 2 }],
    ]);
    expect(new Set(toolCalls.map(({ id }) => id)).size).toBe(2);
  });

  test("without a name make the answer invalid", async () => {
    const error = await failureOf(
      streamed([event("progress", call("c1", { arguments: "{}" })), complete("tool_calls")]),
    );
    expect([error.code, error.message]).toEqual([
      "invalid_response",
      "llama llm.stream: a tool call without the tool's name",
    ]);
  });
});

describe("the end", () => {
  test("is the reason, and nothing is read after the metrics that follow it", async () => {
    for (const rest of ["", "data: [DONE]\n\n", metrics() + "data: {not JSON\n\n"]) {
      const { response } = await streamed([event("progress", text("Hi")), complete("stop"), rest]);
      expect([response.text, response.finishReason]).toEqual(["Hi", { unified: "stop", raw: "stop" }]);
    }
  });

  test("is still to come where the metrics are first", async () => {
    const { response } = await streamed([metrics(), event("progress", text("Hi")), complete("stop")]);
    expect(response.text).toBe("Hi");
  });

  test("by a reason that is not known is one", async () => {
    expect((await streamed([complete("later")])).response.finishReason).toEqual({
      unified: "other",
      raw: "later",
    });
  });

  test("is not there where metrics come without a reason", async () => {
    const error = await failureOf(streamed([event("progress", text("Hi")), metrics()]));
    expect(error.code).toBe("truncated");
  });

  test("by a line that is an error and no event is truncated", async () => {
    const error = await failureOf(
      streamed([event("progress", text("Hi")), '{"title":"Internal error","status":500}\n']),
    );
    expect([error.code, (error.partial as ChatResponse).text]).toEqual(["truncated", "Hi"]);
  });
});

test("an error event is an error in the vendor's words", async () => {
  const error = await failureOf(
    streamed([event("progress", text("Hi")), 'event: error\ndata: {"detail":"no capacity"}\n\n']),
  );
  expect([error.code, error.message]).toEqual(["provider_unavailable", "llama llm.stream: no capacity"]);
});

test("the vendor's events are handed on to those who ask for them", async () => {
  const { parts } = await streamed([event("start", text("")), complete("stop")], { includeRaw: true });
  expect(parts.filter(({ type }) => type === "raw")).toEqual([
    { type: "raw", value: { id: "1", event: { event_type: "start", delta: text("") } } },
    {
      type: "raw",
      value: { id: "1", event: { event_type: "complete", delta: text(""), stop_reason: "stop" } },
    },
  ]);
});
