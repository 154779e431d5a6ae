import { describe, expect, it, vi } from "vitest";
import type { ChatModel, ChatResponse } from "../chat.js";
import type { Embedder } from "../embedder.js";
import { applyMiddleware } from "../middleware.js";
import { cache } from "./cache.js";
import { type CallRecord, type LoggingOptions, logging } from "./logging.js";
import { type Story, asks, failure, vendor } from "./testing/vendor.js";

const key = "sk-0123456789abcdef";
const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };

/** A model whose records are kept; times become `true`. */
function logged(
  story: Story | string | Error,
  options?: LoggingOptions,
): { model: ChatModel; records: Record<string, unknown>[] } {
  const records: Record<string, unknown>[] = [];
  const keep = (record: CallRecord): void => {
    const { startedAt, duration, firstPart, ...rest } = record;
    expect(new Date(startedAt).toISOString()).toBe(startedAt);
    records.push({
      ...rest,
      duration: duration >= 0,
      ...(firstPart !== undefined && { firstPart: firstPart <= duration }),
    });
  };
  const { model } = vendor("acme/small", story);
  return { model: applyMiddleware(model, logging(keep, options)), records };
}

describe.each(asks)("logging of %s", (op, ask) => {
  const common = { op: `llm.${op}`, provider: "acme", model: "small", duration: true };
  const streamed = op === "stream" ? { firstPart: true } : {};

  it("writes one record of a call, without what was said", async () => {
    const { model, records } = logged({ text: [`Hello ${key}`], usage: { ...usage, raw: { words: key } } });
    await ask(model, `Hi ${key}`, {
      headers: { authorization: key },
      providerOptions: { secret: key },
      tools: [{ name: key, parameters: {} }],
    });
    expect(records).toEqual([
      { ...common, ...streamed, outcome: "finished", answeredBy: "small", usage, finishReason: "stop" },
    ]);
    expect(JSON.stringify(records)).not.toContain(key);
  });

  it("writes what is known of an error", async () => {
    const error = failure("rate_limit", {
      provider: "acme",
      status: 429,
      requestId: "r1",
      retryAfterMs: 5,
      partial: key,
      cause: key,
    });
    const { model, records } = logged(error);
    await expect(ask(model, "Hi")).rejects.toBe(error);
    expect(records).toEqual([{ ...common, outcome: "failed", error: error.toJSON() }]);
    expect(JSON.stringify(records)).not.toContain(key);
  });

  it("writes the name alone of an error that is not Beluga's", async () => {
    const { model, records } = logged(new TypeError(`cannot read ${key}`));
    await expect(ask(model, "Hi")).rejects.toThrow(TypeError);
    expect(records).toEqual([{ ...common, outcome: "failed", error: { name: "TypeError" } }]);
  });

  it("writes that a call was aborted", async () => {
    const { model, records } = logged("Hello");
    await expect(ask(model, "Hi", { signal: AbortSignal.abort(key) })).rejects.toBe(key);
    expect(records).toEqual([{ ...common, outcome: "aborted" }]);
  });

  it("writes which warnings there were, and their words with the content alone, as they may repeat it", async () => {
    const story: Story = {
      also: (answer) => answer.warn({ type: "unsupported", option: "topK", message: `no; ${key}` }),
    };
    for (const [content, message] of [
      [false, {}],
      [true, { message: "no; ***" }],
    ] as const) {
      const { model, records } = logged(story, { content });
      await ask(model, "Hi");
      expect(records[0]?.["warnings"]).toEqual([{ type: "unsupported", option: "topK", ...message }]);
    }
  });

  it("writes what was said where that is asked for, without keys and bytes", async () => {
    const { model, records } = logged({ text: [`Hello ${key}`] }, { content: true });
    const media = { type: "image", mediaType: "image/png" } as const;
    await ask(model, [
      {
        role: "user",
        content: [
          { type: "text", text: `Hi ${key}`, providerMetadata: { acme: { secret: key } } },
          { ...media, data: new Uint8Array(9) },
          { ...media, data: "AAAA" },
          { type: "text", text: "x".repeat(3000) },
        ],
      },
    ]);
    expect(records[0]?.["content"]).toEqual({
      input: [
        {
          role: "user",
          content: [
            { type: "text", text: "Hi ***" },
            { ...media, data: "[9 bytes]" },
            { ...media, data: "[4 characters]" },
            { type: "text", text: `${"x".repeat(2047)}…` },
          ],
        },
      ],
      output: { role: "assistant", content: [{ type: "text", text: "Hello ***" }] },
    });
  });

  it("writes what was asked of a call that failed, where that is asked for", async () => {
    const { model, records } = logged(failure("timeout"), { content: true });
    await ask(model, "Hi").catch(() => undefined);
    expect(records[0]?.["content"]).toEqual({ input: "Hi" });
  });

  it("writes as much as can be of what goes round in itself", async () => {
    const { model, records } = logged("Hello", { content: true });
    const args: Record<string, unknown> = {};
    Object.assign(args, { again: args, and: { once: args, more: args } });
    const call = { type: "tool-call", id: "1", name: "t", arguments: args } as const;
    await ask(model, [{ role: "assistant", content: [call] }]);
    expect(JSON.stringify(records[0]?.["content"])).toContain('"again":"[circular]"');
  });

  it("writes that an answer came from a cache", async () => {
    const records: CallRecord[] = [];
    const model = applyMiddleware(
      vendor("acme/small", "Hello").model,
      logging((record) => records.push(record)),
      cache({ store: new Map<string, string>() }),
    );
    await ask(model, "Hi");
    await ask(model, "Hi");
    expect(records.map(({ cached }) => cached)).toEqual([undefined, true]);
  });

  it("does not fail the call, nor hold it up, where the log does", async () => {
    const print = vi.spyOn(console, "error").mockReturnValue(undefined);
    const error = new Error("disk full");
    const logs: (() => unknown)[] = [
      () => {
        throw error;
      },
      () => Promise.reject(error),
      () => new Promise(() => undefined),
    ];
    for (const log of logs)
      expect(await ask(applyMiddleware(vendor("acme/small", "Hello").model, logging(log)), "Hi")).toBe(
        "Hello",
      );
    await vi.waitFor(() => expect(print).toHaveBeenCalledTimes(2));
    expect(print.mock.calls).toEqual([
      [`beluga: an observer failed in onFinish of llm.${op}:`, error],
      [`beluga: an observer failed in onFinish of llm.${op}:`, error],
    ]);
  });
});

