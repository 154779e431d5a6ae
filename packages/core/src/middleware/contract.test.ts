import { getEventListeners } from "node:events";
import { describe, expect, it, vi } from "vitest";
import type { ChatModel } from "../chat.js";
import { composeHooks, withHooks } from "../hooks.js";
import type { Middleware } from "../middleware.js";
import type { Tool } from "../tools.js";
import { cache } from "./cache.js";
import { defaults } from "./defaults.js";
import { fallback } from "./fallback.js";
import { logging } from "./logging.js";
import { rateLimit } from "./rate-limit.js";
import { retry } from "./retry.js";
import { router } from "./router.js";
import { asks, drain, failure, vendor } from "./testing/vendor.js";

const other = vendor("other/model", "from the other");

/** Each as it may be used; made anew for each test, as some keep what they saw. */
const wrappers: readonly [string, () => Middleware<ChatModel>][] = [
  ["fallback", () => fallback([other.model])],
  ["retry", () => retry({ models: [other.model] })],
  ["rateLimit", () => rateLimit({ requestsPerMinute: 100, tokensPerMinute: 1e6, maxConcurrent: 5 })],
  ["cache", () => cache({ store: new Map<string, string>() })],
  ["logging", () => logging(vi.fn())],
  ["defaults", () => defaults({ topP: 1 })],
  ["router", () => (next) => router([next])],
  ["withHooks", () => withHooks<ChatModel>(composeHooks({ onStart: vi.fn() }, { onPart: vi.fn() }))],
  [
    "all at once",
    () => (next) =>
      [
        cache({ store: new Map<string, string>() }),
        fallback([other.model]),
        retry(),
        rateLimit({ maxConcurrent: 5 }),
        logging<ChatModel>(vi.fn()),
        defaults({ topP: 1 }),
      ].reduceRight<ChatModel>((model, wrap) => wrap(model), router([next])),
  ],
];

const tool = (name: string): Tool => ({ name, parameters: {} });

