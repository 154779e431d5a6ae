import { BelugaError, type ChatOptions, type ChatResponse, type ChatStreamPart } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type OpenAIResponsesWire, createOpenAIResponsesModel } from "./responses.js";

// The exchanges in testdata/responses of llm-openai show what answers look like as a rule; here is what they hold beside that.

function modelThatAnswers(body: string, contentType: string, wire: Partial<OpenAIResponsesWire> = {}) {
  return createOpenAIResponsesModel({
    provider: "acme",
    packageName: "@acme/beluga-llm",
    version: "1.0.0",
    baseURL: "https://api.acme.example/v1",
    model: "acme-1",
    maxRetries: 0,
    fetch: async () => new Response(body, { headers: { "content-type": contentType } }),
    ...wire,
  });
}

const event = (type: string, fields: object = {}): string =>
  `data: ${JSON.stringify({ type, ...fields })}\n\n`;
const added = (index: number, item: object): string =>
  event("response.output_item.added", { output_index: index, item });
const done = (index: number, item: object): string =>
  event("response.output_item.done", { output_index: index, item });
const text = (index: number, delta: string, piece = 0): string =>
  event("response.output_text.delta", { output_index: index, content_index: piece, delta });
const summary = (index: number, delta: string, piece = 0): string =>
  event("response.reasoning_summary_text.delta", { output_index: index, summary_index: piece, delta });
const args = (index: number, delta: string): string =>
  event("response.function_call_arguments.delta", { output_index: index, delta });
const completed = (output: object[] = [], response: object = {}): string =>
  event("response.completed", { response: { id: "resp_1", status: "completed", output, ...response } });

const words = (...texts: string[]) => texts.map((text) => ({ type: "output_text", text, annotations: [] }));
const message = (id: string, ...texts: string[]) => ({
  type: "message",
  id,
  role: "assistant",
  content: words(...texts),
});
const call = (id: string, json: string, fields: object = {}) => ({
  type: "function_call",
  id: `fc_${id}`,
  call_id: `call_${id}`,
  name: "weather",
  arguments: json,
  ...fields,
});
const thought = (words: string) => ({
  type: "reasoning",
  id: "rs_1",
  summary: [{ type: "summary_text", text: words }],
  encrypted_content: "gAAAA",
});
const custom = (input: string, fields: object = {}) => ({
  type: "custom_tool_call",
  id: "ctc_1",
  call_id: "call_1",
  name: "run",
  input,
  ...fields,
});
const cite = (url: string) => ({ type: "url_citation", url, title: "", start_index: 0, end_index: 1 });
const token = (word: string) => ({ token: word, logprob: -0.1, bytes: [], top_logprobs: [] });
const image = (fields: object) => ({
  type: "image_generation_call",
  id: "ig_1",
  status: "completed",
  ...fields,
});
const own = (metadata: object) => ({ providerMetadata: { acme: metadata } });

async function streamed(
  events: readonly string[],
  options: ChatOptions = {},
  wire: Partial<OpenAIResponsesWire> = {},
): Promise<{ parts: ChatStreamPart[]; response: ChatResponse }> {
  const parts = await Array.fromAsync(
    modelThatAnswers(events.join(""), "text/event-stream", wire).stream("Hi", options),
  );
  const last = parts.at(-1);
  if (last?.type !== "finish") throw new Error("the stream did not finish");
  return { parts, response: last.response };
}

const generated = async (body: unknown, wire: Partial<OpenAIResponsesWire> = {}): Promise<ChatResponse> =>
  modelThatAnswers(JSON.stringify(body), "application/json", wire).generate("Hi");

async function failureOf(answer: Promise<unknown>): Promise<BelugaError> {
  const error = await answer.catch((reason: unknown) => reason);
  if (!BelugaError.is(error)) throw new Error(`expected a BelugaError, got ${String(error)}`);
  return error;
}

