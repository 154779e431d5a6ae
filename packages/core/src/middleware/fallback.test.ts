import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChatModel } from "../chat.js";
import type { BelugaError, ErrorCode } from "../errors.js";
import { type Middleware, applyMiddleware } from "../middleware.js";
import { fallback } from "./fallback.js";
import { asks, drain, failure, vendor } from "./testing/vendor.js";

const behind = (first: ChatModel, ...others: ChatModel[]): ChatModel =>
  applyMiddleware(first, fallback(others));

const warning = (message: string): object => ({ type: "other", message });

const slow =
  (after: number): Middleware<ChatModel> =>
  (next) => ({
    ...next,
    async generate(...args) {
      await new Promise((resolve) => setTimeout(resolve, after));
      return next.generate(...args);
    },
    async *stream(...args) {
      await new Promise((resolve) => setTimeout(resolve, after));
      yield* next.stream(...args);
    },
  });

/** What comes of models that fail so, one after the other. */
function failed(ask: (typeof asks)[number][1], ...errors: readonly Error[]): Promise<unknown> {
  const [first, ...others] = errors.map((error, at) => vendor(`${"abc"[at]}/1`, error).model);
  return ask(behind(first as ChatModel, ...others), "Hi").catch((error: unknown) => error);
}

describe.each(asks)("fallback of %s", (op, ask) => {
  it("asks the next model where one fails, in their order", async () => {
    const [a, b, c] = [
      vendor("a/1", failure("timeout")),
      vendor("b/1", failure("auth_error")),
      vendor("c/1", "Hello"),
    ];
    expect(await ask(behind(a.model, b.model, c.model), "Hi", { maxTokens: 5 })).toBe("Hello");
    expect([a, b, c].map(({ calls }) => calls.map(({ options }) => options.maxTokens))).toEqual([
      [5],
      [5],
      [5],
    ]);
  });

  it("asks no other model where one answers", async () => {
    const [a, b] = [vendor("a/1", "Hello"), vendor("b/1", "no")];
    expect(await ask(behind(a.model, b.model), "Hi")).toBe("Hello");
    expect(b.calls).toEqual([]);
  });

  it.each<ErrorCode>([
    "rate_limit",
    "timeout",
    "provider_unavailable",
    "auth_error",
    "permission_denied",
    "quota_exhausted",
    "not_found",
    "unsupported",
    "context_length",
    "invalid_response",
    "truncated",
  ])("switches after %s", async (code) => {
    expect(await ask(behind(vendor("a/1", failure(code)).model, vendor("b/1", "Hello").model), "Hi")).toBe(
      "Hello",
    );
  });

  it.each<[string, Error]>([
    ["invalid_input", failure("invalid_input")],
    ["content_filter", failure("content_filter")],
    ["tool_failed", failure("tool_failed")],
    ["guard_blocked", failure("guard_blocked")],
    ["budget_exhausted", failure("budget_exhausted")],
    ["an error that is not Beluga's", new TypeError("bug")],
  ])("throws %s as it is", async (_what, error) => {
    const other = vendor("b/1", "no");
    await expect(ask(behind(vendor("a/1", error).model, other.model), "Hi")).rejects.toBe(error);
    expect(other.calls).toEqual([]);
  });

  it("asks `when`, which is told what would be done without it", async () => {
    const when = vi.fn((_error: unknown, byDefault: boolean) => !byDefault);
    const [filtered, down] = [failure("content_filter"), failure("provider_unavailable")];
    const models = [vendor("a/1", filtered), vendor("b/1", down), vendor("c/1", "no")].map(
      ({ model }) => model,
    );
    const model = applyMiddleware(models[0] as ChatModel, fallback(models.slice(1), { when }));
    await expect(ask(model, "Hi")).rejects.toMatchObject({ code: "provider_unavailable" });
    expect(when.mock.calls).toEqual([
      [filtered, false],
      [down, true],
    ]);
  });

  it("rejects with the reason of an abort, whatever the error, and asks neither `when` nor another model", async () => {
    const controller = new AbortController();
    const when = vi.fn(() => true);
    const other = vendor("b/1", "no");
    const error = failure("provider_unavailable");
    const failing: ChatModel = {
      ...vendor("a/1").model,
      generate() {
        controller.abort("enough");
        throw error;
      },
      // oxlint-disable-next-line require-yield -- it fails before its first part
      async *stream() {
        controller.abort("enough");
        throw error;
      },
    };
    const model = applyMiddleware(failing, fallback([other.model], { when }));
    await expect(ask(model, "Hi", { signal: controller.signal })).rejects.toBe("enough");
    expect({ when: when.mock.calls, calls: other.calls }).toEqual({ when: [], calls: [] });
  });

  describe("where all fail", () => {
    const key = "sk-0123456789abcdef";
    const errors = [
      failure("rate_limit", { provider: "a", model: "1", retryAfterMs: 900 }),
      failure("timeout", { provider: "b", model: "1", retryAfterMs: 300 }),
      failure("auth_error", {
        provider: "c",
        model: "2",
        status: 401,
        requestId: "r3",
        partial: `Hello ${key}`,
        message: "c llm: no",
      }),
    ] as const;

    it("throws the last error, with all of them in its message and its cause", async () => {
      const error = (await failed(ask, ...errors)) as BelugaError & { cause: AggregateError };
      const problem =
        "no model answered: a/1 failed (rate_limit), b/1 failed (timeout), c/1 failed (auth_error); the last: c llm: no";
      expect({ ...error.toJSON(), partial: error.partial }).toEqual({
        name: "BelugaError",
        message: `llm.${op}: ${problem}`,
        op: `llm.${op}`,
        code: "auth_error",
        provider: "c",
        model: "2",
        status: 401,
        requestId: "r3",
        retryAfterMs: 300,
        retryable: true,
        partial: `Hello ${key}`,
      });
      expect(error.cause).toBeInstanceOf(AggregateError);
      expect({ errors: error.cause.errors, message: error.cause.message }).toEqual({
        errors,
        message: problem,
      });
      expect(`${inspect(error)} ${JSON.stringify(error)}`).not.toContain(key);
    });

    it("may pass where one of them may, and says when where all of those say", async () => {
      expect(await failed(ask, failure("auth_error"), failure("not_found"))).toMatchObject({
        code: "not_found",
        retryable: false,
      });
      const error = await failed(ask, failure("timeout"), failure("rate_limit", { retryAfterMs: 5 }));
      expect(error).toMatchObject({ code: "rate_limit", retryable: true });
      expect(error).not.toHaveProperty("retryAfterMs");
    });

    it("says nothing of errors that are not Beluga's", async () => {
      const secret = new Error(`the key ${key}`);
      const down = failure("timeout");
      const mixed = applyMiddleware(
        vendor("a/1", down).model,
        fallback([vendor("b/1", secret).model], { when: () => true }),
      );
      const error = (await ask(mixed, "Hi").catch((error: unknown) => error)) as BelugaError;
      expect(error.code).toBe("timeout");
      expect(error.message).toContain("a/1 failed (timeout), b/1 failed (unexpected error)");
      expect(`${inspect(error)} ${JSON.stringify(error)}`).not.toContain(key);
      const none = applyMiddleware(
        vendor("a/1", new Error("first")).model,
        fallback([vendor("b/1", secret).model], { when: () => true }),
      );
      await expect(ask(none, "Hi")).rejects.toBe(secret);
    });

    it("throws the only one as it is", async () => {
      expect(await failed(ask, errors[0])).toBe(errors[0]);
    });
  });

  describe("with a time limit of the call", () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it("gives each model what is left of it", async () => {
      const [a, b] = [vendor("a/1", failure("timeout")), vendor("b/1", "Hello")];
      const model = behind(slow(400)(a.model), b.model);
      const asked = ask(model, "Hi", { timeout: { total: 1000, idle: 7 } });
      await vi.runAllTimersAsync();
      expect(await asked).toBe("Hello");
      expect([...a.calls, ...b.calls].map(({ options }) => options.timeout)).toEqual([
        { total: 1000, idle: 7 },
        { total: 600, idle: 7 },
      ]);
    });

    it("asks no other model after it", async () => {
      const error = failure("timeout");
      const other = vendor("b/1", "no");
      const model = behind(slow(1000)(vendor("a/1", error).model), other.model);
      const asked = Promise.allSettled([ask(model, "Hi", { timeout: { total: 1000 } })]);
      await vi.runAllTimersAsync();
      expect(await asked).toEqual([{ status: "rejected", reason: error }]);
      expect(other.calls).toEqual([]);
    });
  });

  it("binds tools to each model", async () => {
    const [a, b] = [vendor("a/1", failure("timeout")), vendor("b/1", "Hello")];
    await ask(behind(a.model, b.model).bindTools([{ name: "t", parameters: {} }]), "Hi");
    expect([...a.calls, ...b.calls].map(({ tools }) => tools.map(({ name }) => name))).toEqual([
      ["t"],
      ["t"],
    ]);
  });
});

