import { BelugaError, type ChatResponse } from "@beluga/core";
import { expect, test } from "vitest";
import { createPerplexity } from "./index.js";

async function answered(body: object): Promise<ChatResponse> {
  const fetch = async () => Response.json({ id: "resp_1", status: "completed", output: [], ...body });
  return createPerplexity({ model: "fast", apiKey: "pplx-test", maxRetries: 0, fetch }).generate("Hi");
}

test("a page keeps the number by which the text refers to it, and the item what it says beside", async () => {
  const page = { id: 3, url: "https://example.com/a", title: "", snippet: "", date: "2026-11-01" };
  const bare = { url: "https://example.com/b", title: "B" };
  const item = { type: "search_results", queries: ["a"], results: [page, { id: 4 }, bare] };
  const { sources, message } = await answered({ output: [item] });
  expect(sources).toEqual([
    { url: page.url, providerMetadata: { perplexity: { id: 3, date: "2026-11-01" } } },
    bare,
  ]);
  expect(message.content).toEqual([{ type: "text", text: "", providerMetadata: { perplexity: item } }]);
});

test("what a call cost is kept", async () => {
  const cost = { currency: "USD", total_cost: 0.00408 };
  const { providerMetadata } = await answered({ usage: { input_tokens: 1, output_tokens: 2, cost } });
  expect(providerMetadata).toEqual({ perplexity: { cost } });
});

test.for([
  ["the reference", { cache_read_input_tokens: 7, cache_creation_input_tokens: 0 }],
  ["OpenAI", { cached_tokens: 7, cache_write_tokens: 0 }],
])("counts of the cache under the names of %s are read", async ([_whose, details]) => {
  const raw = { input_tokens: 10, input_tokens_details: details, output_tokens: 2, total_tokens: 12 };
  const { usage } = await answered({ usage: raw });
  expect(usage).toEqual({
    inputTokens: 10,
    outputTokens: 2,
    totalTokens: 12,
    cachedInputTokens: 7,
    cacheWriteTokens: 0,
    raw,
  });
});

test("an answer without counts has none", async () => {
  const { usage, providerMetadata } = await answered({ usage: null });
  expect({ usage, providerMetadata }).toStrictEqual({ usage: {}, providerMetadata: {} });
});

test("a run that failed is an error, although its status is 200", async () => {
  const error = { message: "Search died", type: "internal_error" };
  const reason: unknown = await answered({ status: "failed", error }).catch((thrown: unknown) => thrown);
  expect(BelugaError.is(reason) && [reason.code, reason.message]).toEqual([
    "provider_unavailable",
    "perplexity llm.generate: Search died",
  ]);
});
