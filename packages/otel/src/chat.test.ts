import { addObserver, BelugaError, type ChatOptions, type FinishReason, type Usage } from "@beluga/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createOtelObserver } from "./index.js";
import { type Read, drain, fakeChat, hello } from "./testing/fakes.js";
import { type Sdk, startSdk } from "./testing/sdk.js";

let sdk: Sdk;
let remove: () => void;
function observe(options: { legacyNames?: boolean } = {}): void {
  remove?.();
  remove = addObserver(createOtelObserver({ ...sdk, ...options }));
}
beforeEach(() => {
  sdk = startSdk();
  observe({ legacyNames: false });
});
afterEach(async () => {
  remove();
  await sdk.stop();
});

const seconds: unknown = expect.any(Number);
const identity = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "acme",
  "gen_ai.request.model": "small",
};
const answered = { "gen_ai.response.id": "answer-1", "gen_ai.response.model": "small-2026" };
const ok = { code: "UNSET" };
const fail = (code: "rate_limit" | "provider_unavailable", status?: number): BelugaError =>
  new BelugaError({ op: "llm.generate", code, message: "acme llm.generate: no", status, provider: "acme" });
const used = (usage: Usage): readonly Read[] => [
  (answer) => {
    answer.usage = usage;
    answer.finish("stop", "stop");
  },
];
const broken: readonly Read[] = [
  (answer) => {
    answer.id = "answer-1";
    answer.text("Hel");
    answer.usage = { inputTokens: 10 };
  },
  () => {
    throw fail("provider_unavailable");
  },
];

