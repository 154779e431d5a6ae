import { Buffer } from "node:buffer";
import { afterEach, describe, expect, test, vi } from "vitest";

/** Anew, because it looks at once for what the runtime has. */
const load = () => {
  vi.resetModules();
  return import("./base64.js");
};

const bytes = Uint8Array.from({ length: 70_001 }, (_, i) => i % 251);
const text = Buffer.from(bytes).toString("base64");

const vector = Float32Array.of(0, -0.5, 1 / 3, 3.4e38, 1e-40);
const vectorText = Buffer.from(vector.buffer).toString("base64");

describe.each([
  ["Node's own methods", () => undefined],
  ["what every runtime has", () => vi.stubGlobal("Buffer", undefined)],
])("base64 with %s", (_name, prepare) => {
  afterEach(() => vi.unstubAllGlobals());

  test("bytes there and back", async () => {
    prepare();
    const { decodeBase64, encodeBase64 } = await load();
    expect(encodeBase64(bytes)).toBe(text);
    expect(encodeBase64(bytes.subarray(3, 6))).toBe("AwQF");
    expect(Uint8Array.from(decodeBase64(text))).toEqual(bytes);
  });

  test("a vector of any width has its own numbers and memory alone", async () => {
    prepare();
    const { decodeFloats } = await load();
    for (const width of [0, 1, 2, 3, 256, 1536, 20_000]) {
      const floats = Float32Array.from({ length: width }, (_, i) => i / 7);
      const decoded = decodeFloats(Buffer.from(floats.buffer).toString("base64"));
      expect(decoded).toEqual(floats);
      expect(decoded?.buffer.byteLength).toBe(width * 4);
    }
    expect(decodeFloats(vectorText)).toEqual(vector);
    expect(decodeFloats(vectorText.replace(/=+$/, ""))).toEqual(vector);
  });

  test.each([
    ["cut off", vectorText.slice(0, 9)],
    ["a length that is not that of floats", "AAAA"],
    ["characters that are not base64", "not base64, is it?!!".padEnd(32, "?")],
    ["one character that is not base64", `${vectorText.slice(0, 5)}!${vectorText.slice(6)}`],
    ["white space", "AAAA AAA AA="],
  ])("no vector where the text is wrong: %s", async (_problem, wrong) => {
    prepare();
    const { decodeFloats } = await load();
    expect(decodeFloats(wrong)).toBeUndefined();
  });
});
