import { describe, expect, test } from "vitest";
import type { VectorDocument } from "../vector-store.js";
import { batchesOf, estimateBytes } from "./vector-batches.js";

const document = (id: string, more: Partial<VectorDocument> = {}): VectorDocument => ({
  id,
  content: "",
  embedding: [1],
  ...more,
});

const idsOf = (batches: Iterable<readonly VectorDocument[]>): string[] =>
  [...batches].map((batch) => batch.map(({ id }) => id).join(""));

describe("batchesOf", () => {
  test("keeps to a number of documents, 1,000 by default, and to the order", () => {
    expect(
      idsOf(
        batchesOf(
          ["a", "b", "c", "d", "e"].map((id) => document(id)),
          { documents: 2 },
        ),
      ),
    ).toEqual(["ab", "cd", "e"]);
    const many = Array.from({ length: 2_001 }, (_, n) => document(`${n}`));
    expect([...batchesOf(many, {})].map(({ length }) => length)).toEqual([1000, 1000, 1]);
    expect([...batchesOf([], {})]).toEqual([]);
  });

  test("keeps to a number of bytes; what is larger alone goes alone", () => {
    const documents = [
      document("a"),
      document("b", { content: "x".repeat(300) }),
      document("c"),
      document("d", { content: "x".repeat(9_000) }),
      document("e"),
    ];
    expect(idsOf(batchesOf(documents, { bytes: 700 }))).toEqual(["ab", "c", "d", "e"]);
  });

  test("makes a batch only when it is asked for", () => {
    const batches = batchesOf([document("a"), document("b")], { documents: 1 });
    expect(batches.next().value?.[0]?.id).toBe("a");
    batches.return(undefined);
    expect(batches.next().done).toBe(true);
  });
});

describe("estimateBytes", () => {
  test.each([
    document("a", { embedding: Float32Array.of(-1.1754943508222875e-38, 0.1, -3.4e38) }),
    document("\u0001🐋", {
      content: '"\\\n'.repeat(50),
      metadata: { ключ: ["значение", "\u0002"], n: -1.5e-300 },
    }),
    document("x".repeat(500), { content: "鯨".repeat(1_000) }),
  ])("is never less than what JSON takes", (document) => {
    const { id, content, metadata, embedding } = document;
    const json = JSON.stringify({ id, text: content, metadata, vector: Array.from(embedding) });
    expect(estimateBytes(document)).toBeGreaterThanOrEqual(new TextEncoder().encode(json).byteLength);
  });
});
