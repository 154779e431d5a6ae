import {
  BelugaError,
  type ChatModel,
  type ChatResponse,
  type ChatStreamPart,
  type Usage,
} from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createOpenAICompatible } from "./index.js";
import { createOpenAIChatModel } from "./model.js";
import { metadataOf, readUsage, uniqueSources } from "./stream.js";

function modelThatAnswers(body: string, contentType: string) {
  return createOpenAICompatible({
    baseURL: "http://127.0.0.1:9/v1",
    model: "m-1",
    maxRetries: 0,
    fetch: async () => new Response(body, { headers: { "content-type": contentType } }),
  });
}

interface Choice {
  index?: number;
  delta?: object;
  finish_reason?: string | null;
}

const chunk = (choice: Choice, rest: object = {}): string =>
  `data: ${JSON.stringify({ id: "r-1", model: "m-1-2026", choices: [{ index: 0, ...choice }], ...rest })}\n\n`;
const done = "data: [DONE]\n\n";
const stop = chunk({ delta: {}, finish_reason: "stop" });

async function streamed(...events: string[]): Promise<{ parts: ChatStreamPart[]; response: ChatResponse }> {
  const parts = await Array.fromAsync(modelThatAnswers(events.join(""), "text/event-stream").stream("Hi"));
  const last = parts.at(-1);
  if (last?.type !== "finish") throw new Error("the stream did not finish");
  return { parts, response: last.response };
}

async function failureOf(...events: string[]): Promise<BelugaError> {
  const error = await streamed(...events).catch((reason: unknown) => reason);
  if (!BelugaError.is(error)) throw new Error(`expected a BelugaError, got ${String(error)}`);
  return error;
}

const generated = async (body: unknown): Promise<ChatResponse> =>
  modelThatAnswers(JSON.stringify(body), "application/json").generate("Hi");

const call = (
  index: number | undefined,
  id: string | null | undefined,
  name: string | null | undefined,
  args: unknown,
) => ({
  delta: { tool_calls: [{ index, id, function: { name, arguments: args } }] },
});

test("text, usage in a last chunk without choices, and the vendor's names make the response", async () => {
  const { parts, response } = await streamed(
    chunk({ delta: { role: "assistant", content: "" } }),
    chunk({ delta: { content: "Hel" } }),
    chunk({ delta: { content: "lo" } }),
    stop,
    `data: {"id":"r-1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}\n\n`,
    done,
  );
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
  expect(parts.map(({ type }) => type)).toEqual(["text", "text", "finish"]);
  expect(response).toEqual({
    message: { role: "assistant", content: [{ type: "text", text: "Hello" }] },
    text: "Hello",
    reasoning: "",
    toolCalls: [],
    finishReason: { unified: "stop", raw: "stop" },
    usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5, raw: usage },
    model: "m-1-2026",
    id: "r-1",
    warnings: [],
    sources: [],
    providerMetadata: {},
  });
});

test.for(["reasoning_content", "reasoning"])("reasoning is read from %s", async (field) => {
  const { response } = await streamed(
    chunk({ delta: { [field]: "Hm. " } }),
    chunk({ delta: { content: "Yes" } }),
    stop,
    done,
  );
  expect(response.reasoning).toBe("Hm. ");
  expect(response.message.content).toEqual([
    { type: "reasoning", text: "Hm. " },
    { type: "text", text: "Yes" },
  ]);
});

test("reasoning that two fields repeat is read once", async () => {
  const { response } = await streamed(chunk({ delta: { reasoning: "Hm", reasoning_content: "Hm" } }), stop);
  expect(response.reasoning).toBe("Hm");
});

const callsOf = async (...events: string[]): Promise<unknown[]> =>
  (await streamed(...events, stop, done)).response.toolCalls.map(({ id, name, arguments: args }) => [
    id,
    name,
    args,
  ]);

