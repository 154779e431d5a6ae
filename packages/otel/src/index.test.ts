import type { Call } from "@beluga/core";
import { metrics, trace } from "@opentelemetry/api";
import { AlwaysOffSampler } from "@opentelemetry/sdk-trace";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { version } from "../package.json";
import { type Sdk, startSdk } from "./testing/sdk.js";

/** A fresh copy of this package, and of core, as a second one in an application's tree would be. */
async function importCopy() {
  vi.resetModules();
  return {
    ...(await import("@beluga/core")),
    ...(await import("./index.js")),
    ...(await import("./testing/fakes.js")),
  };
}

let sdk: Sdk;
beforeEach(() => {
  // As in a new process.
  for (const name of ["@beluga/otel/v1", "@beluga/observers/v1"])
    Reflect.deleteProperty(globalThis, Symbol.for(name));
  sdk = startSdk();
});
afterEach(async () => {
  trace.disable();
  metrics.disable();
  await sdk.stop();
});

/** What an application does to start the SDK. */
function registerSdk(): void {
  trace.setGlobalTracerProvider(sdk.tracerProvider);
  metrics.setGlobalMeterProvider(sdk.meterProvider);
}

async function reported(): Promise<{ spans: number; measured: number | undefined }> {
  const durations = (await sdk.metrics())["gen_ai.client.inference.duration"];
  return { spans: sdk.spans().length, measured: durations?.[0]?.count };
}

describe("importing the package", () => {
  it("reports calls to the SDK that was registered before", async () => {
    registerSdk();
    const { fakeChat, hello } = await importCopy();
    await fakeChat(hello).generate("Hi");
    expect(await reported()).toEqual({ spans: 1, measured: 1 });
  });

  it("reports calls to an SDK that is registered later, after calls that nobody heard", async () => {
    const { fakeChat, hello } = await importCopy();
    const model = fakeChat(hello);
    await model.generate("Hi");
    registerSdk();
    await model.generate("Hi");
    expect(await reported()).toEqual({ spans: 1, measured: 1 });
  });

  it("reports calls to the SDK that takes another's place", async () => {
    const { fakeChat, hello } = await importCopy();
    registerSdk();
    await fakeChat(hello).generate("Hi");
    await sdk.stop();
    trace.disable();
    metrics.disable();
    sdk = startSdk();
    registerSdk();
    await fakeChat(hello).generate("Hi");
    expect(await reported()).toEqual({ spans: 1, measured: 1 });
  });

  it("in two copies reports a call once, whichever core it is made with", async () => {
    registerSdk();
    const one = await importCopy();
    const two = await importCopy();
    expect(one.createOtelObserver).not.toBe(two.createOtelObserver);
    await one.fakeChat(one.hello).generate("Hi");
    await two.fakeChat(two.hello).generate("Hi");
    expect(await reported()).toEqual({ spans: 2, measured: 2 });
  });

  it("names itself and its version as the scope", async () => {
    registerSdk();
    const { fakeChat, hello } = await importCopy();
    await fakeChat(hello).generate("Hi");
    expect(sdk.exported()[0]?.instrumentationScope).toMatchObject({ name: "@beluga/otel", version });
  });

  it("reads at each call whether the names of conventions 1.41 are wanted", async () => {
    registerSdk();
    const { fakeChat, hello } = await importCopy();
    vi.stubEnv("OTEL_SEMCONV_STABILITY_OPT_IN", "http, gen_ai_latest_experimental");
    await fakeChat(hello).generate("Hi");
    expect(Object.keys(await sdk.metrics())).not.toContain("gen_ai.client.token.usage");
    vi.stubEnv("OTEL_SEMCONV_STABILITY_OPT_IN", "http");
    await fakeChat(hello).generate("Hi");
    expect(Object.keys(await sdk.metrics())).toContain("gen_ai.client.token.usage");
  });
});

describe("createOtelObserver", () => {
  it("takes the place of the import: a call is reported once, to the providers given", async () => {
    registerSdk();
    const own = startSdk();
    const { fakeChat, hello, addObserver, createOtelObserver } = await importCopy();
    addObserver(createOtelObserver({ tracerProvider: own.tracerProvider, meterProvider: own.meterProvider }));
    await importCopy(); // a later copy does not bring it back
    await fakeChat(hello).generate("Hi");
    expect(await reported()).toEqual({ spans: 0, measured: undefined });
    expect(own.spans()).toHaveLength(1);
    await own.stop();
  });
});

describe("where nobody listens", () => {
  const call = {
    op: "llm.generate",
    provider: "acme",
    model: "small",
    id: "acme/small",
    startedAt: 0,
    get input(): never {
      throw new Error("looked at");
    },
  } satisfies Call;

  it("a call is not looked at, and neither is its end", async () => {
    const observer = (await importCopy()).createOtelObserver({ captureContent: true });
    const outcome = {
      get duration(): never {
        throw new Error("looked at");
      },
    };
    expect(() => observer.onStart?.(call)).not.toThrow();
    expect(() => observer.onFinish?.(call, outcome)).not.toThrow();
    registerSdk();
    expect(() => observer.onStart?.(call)).toThrow("looked at");
  });

  it("to spans, as a sampler decides, calls are measured all the same, and their content is not looked at", async () => {
    const unsampled = startSdk({ sampler: new AlwaysOffSampler() });
    const { tracerProvider } = unsampled;
    const observer = (await importCopy()).createOtelObserver({
      ...sdk,
      tracerProvider,
      captureContent: true,
    });
    expect(() => observer.onStart?.(call)).not.toThrow();
    expect(() => observer.onFinish?.(call, { duration: 1 })).not.toThrow();
    expect(unsampled.spans()).toEqual([]);
    expect(await reported()).toEqual({ spans: 0, measured: 1 });
    await unsampled.stop();
  });

  it("to metrics, calls make spans all the same", async () => {
    const { addObserver, createOtelObserver, fakeChat, hello } = await importCopy();
    addObserver(createOtelObserver({ tracerProvider: sdk.tracerProvider }));
    await fakeChat(hello).generate("Hi");
    expect(await reported()).toEqual({ spans: 1, measured: undefined });
  });
});
