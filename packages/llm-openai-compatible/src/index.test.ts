import { BelugaError } from "@beluga/core";
import { expect, test } from "vitest";
import { type OpenAICompatibleConfig, createOpenAICompatible } from "./index.js";

const server = { baseURL: "http://127.0.0.1:9/v1", model: "qwen3" };

async function sent(config: Partial<OpenAICompatibleConfig>): Promise<{ url: string; body: unknown }> {
  let request: Request | undefined;
  const model = createOpenAICompatible({
    ...server,
    fetch: async (input, init) => {
      request = new Request(input, init);
      return Response.json({ output: [], choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] });
    },
    ...config,
  });
  await model.generate("Hi", { maxTokens: 20 });
  if (!request) throw new Error("nothing was sent");
  return { url: request.url, body: await request.json() };
}

test("it speaks Chat Completions where nothing else is asked for", async () => {
  expect(await sent({})).toEqual({
    url: "http://127.0.0.1:9/v1/chat/completions",
    body: { model: "qwen3", messages: [{ role: "user", content: "Hi" }], max_tokens: 20 },
  });
});

test("it speaks Responses", async () => {
  expect(await sent({ api: "responses" })).toEqual({
    url: "http://127.0.0.1:9/v1/responses",
    body: { model: "qwen3", input: [{ role: "user", content: "Hi" }], max_output_tokens: 20 },
  });
});

test.each<[string, Partial<OpenAICompatibleConfig>]>([
  ["maxTokensField", { maxTokensField: "max_tokens" }],
  ["reasoningField", { reasoningField: "reasoning" }],
])("%s, which Responses does not have, is refused with it", (field, config) => {
  let error: unknown;
  try {
    createOpenAICompatible({ ...server, api: "responses", ...config });
  } catch (thrown) {
    error = thrown;
  }
  expect(BelugaError.is(error) && error.message).toBe(
    `openai-compatible llm.create: invalid config: ${field}: is of the chat wire alone`,
  );
});
