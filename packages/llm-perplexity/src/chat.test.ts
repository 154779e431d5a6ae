import { expect, test } from "vitest";
import { createPerplexity } from "./index.js";

const sonar = (fetch: () => Promise<Response>) =>
  createPerplexity({ model: "sonar", apiKey: "pplx-test", fetch });

const choices = [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }];
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, cost: { total_cost: 0.005 } };

test.for<[object, object]>([
  [{ images: [{ image_url: "a" }] }, { images: [{ image_url: "a" }] }],
  [{ related_questions: ["And why?"] }, { relatedQuestions: ["And why?"] }],
  [{ usage }, { cost: { total_cost: 0.005 } }],
])("what an answer has beside is kept: %j", async ([own, kept]) => {
  const model = sonar(async () => Response.json({ choices, ...own }));
  expect((await model.generate("Hi")).providerMetadata).toStrictEqual({ perplexity: kept });
});

test("what an answer does not have is not there", async () => {
  const nothing = { citations: null, search_results: null, images: null, related_questions: null };
  const model = sonar(async () => Response.json({ choices, usage: { prompt_tokens: 1 }, ...nothing }));
  const { providerMetadata, sources } = await model.generate("Hi");
  expect({ providerMetadata, sources }).toEqual({ providerMetadata: {}, sources: [] });
});

test("sources that later chunks of a stream add come when they come", async () => {
  const pages = ["https://example.com/a", "https://example.com/b", "https://example.com/c"];
  const chunks = pages.map((_, at) => ({
    citations: pages.slice(0, at + 1),
    choices: [{ index: 0, delta: { content: "." }, ...(at === 2 && { finish_reason: "stop" }) }],
  }));
  const text = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join("");
  const stream = sonar(
    async () => new Response(text, { headers: { "content-type": "text/event-stream" } }),
  ).stream("Hi");
  const seen: unknown[] = [];
  for await (const part of stream) seen.push(part.type === "source" ? part.source.url : part.type);
  expect(seen).toEqual([pages[0], "text", pages[1], "text", pages[2], "text", "finish"]);
});

test.for([
  [{ prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, reasoning_tokens: 9 }, [11, 12]],
  [{ prompt_tokens: 1, completion_tokens: 2, total_tokens: 12, reasoning_tokens: 9 }, [11, 12]],
  [{ prompt_tokens: 1, reasoning_tokens: 9 }, [undefined, undefined]],
] as const)("reasoning is part of the output: %j", async ([counts, expected]) => {
  const model = sonar(async () => Response.json({ choices, usage: counts }));
  const { outputTokens, totalTokens, reasoningTokens } = (await model.generate("Hi")).usage;
  expect([[outputTokens, totalTokens], reasoningTokens]).toEqual([expected, 9]);
});