describe("tool calls", () => {
  test("come together from fragments by index, and are handed on whole", async () => {
    const { parts } = await streamed(
      chunk(call(0, "c1", "weather", "")),
      chunk(call(0, undefined, undefined, '{"city":')),
      chunk(call(1, "c2", "time", '{"zone":"UTC"}')),
      chunk(call(0, undefined, undefined, '"Oslo"}')),
      chunk({ delta: {}, finish_reason: "tool_calls" }),
      done,
    );
    expect(parts.slice(0, -1)).toEqual([
      { type: "tool-call-start", index: 0, id: "c1", name: "weather" },
      { type: "tool-call-delta", index: 0, argumentsText: '{"city":' },
      { type: "tool-call-start", index: 1, id: "c2", name: "time" },
      { type: "tool-call-delta", index: 1, argumentsText: '{"zone":"UTC"}' },
      { type: "tool-call-delta", index: 0, argumentsText: '"Oslo"}' },
      {
        type: "tool-call",
        index: 0,
        toolCall: { type: "tool-call", id: "c1", name: "weather", arguments: { city: "Oslo" } },
      },
      {
        type: "tool-call",
        index: 1,
        toolCall: { type: "tool-call", id: "c2", name: "time", arguments: { zone: "UTC" } },
      },
    ]);
  });

  test("keep an id and a name that are repeated with every fragment", async () => {
    expect(await callsOf(chunk(call(0, "c1", "f", '{"a":')), chunk(call(0, "c1", "f", "1}")))).toEqual([
      ["c1", "f", { a: 1 }],
    ]);
  });

  test("keep their id where later fragments have an empty or no one", async () => {
    expect(await callsOf(chunk(call(0, "c1", "f", "{")), chunk(call(0, "", null, "}")))).toEqual([
      ["c1", "f", {}],
    ]);
  });

  test("without an index are told apart by their ids", async () => {
    expect(
      await callsOf(chunk(call(undefined, "c1", "f", "{}")), chunk(call(undefined, "c2", "f", '{"b":2}'))),
    ).toEqual([
      ["c1", "f", {}],
      ["c2", "f", { b: 2 }],
    ]);
  });

  test("all under index 0, as some gateways send them, are told apart by their ids", async () => {
    expect(await callsOf(chunk(call(0, "c1", "f", "{}")), chunk(call(0, "c2", "g", "{}")))).toEqual([
      ["c1", "f", {}],
      ["c2", "g", {}],
    ]);
  });

  test("without an id get one", async () => {
    expect(await callsOf(chunk(call(0, "", "f", "{}")))).toEqual([
      [expect.stringMatching(/^call_[0-9a-f]{32}$/), "f", {}],
    ]);
  });

  test.for([
    ["", {}],
    ["null", {}],
    [null, {}],
    [{ a: 1 }, { a: 1 }],
  ] as const)("with the arguments %j have %j", async ([wire, value]) => {
    expect(await callsOf(chunk(call(0, "c1", "f", wire)))).toEqual([["c1", "f", value]]);
  });

  test("turn the finish reason stop into tool-calls", async () => {
    const { response } = await streamed(chunk(call(0, "c1", "f", "{}")), stop, done);
    expect(response.finishReason).toEqual({ unified: "tool-calls", raw: "stop" });
  });

  test("that the token limit cut are left out with a warning that has their text", async () => {
    const { response } = await streamed(
      chunk(call(0, "c1", "f", "{}")),
      chunk(call(1, "c2", "g", '{"a":"b')),
      chunk({ delta: {}, finish_reason: "length" }),
      done,
    );
    expect(response.toolCalls.map(({ id }) => id)).toEqual(["c1"]);
    expect(response.finishReason.unified).toBe("length");
    expect(response.warnings).toEqual([{ type: "other", message: expect.stringContaining('{"a":"b') }]);
  });

  test("that are no JSON though the vendor says that it finished are an error with their text", async () => {
    const error = await failureOf(
      chunk(call(0, "c1", "f", '{"a":')),
      chunk({ delta: {}, finish_reason: "tool_calls" }),
      done,
    );
    expect(error.code).toBe("invalid_response");
    expect(error.partial).toHaveProperty("toolCalls", [
      { type: "tool-call", id: "c1", name: "f", arguments: '{"a":' },
    ]);
  });

  test("in the form from before there were tools are read as well", async () => {
    const { toolCalls, finishReason } = await generated({
      choices: [
        {
          message: { content: null, function_call: { name: "f", arguments: '{"a":1}' } },
          finish_reason: "function_call",
        },
      ],
    });
    expect(toolCalls).toEqual([
      { type: "tool-call", id: expect.any(String), name: "f", arguments: { a: 1 } },
    ]);
    expect(finishReason).toEqual({ unified: "tool-calls", raw: "function_call" });
  });
});