it("logging writes that a stream was left", async () => {
  const { model, records } = logged({ text: ["a", "b"] });
  for await (const part of model.stream("Hi")) if (part.type === "text") break;
  expect(records).toMatchObject([{ op: "llm.stream", outcome: "aborted", firstPart: true }]);
});

it("logging can write an answer that somebody else has put together", async () => {
  const records: CallRecord[] = [];
  const model = applyMiddleware(
    { ...vendor("acme/small").model, generate: async () => ({ text: "Hello" }) as ChatResponse },
    logging<ChatModel>((record) => records.push(record), { content: true }),
  );
  await model.generate("Hi");
  expect(records).toMatchObject([{ outcome: "finished", content: { input: "Hi" } }]);
});

it("logging works for other capabilities", async () => {
  const records: CallRecord[] = [];
  const embedder: Embedder = {
    provider: "acme",
    model: "e",
    id: "acme/e",
    dimensions: 1,
    limits: { maxBatchSize: 1 },
    embed: async () => ({ embeddings: [new Float32Array([1])], usage, model: "e-2", warnings: [] }),
  };
  await applyMiddleware(
    embedder,
    logging((record) => records.push(record), { content: true }),
  ).embed(["a"]);
  expect(records).toEqual([
    {
      op: "embed.embed",
      provider: "acme",
      model: "e",
      outcome: "finished",
      startedAt: expect.any(String),
      duration: expect.any(Number),
      answeredBy: "e-2",
      usage,
      content: { input: ["a"] },
    },
  ]);
});