describe.each(wrappers)("a model behind %s", (name, wrap) => {
  it("answers as it does without", async () => {
    const answer = { text: ["Hel", "lo"], usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 } };
    const plain = vendor("acme/small", answer).model;
    const model = wrap()(vendor("acme/small", answer).model);
    expect(await model.generate("Hi")).toEqual(await plain.generate("Hi"));
    const streamed = wrap()(vendor("acme/small", answer).model).stream("Hi");
    expect(await drain(streamed)).toEqual(await drain(plain.stream("Hi")));
  });

  it("is asked for what it was asked for", async () => {
    const { model, calls } = vendor("acme/small", "Hello");
    const options = { maxTokens: 3, providerOptions: { top: { k: 1 } } };
    await wrap()(model).generate("Hi", options);
    await drain(wrap()(model).stream("Hi", options));
    const messages = [{ role: "user", content: "Hi" }];
    expect(calls).toMatchObject([
      { messages, options },
      { messages, options },
    ]);
  });

  it("is asked nothing before a stream's first read", async () => {
    const { model, calls } = vendor("acme/small", "Hello");
    const stream = wrap()(model).stream("Hi");
    await new Promise((resolve) => setTimeout(resolve, 1));
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
    expect(calls).toEqual([]);
  });

  it("is read no further than its consumer reads", async () => {
    const acme = vendor("acme/small", { text: ["a", "b", "c", "d"] });
    const iterator = wrap()(acme.model).stream("Hi")[Symbol.asyncIterator]();
    await iterator.next();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(acme.reads).toBe(1);
    await iterator.return?.();
  });

  it("is read once", async () => {
    const stream = wrap()(vendor("acme/small", "Hello").model).stream("Hi");
    await drain(stream);
    await expect(drain(stream)).rejects.toMatchObject({ code: "invalid_input", op: "llm.stream" });
  });

  it("gives the parts in order to reads that do not wait for each other", async () => {
    const { model } = vendor("acme/small", { text: ["a", "b"] });
    const iterator = wrap()(model).stream("Hi")[Symbol.asyncIterator]();
    const results = await Promise.all([1, 2, 3, 4].map(() => iterator.next()));
    expect(results.map(({ value, done }) => [value?.type, done])).toEqual([
      ["text", false],
      ["text", false],
      ["finish", false],
      [undefined, true],
    ]);
  });

  it("has its stream closed when the loop is left", async () => {
    const acme = vendor("acme/small", { text: ["a", "b"] });
    for await (const part of wrap()(acme.model).stream("Hi")) if (part.type === "text") break;
    expect(acme.closed).toBe(1);
  });

  it.each([
    ["the first part", []],
    ["a later part", ["a"]],
  ])("has its stream closed at once when it is left while %s is waited for", async (_what, text) => {
    const acme = vendor("acme/small", { text, stalls: true });
    const iterator = wrap()(acme.model).stream("Hi")[Symbol.asyncIterator]();
    for (const piece of text)
      expect(await iterator.next()).toEqual({ value: { type: "text", text: piece }, done: false });
    const pending = iterator.next();
    await vi.waitUntil(() => acme.reads === text.length + 1);
    expect(await iterator.return?.()).toEqual({ value: undefined, done: true });
    expect(await pending).toEqual({ value: undefined, done: true });
    expect({ closed: acme.closed, calls: acme.calls.length, other: other.calls.length }).toEqual({
      closed: 1,
      calls: 1,
      other: 0,
    });
  });

  it.each(asks)("rejects with the reason of an abort, and leaves no listener: %s", async (_op, ask) => {
    const controller = new AbortController();
    const { signal } = controller;
    const acme = vendor("acme/small", { stalls: true });
    const asked = Promise.allSettled([ask(wrap()(acme.model), "Hi", { signal })]);
    await vi.waitUntil(() => acme.calls.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    controller.abort("enough");
    expect(await asked).toEqual([{ status: "rejected", reason: "enough" }]);
    expect({ calls: acme.calls.length, other: other.calls.length }).toEqual({ calls: 1, other: 0 });
    expect(getEventListeners(signal, "abort").length).toBe(0);
  });

  it.each(asks)("is asked nothing after an abort: %s", async (_op, ask) => {
    const { model, calls } = vendor("acme/small", "Hello");
    const signal = AbortSignal.abort("enough");
    await expect(ask(wrap()(model), "Hi", { signal })).rejects.toBe("enough");
    expect([...calls, ...other.calls]).toEqual([]);
  });

  it.each(asks)("leaves no listener on the signal where all went well: %s", async (_op, ask) => {
    const { signal } = new AbortController();
    expect(await ask(wrap()(vendor("acme/small", "Hello").model), "Hi", { signal })).toBe("Hello");
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("hands on what goes wrong in the middle of a stream, and nothing is asked again", async () => {
    const error = failure("provider_unavailable");
    const acme = vendor("acme/small", { text: ["a"], error });
    const iterator = wrap()(acme.model).stream("Hi")[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toEqual({ type: "text", text: "a" });
    await expect(iterator.next()).rejects.toBe(error);
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
    expect({ calls: acme.calls.length, other: other.calls.length }).toEqual({ calls: 1, other: 0 });
  });

  it.each(asks)("refuses what is no input, as it does without: %s", async (_op, ask) => {
    const { model, calls } = vendor("acme/small", "Hello");
    for (const args of [[[]], [undefined], [[{ role: "user" }]], ["Hi", { maxTokens: -1 }], ["Hi", 7]])
      await expect(ask(wrap()(model), ...(args as ["Hi"]))).rejects.toMatchObject({ code: "invalid_input" });
    expect(calls).toEqual([]);
  });

  it.each(asks)("offers the tools that are bound to it, behind the same: %s", async (_op, ask) => {
    const { model, calls } = vendor("acme/small", "Hello");
    const original = wrap()(model);
    const bound = original.bindTools([tool("a")]).bindTools([tool("b")]);
    expect([bound.provider, bound.model, bound.id]).toEqual([original.provider, original.model, original.id]);
    await ask(bound, "Hi");
    await ask(original, "Hi");
    expect(calls.map(({ tools }) => tools.map(({ name }) => name))).toEqual([["a", "b"], []]);
  });

  it("goes by its own name", () => {
    const { provider, model, id } = wrap()(vendor("acme/small").model);
    expect({ provider, model, id }).toEqual(
      name === "router" || name === "all at once"
        ? { provider: "router", model: "acme/small", id: "router/acme/small" }
        : { provider: "acme", model: "small", id: "acme/small" },
    );
  });
});