test("text, usage and the vendor's names make the response", async () => {
  const usage = { input_tokens: 5, output_tokens: 2, total_tokens: 7 };
  const { parts, response } = await streamed([
    event("response.created", { response: { id: "resp_1", model: "acme-1-0", usage: null } }),
    added(0, message("msg_1")),
    text(0, "Hel"),
    text(0, "lo"),
    done(0, message("msg_1", "Hello")),
    completed([message("msg_1", "Hello")], { usage, service_tier: "flex" }),
  ]);
  expect(parts.map(({ type }) => type)).toEqual(["text", "text", "finish"]);
  expect(response).toEqual({
    message: { role: "assistant", content: [{ type: "text", text: "Hello", ...own({ id: "msg_1" }) }] },
    text: "Hello",
    reasoning: "",
    toolCalls: [],
    finishReason: { unified: "stop", raw: "completed" },
    usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7, raw: usage },
    model: "acme-1-0",
    id: "resp_1",
    warnings: [],
    sources: [],
    providerMetadata: { acme: { serviceTier: "flex" } },
  });
});

describe("what no event brought in pieces", () => {
  test("is read when its item ends", async () => {
    const { parts, response } = await streamed([
      added(0, { type: "reasoning", id: "rs_1", summary: [] }),
      summary(0, "Fir"),
      done(0, {
        type: "reasoning",
        id: "rs_1",
        summary: [
          { type: "summary_text", text: "First." },
          { type: "summary_text", text: "Second." },
        ],
      }),
      added(1, message("msg_1")),
      text(1, "Hel"),
      done(1, message("msg_1", "Hello", " there")),
      done(2, call("1", '{"city":"Oslo"}')),
      completed(),
    ]);
    expect(parts.flatMap((part) => ("text" in part ? [part.text] : []))).toEqual([
      "Fir",
      "st.",
      "Second.",
      "Hel",
      "lo",
      " there",
    ]);
    expect(response.message.content).toEqual([
      { type: "reasoning", text: "First.", ...own({ id: "rs_1" }) },
      { type: "reasoning", text: "Second.", ...own({ id: "rs_1" }) },
      { type: "text", text: "Hello", ...own({ id: "msg_1" }) },
      { type: "text", text: " there", ...own({ id: "msg_1" }) },
      {
        type: "tool-call",
        id: "call_1",
        name: "weather",
        arguments: { city: "Oslo" },
        ...own({ id: "fc_1" }),
      },
    ]);
  });

  test("is read from the last event, where items were not shown before, or did not end", async () => {
    const { response } = await streamed([
      added(0, message("msg_1")),
      text(0, "Hel"),
      // Some gateways give an item another id in each event.
      completed([message("msg_9", "Hello"), call("1", "{}"), { type: "mcp_call", id: "mcp_1" }]),
    ]);
    expect(response.message.content).toEqual([
      { type: "text", text: "Hello", ...own({ id: "msg_9" }) },
      { type: "tool-call", id: "call_1", name: "weather", arguments: {}, ...own({ id: "fc_1" }) },
      { type: "text", text: "", ...own({ type: "mcp_call", id: "mcp_1" }) },
    ]);
  });

  test("is not read twice, however the vendor counts pieces", async () => {
    const { response } = await streamed([
      added(0, message("msg_1")),
      text(0, "Hello", 1),
      done(0, message("msg_1", "Hello")),
      completed([message("msg_1", "Hello")]),
    ]);
    expect(response.text).toBe("Hello");
  });

  test("of an item that never ended stays as far as it came", async () => {
    const { response } = await streamed([
      text(0, "Hi"),
      summary(1, "Hm"),
      added(2, { type: "web_search_call", id: "ws_1", status: "in_progress" }),
      added(3, call("1", "")),
      args(3, '{"city":"Oslo"}'),
      completed(),
    ]);
    expect(response.message.content).toEqual([
      { type: "text", text: "Hi", ...own({}) },
      { type: "reasoning", text: "Hm", ...own({}) },
      {
        type: "tool-call",
        id: "call_1",
        name: "weather",
        arguments: { city: "Oslo" },
        ...own({ id: "fc_1" }),
      },
      { type: "text", text: "", ...own({ type: "web_search_call", id: "ws_1", status: "in_progress" }) },
    ]);
  });
});