describe("the end", () => {
  test("is [DONE], also without a finish reason", async () => {
    const { response } = await streamed(chunk({ delta: { content: "Hi" } }), done);
    expect(response.finishReason).toEqual({ unified: "other", raw: undefined });
  });

  test("is a finish reason, also without [DONE]", async () => {
    expect((await streamed(chunk({ delta: { content: "Hi" } }), stop)).response.text).toBe("Hi");
  });

  test("without either is an error, with what had arrived", async () => {
    const error = await failureOf(chunk({ delta: { content: "Hi" }, finish_reason: "" }));
    expect(error.code).toBe("truncated");
    expect(error.partial).toMatchObject({ text: "Hi" });
  });

  test.for([
    ["stop", "stop"],
    ["eos", "stop"],
    ["length", "length"],
    ["tool_calls", "tool-calls"],
    ["content_filter", "content-filter"],
    ["something_new", "other"],
  ])("with the reason %s is %s", async ([raw, unified]) => {
    const { response } = await streamed(chunk({ delta: {}, finish_reason: raw as string }), done);
    expect(response.finishReason).toEqual({ unified, raw });
  });
});

describe("errors inside of a stream", () => {
  test.for([
    [
      "an error event",
      `event: error\ndata: {"error":{"message":"Busy","code":"server_error"}}\n\n`,
      "provider_unavailable",
    ],
    [
      "an error in a chunk",
      `data: {"id":"r","choices":[],"error":{"message":"Slow down","code":429}}\n\n`,
      "rate_limit",
    ],
    ["an error that is a string", `data: {"error":"The model crashed"}\n\n`, "provider_unavailable"],
  ])("%s is thrown after the parts before it", async ([, event, code]) => {
    const parts: ChatStreamPart[] = [];
    const model = modelThatAnswers(
      chunk({ delta: { content: "Hi" } }) + (event as string) + stop + done,
      "text/event-stream",
    );
    const error = await (async () => {
      for await (const part of model.stream("Hi")) parts.push(part);
    })().catch((reason: unknown) => reason);
    expect(parts).toEqual([{ type: "text", text: "Hi" }]);
    expect(error).toMatchObject({ code, partial: { text: "Hi" } });
  });

  test("an event that is no JSON is invalid_response", async () => {
    expect((await failureOf("data: {oops}\n\n", stop, done)).code).toBe("invalid_response");
  });
});

test("of several answers the first is read", async () => {
  const { response } = await streamed(
    chunk({ index: 1, delta: { content: "other" } }),
    chunk({ delta: { content: "first" } }),
    chunk({ index: 1, delta: {}, finish_reason: "length" }),
    stop,
    done,
  );
  expect(response).toMatchObject({ text: "first", finishReason: { unified: "stop" } });
});

test("content may be an array of parts, with thinking among them", async () => {
  const { response } = await streamed(
    chunk({ delta: { content: [{ type: "thinking", thinking: [{ type: "text", text: "Hm" }] }] } }),
    chunk({ delta: { content: [{ type: "text", text: "Yes" }] } }),
    stop,
    done,
  );
  expect([response.reasoning, response.text]).toEqual(["Hm", "Yes"]);
});

test("content may be an object, where the server does not write JSON as text", async () => {
  const { text } = await generated({ choices: [{ message: { content: { a: 1 } }, finish_reason: "stop" }] });
  expect(text).toBe('{"a":1}');
});

test("a refusal is a response", async () => {
  const response = await generated({
    choices: [{ message: { content: null, refusal: "No." }, finish_reason: "stop" }],
  });
  expect(response).toMatchObject({
    text: "",
    refusal: "No.",
    finishReason: { unified: "content-filter", raw: "stop" },
  });
});

test("citations are sources", async () => {
  const annotations = [
    { type: "url_citation", url_citation: { url: "https://example.com", title: "Example", start_index: 0 } },
  ];
  const { sources } = await generated({
    choices: [{ message: { content: "x", annotations }, finish_reason: "stop" }],
  });
  expect(sources).toEqual([{ url: "https://example.com", title: "Example" }]);
});

