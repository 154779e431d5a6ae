import { describe, expect, it } from "vitest";
import { redact, vendorMessage } from "./redact.js";

describe("redact", () => {
  it.each([
    "sk-0123456789abcdef",
    "sk-proj-Ab_cd-0123456789",
    "sk-ant-api03-0123456789",
    "sk-or-v1-0123456789",
    "sk-ab**********wxyz",
    "sk-...wxyz99",
    "pk-lf-0123456789",
    "rk_live_0123456789",
    "gsk_0123456789",
    "pcsk_0123456789",
    "xai-0123456789",
    "key-0123456789",
    "hf_0123456789",
    "pplx-0123456789",
    "csk-0123456789",
    "r8_0123456789",
    "jina_0123456789",
    "pa-0123456789",
    "SK-0123456789",
    "AIzaSy0123456789-_ab",
    "Bearer whatever.it/is",
    "bearer   whatever",
  ])("masks what looks like a key: %s", (key) => {
    expect(redact(`Incorrect API key provided: ${key}`)).toBe("Incorrect API key provided: ***");
    expect(redact(`"${key}", they said`)).toMatch(/^"?\*\*\*"?,? they said$/);
  });

  it.each([
    "You can find your API key at https://platform.openai.com/account/api-keys.",
    "The model `gpt-5-mini` does not exist",
    "This request would exceed your task-specific limit",
    "invalid_api_key",
    "Rate limit reached for o3 in organization org on tokens per min (TPM)",
  ])("leaves other words alone: %s", (words) => {
    expect(redact(words)).toBe(words);
  });

  it("masks the secrets it is given, wherever they stand, whatever characters they have", () => {
    const secrets = ["$&(.*)", "0123abcd"];
    expect(redact("a $&(.*) b$&(.*)c 0123abcd0123abcd", secrets)).toBe("a *** b***c ******");
  });

  it("masks all of a secret that begins with another", () => {
    expect(redact("key abcdef-rest!", ["abcdef", "abcdef-rest"])).toBe("key ***!");
  });

  it("takes no word of three letters for a secret", () => {
    expect(redact("the key in the header", ["the", ""])).toBe("the key in the header");
  });

  it("leaves its list of secrets as it was", () => {
    const secrets = Object.freeze(["abcd", "abcdef"]);
    redact("x", secrets);
    expect(secrets).toEqual(["abcd", "abcdef"]);
  });

  it("keeps at most 2 kB, masked before they are cut", () => {
    expect(redact("a".repeat(2048))).toBe("a".repeat(2048));
    expect(redact("a".repeat(2049))).toBe(`${"a".repeat(2047)}…`);
    const across = redact(`${"a".repeat(2040)} sk-0123456789abcdef`);
    expect(across).toBe(`${"a".repeat(2040)} ***`);
  });
});

describe("vendorMessage", () => {
  it.each<[unknown, string | undefined]>([
    [{ error: { message: "openai", type: "t" } }, "openai"],
    [{ error: "ollama" }, "ollama"],
    [{ message: "cohere" }, "cohere"],
    [{ detail: "fastapi" }, "fastapi"],
    [{ detail: [{ loc: ["body"], msg: "fastapi 422", input: "the prompt" }] }, "fastapi 422"],
    [{ detail: { message: "elevenlabs" } }, "elevenlabs"],
    [{ errors: [{ message: "cloudflare" }] }, "cloudflare"],
    [{ errors: ["plain"] }, "plain"],
    [{ title: "problem", detail: "more of it" }, "more of it"],
    [{ title: "problem" }, "problem"],
    [[{ error: { message: "gemini" } }], "gemini"],
    [{ error: { message: "" }, message: "the next place" }, "the next place"],
    [{ error: null, message: "no error" }, "no error"],
    ["  <h1>\n Bad\tGateway </h1> ", "<h1> Bad Gateway </h1>"],
    [{ input: "the prompt", request: { prompt: "the prompt" } }, undefined],
    [{ error: {} }, undefined],
    [{}, undefined],
    [[], undefined],
    ["", undefined],
    [" \n", undefined],
    [null, undefined],
    [undefined, undefined],
    [42, undefined],
    [{ message: 42 }, undefined],
  ])("of %j is %s", (body, words) => {
    expect(vendorMessage(body)).toBe(words);
  });

  it("does not follow a body that is nested without end", () => {
    const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) as unknown;
    expect(vendorMessage(deep)).toBeUndefined();
    const members = JSON.parse(`${'{"error":'.repeat(50_000)}1${"}".repeat(50_000)}`) as unknown;
    expect(vendorMessage(members)).toBeUndefined();
    expect(vendorMessage({ error: { error: { error: { message: "deep" } } } })).toBe("deep");
  });
});