describe("a chat call", () => {
  it("is a span of its operation and model", async () => {
    await fakeChat(hello).generate("Hi");
    expect(sdk.spans()).toEqual([
      {
        name: "chat small",
        kind: "CLIENT",
        status: ok,
        attributes: {
          ...identity,
          ...answered,
          "gen_ai.response.finish_reasons": ["stop"],
          "gen_ai.usage.input_tokens": 10,
          "gen_ai.usage.output_tokens": 2,
        },
      },
    ]);
  });

  it("is measured: its duration, and its tokens", async () => {
    await fakeChat(hello).generate("Hi");
    const attributes = { ...identity, "gen_ai.response.model": "small-2026" };
    const tokens = { ...attributes, "gen_ai.token.modality": "unknown" };
    expect(await sdk.metrics()).toEqual({
      "gen_ai.client.inference.duration": [{ attributes, count: 1 }],
      "gen_ai.client.inference.usage.input_tokens": [{ attributes: tokens, sum: 10 }],
      "gen_ai.client.inference.usage.output_tokens": [{ attributes: tokens, sum: 2 }],
      "gen_ai.client.inference.operation.input_tokens": [{ attributes, count: 1, sum: 10 }],
      "gen_ai.client.inference.operation.output_tokens": [{ attributes, count: 1, sum: 2 }],
    });
  });

  it("tells the options of the request, and only those given", async () => {
    const options: ChatOptions = {
      maxTokens: 100,
      temperature: 0,
      topP: 0.9,
      topK: 40,
      seed: 7,
      frequencyPenalty: 0.1,
      presencePenalty: -0.1,
      stopSequences: ["END", "STOP"],
      responseFormat: { type: "json" },
      reasoning: { effort: "low" },
    };
    await fakeChat(hello).generate("Hi", options);
    expect(sdk.spans()[0]?.attributes).toEqual({
      ...identity,
      ...answered,
      "gen_ai.request.max_tokens": 100,
      "gen_ai.request.temperature": 0,
      "gen_ai.request.top_p": 0.9,
      "gen_ai.request.top_k": 40,
      "gen_ai.request.seed": 7,
      "gen_ai.request.frequency_penalty": 0.1,
      "gen_ai.request.presence_penalty": -0.1,
      "gen_ai.request.stop_sequences": ["END", "STOP"],
      "gen_ai.output.type": "json",
      "gen_ai.request.reasoning.level": "low",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.input_tokens": 10,
      "gen_ai.usage.output_tokens": 2,
    });
  });

  it("tells cached, cache-written and reasoning tokens where the vendor does", async () => {
    const usage: Usage = {
      inputTokens: 30,
      outputTokens: 9,
      totalTokens: 39,
      cachedInputTokens: 20,
      cacheWriteTokens: 0,
      reasoningTokens: 5,
    };
    await fakeChat(used(usage)).generate("Hi");
    expect(sdk.spans()[0]?.attributes).toEqual({
      ...identity,
      "gen_ai.response.model": "small",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.input_tokens": 30,
      "gen_ai.usage.output_tokens": 9,
      "gen_ai.usage.cache_read.input_tokens": 20,
      "gen_ai.usage.cache_write.input_tokens": 0,
      "gen_ai.usage.reasoning.output_tokens": 5,
    });
    const counters = Object.entries(await sdk.metrics())
      .filter(([name]) => name.includes("inference.usage."))
      .map(([name, points]) => [name, points.map(({ sum }) => sum)]);
    expect(Object.fromEntries(counters)).toEqual({
      "gen_ai.client.inference.usage.input_tokens": [30],
      "gen_ai.client.inference.usage.output_tokens": [9],
      "gen_ai.client.inference.usage.cache_read.input_tokens": [20],
      "gen_ai.client.inference.usage.cache_write.input_tokens": [0],
      "gen_ai.client.inference.usage.reasoning.output_tokens": [5],
    });
  });

  it("counts no tokens where the vendor reports none, and records no distribution of them", async () => {
    await fakeChat([(answer) => answer.finish("stop", "stop")]).generate("Hi");
    const attributes = { ...identity, "gen_ai.response.model": "small" };
    const tokens = { ...attributes, "gen_ai.token.modality": "unknown" };
    expect(await sdk.metrics()).toEqual({
      "gen_ai.client.inference.duration": [{ attributes, count: 1 }],
      "gen_ai.client.inference.usage.input_tokens": [{ attributes: tokens, sum: 0 }],
      "gen_ai.client.inference.usage.output_tokens": [{ attributes: tokens, sum: 0 }],
    });
  });

  it("says in the conventions' words that the model calls tools", async () => {
    const model = fakeChat([
      (answer) => {
        answer.toolCall(0, "call-1", "weather", '{"city":"Bern"}');
        answer.finish("tool_use", "tool-calls");
      },
    ]);
    await model.bindTools([{ name: "weather", parameters: { type: "object" } }]).generate("Weather?");
    expect(sdk.spans()).toEqual([
      {
        name: "chat small",
        kind: "CLIENT",
        status: ok,
        attributes: {
          ...identity,
          "gen_ai.response.model": "small",
          "gen_ai.response.finish_reasons": ["tool_call"],
        },
      },
    ]);
  });

  it.each<[unified: FinishReason, raw: string | undefined, told: string]>([
    ["length", "max_tokens", "length"],
    ["content-filter", "SAFETY", "content_filter"],
    ["other", "pause_turn", "pause_turn"],
    ["other", undefined, "other"],
  ])("that ends with %s (%s) has the finish reason %s", async (unified, raw, reason) => {
    await fakeChat([(answer) => answer.finish(raw, unified)]).generate("Hi");
    expect(sdk.spans()[0]?.attributes["gen_ai.response.finish_reasons"]).toEqual([reason]);
  });

  it.each([
    ["openai", "openai"],
    ["azure", "azure.ai.openai"],
    ["bedrock", "aws.bedrock"],
    ["google", "gcp.gemini"],
    ["mistral", "mistral_ai"],
    ["xai", "x_ai"],
    ["constructor", "constructor"],
  ])("of %s names the provider %s", async (provider, told) => {
    await fakeChat(hello, provider).generate("Hi");
    expect(sdk.spans()[0]?.attributes["gen_ai.provider.name"]).toBe(told);
  });
});

