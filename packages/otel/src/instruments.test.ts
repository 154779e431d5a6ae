import { expect, it, vi } from "vitest";
import { createOtelObserver } from "./index.js";
import { createInstruments } from "./instruments.js";
import { startSdk } from "./testing/sdk.js";

const durations = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const tokens = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
const seconds = { unit: "s", boundaries: durations };
const distribution = { unit: "{token}", boundaries: tokens };
const counter = { unit: "{token}", boundaries: undefined };

it("the metrics have the units and the boundaries of the conventions", async () => {
  const sdk = startSdk();
  const groups = Object.values(createInstruments(sdk.meterProvider.getMeter("test")));
  for (const instrument of groups.flatMap((group) => Object.values(group))) {
    if ("record" in instrument) instrument.record(1);
    else instrument.add(1);
  }
  const told = (await sdk.metricData()).map(({ descriptor, dataPoints }) => {
    const { buckets } = (dataPoints[0]?.value ?? {}) as { buckets?: { boundaries: number[] } };
    return [descriptor.name, { unit: descriptor.unit, boundaries: buckets?.boundaries }];
  });
  expect(Object.fromEntries(told)).toEqual({
    "gen_ai.client.inference.duration": seconds,
    "gen_ai.client.inference.time_to_first_chunk": seconds,
    "gen_ai.client.inference.usage.input_tokens": counter,
    "gen_ai.client.inference.usage.output_tokens": counter,
    "gen_ai.client.inference.usage.cache_read.input_tokens": counter,
    "gen_ai.client.inference.usage.cache_write.input_tokens": counter,
    "gen_ai.client.inference.usage.reasoning.output_tokens": counter,
    "gen_ai.client.inference.operation.input_tokens": distribution,
    "gen_ai.client.inference.operation.output_tokens": distribution,
    "gen_ai.client.embeddings.duration": seconds,
    "gen_ai.client.embeddings.operation.input_tokens": distribution,
    "gen_ai.client.operation.duration": seconds,
    "gen_ai.client.operation.time_to_first_chunk": seconds,
    "gen_ai.client.token.usage": distribution,
    "db.client.operation.duration": { unit: "s", boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] },
  });
  await sdk.stop();
});

it("a provider is asked for its meter once, however many calls and observers there are", async () => {
  const sdk = startSdk();
  const getMeter = vi.spyOn(sdk.meterProvider, "getMeter");
  const call = {
    op: "llm.generate",
    provider: "acme",
    model: "small",
    id: "acme/small",
    input: ["Hi"],
    startedAt: 0,
  };
  for (const observer of [createOtelObserver(sdk), createOtelObserver(sdk)]) {
    await observer.onStart?.({ ...call });
    await observer.onStart?.({ ...call });
  }
  expect(getMeter).toHaveBeenCalledTimes(1);
  await sdk.stop();
});
