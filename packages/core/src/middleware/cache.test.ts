import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import type { ChatInput, ChatModel, ChatOptions, ChatResponse } from "../chat.js";
import { type Middleware, applyMiddleware } from "../middleware.js";
import type { Tool } from "../tools.js";
import { type CacheOptions, type CacheStore, cache } from "./cache.js";
import { defaults } from "./defaults.js";
import { fallback } from "./fallback.js";
import { logging } from "./logging.js";
import { rateLimit } from "./rate-limit.js";
import { router } from "./router.js";
import { type Story, type Vendor, asks, drain, failure, vendor } from "./testing/vendor.js";

const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
const story: Story = { text: ["Hel", "lo"], usage };

/** A model behind a cache; the store is a `Map`, unless another is given. */
function cached(
  options: Partial<CacheOptions> = {},
  ...stories: readonly (Story | string | Error)[]
): { model: ChatModel; acme: Vendor; store: Map<string, string> } {
  const store = new Map<string, string>();
  const acme = vendor("acme/small", ...(stories.length > 0 ? stories : [story]));
  return { model: applyMiddleware(acme.model, cache({ store, ...options })), acme, store };
}

const tool = (name: string, more: Partial<Tool> = {}): Tool => ({ name, parameters: {}, ...more });

const warning = (message: string): object => ({ type: "other", message: `cache: ${message}` });

const down = new Error("ECONNREFUSED at redis://user:secret@10.0.0.1");
const throws = (): never => {
  throw down;
};

const hangs = (): Promise<never> => new Promise(() => undefined);

