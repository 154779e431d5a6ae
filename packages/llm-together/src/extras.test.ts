import type { ChatModel, ChatResponse, ProviderMetadata } from "@beluga/core";
import { expect, test } from "vitest";
import { createTogether } from "./index.js";

function modelThatAnswers(body: string, contentType: string): ChatModel {
  return createTogether({
    model: "openai/gpt-oss-120b",
    apiKey: "tgp_v1_test",
    fetch: async () => new Response(body, { headers: { "content-type": contentType } }),
  });
}

async function metadataOfWhole(body: object): Promise<ProviderMetadata> {
  const { providerMetadata } = await modelThatAnswers(JSON.stringify(body), "application/json").generate(
    "Hi",
  );
  return providerMetadata;
}

async function metadataOfStream(chunks: object[]): Promise<ProviderMetadata> {
  const body = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("");
  let response: ChatResponse | undefined;
  for await (const part of modelThatAnswers(`${body}data: [DONE]\n\n`, "text/event-stream").stream("Hi"))
    if (part.type === "finish") ({ response } = part);
  if (!response) throw new Error("the stream did not finish");
  return response.providerMetadata;
}

const message = { role: "assistant", content: "Hi!" };
const logprobs = [
  { token: "Hi", logprob: -0.5, token_id: 17 },
  { token: "!", logprob: -0.25 },
];

test("the seed is kept, and the prompt where it was asked for", async () => {
  const choices = [{ index: 0, seed: 42, message, finish_reason: "stop" }];
  const prompt = [{ text: "<s>Hi" }];
  expect(await metadataOfWhole({ choices, prompt })).toEqual({ together: { seed: 42, prompt } });
  expect(await metadataOfWhole({ choices, prompt: [] })).toEqual({ together: { seed: 42 } });
});

test("log probabilities are kept in the form that OpenAI has for them", async () => {
  const lists = { tokens: ["Hi", "!"], token_logprobs: [-0.5, -0.25], token_ids: [17, null] };
  const whole = await metadataOfWhole({
    choices: [{ index: 0, message, logprobs: lists, finish_reason: "stop" }],
  });
  expect(whole).toEqual({ together: { logprobs } });
  const streamed = await metadataOfStream([
    { choices: [{ index: 0, logprobs: -0.5, delta: { token_id: 17, content: "Hi" } }] },
    { choices: [{ index: 0, logprobs: -0.25, delta: { token_id: null, content: "!" } }] },
    { choices: [{ index: 0, logprobs: null, delta: { content: "" }, finish_reason: "eos" }] },
  ]);
  expect(streamed).toEqual(whole);
});

test("log probabilities that come in both forms are kept once", async () => {
  const content = [{ token: "Hi", logprob: -0.5, top_logprobs: [] }];
  const both = { content, tokens: ["Hi"], token_logprobs: [-0.5] };
  expect(
    await metadataOfWhole({ choices: [{ index: 0, message, logprobs: both, finish_reason: "stop" }] }),
  ).toEqual({ together: { logprobs: content } });
});