const down = (): ChatModel => vendor("a/1", failure("timeout")).model;

describe("the answer of a fallback", () => {
  const expected = [warning("answered by c/1, after a/1 failed (timeout), b/1 failed (not_found)")];

  it("warns that another model gave it, and says which", async () => {
    const model = behind(down(), vendor("b/1", failure("not_found")).model, vendor("c/1", "Hello").model);
    const response = await model.generate("Hi");
    expect({ model: response.model, warnings: response.warnings }).toEqual({
      model: "1",
      warnings: expected,
    });
    const last = (await drain(model.stream("Hi"))).at(-1);
    expect(last).toMatchObject({ type: "finish", response: { text: "Hello", warnings: expected } });
  });

  it("keeps the model's own warnings, and does not write into its response", async () => {
    const own = warning("own");
    const other = vendor("b/1", { also: (answer) => answer.warn(own as never) }).model;
    const original = await other.generate("Hi");
    const kept: ChatModel = { ...other, generate: async () => original };
    expect((await behind(down(), kept).generate("Hi")).warnings).toEqual([
      own,
      warning("answered by b/1, after a/1 failed (timeout)"),
    ]);
    expect(original.warnings).toEqual([own]);
  });

  it("is the model's own where the first answered", async () => {
    const { model } = vendor("a/1", "Hello");
    const response = await model.generate("Hi");
    expect(await behind({ ...model, generate: async () => response }, down()).generate("Hi")).toBe(response);
  });
});
