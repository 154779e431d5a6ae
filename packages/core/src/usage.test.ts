import { describe, expect, it } from "vitest";
import { addUsage } from "./usage.js";

describe("addUsage", () => {
  it("adds up each count", () => {
    const one = {
      inputTokens: 1,
      outputTokens: 2,
      totalTokens: 3,
      cachedInputTokens: 4,
      cacheWriteTokens: 5,
      reasoningTokens: 6,
    };
    expect(addUsage(one, one, one)).toEqual({
      inputTokens: 3,
      outputTokens: 6,
      totalTokens: 9,
      cachedInputTokens: 12,
      cacheWriteTokens: 15,
      reasoningTokens: 18,
    });
  });

  it("leaves a count out that nobody reports, and keeps a reported 0", () => {
    const sum = addUsage({ inputTokens: 0 }, {}, { inputTokens: 0, totalTokens: 7 });
    expect(sum).toStrictEqual({ inputTokens: 0, totalTokens: 7 });
  });

  it("leaves raw out, and its arguments as they were", () => {
    const usage = Object.freeze({ inputTokens: 1, raw: { prompt_tokens: 1 } });
    expect(addUsage(usage, usage)).toStrictEqual({ inputTokens: 2 });
  });

  it("of nothing is nothing", () => {
    expect(addUsage()).toStrictEqual({});
  });
});