describe.each(asks)("cache of %s", (op, ask) => {
  it("answers a call that was answered before, however it was asked for then", async () => {
    for (const [, first] of asks) {
      const { model, acme } = cached();
      expect([await first(model, "Hi"), await ask(model, "Hi")]).toEqual(["Hello", "Hello"]);
      expect(acme.calls.length).toBe(1);
    }
  });

  it("works with every kind of store", async () => {
    const texts = new Map<string, unknown>();
    const stores: CacheStore[] = [
      new Map<string, string>(),
      { get: async (key) => texts.get(key) ?? null, set: async (key, value) => void texts.set(key, value) },
      // One that takes JSON for itself, as some do.
      { get: (key) => texts.get(key), set: (key, value) => void texts.set(key, JSON.parse(value)) },
    ];
    for (const store of stores) {
      texts.clear();
      const { model, acme } = cached({ store });
      expect([await ask(model, "Hi"), await ask(model, "Hi")]).toEqual(["Hello", "Hello"]);
      expect(acme.calls.length).toBe(1);
      expect((await model.generate("another")).warnings).toEqual([]);
    }
  });

  it.each<[string, Story | Error]>([
    ["an answer that the token limit has cut", { ...story, finish: "length" }],
    ["an answer that a filter has cut", { ...story, finish: "content-filter" }],
    ["a refusal", { also: (answer) => answer.refusal("no") }],
    ["an answer that ended for a reason that nobody knows", { ...story, finish: "other" }],
    ["an error", failure("truncated")],
  ])("does not store %s", async (_what, story) => {
    const { model, acme, store } = cached({}, story);
    await ask(model, "Hi").catch(() => undefined);
    await ask(model, "Hi").catch(() => undefined);
    expect({ calls: acme.calls.length, stored: store.size }).toEqual({ calls: 2, stored: 0 });
  });

  it("stores an answer that calls tools", async () => {
    const { model, acme } = cached(
      {},
      { also: (answer) => answer.toolCall(0, "1", "t", "{}"), finish: "tool-calls" },
    );
    await ask(model, "Hi");
    await ask(model, "Hi");
    expect(acme.calls.length).toBe(1);
  });

  describe("with a time to live", () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it("uses an answer for so long, also where the store does not know of time", async () => {
      const { model, acme } = cached({ ttl: 1000 });
      await ask(model, "Hi");
      await vi.advanceTimersByTimeAsync(999);
      await ask(model, "Hi");
      expect(acme.calls.length).toBe(1);
      await vi.advanceTimersByTimeAsync(1);
      await ask(model, "Hi");
      await ask(model, "Hi");
      expect(acme.calls.length).toBe(2);
    });

    it("tells the store", async () => {
      const set = vi.fn();
      for (const ttl of [1000, undefined]) {
        const options = { store: { get: () => undefined, set }, ...(ttl !== undefined && { ttl }) };
        await ask(cached(options).model, "Hi");
      }
      expect(set.mock.calls.map(([, , options]: unknown[]) => options)).toEqual([{ ttl: 1000 }, {}]);
    });
  });

  const warned = async (options: Partial<CacheOptions>): Promise<unknown> => {
    const { model, acme } = cached(options);
    const warnings =
      op === "generate"
        ? (await model.generate("Hi")).warnings
        : (await drain(model.stream("Hi"))).flatMap((part) =>
            part.type === "finish" ? part.response.warnings : [],
          );
    expect(acme.calls.length).toBe(1);
    return warnings;
  };

  describe("where the store fails", () => {
    const unread = warning("the store could not be read: ECONNREFUSED at [URL]");

    it("asks the model and warns", async () => {
      const set = vi.fn();
      expect(await warned({ store: { get: () => Promise.reject(down), set } })).toEqual([unread]);
      expect(set).toHaveBeenCalledOnce();
      expect(await warned({ store: { get: throws, set: throws } })).toEqual([
        unread,
        warning("the answer could not be stored: ECONNREFUSED at [URL]"),
      ]);
    });

    it.each([["not JSON"], ["{}"], ["null"], ['{"version":2,"storedAt":1,"response":{}}'], [7], [[]]])(
      "asks the model, and warns that %j is none of its answers",
      async (held) => {
        const [found] = (await warned({ store: { get: () => held, set: vi.fn() } })) as [{ message: string }];
        expect(found.message).toMatch(/^cache: the store could not be read: /);
      },
    );

    it("warns where a call has no key", async () => {
      expect(await warned({ key: () => Promise.reject(new Error("no tenant")) })).toEqual([
        warning("this call has no key, so that it was not looked up: no tenant"),
      ]);
    });
  });

  it("does not wait for a store that hangs once the call is aborted", async () => {
    for (const store of [
      { get: hangs, set: vi.fn() },
      { get: vi.fn(), set: hangs },
    ]) {
      const controller = new AbortController();
      const { model } = cached({ store });
      const asked = ask(model, "Hi", { signal: controller.signal });
      setTimeout(() => controller.abort("enough"), 5);
      await expect(asked).rejects.toBe("enough");
    }
  });

  it("answers nothing after an abort", async () => {
    const { model } = cached();
    await ask(model, "Hi");
    await expect(ask(model, "Hi", { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
  });

  it("takes another key where it is given one, and goes past the cache where that is none", async () => {
    const keys: unknown[] = [];
    const { model, acme, store } = cached({
      async key(messages, options, standard) {
        keys.push([messages, options.maxTokens]);
        return options.maxTokens === 1 ? undefined : `tenant-${await standard()}`;
      },
    });
    for (const maxTokens of [1, 1, 2, 2]) await ask(model, "Hi", { maxTokens });
    expect(keys).toEqual([1, 1, 2, 2].map((maxTokens) => ["Hi", maxTokens]));
    expect(acme.calls.length).toBe(3);
    expect([...store.keys()]).toEqual([expect.stringMatching(/^tenant-beluga-[0-9a-f]{64}$/)]);
  });
});

describe("a cached answer", () => {
  const rich: Story = {
    also(answer) {
      answer.id = "id-1";
      answer.reasoning("hm");
      answer.reasoningDetail({ signature: "s" });
      answer.endPart();
      answer.text("Hel");
      answer.text("lo");
      answer.toolCall(3, "c1", "weather", '{"city":"Basel","__proto__":{"a":1}}', { acme: { x: 1 } });
      answer.part({ type: "text", text: "", providerMetadata: { acme: { empty: true } } });
      answer.part({ type: "file", mediaType: "image/png", data: new Uint8Array([0, 255]) });
      answer.toolCall(7, "c2", "time", "{}");
      answer.source({ url: "https://example.com", title: "Example" });
      answer.warn({ type: "unsupported", option: "topK", message: "no" });
      answer.providerMetadata["acme"] = { fingerprint: null };
    },
    usage: { ...usage, raw: { prompt: 1 } },
    finish: "tool-calls",
  };

  beforeEach(() => void vi.useFakeTimers({ now: 1000 }));
  afterEach(() => void vi.useRealTimers());

  it("is what was answered, but for its usage, which is of this call", async () => {
    const { model } = cached({}, rich);
    const first = await model.generate("Hi");
    vi.setSystemTime(5000);
    const expected: ChatResponse = {
      ...first,
      usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
      providerMetadata: { acme: { fingerprint: null }, cache: { storedAt: 1000, usage: first.usage } },
    };
    expect(await model.generate("Hi")).toStrictEqual(expected);
    expect((await drain(model.stream("Hi"))).at(-1)).toStrictEqual({ type: "finish", response: expected });
  });

  it("has an id that is undefined, where it had none", async () => {
    const { model } = cached();
    await model.generate("Hi");
    expect(await model.generate("Hi")).toHaveProperty("id", undefined);
  });

  it("is streamed in the order of its message, with its tool calls whole", async () => {
    const { model } = cached({}, rich);
    const { message } = await model.generate("Hi");
    const toolCalls = (message.content as { type: string }[]).filter(({ type }) => type === "tool-call");
    expect((await drain(model.stream("Hi"))).slice(0, -1)).toEqual([
      { type: "reasoning", text: "hm" },
      { type: "text", text: "Hello" },
      { type: "tool-call-start", index: 0, id: "c1", name: "weather" },
      { type: "tool-call-delta", index: 0, argumentsText: '{"city":"Basel","__proto__":{"a":1}}' },
      { type: "tool-call", index: 0, toolCall: toolCalls[0] },
      { type: "tool-call-start", index: 1, id: "c2", name: "time" },
      { type: "tool-call-delta", index: 1, argumentsText: "{}" },
      { type: "tool-call", index: 1, toolCall: toolCalls[1] },
      { type: "source", source: { url: "https://example.com", title: "Example" } },
    ]);
  });

  it("is streamed where its message is a text", async () => {
    const plain = await vendor("acme/small", story).model.generate("Hi");
    const response = { ...plain, message: { role: "assistant", content: "Hello" } } as const;
    const model = cache({ store: new Map<string, string>() })({
      ...vendor("acme/small").model,
      generate: async () => response,
    });
    await model.generate("Hi");
    expect((await drain(model.stream("Hi")))[0]).toEqual({ type: "text", text: "Hello" });
  });

  it("is each caller's own", async () => {
    const { model } = cached();
    await model.generate("Hi");
    (await model.generate("Hi")).warnings.push({ type: "other", message: "mine" });
    expect((await model.generate("Hi")).warnings).toEqual([]);
  });

  it("stops at an abort in the middle of its stream", async () => {
    const { model } = cached({}, rich);
    await model.generate("Hi");
    const controller = new AbortController();
    const iterator = model.stream("Hi", { signal: controller.signal })[Symbol.asyncIterator]();
    await iterator.next();
    controller.abort("enough");
    await expect(iterator.next()).rejects.toBe("enough");
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
  });
});

it("a stream that is left does not wait for a store that hangs", async () => {
  const { model, acme } = cached({ store: { get: hangs, set: vi.fn() } });
  const iterator = model.stream("Hi")[Symbol.asyncIterator]();
  const reading = iterator.next();
  expect(await iterator.return?.()).toEqual({ value: undefined, done: true });
  expect(await reading).toEqual({ value: undefined, done: true });
  expect(acme.calls).toEqual([]);
});

it("a stream that is left early is not stored", async () => {
  const { model, store } = cached();
  for await (const part of model.stream("Hi")) if (part.type === "text") break;
  expect(store.size).toBe(0);
});

it("a stream with the vendor's own events goes past the cache", async () => {
  const { model, acme } = cached({}, { also: (answer) => answer.raw({ x: 1 }) });
  for (let call = 0; call < 2; call++) {
    const parts = await drain(model.stream("Hi", { includeRaw: true }));
    expect(parts[0]).toEqual({ type: "raw", value: { x: 1 } });
  }
  expect(acme.calls.length).toBe(2);
});

const user = (...content: object[]): ChatInput => [{ role: "user", content: content as never }];

/** A model that somebody has written who knows of no caches. */
function byHand({ provider, model, id, generate, stream, bindTools }: ChatModel): ChatModel {
  return { provider, model, id, generate, stream, bindTools: (tools) => byHand(bindTools(tools)) };
}

describe("the key of a call", () => {
  type Call = [ChatInput, ChatOptions?, ((model: ChatModel) => ChatModel)?];

  async function keyOf([messages, options = {}, around = (model) => model]: Call): Promise<string> {
    const set = vi.fn();
    const model = applyMiddleware(
      around(vendor("acme/small", story).model),
      cache({ store: { get: () => undefined, set } }),
    );
    await model.generate(messages, options);
    return (set.mock.calls[0] as [string])[0];
  }
  const image = (data: Uint8Array | string): ChatInput =>
    user({ type: "image", mediaType: "image/png", data });
  const place = z.object({ city: z.string() });
  const schema = z.toJSONSchema(place, { target: "draft-7" });
  delete schema.$schema;

  it("does not change from one version of this package to the next without a word", async () => {
    expect(await keyOf(["Hi"])).toMatchInlineSnapshot(
      `"beluga-a3c5d596ba63fc08ff7e548ebb915a972a26070482837a98f7fe4d4c8f3c08db"`,
    );
  });

  it.each<[string, Call, Call]>([
    ["a text and the message of it", ["Hi"], [[{ role: "user", content: "Hi" }]]],
    [
      "another order of keys",
      ["Hi", { maxTokens: 1, providerOptions: { a: 1, b: { c: 1, d: 1 } } }],
      ["Hi", { providerOptions: { b: { d: 1, c: 1 }, a: 1 }, maxTokens: 1 }],
    ],
    ["an option that is undefined", ["Hi"], ["Hi", { temperature: undefined }]],
    ["headers", ["Hi"], ["Hi", { headers: { authorization: "x" } }]],
    ["a signal", ["Hi"], ["Hi", { signal: new AbortController().signal }]],
    ["time limits", ["Hi"], ["Hi", { timeout: { total: 5000 } }]],
    ["asking for raw events", ["Hi"], ["Hi", { includeRaw: true }]],
    ["headers among the defaults", ["Hi", {}, defaults({})], ["Hi", {}, defaults({ headers: { a: "b" } })]],
    [
      "the same bytes in another kind of array",
      [image(new Uint8Array([1, 2]))],
      [image(Buffer.from([1, 2]))],
    ],
    [
      "what a tool does when it is run",
      ["Hi", { tools: [tool("t")] }],
      ["Hi", { tools: [tool("t", { execute: () => "x" })] }],
    ],
    [
      "a schema and its JSON Schema",
      ["Hi", { tools: [tool("t", { parameters: place })] }],
      ["Hi", { tools: [tool("t", { parameters: schema })] }],
    ],
    ["middleware that changes no answer", ["Hi"], ["Hi", {}, rateLimit({ maxConcurrent: 5 })]],
    ["logging", ["Hi"], ["Hi", {}, logging<ChatModel>(vi.fn())]],
  ])("is the same for %s", async (_what, one, other) => {
    expect(await keyOf(one)).toBe(await keyOf(other));
  });

  const other = vendor("acme/large", story).model;
  it.each<[string, Call, Call]>([
    ["another text", ["Hi"], ["Ho"]],
    ["another role", [[{ role: "user", content: "Hi" }]], [[{ role: "system", content: "Hi" }]]],
    ["other bytes", [image(new Uint8Array([1, 2]))], [image(new Uint8Array([2, 1]))]],
    [
      "a vendor's own data",
      [user({ type: "text", text: "a" })],
      [user({ type: "text", text: "a", providerMetadata: { x: 1 } })],
    ],
    ["another option", ["Hi", { temperature: 0 }], ["Hi", { temperature: 1 }]],
    ["an option of the vendor's", ["Hi"], ["Hi", { providerOptions: { tier: "flex" } }]],
    ["tools", ["Hi"], ["Hi", { tools: [tool("t")] }]],
    [
      "another order of tools",
      ["Hi", { tools: [tool("t"), tool("u")] }],
      ["Hi", { tools: [tool("u"), tool("t")] }],
    ],
    [
      "another description of a tool",
      ["Hi", { tools: [tool("t")] }],
      ["Hi", { tools: [tool("t", { description: "x" })] }],
    ],
    [
      "another schema of a tool",
      ["Hi", { tools: [tool("t", { parameters: place })] }],
      ["Hi", { tools: [tool("t", { parameters: z.object({ city: z.number() }) })] }],
    ],
    ["another model", ["Hi"], ["Hi", {}, () => other]],
    ["tools that were bound before", ["Hi"], ["Hi", {}, (model) => model.bindTools([tool("t")])]],
    [
      "defaults behind the cache",
      ["Hi", {}, defaults({ temperature: 0 })],
      ["Hi", {}, defaults({ temperature: 1 })],
    ],
    ["a fallback behind the cache", ["Hi"], ["Hi", {}, fallback([other])]],
    [
      "a model of a router behind the cache",
      ["Hi", {}, (model) => router([model])],
      ["Hi", {}, (model) => router([model, other])],
    ],
    [
      "tools that were bound to one of a router",
      ["Hi", {}, (model) => router([model])],
      ["Hi", {}, (model) => router([model.bindTools([tool("t")])])],
    ],
    [
      "tools that were bound to a router",
      ["Hi", {}, (model) => router([byHand(model)])],
      ["Hi", {}, (model) => router([byHand(model)]).bindTools([tool("t")])],
    ],
  ])("is another for %s", async (_what, one, other) => {
    expect(await keyOf(one)).not.toBe(await keyOf(other));
  });

  it("is another for tools that are bound to what the cache wraps, whoever wrote the model", async () => {
    for (const wrap of [(model: ChatModel) => model, byHand]) {
      const set = vi.fn();
      const with_: Middleware<ChatModel> = cache({ store: { get: () => undefined, set } });
      const model = with_(wrap(vendor("acme/small", story).model));
      for (const bound of [
        model,
        model.bindTools([tool("a")]),
        model.bindTools([tool("a")]).bindTools([tool("b")]),
      ])
        await bound.generate("Hi");
      expect(new Set(set.mock.calls.map(([key]: unknown[]) => key)).size).toBe(3);
    }
  });

  it("says of itself why there is none, and leaves the call to the model", async () => {
    const round: Record<string, unknown> = {};
    round["round"] = round;
    const { model } = cached();
    const { warnings } = await model.generate("Hi", { providerOptions: { round } });
    expect(warnings).toEqual([
      {
        type: "other",
        message: expect.stringMatching(/^cache: this call has no key, so that it was not looked up: /),
      },
    ]);
    const parameters = mini.object({ city: mini.string() });
    const tools = [
      tool("t", { parameters: { "~standard": { ...parameters["~standard"], jsonSchema: undefined } } }),
    ];
    await expect(model.generate("Hi", { tools })).rejects.toMatchObject({
      code: "invalid_input",
      op: "llm.generate",
    });
  });
});

it.each<[object, string]>([
  [{}, "middleware.cache: store: expected an object with get and set"],
  [{ store: { get: vi.fn() } }, "middleware.cache: store: expected an object with get and set"],
  [{ store: new Map(), ttl: -1 }, "middleware.cache: ttl: expected a number of at least 0"],
])("a cache is refused where the options are no good: %#", (options, message) => {
  expect(() => cache(options as CacheOptions)).toThrow(
    expect.objectContaining({ code: "invalid_input", message }),
  );
});
