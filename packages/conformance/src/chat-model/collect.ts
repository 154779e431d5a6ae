import assert from "node:assert/strict";
import type {
  ChatModel,
  ChatOptions,
  ChatInput,
  ChatResponse,
  ChatStreamPart,
  Source,
  ToolCallPart,
} from "@beluga/core";

/** What came of a stream: its parts put together, and how it ended. However the parts were cut, this is the same. */
export interface Collected {
  text: string;
  reasoning: string;
  calls: { index: number; id: string; name: string; argumentsText: string; toolCall?: ToolCallPart }[];
  sources: Source[];
  raw: unknown[];
  response?: ChatResponse;
}

/** Adds a part, and checks that it may come here. */
export function addPart(collected: Collected, part: ChatStreamPart): void {
  assert.equal(
    collected.response,
    undefined,
    `a part of the type "${part.type}" came after finish, which has to be the last`,
  );
  switch (part.type) {
    case "text":
    case "reasoning":
      assert.ok(typeof part.text === "string" && part.text !== "", `a ${part.type} part without text`);
      collected[part.type] += part.text;
      break;
    case "tool-call-start": {
      const { index, id, name } = part;
      assert.ok(Number.isInteger(index) && index >= 0, `tool-call-start with the index ${index}`);
      assert.ok(typeof name === "string" && name !== "", "tool-call-start without a name");
      assert.ok(typeof id === "string" && id !== "", "tool-call-start without an id");
      assert.ok(
        !collected.calls.some((call) => call.index === index),
        `two tool calls with the index ${index}`,
      );
      assert.ok(!collected.calls.some((call) => call.id === id), `two tool calls with the id ${id}`);
      collected.calls.push({ index, id, name, argumentsText: "" });
      break;
    }
    case "tool-call-delta": {
      const call = openCall(collected, part.type, part.index);
      assert.equal(typeof part.argumentsText, "string", "tool-call-delta without argumentsText");
      call.argumentsText += part.argumentsText;
      break;
    }
    case "tool-call": {
      const call = openCall(collected, part.type, part.index);
      const { id, name, arguments: args } = part.toolCall;
      assert.deepEqual(
        { id, name },
        { id: call.id, name: call.name },
        "a tool-call with another id or name than its start",
      );
      assert.deepEqual(
        args,
        parseArguments(call.argumentsText),
        "a tool-call with other arguments than its deltas",
      );
      call.toolCall = part.toolCall;
      break;
    }
    case "source":
      collected.sources.push(part.source);
      break;
    case "raw":
      collected.raw.push(part.value);
      break;
    case "finish":
      collected.response = part.response;
      checkFinish(collected, part.response);
      break;
    default: // an open union
  }
}

function openCall(collected: Collected, type: string, index: number): Collected["calls"][number] {
  const call = collected.calls.find((candidate) => candidate.index === index);
  assert.ok(call, `${type} of the index ${index}, which has no tool-call-start`);
  assert.equal(call.toolCall, undefined, `${type} of the index ${index}, whose tool-call came already`);
  return call;
}

function parseArguments(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return assert.fail(`a tool-call whose deltas are no valid JSON: ${text}`);
  }
}

function checkFinish(collected: Collected, response: ChatResponse): void {
  checkResponse(response);
  const whole = collected.calls.flatMap(({ toolCall }) => (toolCall ? [toolCall] : []));
  assert.equal(response.text, collected.text, "the text parts and the response's text differ");
  assert.equal(
    response.reasoning,
    collected.reasoning,
    "the reasoning parts and the response's reasoning differ",
  );
  assert.deepEqual(
    byId(response.toolCalls),
    byId(whole),
    "the tool-call parts and the response's tool calls differ",
  );
  assert.deepEqual(response.sources, collected.sources, "the source parts and the response's sources differ");
  if (response.finishReason.unified === "length") return;
  const open = collected.calls.find(({ toolCall }) => !toolCall);
  assert.equal(open, undefined, `the tool call "${open?.name}" was started, but did not come whole`);
}

