import { embedders } from "@beluga/core";
import { describe, expect, expectTypeOf, test } from "vitest";
import { type TransformersEmbedder, createTransformersEmbedder } from "./index.js";

test("the registry knows the provider and the type of its config", () => {
  const embedder = embedders.create("transformers", { model: "Xenova/all-MiniLM-L6-v2", dtype: "q8" });
  expect([embedder.id, embedder.dimensions, embedder.limits]).toEqual([
    "transformers/Xenova/all-MiniLM-L6-v2",
    384,
    { maxBatchSize: Infinity },
  ]);
  expect(embedders.createDynamic("transformers/Xenova/gte-small").model).toBe("Xenova/gte-small");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => embedders.create("transformers", { model: "tiny", dtyp: "q8" })).toThrow(/dtyp/);
});

test("its own function gives what can be closed", () => {
  const embedder = createTransformersEmbedder({ model: "tiny" });
  expectTypeOf(embedder).toEqualTypeOf<TransformersEmbedder>();
  expect([embedder.dimensions, typeof embedder.close]).toEqual([undefined, "function"]);
});

describe("a wrong value is invalid_input, and named", () => {
  const wrong: Record<string, readonly unknown[]> = {
    model: ["", undefined, 1],
    modelFolder: ["", 1],
    localOnly: ["yes"],
    cacheDir: [""],
    revision: [""],
    dtype: ["fp64", ""],
    device: ["abacus"],
    pooling: ["none"],
    normalize: [1],
    prefixes: ["query: ", { question: "query: " }, { query: 1 }],
    dimensions: [0, 1.5],
    matryoshka: ["yes"],
    maxBatchSize: [0, Infinity],
    maxBatchTokens: [0],
    maxInputTokens: [-1],
    sessionOptions: ["fast"],
  };
  test.each(Object.entries(wrong))("%s", (key, values) => {
    for (const value of values) {
      const config: Record<string, unknown> = { model: "tiny", [key]: value };
      expect(() => embedders.createDynamic("transformers", config)).toThrow(
        expect.objectContaining({ code: "invalid_input", message: expect.stringContaining(key) }),
      );
    }
  });
});
