import { addObserver } from "@beluga/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createOtelObserver } from "./index.js";
import { drain, fakeEars, fakeReranker } from "./testing/fakes.js";
import { type Sdk, startSdk } from "./testing/sdk.js";

let sdk: Sdk;
let remove: () => void;
beforeEach(() => {
  sdk = startSdk();
  remove = addObserver(createOtelObserver({ ...sdk, captureContent: true }));
});
afterEach(async () => {
  remove();
  await sdk.stop();
});

const ears = fakeEars({
  async transcribe() {
    return { text: "secret", words: [], usage: { inputTokens: 4 }, warnings: [], providerMetadata: {} };
  },
  async *transcribeStream() {
    yield { type: "final", text: "secret" };
  },
});

describe("an operation that the conventions do not name", () => {
  it("is rerank, of its model", async () => {
    const response = { results: [], usage: { inputTokens: 9 }, model: "small-2026", warnings: [] };
    await fakeReranker(async () => response).rerank("secret", ["secret"]);
    const identity = {
      "gen_ai.operation.name": "rerank",
      "gen_ai.provider.name": "acme",
      "gen_ai.request.model": "small",
    };
    expect(sdk.spans()).toEqual([
      {
        name: "rerank small",
        kind: "CLIENT",
        status: { code: "UNSET" },
        attributes: { ...identity, "gen_ai.response.model": "small-2026", "gen_ai.usage.input_tokens": 9 },
      },
    ]);
    expect(await sdk.metrics()).toEqual({
      "gen_ai.client.operation.duration": [
        { attributes: { ...identity, "gen_ai.response.model": "small-2026" }, count: 1 },
      ],
    });
  });

  it("has the name that it has in Beluga, where its provider names no model too", async () => {
    await ears.transcribe(new Uint8Array(2));
    const identity = { "gen_ai.operation.name": "stt.transcribe", "gen_ai.provider.name": "acme" };
    expect(sdk.spans()).toEqual([
      {
        name: "stt.transcribe",
        kind: "CLIENT",
        status: { code: "UNSET" },
        attributes: { ...identity, "gen_ai.usage.input_tokens": 4 },
      },
    ]);
    expect(await sdk.metrics()).toEqual({
      "gen_ai.client.operation.duration": [{ attributes: identity, count: 1 }],
    });
  });

  it("that streams tells so, and the time to its first part", async () => {
    await drain(ears.transcribeStream((async function* () {})()));
    expect(sdk.spans()).toEqual([
      {
        name: "stt.transcribeStream",
        kind: "CLIENT",
        status: { code: "UNSET" },
        attributes: {
          "gen_ai.operation.name": "stt.transcribeStream",
          "gen_ai.provider.name": "acme",
          "gen_ai.request.stream": true,
          "gen_ai.response.time_to_first_chunk": expect.any(Number),
        },
      },
    ]);
  });
});
