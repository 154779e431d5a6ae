import { embedderConformance } from "@beluga/conformance";
import { type Embedder, embedders } from "@beluga/core";
import { expect, expectTypeOf, test } from "vitest";
import { createHashEmbedder } from "./index.js";

embedderConformance({
  name: "hash",
  packageName: "@beluga/embed-hash",
  create: createHashEmbedder,
  config: {},
});

test("the registry knows the provider and the type of its config", async () => {
  const embedder = embedders.create("hash", { dimensions: 64 });
  expectTypeOf(embedder).toEqualTypeOf<Embedder>();
  expect([embedder.id, embedder.dimensions, embedder.limits]).toEqual([
    "hash/v1",
    64,
    { maxBatchSize: Infinity },
  ]);
  const { embeddings } = await embedder.embed(["a", "b"]);
  expect(embeddings.map(({ length }) => length)).toEqual([64, 64]);
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => embedders.create("hash", { dimension: 64 })).toThrow(/dimension/);
});

test("only a version of the algorithm that there is can be had", () => {
  expect(embedders.createDynamic("hash/v1").model).toBe("v1");
  expect(() => embedders.createDynamic("hash/v2")).toThrow(
    expect.objectContaining({ code: "invalid_input" }),
  );
});

test("a width that no memory has room for is refused", async () => {
  expect(() => createHashEmbedder({ dimensions: 1e9 })).toThrow(
    expect.objectContaining({ code: "invalid_input" }),
  );
  await expect(createHashEmbedder().embed(["a"], { dimensions: 1e9 })).rejects.toMatchObject({
    code: "unsupported",
    message: "hash embed.embed: dimensions: v1 has 1 to 65536",
  });
});

test("a query has the vector that a document with the same words has", async () => {
  const embedder = createHashEmbedder();
  const [query, document] = await Promise.all(
    (["query", "document"] as const).map((inputType) => embedder.embed(["white whale"], { inputType })),
  );
  expect(query).toEqual(document);
});