describe("items that come side by side", () => {
  test("stay apart, and the end of reasoning is kept where it comes late", async () => {
    const start = [
      added(0, { type: "reasoning", id: "rs_1", summary: [] }),
      summary(0, "Hm"),
      added(1, message("msg_1")),
      text(1, "Hi"),
    ];
    const parts = [
      { type: "reasoning", text: "Hm", ...own({ id: "rs_1" }) },
      { type: "text", text: "Hi", ...own({ id: "msg_1" }) },
    ];
    const late = await streamed([
      ...start,
      done(1, message("msg_1", "Hi")),
      done(0, thought("Hm")),
      completed(),
    ]);
    expect(late.response.message.content).toEqual([
      ...parts,
      { type: "reasoning", text: "", redactedData: "gAAAA", ...own({ id: "rs_1" }) },
    ]);
    const goingOn = await streamed([...start, summary(0, "m."), done(0, thought("Hmm.")), completed()]);
    expect(goingOn.response.message.content).toEqual([
      ...parts,
      { type: "reasoning", text: "m.", redactedData: "gAAAA", ...own({ id: "rs_1" }) },
    ]);
  });

  test("may be calls, each with its own arguments", async () => {
    const { response } = await streamed([
      added(0, call("1", "")),
      added(1, call("2", "")),
      args(0, '{"city":'),
      args(1, '{"city":"Bern"}'),
      args(0, '"Oslo"}'),
      done(1, call("2", '{"city":"Bern"}')),
      done(0, call("1", '{"city":"Oslo"}')),
      completed(),
    ]);
    expect(response.toolCalls.map(({ id, arguments: value }) => [id, value])).toEqual([
      ["call_1", { city: "Oslo" }],
      ["call_2", { city: "Bern" }],
    ]);
  });

  test("may be one after the other at the same place", async () => {
    const { response } = await streamed([
      added(0, message("msg_1")),
      text(0, "One. "),
      done(0, message("msg_1", "One. ")),
      added(0, message("msg_2")),
      text(0, "Two."),
      done(0, message("msg_2", "Two.")),
      completed(),
    ]);
    expect(response.message.content).toEqual([
      { type: "text", text: "One. ", ...own({ id: "msg_1" }) },
      { type: "text", text: "Two.", ...own({ id: "msg_2" }) },
    ]);
  });
});

describe("calls", () => {
  test("keep the text of their arguments where it would be written in another way", async () => {
    const { toolCalls } = await generated({
      output: [call("1", '{ "city": "Oslo" }', { status: "completed", namespace: "crm", caller: null })],
    });
    expect(toolCalls).toEqual([
      {
        type: "tool-call",
        id: "call_1",
        name: "weather",
        arguments: { city: "Oslo" },
        ...own({ id: "fc_1", namespace: "crm", arguments: '{ "city": "Oslo" }' }),
      },
    ]);
  });

  test("may get their name only at the end", async () => {
    const { parts, response } = await streamed([
      added(0, call("1", "", { name: undefined })),
      args(0, '{"city"'),
      done(0, call("1", '{"city":"Oslo"}')),
      completed(),
    ]);
    expect(parts.map(({ type }) => type)).toEqual([
      "tool-call-start",
      "tool-call-delta",
      "tool-call",
      "finish",
    ]);
    expect(response.toolCalls[0]?.arguments).toEqual({ city: "Oslo" });
  });

  test("of custom tools may have no input, and may be cut like others", async () => {
    const { toolCalls } = await generated({ output: [custom("")] });
    expect(toolCalls[0]?.arguments).toBe("");
    const cut = await generated({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      output: [custom('say "', { status: "incomplete" })],
    });
    expect(cut.toolCalls).toEqual([]);
    expect(cut.warnings[0]?.message).toContain('its arguments so far: "say \\"');
  });

  test("that the limit cut when their arguments were whole are calls", async () => {
    const { toolCalls, finishReason } = await generated({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      output: [call("1", '{"city":"Oslo"}', { status: "incomplete" })],
    });
    expect(finishReason).toEqual({ unified: "length", raw: "incomplete" });
    expect(toolCalls.map((cut) => cut.arguments)).toEqual([{ city: "Oslo" }]);
  });

  test.each([
    [[args(0, "{}")], "acme llm.stream: the input of a tool call (index 0) that was not started"],
    [[done(0, call("1", "{}", { name: "" }))], "acme llm.stream: a tool call without the tool's name"],
  ])("that nobody could answer are invalid_response: %j", async (events, problem) => {
    const error = await failureOf(streamed([...events, completed()]));
    expect([error.code, error.message]).toEqual(["invalid_response", problem]);
  });
});