function byId(calls: readonly ToolCallPart[]): ToolCallPart[] {
  return calls.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

const counts = [
  "inputTokens",
  "outputTokens",
  "totalTokens",
  "cachedInputTokens",
  "cacheWriteTokens",
  "reasoningTokens",
] as const;

/** What holds for every response, whatever the vendor said. */
export function checkResponse(response: ChatResponse): void {
  const {
    message,
    text,
    reasoning,
    toolCalls,
    finishReason,
    usage,
    model,
    id,
    warnings,
    sources,
    providerMetadata,
  } = response;
  assert.equal(message.role, "assistant", "response.message.role");
  const parts =
    typeof message.content === "string"
      ? [{ type: "text" as const, text: message.content }]
      : message.content;
  const joined = (type: "text" | "reasoning"): string =>
    parts.map((part) => (part.type === type ? part.text : "")).join("");
  assert.equal(joined("text"), text, "response.text differs from the text of response.message");
  assert.equal(
    joined("reasoning"),
    reasoning,
    "response.reasoning differs from the reasoning of response.message",
  );
  assert.deepEqual(
    parts.filter((part) => part.type === "tool-call"),
    toolCalls,
    "response.toolCalls differ from the tool calls of response.message",
  );
  assert.ok(
    typeof finishReason.unified === "string" && finishReason.unified !== "",
    "response.finishReason.unified is missing",
  );
  assert.ok(
    finishReason.raw === undefined || typeof finishReason.raw === "string",
    "response.finishReason.raw is no string",
  );
  for (const count of counts) {
    const value: unknown = usage[count];
    assert.ok(
      value === undefined || (Number.isInteger(value) && (value as number) >= 0),
      `usage.${count} is ${String(value)}`,
    );
  }
  const { inputTokens, outputTokens, totalTokens } = usage;
  if (inputTokens !== undefined && outputTokens !== undefined) {
    assert.equal(
      totalTokens,
      inputTokens + outputTokens,
      "usage.totalTokens is not inputTokens + outputTokens",
    );
  }
  assert.ok(typeof model === "string" && model !== "", "response.model is missing");
  assert.ok(id === undefined || (typeof id === "string" && id !== ""), "response.id is empty");
  for (const { type, message: words } of warnings) {
    assert.ok(["unsupported", "adjusted", "other"].includes(type), `a warning of the type "${type}"`);
    assert.ok(typeof words === "string" && words !== "", "a warning without a message");
  }
  assert.ok(Array.isArray(sources), "response.sources is no array");
  assert.ok(
    typeof providerMetadata === "object" && providerMetadata !== null,
    "response.providerMetadata is no object",
  );
}

/** How a call went: what it gave, and with what it failed if it did. */
export interface Outcome extends Collected {
  failure?: { error: unknown };
}

export type Mode = "generate" | "stream";
export const modes: readonly Mode[] = ["generate", "stream"];

/** Calls a model, in either way, and checks all rules on the way. Never throws what the model throws. */
export async function callModel(
  model: ChatModel,
  mode: Mode,
  input: ChatInput,
  options: ChatOptions = {},
): Promise<Outcome> {
  const outcome: Outcome = { text: "", reasoning: "", calls: [], sources: [], raw: [] };
  if (mode === "generate") {
    let response: ChatResponse;
    try {
      response = await model.generate(input, options);
    } catch (error) {
      return { ...outcome, failure: { error } };
    }
    checkResponse(response);
    const { text, reasoning, sources } = response;
    return { ...outcome, text, reasoning, sources, response };
  }
  let iterator: AsyncIterator<ChatStreamPart>;
  try {
    iterator = model.stream(input, options)[Symbol.asyncIterator]();
  } catch (error) {
    return { ...outcome, failure: { error } };
  }
  for (;;) {
    let result: IteratorResult<ChatStreamPart>;
    try {
      result = await iterator.next();
    } catch (error) {
      return { ...outcome, failure: { error } };
    }
    if (result.done) break;
    addPart(outcome, result.value);
  }
  assert.ok(outcome.response, "the stream ended without finish, and without an error");
  return outcome;
}
