import { loadExchanges } from "@beluga/conformance";
import { BelugaError, type ChatModel, type ChatResponse } from "@beluga/core";
import { expect, test } from "vitest";
import { createMistral } from "./index.js";

// What the suite does not compare: the metadata of the exchanges in testdata/, and failures that are told as an answer.

const exchanges = loadExchanges(new URL("../testdata/", import.meta.url));

function modelThatAnswers(body: string, contentType: string): ChatModel {
  return createMistral({
    model: "mistral-large-4",
    apiKey: "key",
    fetch: async () => new Response(body, { headers: { "content-type": contentType } }),
  });
}

/** What a whole body, and a stream, make of one exchange. */
async function responsesOf(name: string): Promise<[ChatResponse, ChatResponse]> {
  const exchange = exchanges.find((candidate) => candidate.name === name);
  if (!exchange?.generate || !exchange.stream) throw new Error(`no exchange "${name}"`);
  const { generate, stream } = exchange;
  const whole = await modelThatAnswers(JSON.stringify(generate.body), "application/json").generate("Hi");
  let streamed: ChatResponse | undefined;
  for await (const part of modelThatAnswers(stream.bodyText ?? "", "text/event-stream").stream("Hi"))
    if (part.type === "finish") streamed = part.response;
  if (!streamed) throw new Error("the stream did not finish");
  return [whole, streamed];
}

test("the tier and the verdicts of guardrails are kept", async () => {
  const [whole, streamed] = await responsesOf("an answer that guardrails have judged");
  expect(whole.providerMetadata).toEqual({
    mistral: {
      serviceTier: "standard",
      guardrails: [
        {
          moderation_llm_v2: {
            action: "none",
            categories: { selfharm: { score: 0.000001, violated: false } },
          },
        },
      ],
    },
  });
  expect(streamed.providerMetadata).toEqual(whole.providerMetadata);
});

test("thinking is a part of the message, before its text", async () => {
  const [whole, streamed] = await responsesOf("thinking, then text");
  expect(whole.message.content).toEqual([
    { type: "reasoning", text: "12 × 12 is 144." },
    { type: "text", text: "144" },
  ]);
  expect(streamed.message).toEqual(whole.message);
});

test.for<[string, object]>([
  [
    "the generation failed",
    { choices: [{ index: 0, message: { role: "assistant", content: "" }, finish_reason: "error" }] },
  ],
  ["No room", { object: "error", message: "No room", type: "internal_server_error", code: "1000" }],
  ["no further explanation", { object: "error" }],
])("a whole body that says that it failed is an error: %s", async ([words, body]) => {
  const model = modelThatAnswers(JSON.stringify(body), "application/json");
  const error = await model.generate("Hi", {}).catch((reason: unknown) => reason);
  expect(BelugaError.is(error) && [error.code, error.message]).toEqual([
    "provider_unavailable",
    `mistral llm.generate: ${words}`,
  ]);
});