function acme(body: string, contentType: string): ChatModel {
  return createOpenAIChatModel({
    provider: "acme",
    packageName: "@acme/beluga-llm",
    version: "1.0.0",
    baseURL: "http://127.0.0.1:9/v1",
    model: "m-1",
    finishReasons: { done: "stop" },
    readExtras(answer, failure, { headers }) {
      const addSource = uniqueSources(answer);
      let chunks = 0;
      return ({ citations, sorry }) => {
        if (sorry) throw failure({ error: { message: sorry, code: "server_error" } });
        Object.assign(metadataOf(answer, { provider: "acme" }), {
          chunks: ++chunks,
          type: headers.get("content-type"),
        });
        if (Array.isArray(citations)) for (const url of citations) addSource({ url: String(url) });
      };
    },
    fetch: async () => new Response(body, { headers: { "content-type": contentType } }),
  });
}

describe("what a vendor adds", () => {
  const sources = [{ url: "https://a.example" }, { url: "https://b.example" }];

  test("is read from each chunk, with what was read of the same answer before", async () => {
    const events = [
      chunk({ delta: { content: "Yes" } }, { citations: ["https://a.example"] }),
      chunk({ delta: {}, finish_reason: "done" }, { citations: ["https://a.example", "https://b.example"] }),
    ].join("");
    const model = acme(events, "text/event-stream");
    for (let calls = 0; calls < 2; calls++) {
      const last = (await Array.fromAsync(model.stream("Hi"))).at(-1);
      expect(last).toMatchObject({
        response: {
          sources,
          finishReason: { unified: "stop", raw: "done" },
          providerMetadata: { acme: { chunks: 2, type: "text/event-stream" } },
        },
      });
    }
  });

  test("may be that the answer failed, in a way of its own", async () => {
    const failed = chunk({ delta: { content: "Yes" } }) + chunk({ delta: {} }, { sorry: "It broke" });
    const error = { code: "provider_unavailable", message: "acme llm.stream: It broke" };
    await expect(Array.fromAsync(acme(failed, "text/event-stream").stream("Hi"))).rejects.toMatchObject(
      error,
    );
  });

  test("is read from a whole answer", async () => {
    const body = {
      choices: [{ message: { role: "assistant", content: "Yes" }, finish_reason: "done" }],
      citations: ["https://a.example", "https://b.example"],
    };
    expect(await acme(JSON.stringify(body), "application/json").generate("Hi")).toMatchObject({
      sources,
      finishReason: { unified: "stop", raw: "done" },
    });
  });
});

test("raw events come only for those who ask", async () => {
  const model = modelThatAnswers(stop + done, "text/event-stream");
  const parts = await Array.fromAsync(model.stream("Hi", { includeRaw: true }));
  expect(parts.map(({ type }) => type)).toEqual(["raw", "finish"]);
});

test("a whole answer without a message and without a reason for that is refused", async () => {
  await expect(generated({ choices: [] })).rejects.toMatchObject({ code: "invalid_response" });
  await expect(generated({ choices: [{ finish_reason: "content_filter" }] })).resolves.toMatchObject({
    finishReason: { unified: "content-filter" },
  });
});

test.for<[string, object, Usage]>([
  [
    "OpenAI",
    {
      prompt_tokens: 9,
      completion_tokens: 5,
      total_tokens: 14,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 3 },
    },
    { inputTokens: 9, outputTokens: 5, totalTokens: 14, cachedInputTokens: 4, reasoningTokens: 3 },
  ],
  [
    "xAI, which leaves reasoning out of the completion",
    {
      prompt_tokens: 9,
      completion_tokens: 5,
      total_tokens: 17,
      completion_tokens_details: { reasoning_tokens: 3 },
    },
    { inputTokens: 9, outputTokens: 8, totalTokens: 17, reasoningTokens: 3 },
  ],
  [
    "DeepSeek",
    { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14, prompt_cache_hit_tokens: 8 },
    { inputTokens: 9, outputTokens: 5, totalTokens: 14, cachedInputTokens: 8 },
  ],
  [
    "Mistral",
    { prompt_tokens: 100, completion_tokens: 29, total_tokens: 129, num_cached_tokens: 99 },
    { inputTokens: 100, outputTokens: 29, totalTokens: 129, cachedInputTokens: 99 },
  ],
  ["one that reports nothing but the input", { prompt_tokens: 9 }, { inputTokens: 9 }],
])("usage as of %s", ([, raw, usage]) => {
  expect(readUsage(raw)).toEqual({ ...usage, raw });
});