describe("a chat stream", () => {
  const streamed = { ...identity, "gen_ai.request.stream": true };

  it("is a span until its last part, and tells the time to its first", async () => {
    const iterator = fakeChat(hello).stream("Hi")[Symbol.asyncIterator]();
    await iterator.next();
    expect(sdk.spans()).toEqual([]);
    await drain({ [Symbol.asyncIterator]: () => iterator });
    expect(sdk.spans()).toEqual([
      {
        name: "chat small",
        kind: "CLIENT",
        status: ok,
        attributes: {
          ...streamed,
          ...answered,
          "gen_ai.response.finish_reasons": ["stop"],
          "gen_ai.usage.input_tokens": 10,
          "gen_ai.usage.output_tokens": 2,
          "gen_ai.response.time_to_first_chunk": seconds,
        },
      },
    ]);
  });

  it("is measured like a whole answer, and up to its first part", async () => {
    await drain(fakeChat(hello).stream("Hi"));
    const attributes = { ...identity, "gen_ai.response.model": "small-2026" };
    const tokens = { ...attributes, "gen_ai.token.modality": "unknown" };
    expect(await sdk.metrics()).toEqual({
      "gen_ai.client.inference.duration": [{ attributes, count: 1 }],
      "gen_ai.client.inference.time_to_first_chunk": [{ attributes, count: 1 }],
      "gen_ai.client.inference.usage.input_tokens": [{ attributes: tokens, sum: 10 }],
      "gen_ai.client.inference.usage.output_tokens": [{ attributes: tokens, sum: 2 }],
      "gen_ai.client.inference.operation.input_tokens": [{ attributes, count: 1, sum: 10 }],
      "gen_ai.client.inference.operation.output_tokens": [{ attributes, count: 1, sum: 2 }],
    });
  });

  it("is timed in seconds", async () => {
    const call = {
      op: "llm.stream",
      provider: "acme",
      model: "small",
      id: "acme/small",
      input: ["Hi"],
      startedAt: 0,
    };
    const observer = createOtelObserver({ ...sdk, legacyNames: true });
    await observer.onStart?.(call);
    await observer.onFinish?.(call, { duration: 1500, firstPart: 250 });
    expect(sdk.spans()[0]?.attributes["gen_ai.response.time_to_first_chunk"]).toBe(0.25);
    const sums = (await sdk.metricData())
      .filter(({ descriptor }) => descriptor.unit === "s")
      .map(({ descriptor, dataPoints }) => [
        descriptor.name,
        (dataPoints[0] as { value: { sum: number } }).value.sum,
      ]);
    expect(Object.fromEntries(sums)).toEqual({
      "gen_ai.client.inference.duration": 1.5,
      "gen_ai.client.inference.time_to_first_chunk": 0.25,
      "gen_ai.client.operation.duration": 1.5,
      "gen_ai.client.operation.time_to_first_chunk": 0.25,
    });
  });

  it("that breaks is an error, with what had arrived", async () => {
    await expect(drain(fakeChat(broken).stream("Hi"))).rejects.toThrow("no");
    expect(sdk.spans()).toEqual([
      {
        name: "chat small",
        kind: "CLIENT",
        status: { code: "ERROR", message: "acme llm.generate: no" },
        attributes: {
          ...streamed,
          "error.type": "provider_unavailable",
          "gen_ai.response.id": "answer-1",
          "gen_ai.response.finish_reasons": ["error"],
          "gen_ai.usage.input_tokens": 10,
          "gen_ai.response.time_to_first_chunk": seconds,
        },
      },
    ]);
  });

  it("that its signal aborts is an error of the signal's reason", async () => {
    const controller = new AbortController();
    const stream = fakeChat(hello).stream("Hi", { signal: controller.signal });
    const reading = async (): Promise<void> => {
      for await (const part of stream) if (part.type === "text") controller.abort();
    };
    await expect(reading()).rejects.toMatchObject({ name: "AbortError" });
    expect(sdk.spans()).toEqual([
      {
        name: "chat small",
        kind: "CLIENT",
        status: { code: "ERROR" },
        attributes: {
          ...streamed,
          "error.type": "AbortError",
          "gen_ai.response.finish_reasons": ["error"],
          "gen_ai.response.time_to_first_chunk": seconds,
        },
      },
    ]);
  });

  it("that its reader leaves is no error, and has no finish reason of the vendor's", async () => {
    for await (const part of fakeChat(hello).stream("Hi")) if (part.type === "text") break;
    expect(sdk.spans()).toEqual([
      {
        name: "chat small",
        kind: "CLIENT",
        status: ok,
        attributes: {
          ...streamed,
          "gen_ai.response.finish_reasons": ["error"],
          "gen_ai.response.time_to_first_chunk": seconds,
        },
      },
    ]);
    const tokens = { ...identity, "gen_ai.token.modality": "unknown" };
    expect(await sdk.metrics()).toEqual({
      "gen_ai.client.inference.duration": [{ attributes: identity, count: 1 }],
      "gen_ai.client.inference.time_to_first_chunk": [{ attributes: identity, count: 1 }],
      "gen_ai.client.inference.usage.input_tokens": [{ attributes: tokens, sum: 0 }],
      "gen_ai.client.inference.usage.output_tokens": [{ attributes: tokens, sum: 0 }],
    });
  });

  it("that nobody reads is no call", async () => {
    fakeChat(hello).stream("Hi");
    await Promise.resolve();
    expect({ spans: sdk.spans(), metrics: await sdk.metrics() }).toEqual({ spans: [], metrics: {} });
  });
});

