import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { BelugaError, type ErrorCode } from "./errors.js";

const secrets = { prompt: "the whole prompt", key: "sk-live-123456789" };

describe("a BelugaError", () => {
  it.each<[ErrorCode, boolean]>([
    ["rate_limit", true],
    ["timeout", true],
    ["provider_unavailable", true],
    ["auth_error", false],
    ["invalid_input", false],
    ["tool_failed", false],
    ["guard_blocked", false],
    ["budget_exhausted", false],
    ["not_found", false],
    ["context_length", false],
    ["content_filter", false],
    ["quota_exhausted", false],
    ["permission_denied", false],
    ["invalid_response", false],
    ["truncated", false],
    ["unsupported", false],
  ])("of code %s is retryable: %s", (code, retryable) => {
    expect(new BelugaError({ op: "llm.generate", code, message: "no" }).retryable).toBe(retryable);
  });

  it("is as retryable as its thrower says, where the thrower knows better than the code", () => {
    const init = { op: "llm.generate", message: "no" };
    expect(new BelugaError({ ...init, code: "rate_limit", retryable: false }).retryable).toBe(false);
    expect(new BelugaError({ ...init, code: "invalid_response", retryable: true }).retryable).toBe(true);
  });

  it("is an Error, by instanceof and by its name, which its stack begins with", () => {
    const error = new BelugaError({ op: "llm.generate", code: "timeout", message: "too late" });
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe("BelugaError: too late");
    expect(error.stack).toMatch(/^BelugaError: too late\n {4}at /);
  });

  it("has only those members that are known", () => {
    const error = new BelugaError({
      op: "llm.generate",
      code: "timeout",
      message: "too late",
      provider: undefined,
    });
    expect(Object.keys(error)).toEqual(["op", "code", "retryable"]);
    expect(
      Object.keys(new BelugaError({ op: "a.b", code: "timeout", message: "", partial: "kept back" })),
    ).not.toContain("partial");
    expect(Object.hasOwn(error, "cause")).toBe(false);
  });

  it("keeps all that it was made of", () => {
    const cause = new Error("socket");
    const init = {
      op: "llm.stream",
      code: "rate_limit",
      message: "slow down",
      provider: "openai",
      model: "gpt-5-mini",
      status: 429,
      requestId: "req_1",
      retryAfterMs: 1500,
      retryable: true,
      partial: { text: "so far" },
      cause,
    } as const;
    const { op, code, message, provider, model, status, requestId, retryAfterMs, retryable, partial } =
      new BelugaError(init);
    expect({
      op,
      code,
      message,
      provider,
      model,
      status,
      requestId,
      retryAfterMs,
      retryable,
      partial,
      cause,
    }).toEqual(init);
    expect(new BelugaError(init).cause).toBe(cause);
  });

  it("says in JSON all but its stack, its partial and its cause", () => {
    const error = new BelugaError({
      op: "llm.stream",
      code: "truncated",
      message: "cut",
      provider: "openai",
      model: "gpt-5-mini",
      status: 200,
      requestId: "req_1",
      retryAfterMs: 10,
      partial: { text: secrets.prompt },
      cause: new Error(secrets.key),
    });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: "BelugaError",
      message: "cut",
      op: "llm.stream",
      code: "truncated",
      provider: "openai",
      model: "gpt-5-mini",
      status: 200,
      requestId: "req_1",
      retryAfterMs: 10,
      retryable: false,
    });
  });

  it("shows neither its partial nor its cause when it is inspected, alone or inside of another object", () => {
    const error = new BelugaError({
      op: "llm.stream",
      code: "truncated",
      message: "cut",
      partial: { text: secrets.prompt },
      cause: new Error(secrets.key),
    });
    for (const shown of [
      inspect(error),
      inspect({ error }),
      inspect(error, { showHidden: true, depth: null }),
    ]) {
      expect(shown).toContain("BelugaError: cut");
      expect(shown).toContain("code: 'truncated'");
      expect(shown).not.toContain(secrets.prompt);
      expect(shown).not.toContain(secrets.key);
    }
  });
});

describe("BelugaError.is", () => {
  it("knows the errors of another copy of this package, which instanceof does not", async () => {
    vi.resetModules();
    const other = await import("./errors.js");
    const error = new other.BelugaError({ op: "embed.embed", code: "timeout", message: "too late" });
    expect(error).not.toBeInstanceOf(BelugaError);
    expect(BelugaError.is(error)).toBe(true);
    expect(
      other.BelugaError.is(new BelugaError({ op: "embed.embed", code: "timeout", message: "too late" })),
    ).toBe(true);
  });

  it("says no to everything else, also to what looks like one", () => {
    const lookalike = JSON.parse(
      JSON.stringify(new BelugaError({ op: "a.b", code: "timeout", message: "x" })),
    ) as unknown;
    for (const value of [
      undefined,
      null,
      "error",
      1,
      new Error("x"),
      new DOMException("x", "AbortError"),
      lookalike,
    ]) {
      expect(BelugaError.is(value)).toBe(false);
    }
  });
});
