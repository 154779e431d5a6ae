import { describe, expect, it } from "vitest";
import type { ChatResponse } from "../chat.js";
import { BelugaError } from "../errors.js";
import { ChatAnswer } from "./chat-answer.js";

const identity = { op: "llm.stream", provider: "acme", model: "small" };

function streamed(write: (answer: ChatAnswer) => void): ChatAnswer {
  const answer = new ChatAnswer(identity, [], true);
  write(answer);
  return answer;
}

function whole(write: (answer: ChatAnswer) => void): ChatAnswer {
  const answer = new ChatAnswer({ ...identity, op: "llm.generate" }, [], false);
  write(answer);
  return answer;
}

function errorOf(run: () => unknown): BelugaError {
  try {
    run();
  } catch (error) {
    if (BelugaError.is(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const empty: ChatResponse = {
  message: { role: "assistant", content: [] },
  text: "",
  reasoning: "",
  toolCalls: [],
  finishReason: { unified: "stop", raw: "stop" },
  usage: {},
  model: "small",
  id: undefined,
  warnings: [],
  sources: [],
  providerMetadata: {},
};

describe("an answer", () => {
  it("gives its parts in the order in which they came, each run of pieces as one", () => {
    const answer = streamed((answer) => {
      answer.reasoning("Hm");
      answer.reasoning("m");
      answer.text("Let ");
      answer.text("me see");
      answer.toolCallStart(0, "c1", "look");
      answer.toolCallDelta(0, '{"at":');
      answer.toolCallDelta(0, "1}");
      answer.toolCallEnd(0);
      answer.text("and");
      answer.source({ url: "https://a.example" });
      answer.finish("tool_calls", "tool-calls");
    });
    const toolCall = { type: "tool-call", id: "c1", name: "look", arguments: { at: 1 } } as const;
    const response: ChatResponse = {
      ...empty,
      message: {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hmm" },
          { type: "text", text: "Let me see" },
          toolCall,
          { type: "text", text: "and" },
        ],
      },
      text: "Let me seeand",
      reasoning: "Hmm",
      toolCalls: [toolCall],
      finishReason: { unified: "tool-calls", raw: "tool_calls" },
      sources: [{ url: "https://a.example" }],
    };
    expect(answer.end()).toStrictEqual(response);
    expect(answer.queue).toStrictEqual([
      { type: "reasoning", text: "Hm" },
      { type: "reasoning", text: "m" },
      { type: "text", text: "Let " },
      { type: "text", text: "me see" },
      { type: "tool-call-start", index: 0, id: "c1", name: "look" },
      { type: "tool-call-delta", index: 0, argumentsText: '{"at":' },
      { type: "tool-call-delta", index: 0, argumentsText: "1}" },
      { type: "tool-call", index: 0, toolCall },
      { type: "text", text: "and" },
      { type: "source", source: { url: "https://a.example" } },
      { type: "finish", response },
    ]);
  });

  it("comes out the same from a whole body, with nothing queued", () => {
    const answers = [streamed, whole].map((make) =>
      make((answer) => {
        answer.reasoning("Hm");
        answer.text("Hi");
        answer.toolCall(0, "c1", "look", "{}");
        answer.source({ title: "A" });
        answer.finish("stop", "stop");
      }),
    );
    const [fromStream, fromWhole] = answers.map((answer) => answer.end());
    expect(fromWhole).toStrictEqual(fromStream);
    expect(answers[1]?.queue).toEqual([]);
  });

  it("carries what the vendor says of itself", () => {
    const answer = whole((answer) => {
      answer.id = "resp_1";
      answer.model = "small-2026";
      answer.usage = { inputTokens: 1 };
      answer.providerMetadata["acme"] = { tier: 1 };
      answer.warn({ type: "other", message: "slow today" });
      answer.finish("stop", "stop");
    });
    expect(answer.end()).toStrictEqual({
      ...empty,
      id: "resp_1",
      model: "small-2026",
      usage: { inputTokens: 1 },
      providerMetadata: { acme: { tier: 1 } },
      warnings: [{ type: "other", message: "slow today" }],
    });
  });

  it("takes no notice of empty pieces", () => {
    const answer = streamed((answer) => {
      answer.text("");
      answer.reasoning("");
      answer.text("a");
      answer.reasoning("");
      answer.text("b");
      answer.finish("stop", "stop");
    });
    expect(answer.end().message.content).toEqual([{ type: "text", text: "ab" }]);
    expect(answer.queue.map(({ type }) => type)).toEqual(["text", "text", "finish"]);
  });

  it("keeps parts apart that the vendor ends", () => {
    const answer = whole((answer) => {
      answer.text("a");
      answer.endPart();
      answer.text("b");
      answer.part({ type: "text", text: "c", providerMetadata: { acme: 1 } });
      answer.text("d");
      answer.part({ type: "file", data: "AAAA", mediaType: "image/png" });
      answer.part({ type: "reasoning", text: "", redactedData: "x" });
      answer.finish("stop", "stop");
    });
    expect(answer.end()).toMatchObject({
      text: "abcd",
      message: {
        content: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
          { type: "text", text: "c", providerMetadata: { acme: 1 } },
          { type: "text", text: "d" },
          { type: "file", data: "AAAA", mediaType: "image/png" },
          { type: "reasoning", text: "", redactedData: "x" },
        ],
      },
    });
  });

  it("puts the details of reasoning to the reasoning that arrives, signatures in pieces too, or to an empty one", () => {
    const answer = streamed((answer) => {
      answer.reasoning("Hm");
      answer.reasoningDetail({ signature: "ab" });
      answer.reasoningDetail({ signature: "cd", providerMetadata: { acme: { id: 1 } } });
      answer.reasoning("m");
      answer.text("Hi");
      answer.reasoningDetail({ signature: "ef" });
      answer.finish("stop", "stop");
    });
    expect(answer.end()).toMatchObject({
      reasoning: "Hmm",
      message: {
        content: [
          { type: "reasoning", text: "Hmm", signature: "abcd", providerMetadata: { acme: { id: 1 } } },
          { type: "text", text: "Hi" },
          { type: "reasoning", text: "", signature: "ef" },
        ],
      },
    });
  });

  it("puts metadata to the part that arrives, and nowhere where none does", () => {
    const answer = whole((answer) => {
      answer.partMetadata({ lost: 1 });
      answer.text("Hi");
      answer.partMetadata({ a: 1 });
      answer.partMetadata({ b: 2 });
      answer.finish("stop", "stop");
    });
    expect(answer.end().message.content).toEqual([
      { type: "text", text: "Hi", providerMetadata: { a: 1, b: 2 } },
    ]);
  });

  it("hands the vendor's own events on in their place", () => {
    const answer = streamed((answer) => {
      answer.raw({ event: 1 });
      answer.text("Hi");
    });
    expect(answer.queue).toEqual([
      { type: "raw", value: { event: 1 } },
      { type: "text", text: "Hi" },
    ]);
  });
});

describe("tool calls", () => {
  it("that come whole are handed on at once, without empty pieces", () => {
    const answer = streamed((answer) => {
      answer.toolCall(0, "a", "look", "");
      answer.toolCall(1, "b", "look", "{}");
      answer.text("and");
    });
    expect(answer.queue.map(({ type }) => type)).toEqual([
      "tool-call-start",
      "tool-call",
      "tool-call-start",
      "tool-call-delta",
      "tool-call",
      "text",
    ]);
  });

  it("may arrive side by side, and stand in the order in which they began", () => {
    const answer = streamed((answer) => {
      answer.toolCallStart(0, "a", "first");
      answer.toolCallStart(1, "b", "second");
      answer.toolCallDelta(1, '{"n":');
      answer.toolCallDelta(0, '{"n":1}');
      answer.toolCallDelta(1, "2}");
      answer.toolCallEnd(1);
      answer.finish("tool_calls", "tool-calls");
    });
    expect(answer.toolCallCount).toBe(2);
    expect(answer.end().toolCalls.map(({ name, arguments: value }) => [name, value])).toEqual([
      ["first", { n: 1 }],
      ["second", { n: 2 }],
    ]);
    expect(answer.queue.filter(({ type }) => type === "tool-call")).toMatchObject([
      { index: 1 },
      { index: 0 },
    ]);
  });

  it("are told apart where a vendor uses an index again without ending the call before", () => {
    const answer = streamed((answer) => {
      answer.toolCallStart(0, "a", "first");
      answer.toolCallDelta(0, '{"n":1}');
      answer.toolCallStart(0, "b", "second");
      answer.toolCallDelta(0, '{"n":2}');
      answer.finish("stop", "stop");
    });
    expect(answer.end().toolCalls.map(({ id, arguments: value }) => [id, value])).toEqual([
      ["a", { n: 1 }],
      ["b", { n: 2 }],
    ]);
  });

  it.each(["", " \n", "null", "{}"])("with the arguments %j have none: {}", (text) => {
    const answer = streamed((answer) => {
      answer.toolCall(0, "a", "look", text);
      answer.finish("stop", "stop");
    });
    expect(answer.end().toolCalls[0]?.arguments).toEqual({});
  });

  it("keep a key __proto__ as a key", () => {
    const answer = whole((answer) => {
      answer.toolCall(0, "a", "look", '{"__proto__":{"polluted":true},"constructor":1}');
      answer.finish("stop", "stop");
    });
    const value = answer.end().toolCalls[0]?.arguments as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(["__proto__", "constructor"]);
    expect(value["polluted"]).toBeUndefined();
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("keep the vendor's data, from the start and from later", () => {
    const answer = whole((answer) => {
      answer.toolCallStart(0, "a", "look", { a: 1 });
      expect(answer.hasToolCall(0)).toBe(true);
      answer.toolCallMetadata(0, { b: 2 });
      answer.toolCallEnd(0);
      expect(answer.hasToolCall(0)).toBe(false);
      answer.toolCallMetadata(0, { late: 3 });
      answer.finish("stop", "stop");
    });
    expect(answer.end().toolCalls[0]).toEqual({
      type: "tool-call",
      id: "a",
      name: "look",
      arguments: {},
      providerMetadata: { a: 1, b: 2 },
    });
  });

  it("make tool-calls of a plain stop, and of nothing else", () => {
    for (const [raw, unified, expected] of [
      ["stop", "stop", "tool-calls"],
      ["length", "length", "length"],
      ["safety", "content-filter", "content-filter"],
      ["odd", "other", "other"],
    ] as const) {
      const answer = whole((answer) => {
        answer.toolCall(0, "a", "look", "{}");
        answer.finish(raw, unified);
      });
      expect(answer.end().finishReason).toEqual({ unified: expected, raw });
    }
  });

  it.each([
    ["length", "the token limit"],
    ["content-filter", "the vendor's filter"],
  ])("that are cut (%s) are left out, with a warning that carries their text", (reason, what) => {
    const answer = streamed((answer) => {
      answer.toolCall(0, "a", "first", "{}");
      answer.toolCallStart(1, "b", "second");
      answer.toolCallDelta(1, '{"n":');
      answer.finish(reason, reason);
    });
    const response = answer.end();
    expect(response.toolCalls.map(({ name }) => name)).toEqual(["first"]);
    expect(response.message.content).toEqual(response.toolCalls);
    expect(response.finishReason).toEqual({ unified: reason, raw: reason });
    expect(response.warnings).toEqual([
      {
        type: "other",
        message: `${what} cut the call of the tool "second", which is left out; its arguments so far: {"n":`,
      },
    ]);
    expect(answer.queue.filter(({ type }) => type === "tool-call")).toHaveLength(1);
  });

  it.each(["", " "])("are cut as well when the limit came before their arguments (%j)", (text) => {
    const answer = streamed((answer) => {
      answer.toolCallStart(0, "a", "first");
      answer.toolCallStart(1, "b", "second");
      answer.toolCallDelta(1, text);
      answer.finish("length", "length");
    });
    const { toolCalls, warnings } = answer.end();
    expect(toolCalls.map(({ name }) => name)).toEqual(["first"]);
    expect(warnings).toHaveLength(1);
  });

  it.each([
    ["stop", "stop"],
    ["tool_calls", "tool-calls"],
  ] as const)(
    "that are no JSON otherwise (%s) are invalid_response, with their text in the partial",
    (raw, unified) => {
      const answer = streamed((answer) => {
        answer.text("Hi");
        answer.toolCall(0, "a", "look", '{"n":');
        answer.finish(raw, unified);
      });
      const error = errorOf(() => answer.end());
      expect(error.toJSON()).toMatchObject({
        code: "invalid_response",
        op: "llm.stream",
        provider: "acme",
        model: "small",
        message: 'acme llm.stream: the arguments of the tool call "look" are not valid JSON',
      });
      expect((error.partial as ChatResponse).message.content).toEqual([
        { type: "text", text: "Hi" },
        { type: "tool-call", id: "a", name: "look", arguments: '{"n":' },
      ]);
      expect(answer.queue.map(({ type }) => type)).toEqual(["text", "tool-call-start", "tool-call-delta"]);
    },
  );

  it("have no arguments before they begin", () => {
    const answer = streamed((answer) => answer.text("Hi"));
    const error = errorOf(() => answer.toolCallDelta(3, "{}"));
    expect(error.message).toBe("acme llm.stream: arguments of a tool call (index 3) that was not started");
    expect((error.partial as ChatResponse).text).toBe("Hi");
    answer.toolCallEnd(3); // nothing to end
    expect(answer.toolCallCount).toBe(0);
  });
});

describe("the end of an answer", () => {
  it("is truncated where the vendor has not said that it is complete", () => {
    const answer = streamed((answer) => {
      answer.text("Hel");
      answer.toolCallStart(0, "a", "look");
      answer.toolCallDelta(0, '{"n"');
      answer.usage = { inputTokens: 3 };
    });
    expect(answer.isComplete).toBe(false);
    const error = errorOf(() => answer.end());
    expect(error.toJSON()).toMatchObject({
      code: "truncated",
      retryable: false,
      message: "acme llm.stream: the answer ended before the vendor said that it was complete",
    });
    const toolCall = { type: "tool-call", id: "a", name: "look", arguments: '{"n"' } as const;
    expect(error.partial).toStrictEqual({
      ...empty,
      message: { role: "assistant", content: [{ type: "text", text: "Hel" }, toolCall] },
      text: "Hel",
      toolCalls: [toolCall],
      usage: { inputTokens: 3 },
      finishReason: { unified: "other", raw: undefined },
    });
    expect(answer.queue.map(({ type }) => type)).not.toContain("finish");
  });

  it("is a normal one with a terminal marker and no reason", () => {
    const answer = streamed((answer) => answer.complete());
    expect(answer.isComplete).toBe(true);
    expect(answer.end().finishReason).toEqual({ unified: "other", raw: undefined });
  });

  it("has the first reason that was given", () => {
    const answer = streamed((answer) => {
      answer.finish("eos", "stop");
      answer.finish("length", "length");
    });
    expect(answer.end().finishReason).toEqual({ unified: "stop", raw: "eos" });
  });

  it("is a refusal where the vendor's words say so", () => {
    const answer = streamed((answer) => {
      answer.refusal("I can't ");
      answer.refusal("help");
      answer.finish("stop", "stop");
    });
    expect(answer.end()).toStrictEqual({
      ...empty,
      refusal: "I can't help",
      finishReason: { unified: "content-filter", raw: "stop" },
    });
  });
});

it("takes a reason that is the name of what every object has for one that it does not know", () => {
  const meanings: Readonly<Record<string, string>> = { end: "stop" };
  const reasons = ["end", "constructor", "toString"].map((reason) => {
    const answer = whole((answer) => answer.finish(reason, meanings[reason] ?? "other"));
    return answer.end().finishReason;
  });
  expect(reasons).toEqual([
    { unified: "stop", raw: "end" },
    { unified: "other", raw: "constructor" },
    { unified: "other", raw: "toString" },
  ]);
});
