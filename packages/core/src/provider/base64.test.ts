import { Buffer } from "node:buffer";
import { afterEach, describe, expect, test, vi } from "vitest";

/** Anew, because it looks at once for what the runtime has. */
const load = () => {
  vi.resetModules();
  return import("./base64.js");
};

const bytes = Uint8Array.from({ length: 70_001 }, (_, i) => i % 251);
const text = Buffer.from(bytes).toString("base64");

const { atob } = globalThis;

const vector = Float32Array.of(0, -0.5, 1 / 3, 3.4e38, 1e-40);
const vectorText = Buffer.from(vector.buffer).toString("base64");

/** The standard's own methods, which newer runtimes have. */
const standard = {
  fromBase64: (text: string): Uint8Array =>
    Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
  toBase64(this: Uint8Array): string {
    return btoa(Array.from(this, (byte) => String.fromCharCode(byte)).join(""));
  },
};

describe.each([
  ["Node's own methods", () => undefined],
  ["what every runtime has", () => vi.stubGlobal("Buffer", undefined)],
  [
    "the standard methods",
    () => {
      vi.stubGlobal("Buffer", undefined);
      vi.stubGlobal("atob", undefined);
      Object.assign(Uint8Array, { fromBase64: standard.fromBase64 });
      Object.assign(Uint8Array.prototype, { toBase64: standard.toBase64 });
    },
  ],
])("base64 with %s", (_name, prepare) => {
  afterEach(() => {
    vi.unstubAllGlobals();
    for (const [of, method] of [
      [Uint8Array, "fromBase64"],
      [Uint8Array.prototype, "toBase64"],
    ] as const) {
      Reflect.deleteProperty(of, method);
    }
  });

  test("bytes there and back", async () => {
    prepare();
    const { decodeBase64, encodeBase64 } = await load();
    expect(encodeBase64(bytes)).toBe(text);
    expect(encodeBase64(bytes.subarray(3, 6))).toBe("AwQF");
    expect(decodeBase64(text)).toEqual(bytes);
    for (let length = 0; length < 10; length++) {
      const few = bytes.slice(0, length);
      const encoded = encodeBase64(few);
      expect(encoded).toBe(Buffer.from(few).toString("base64"));
      expect([decodeBase64(encoded), decodeBase64(encoded.replace(/=+$/, ""))]).toEqual([few, few]);
      expect(decodeBase64(encoded).buffer.byteLength).toBe(length);
    }
    expect(decodeBase64(" AA\r\nAA\t")).toEqual(new Uint8Array(3));
  });

  test.each(["A", "AAAAA", "AAA!", "AA-_", "A=", "AA=A", "AA=", "AAAA==", "AAAAA===", "é", "{}"])(
    "what is no base64 is an error, not fewer bytes: %s",
    async (wrong) => {
      prepare();
      const { decodeBase64 } = await load();
      expect(() => decodeBase64(wrong)).toThrow(/not base64|invalid character|not correctly encoded/i);
    },
  );

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

test("the content of a part is base64, whether it was bytes or base64 already", async () => {
  const { asBase64, dataURL } = await load();
  const data = new TextEncoder().encode("Grüß Gott");
  const text = Buffer.from(data).toString("base64");
  expect([asBase64(data), asBase64(text), asBase64()]).toEqual([text, text, ""]);
  expect(dataURL({ data, mediaType: "text/plain" })).toBe(`data:text/plain;base64,${text}`);
});