describe("messages", () => {
  test("that say nothing, or refuse to, are kept, because what they follow has to be followed", async () => {
    const { message: kept, refusal } = await generated({
      output: [
        { type: "message", id: "msg_1", role: "assistant", status: "completed", content: [] },
        { type: "message", id: "msg_2", role: "assistant", content: [{ type: "refusal", refusal: "No." }] },
        { type: "message", id: "msg_3", content: [...words("Well. "), { type: "refusal", refusal: " No." }] },
      ],
    });
    expect(refusal).toBe("No. No.");
    expect(kept.content).toEqual([
      { type: "text", text: "", ...own({ id: "msg_1" }) },
      { type: "text", text: "", ...own({ id: "msg_2", refusal: "No." }) },
      { type: "text", text: "Well. ", ...own({ id: "msg_3" }) },
      { type: "text", text: "", ...own({ id: "msg_3", refusal: " No." }) },
    ]);
  });

  test("have each citation once, with their own text", async () => {
    const citedWords = (text: string, ...urls: string[]) => ({
      type: "output_text",
      text,
      annotations: urls.map(cite),
    });
    const item = {
      type: "message",
      id: "msg_1",
      role: "assistant",
      content: [
        citedWords("A", "https://a.example"),
        citedWords("B", "https://b.example", "https://c.example"),
      ],
    };
    const annotation = (piece: number, url: string): string =>
      event("response.output_text.annotation.added", {
        output_index: 0,
        content_index: piece,
        annotation: cite(url),
      });
    const { parts, response } = await streamed([
      added(0, message("msg_1")),
      text(0, "A", 0),
      annotation(0, "https://a.example"),
      text(0, "B", 1),
      annotation(1, "https://b.example"),
      done(0, item),
      completed([item]),
    ]);
    expect(parts.map(({ type }) => type)).toEqual(["text", "source", "text", "source", "source", "finish"]);
    expect(response.sources).toEqual(
      ["https://a.example", "https://b.example", "https://c.example"].map((url) => ({
        url,
        ...own(cite(url)),
      })),
    );
    expect(response.message.content).toEqual([
      { type: "text", text: "A", ...own({ id: "msg_1", annotations: [cite("https://a.example")] }) },
      {
        type: "text",
        text: "B",
        ...own({ id: "msg_1", annotations: [cite("https://b.example"), cite("https://c.example")] }),
      },
    ]);
    expect((await generated({ output: [item] })).message).toEqual(response.message);
  });

  test("may have the probabilities of their tokens, which are the response's", async () => {
    const { providerMetadata } = await generated({
      output: [
        { ...message("msg_1"), content: [{ type: "output_text", text: "A", logprobs: [token("A")] }] },
        { ...message("msg_2"), content: [{ type: "output_text", text: "B", logprobs: [token("B")] }] },
      ],
    });
    expect(providerMetadata).toEqual({ acme: { logprobs: [token("A"), token("B")] } });
  });
});