describe("a chat call that fails", () => {
  it("has the error's code and words", async () => {
    await expect(fakeChat([() => Promise.reject(fail("rate_limit", 429))]).generate("Hi")).rejects.toThrow(
      "no",
    );
    expect(sdk.spans()).toEqual([
      {
        name: "chat small",
        kind: "CLIENT",
        status: { code: "ERROR", message: "acme llm.generate: no" },
        attributes: { ...identity, "error.type": "rate_limit", "gen_ai.response.finish_reasons": ["error"] },
      },
    ]);
  });

  it("is measured, and counted with what tokens are known, which is no distribution's", async () => {
    await expect(fakeChat(broken).generate("Hi")).rejects.toThrow("no");
    const tokens = { ...identity, "gen_ai.token.modality": "unknown" };
    expect(await sdk.metrics()).toEqual({
      "gen_ai.client.inference.duration": [
        { attributes: { ...identity, "error.type": "provider_unavailable" }, count: 1 },
      ],
      "gen_ai.client.inference.usage.input_tokens": [{ attributes: tokens, sum: 10 }],
      "gen_ai.client.inference.usage.output_tokens": [{ attributes: tokens, sum: 0 }],
    });
  });

  it.each([
    [
      "an error of other make, whose words are not told",
      new TypeError("the prompt was: secret"),
      "TypeError",
    ],
    ["something that is no error", "secret", "_OTHER"],
  ])("has %s, by its name", async (_, error, type) => {
    await expect(fakeChat([() => Promise.reject(error)]).generate("Hi")).rejects.toBe(error);
    const [span] = sdk.spans();
    expect(span?.status).toEqual({ code: "ERROR" });
    expect(span?.attributes["error.type"]).toBe(type);
  });

  it("for its caller's time limit says so", async () => {
    const signal = AbortSignal.abort(new DOMException("late", "TimeoutError"));
    await expect(fakeChat(hello).generate("Hi", { signal })).rejects.toThrow("late");
    const [span] = sdk.spans();
    expect(span?.status).toEqual({ code: "ERROR" });
    expect(span?.attributes["error.type"]).toBe("TimeoutError");
  });

  it.each<[string, unknown, unknown]>([
    ["no messages", undefined, undefined],
    ["messages of null", [null], undefined],
    [
      "options of wrong types",
      "Hi",
      { maxTokens: "5", stopSequences: 7, responseFormat: 7, reasoning: "high" },
    ],
  ])("for its input, as with %s, is reported like any other", async (_, messages, options) => {
    remove();
    remove = addObserver(createOtelObserver({ ...sdk, legacyNames: false, captureContent: true }));
    const generate = fakeChat(hello).generate as (...input: unknown[]) => Promise<unknown>;
    await expect(generate(messages, options)).rejects.toMatchObject({ code: "invalid_input" });
    expect(sdk.spans()).toMatchObject([
      {
        name: "chat small",
        status: { code: "ERROR" },
        attributes: { ...identity, "error.type": "invalid_input" },
      },
    ]);
  });
});

describe("with the names of conventions 1.41", () => {
  beforeEach(() => observe());

  it("a call is measured under those too", async () => {
    await drain(fakeChat(hello).stream("Hi"));
    const attributes = { ...identity, "gen_ai.response.model": "small-2026" };
    const metrics = await sdk.metrics();
    expect(
      Object.fromEntries(Object.entries(metrics).filter(([name]) => !name.includes(".inference."))),
    ).toEqual({
      "gen_ai.client.operation.duration": [{ attributes, count: 1 }],
      "gen_ai.client.operation.time_to_first_chunk": [{ attributes, count: 1 }],
      "gen_ai.client.token.usage": [
        { attributes: { ...attributes, "gen_ai.token.type": "input" }, count: 1, sum: 10 },
        { attributes: { ...attributes, "gen_ai.token.type": "output" }, count: 1, sum: 2 },
      ],
    });
    expect(Object.keys(metrics).filter((name) => name.includes(".inference."))).toHaveLength(6);
  });

  it("a failed call is measured with its code", async () => {
    await expect(fakeChat(broken).generate("Hi")).rejects.toThrow("no");
    expect((await sdk.metrics())["gen_ai.client.operation.duration"]).toEqual([
      { attributes: { ...identity, "error.type": "provider_unavailable" }, count: 1 },
    ]);
  });

  it("a span tells cache-written tokens under both", async () => {
    await fakeChat(used({ cacheWriteTokens: 4 })).generate("Hi");
    expect(sdk.spans()[0]?.attributes).toMatchObject({
      "gen_ai.usage.cache_write.input_tokens": 4,
      "gen_ai.usage.cache_creation.input_tokens": 4,
    });
  });
});
