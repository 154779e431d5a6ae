import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { ChatModel, ChatOptions } from "../chat.js";
import { applyMiddleware } from "../middleware.js";
import { defaults } from "./defaults.js";
import { asks, vendor } from "./testing/vendor.js";

describe.each(asks)("defaults of %s", (_op, ask) => {
  /** The options that reach the model. */
  async function sent(
    base: Omit<ChatOptions, "signal">,
    given?: ChatOptions,
  ): Promise<ChatOptions | undefined> {
    const { model, calls } = vendor("a/1", "Hello");
    await ask(applyMiddleware(model, defaults(base)), "Hi", given);
    return calls[0]?.options;
  }

  it("hold where the call does not say", async () => {
    expect(await sent({ temperature: 0, maxTokens: 5 })).toEqual({ temperature: 0, maxTokens: 5 });
    expect(await sent({ temperature: 0 }, { maxTokens: 5 })).toEqual({ temperature: 0, maxTokens: 5 });
  });

  it("give way to what the call says, but not to undefined", async () => {
    expect(
      await sent({ temperature: 0, topP: 1, seed: 1 }, { temperature: 0.5, topP: undefined, seed: 0 }),
    ).toEqual({
      temperature: 0.5,
      topP: 1,
      seed: 0,
    });
  });

  it("are merged key by key in headers and time limits", async () => {
    expect(
      await sent(
        { headers: { a: "1", b: "1" }, timeout: { total: 1000, idle: 1000 } },
        { headers: { b: "2", c: "2" }, timeout: { total: undefined, idle: 2000 } },
      ),
    ).toEqual({ headers: { a: "1", b: "2", c: "2" }, timeout: { total: 1000, idle: 2000 } });
  });

  it("are merged at every depth in providerOptions, where an array is one value", async () => {
    expect(
      await sent(
        { providerOptions: { a: { b: { c: 1, d: 1 }, list: [1, 2] }, e: 1, f: { g: 1 }, n: { o: 1 } } },
        { providerOptions: { a: { b: { d: 2 }, list: [3] }, f: "flat", h: 2, n: null } },
      ),
    ).toEqual({
      providerOptions: { a: { b: { c: 1, d: 2 }, list: [3] }, e: 1, f: "flat", h: 2, n: null },
    });
  });

  it("take a key like __proto__ for any other", async () => {
    const base = JSON.parse('{ "__proto__": { "a": 1 }, "x": { "__proto__": { "a": 1 } } }') as Record<
      string,
      unknown
    >;
    const over = JSON.parse(
      '{ "__proto__": { "b": 2 }, "x": { "__proto__": { "b": 2 } }, "constructor": { "c": 3 } }',
    ) as Record<string, unknown>;
    expect(JSON.stringify(await sent({ providerOptions: base }, { providerOptions: over }))).toBe(
      '{"providerOptions":{"__proto__":{"a":1,"b":2},"x":{"__proto__":{"a":1,"b":2}},"constructor":{"c":3}}}',
    );
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  it("are taken whole from the call in all else", async () => {
    const one = { name: "one", parameters: {} };
    const two = { name: "two", parameters: {} };
    expect(
      await sent(
        {
          reasoning: { effort: "low" },
          tools: [one],
          responseFormat: { type: "json", name: "x" },
          stopSequences: ["a"],
        },
        { reasoning: { budgetTokens: 5 }, tools: [two], responseFormat: { type: "json" }, stopSequences: [] },
      ),
    ).toEqual({
      reasoning: { budgetTokens: 5 },
      tools: [two],
      responseFormat: { type: "json" },
      stopSequences: [],
    });
  });

  it("leave the call's own options, and themselves, alone", async () => {
    const base = { providerOptions: { a: { b: 1 } }, headers: { a: "1" } };
    const given = { providerOptions: { a: { c: 2 } }, headers: { b: "2" } };
    await sent(base, given);
    expect([base, given]).toEqual([
      { providerOptions: { a: { b: 1 } }, headers: { a: "1" } },
      { providerOptions: { a: { c: 2 } }, headers: { b: "2" } },
    ]);
  });

  it("of the inner one give way to those of the outer", async () => {
    const { model, calls } = vendor("a/1", "Hello");
    await ask(
      applyMiddleware(model, defaults({ temperature: 1 }), defaults({ temperature: 0, topP: 1 })),
      "Hi",
    );
    expect(calls[0]?.options).toEqual({ temperature: 1, topP: 1 });
  });
});

it("a model with defaults shows no console what is in them", () => {
  const model: ChatModel = defaults({ headers: { authorization: "Bearer secret-key" } })(vendor("a/1").model);
  expect(`${inspect(model, { depth: 9 })}${JSON.stringify(model)}`).not.toContain("secret-key");
});