describe("items of tools that run at the vendor's", () => {
  test("are kept whole, but for who made them", async () => {
    const item = {
      type: "shell_call",
      id: "sh_1",
      call_id: "call_1",
      action: { commands: ["ls"] },
      status: "completed",
    };
    const { message: kept, toolCalls } = await generated({ output: [{ ...item, created_by: "u" }] });
    expect(kept.content).toEqual([{ type: "text", text: "", ...own(item) }]);
    expect(toolCalls).toEqual([]);
  });

  test("are images where there is one", async () => {
    const { message: kept } = await generated({
      output: [
        image({ result: "AAAA" }),
        image({ result: "BBBB", output_format: "svg" }),
        image({ result: "CCCC", output_format: "webp" }),
        image({ result: null, status: "failed" }),
      ],
    });
    expect(kept.content).toEqual([
      { type: "file", mediaType: "image/png", data: "AAAA", ...own(image({})) },
      { type: "file", mediaType: "image/svg+xml", data: "BBBB", ...own(image({ output_format: "svg" })) },
      { type: "file", mediaType: "image/webp", data: "CCCC", ...own(image({ output_format: "webp" })) },
      { type: "text", text: "", ...own(image({ result: null, status: "failed" })) },
    ]);
  });

  test("are sources where they found some", async () => {
    const { sources } = await generated({
      output: [
        { type: "web_search_call", action: { type: "search", sources: [{ url: "https://a.example" }, {}] } },
        { type: "web_search_call", action: { type: "open_page", url: "https://b.example" } },
        { type: "file_search_call", results: [{ file_id: "file-1", filename: "a.pdf", text: "A" }, {}] },
        { type: "file_search_call", results: null },
      ],
    });
    expect(sources).toEqual([
      { url: "https://a.example" },
      { documentId: "file-1", title: "a.pdf", text: "A" },
      {},
    ]);
  });
});

describe("the end", () => {
  test.each([
    ["completed", {}, "stop"],
    ["incomplete", { incomplete_details: { reason: "max_output_tokens" } }, "length"],
    ["incomplete", { incomplete_details: { reason: "content_filter" } }, "content-filter"],
    ["incomplete", { incomplete_details: { reason: "steered" } }, "other"],
    ["incomplete", { incomplete_details: null }, "other"],
  ])("of status %s, %j, is %s", async (status, details, unified) => {
    const response = await generated({ status, ...details, output: [message("msg_1", "Hi")] });
    expect(response.finishReason).toEqual({ unified, raw: status });
    expect(response.warnings).toEqual([]);
    const { response: fromStream } = await streamed([
      event(`response.${status}`, { response: { ...details, output: [message("msg_1", "Hi")] } }),
    ]);
    expect(fromStream.finishReason).toEqual({ unified, raw: status });
  });

  test.each(["queued", "in_progress", "cancelled"])(
    "of status %s warns that there is more",
    async (status) => {
      const { finishReason, warnings, id } = await generated({ id: "resp_1", status, output: [] });
      expect([finishReason, id]).toEqual([{ unified: "other", raw: status }, "resp_1"]);
      expect(warnings).toEqual([
        {
          type: "other",
          message: `acme: the response is ${status}, so this is not the whole answer; it can be retrieved by its id`,
        },
      ]);
    },
  );

  test("that does not say a status is a normal one", async () => {
    expect((await generated({ output: [] })).finishReason).toEqual({ unified: "stop", raw: undefined });
  });

  test("of a response that failed is its error, with what came before", async () => {
    const error = { code: "server_error", message: "It broke" };
    const failed = await failureOf(
      streamed([
        text(0, "Hel"),
        event("response.failed", {
          response: { status: "failed", error, output: [], usage: { input_tokens: 3 } },
        }),
      ]),
    );
    expect([failed.code, failed.message]).toEqual(["provider_unavailable", "acme llm.stream: It broke"]);
    expect(failed.partial).toMatchObject({ text: "Hel", usage: { inputTokens: 3 } });
    for (const body of [
      { status: "failed", error, output: [] },
      { status: "failed", error: null, output: [] },
    ])
      expect((await failureOf(generated(body))).code).toBe("provider_unavailable");
  });

  test("of a response that failed may have its error beside the response", async () => {
    const failed = await failureOf(streamed([event("response.failed", { error: { message: "It broke" } })]));
    expect([failed.code, failed.message]).toEqual(["provider_unavailable", "acme llm.stream: It broke"]);
  });

  test("is an error event, also where that has a type of its own", async () => {
    const body = { type: "rate_limit_error", error: { message: "Slow down", status_code: 429 } };
    for (const name of ["event: error\n", ""]) {
      const failed = await failureOf(streamed([`${name}data: ${JSON.stringify(body)}\n\n`]));
      expect([failed.code, failed.message]).toEqual(["rate_limit", "acme llm.stream: 429: Slow down"]);
    }
  });

  test("of a response that failed without an error is the error event after it", async () => {
    const failed = event("response.failed", {
      response: { status: "failed", error: null, output: [], usage: { input_tokens: 3 } },
    });
    const reason = event("error", { error: { code: "content_policy_violation", message: "Blocked" } });
    const explained = await failureOf(streamed([text(0, "Hel"), failed, reason]));
    expect([explained.code, explained.message]).toEqual(["content_filter", "acme llm.stream: Blocked"]);
    expect(explained.partial).toMatchObject({ text: "Hel", usage: { inputTokens: 3 } });
    const message = "acme llm.stream: the response failed without an error";
    for (const rest of [[], [completed()], [text(0, "lo"), reason]]) {
      const unexplained = await failureOf(streamed([text(0, "Hel"), failed, ...rest]));
      expect([unexplained.code, unexplained.message]).toEqual(["provider_unavailable", message]);
    }
  });

  test("of a stream is the terminal event, and not the sentinel of another wire", async () => {
    const error = await failureOf(streamed([text(0, "Hel"), "data: [DONE]\n\n"]));
    expect([error.code, error.partial]).toMatchObject(["truncated", { text: "Hel" }]);
  });

  test("of a body without output is invalid_response", async () => {
    for (const body of [[], {}, { status: "completed" }, { choices: [] }])
      expect((await failureOf(generated(body))).code).toBe("invalid_response");
  });
});

