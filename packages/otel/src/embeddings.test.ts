import { BelugaError, type EmbedResponse, addObserver } from "@beluga/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createOtelObserver } from "./index.js";
import { fakeEmbedder } from "./testing/fakes.js";
import { type Sdk, startSdk } from "./testing/sdk.js";

let sdk: Sdk;
let remove: () => void;
function observe(legacyNames: boolean): void {
  remove = addObserver(createOtelObserver({ ...sdk, legacyNames, captureContent: true }));
}
beforeEach(() => {
  sdk = startSdk();
  observe(false);
});
afterEach(async () => {
  remove();
  await sdk.stop();
});

const identity = {
  "gen_ai.operation.name": "embeddings",
  "gen_ai.provider.name": "acme",
  "gen_ai.request.model": "small",
};
const response: EmbedResponse = {
  embeddings: [new Float32Array(3), new Float32Array(3)],
  usage: { inputTokens: 5, totalTokens: 5 },
  model: "small-2026",
  warnings: [],
};
const refused = new BelugaError({
  op: "embed.embed",
  code: "auth_error",
  message: "acme embed.embed: no key",
});

describe("an embedding call", () => {
  it("is a span of its operation and model, which holds no text", async () => {
    await fakeEmbedder(async () => response).embed(["a", "b"]);
    expect(sdk.spans()).toEqual([
      {
        name: "embeddings small",
        kind: "CLIENT",
        status: { code: "UNSET" },
        attributes: {
          ...identity,
          "gen_ai.response.model": "small-2026",
          "gen_ai.embeddings.dimension.count": 3,
          "gen_ai.usage.input_tokens": 5,
        },
      },
    ]);
  });

  it("is measured: its duration, and its tokens", async () => {
    await fakeEmbedder(async () => response).embed(["a", "b"]);
    const attributes = { ...identity, "gen_ai.response.model": "small-2026" };
    expect(await sdk.metrics()).toEqual({
      "gen_ai.client.embeddings.duration": [{ attributes, count: 1 }],
      "gen_ai.client.embeddings.operation.input_tokens": [{ attributes, count: 1, sum: 5 }],
    });
  });

  it("that fails has the error's code, and the width that was asked for", async () => {
    const embedder = fakeEmbedder(() => Promise.reject(refused));
    await expect(embedder.embed(["a"], { dimensions: 256 })).rejects.toBe(refused);
    const failed = { ...identity, "error.type": "auth_error" };
    expect(sdk.spans()).toEqual([
      {
        name: "embeddings small",
        kind: "CLIENT",
        status: { code: "ERROR", message: "acme embed.embed: no key" },
        attributes: { ...failed, "gen_ai.embeddings.dimension.count": 256 },
      },
    ]);
    expect(await sdk.metrics()).toEqual({
      "gen_ai.client.embeddings.duration": [{ attributes: failed, count: 1 }],
    });
  });

  it("is measured under the names of conventions 1.41 too", async () => {
    remove();
    observe(true);
    await fakeEmbedder(async () => response).embed(["a", "b"]);
    const attributes = { ...identity, "gen_ai.response.model": "small-2026" };
    expect(await sdk.metrics()).toEqual({
      "gen_ai.client.embeddings.duration": [{ attributes, count: 1 }],
      "gen_ai.client.embeddings.operation.input_tokens": [{ attributes, count: 1, sum: 5 }],
      "gen_ai.client.operation.duration": [{ attributes, count: 1 }],
      "gen_ai.client.token.usage": [
        { attributes: { ...attributes, "gen_ai.token.type": "input" }, count: 1, sum: 5 },
      ],
    });
  });
});
