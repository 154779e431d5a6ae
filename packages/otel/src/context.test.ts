import { type Hooks, addObserver } from "@beluga/core";
import { type Context, context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createOtelObserver } from "./index.js";
import { type Read, drain, fakeChat, hello } from "./testing/fakes.js";
import { type Sdk, startSdk } from "./testing/sdk.js";

let sdk: Sdk;
const removals: (() => void)[] = [];
function observe(hooks: Hooks): void {
  removals.push(addObserver(hooks));
}
beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());
beforeEach(() => {
  sdk = startSdk();
});
afterEach(async () => {
  for (const remove of removals.splice(0)) remove();
  await sdk.stop();
});

/** Runs something as the application does: in a span of its own. */
async function inSpan<T>(name: string, run: () => T | Promise<T>): Promise<T> {
  return sdk.tracerProvider.getTracer("application").startActiveSpan(name, async (span) => {
    try {
      return await run();
    } finally {
      span.end();
    }
  });
}

/** From the name of each of Beluga's spans, with its model's answer, to that of its parent. */
function parents(): [span: string, parent: string | undefined][] {
  const all = sdk.exported();
  return all
    .filter(({ name }) => name.startsWith("chat"))
    .map(({ attributes, parentSpanContext }) => [
      String(attributes["gen_ai.response.id"]),
      all.find((span) => span.spanContext().spanId === parentSpanContext?.spanId)?.name,
    ]);
}

/** Answers with an id after some turns of the event loop. */
const answers = (id: string, turns = 1): readonly Read[] => {
  const wait = async (): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return [
    async (answer) => {
      await wait();
      answer.id = id;
      answer.text("a");
    },
    async (answer) => {
      await wait();
      answer.finish("stop", "stop");
    },
  ];
};

describe("a span", () => {
  beforeEach(() => observe(createOtelObserver(sdk)));

  it("is a child of the span in which generate was called", async () => {
    await inSpan("application", () => fakeChat(answers("1")).generate("Hi"));
    expect(parents()).toEqual([["1", "application"]]);
  });

  it("is a child of the span in which the stream was read", async () => {
    await inSpan("application", () => drain(fakeChat(answers("1")).stream("Hi")));
    expect(parents()).toEqual([["1", "application"]]);
  });

  it("of a stream that is handed on belongs to its first reader, as its request does", async () => {
    const { stream } = await inSpan("caller", () => ({ stream: fakeChat(answers("1")).stream("Hi") }));
    await inSpan("reader", () => drain(stream));
    expect(parents()).toEqual([["1", "reader"]]);
  });

  it("has no parent where the application has none", async () => {
    await fakeChat(answers("1")).generate("Hi");
    expect(parents()).toEqual([["1", undefined]]);
  });

  it("has its own parent where calls run side by side", async () => {
    const calls = Array.from({ length: 20 }, (_, index) => {
      const model = fakeChat(answers(`answer ${index}`, 20 - index));
      const call = (): Promise<unknown> =>
        index % 2 === 0 ? model.generate("Hi") : drain(model.stream("Hi"));
      return inSpan(`request ${index}`, call);
    });
    await Promise.all(calls);
    const sorted = parents().toSorted(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
    expect(sorted).toEqual(calls.map((_, index) => [`answer ${index}`, `request ${index}`]));
  });

  it("does not stay active for what the application does next", async () => {
    await inSpan("application", async () => {
      const before = trace.getActiveSpan();
      const reply = fakeChat(answers("1")).generate("Hi");
      expect(trace.getActiveSpan()).toBe(before);
      await reply;
      expect(trace.getActiveSpan()).toBe(before);
    });
  });
});

it("a span has its parent behind another observer, even one that takes its time", async () => {
  observe({ onStart: () => new Promise((resolve) => setImmediate(resolve)) });
  observe(createOtelObserver(sdk));
  await inSpan("application", async () => {
    await fakeChat(answers("1")).generate("Hi");
    await drain(fakeChat(answers("2")).stream("Hi"));
  });
  expect(parents()).toEqual([
    ["1", "application"],
    ["2", "application"],
  ]);
});

it("a measurement is made in the context of its span, from which an SDK takes exemplars", async () => {
  const contexts: (Context | undefined)[] = [];
  const record = (_value: number, _attributes: unknown, within?: Context): void => void contexts.push(within);
  const meter = Object.assign(sdk.meterProvider.getMeter("other"), {
    createHistogram: () => ({ record }),
    createCounter: () => ({ add: record }),
  });
  observe(createOtelObserver({ ...sdk, meterProvider: { getMeter: () => meter } }));
  await fakeChat(hello).generate("Hi");
  const [span] = sdk.exported();
  const spanIds = contexts.map((within) => within && trace.getSpanContext(within)?.spanId);
  expect(new Set(spanIds)).toEqual(new Set([span?.spanContext().spanId]));
  expect(spanIds.length).toBeGreaterThan(0);
});