test("reasoning that the vendor withheld from the model is warned about", async () => {
  const input_transformations = ["prefix_mismatch", "prefix_mismatch", "model_mismatch"].map(
    (reason, at) => ({
      id: `rs_${at}`,
      type: "reasoning",
      action: "removed",
      reason,
    }),
  );
  const { warnings, providerMetadata } = await generated({ output: [], input_transformations });
  expect(warnings).toEqual([
    {
      type: "other",
      message: "acme withheld 3 item(s) of earlier reasoning from the model: prefix_mismatch, model_mismatch",
    },
  ]);
  expect(providerMetadata).toEqual({ acme: { inputTransformations: input_transformations } });
});

test("what a response says of itself is there; the echo of the request is not", async () => {
  const { providerMetadata } = await generated({
    output: [],
    instructions: "Be brief.",
    temperature: 1,
    metadata: {},
    moderation: null,
    service_tier: "default",
    conversation: { id: "conv_1" },
    status: "incomplete",
    incomplete_details: { reason: "content_filter" },
    tool_usage: { web_search: { num_requests: 1 } },
  });
  expect(providerMetadata).toEqual({
    acme: {
      serviceTier: "default",
      conversation: { id: "conv_1" },
      incompleteDetails: { reason: "content_filter" },
      toolUsage: { web_search: { num_requests: 1 } },
    },
  });
});

test("events are handed on as they came where they are asked for", async () => {
  const { parts } = await streamed([text(0, "Hi"), event("keepalive"), completed()], { includeRaw: true });
  expect(parts.flatMap((part) => (part.type === "raw" ? [part.value] : []))).toMatchObject([
    { type: "response.output_text.delta", delta: "Hi" },
    { type: "keepalive" },
    { type: "response.completed" },
  ]);
});

test("the name of an event stands in for its type", async () => {
  const { response } = await streamed([
    'event: response.output_text.delta\ndata: {"output_index":0,"content_index":0,"delta":"Hi"}\n\n',
    "event: ping\ndata:\n\n",
    'event: response.completed\ndata: {"response":{"output":[]}}\n\n',
  ]);
  expect([response.text, response.finishReason.raw]).toEqual(["Hi", "completed"]);
});
