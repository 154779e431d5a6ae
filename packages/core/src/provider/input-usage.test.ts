import { expect, test } from "vitest";
import { readInputUsage } from "./input-usage.js";

test.each([
  [{ prompt_tokens: 8, total_tokens: 8 }, 8],
  [{ prompt_tokens: 2966, completion_tokens: 0, total_tokens: 2966 }, 2966],
  [{ total_tokens: 7 }, 7],
  [{ prompt_tokens: 7 }, 7],
  [{ prompt_tokens: 0, total_tokens: 9 }, 9],
  [{ prompt_tokens: 5, total_tokens: null }, 5],
  [{ total_tokens: 0 }, 0],
])("of %j all tokens, %d, are input", (usage, tokens) => {
  expect(readInputUsage(usage)).toStrictEqual({ inputTokens: tokens, totalTokens: tokens, raw: usage });
});

test.each([[undefined], [null], [{}], [{ total_tokens: "7" }], [{ total_tokens: -1 }], [[7]]])(
  "of %j nothing is made up",
  (usage) => {
    expect(readInputUsage(usage)).toStrictEqual({});
  },
);
