import { loadExchanges } from "@beluga/conformance";
import { BelugaError, type ChatModel, type ChatResponse } from "@beluga/core";
import { expect, test } from "vitest";
import { createOpenRouter } from "./index.js";

// What the suite does not compare: the metadata and the parts of the exchanges in testdata/, and answers that broke off.

const exchanges = loadExchanges(new URL("../testdata/", import.meta.url));

function modelThatAnswers(body: string, contentType: string): ChatModel {
  return createOpenRouter({
    model: "openrouter/auto",
    apiKey: "AbCdEf0123456789",
    fetch: async () => new Response(body, { headers: { "content-type": contentType } }),
  });
}

async function streamed(body: string): Promise<ChatResponse> {
  let response: ChatResponse | undefined;
  for await (const part of modelThatAnswers(body, "text/event-stream").stream("Hi"))
    if (part.type === "finish") ({ response } = part);
  if (!response) throw new Error("the stream did not finish");
  return response;
}

/** What a whole body, and a stream, make of one exchange. */
async function responsesOf(name: string): Promise<[ChatResponse, ChatResponse]> {
  const exchange = exchanges.find((candidate) => candidate.name === name);
  if (!exchange?.generate || !exchange.stream) throw new Error(`no exchange "${name}"`);
  const { generate, stream } = exchange;
  const whole = await modelThatAnswers(JSON.stringify(generate.body), "application/json").generate("Hi");
  return [whole, await streamed(stream.bodyText ?? "")];
}

const chunks = (...deltas: object[]): string =>
  deltas
    .map((delta, at) => {
      const finish_reason = at === deltas.length - 1 ? "stop" : null;
      return `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    })
    .join("");

test("who answered, why it ended and what it cost are kept", async () => {
  const [whole, stream] = await responsesOf(
    "text with characters of several bytes, of which a part was cached, and another is now",
  );
  expect(whole.providerMetadata).toEqual({
    openrouter: {
      provider: "Anthropic",
      nativeFinishReason: "end_turn",
      cost: 0.00125,
      costDetails: {
        upstream_inference_cost: null,
        upstream_inference_prompt_cost: 0.000625,
        upstream_inference_completions_cost: 0.000625,
      },
    },
  });
  expect(stream.providerMetadata).toEqual(whole.providerMetadata);
});

test("what the router did is kept", async () => {
  const body = {
    choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
    openrouter_metadata: { strategy: "direct", attempt: 1 },
  };
  const { providerMetadata } = await modelThatAnswers(JSON.stringify(body), "application/json").generate(
    "Hi",
  );
  expect(providerMetadata).toEqual({ openrouter: { router: { strategy: "direct", attempt: 1 } } });
});

const reasoningOf = ({ message }: ChatResponse): unknown =>
  typeof message.content === "string"
    ? []
    : message.content.filter((part) => part.type === "reasoning").map((part) => part.providerMetadata);

test("signed reasoning has its details, put together of the pieces of a stream", async () => {
  const [whole, stream] = await responsesOf("a tool call after signed reasoning");
  expect(reasoningOf(stream)).toEqual([
    {
      openrouter: {
        reasoning_details: [
          {
            type: "reasoning.text",
            format: "anthropic-claude-v1",
            index: 0,
            text: "I need the tool – so.",
            signature: "EpYDCkgIEBABGAIqQ==",
          },
        ],
      },
    },
  ]);
  expect(reasoningOf(whole)).toEqual(reasoningOf(stream));
});

test("encrypted reasoning is kept beside its summary", async () => {
  const [whole, stream] = await responsesOf("reasoning that is encrypted, with a summary of it");
  expect(reasoningOf(stream)).toEqual([
    {
      openrouter: {
        reasoning_details: [
          {
            type: "reasoning.summary",
            summary: "**Adding up**",
            format: "openai-responses-v1",
            index: 0,
          },
          {
            type: "reasoning.encrypted",
            data: "gAAAAABpCCSIBxde==",
            id: "rs_0aa4f2c4",
            format: "openai-responses-v1",
            index: 0,
          },
        ],
      },
    },
  ]);
  expect(reasoningOf(whole)).toEqual(reasoningOf(stream));
});

const text = (piece: object) => ({ reasoning_details: [{ type: "reasoning.text", ...piece }] });

test("details that are of another index or type, or come after a signature, are details of their own", async () => {
  const encrypted = { reasoning_details: [{ type: "reasoning.encrypted", data: "x", index: 2 }] };
  const response = await streamed(
    chunks(
      text({ index: 0, text: "a", signature: null }),
      text({ index: 0, text: "b", signature: "s1", id: null }),
      text({ index: 0, text: "c" }),
      text({ index: 1, text: "d" }),
      { content: "Hello" },
      encrypted,
      encrypted,
      {},
    ),
  );
  expect(reasoningOf(response)).toEqual([
    {
      openrouter: {
        reasoning_details: [
          { type: "reasoning.text", index: 0, text: "ab", signature: "s1" },
          { type: "reasoning.text", index: 0, text: "c" },
          { type: "reasoning.text", index: 1, text: "d" },
          { type: "reasoning.encrypted", data: "x", index: 2 },
          { type: "reasoning.encrypted", data: "x", index: 2 },
        ],
      },
    },
  ]);
  expect([response.reasoning, response.text]).toEqual(["abcd", "Hello"]);
});

test("images that the model made are files of the message", async () => {
  const [whole, stream] = await responsesOf("images that the model made");
  expect(whole.message.content).toEqual([
    { type: "text", text: whole.text },
    { type: "file", mediaType: "image/png", data: "iVBORw0KGgo=" },
    { type: "file", mediaType: "image/*", url: "https://example.com/a.webp" },
  ]);
  expect(stream.message).toEqual(whole.message);
});

test("a file of the request that was parsed is kept in the metadata, and in a part of the message", async () => {
  const [whole, stream] = await responsesOf("a file of the request that was parsed");
  const annotations = [
    {
      type: "file",
      file: { hash: "abc123", name: "manual.pdf", content: [{ type: "text", text: "Press the button." }] },
    },
  ];
  expect(whole.providerMetadata["openrouter"]).toHaveProperty("annotations", annotations);
  expect(whole.message.content).toEqual([
    { type: "text", text: "", providerMetadata: { openrouter: { annotations } } },
    { type: "text", text: whole.text },
  ]);
  expect(stream.providerMetadata).toEqual(whole.providerMetadata);
  expect(stream.message).toEqual(whole.message);
});

test("of an answer in audio the transcript is the text, and the audio is kept", async () => {
  const { text: words, providerMetadata } = await streamed(
    chunks(
      { content: null, audio: { id: "audio_1", transcript: "Hel" } },
      { content: null, audio: { data: "AQI", transcript: "lo" } },
      { content: null, audio: { data: "D", expires_at: 1790000000 } },
      {},
    ),
  );
  expect(words).toBe("Hello");
  expect(providerMetadata).toEqual({
    openrouter: { audio: { id: "audio_1", transcript: "Hello", data: "AQID", expires_at: 1790000000 } },
  });
});

test("citations are sources, and no metadata", async () => {
  const [whole] = await responsesOf("what a web search found");
  expect(whole.providerMetadata["openrouter"]).not.toHaveProperty("annotations");
  expect(whole.message.content).toEqual([{ type: "text", text: "Ruby 4.0.6." }]);
});

test("how long to wait is read from the body, in seconds", async () => {
  const availability = { code: "capacity_exhausted", retryable: true, retry_after: 90 };
  const model = createOpenRouter({
    model: "openrouter/auto",
    apiKey: "key",
    fetch: async () =>
      Response.json({ error: { code: 429, message: "Full", availability } }, { status: 429 }),
  });
  await expect(model.generate("Hi")).rejects.toMatchObject({ code: "rate_limit", retryAfterMs: 90_000 });
});

test.for<[string, object, string, string]>([
  [
    "with its own error",
    { error: { code: 502, message: "AbCdEf0123456789 went away", metadata: { error_type: "timeout" } } },
    "timeout",
    "502: *** went away",
  ],
  ["without one", {}, "provider_unavailable", "the generation failed"],
])(
  "a whole answer that broke off %s is an error that has what had arrived",
  async ([_, more, code, words]) => {
    const message = { role: "assistant", content: "partial output", reasoning: "Hm." };
    const body = { choices: [{ index: 0, message, finish_reason: "error", ...more }] };
    const model = modelThatAnswers(JSON.stringify(body), "application/json");
    const error = await model.generate("Hi").catch((reason: unknown) => reason);
    if (!BelugaError.is(error)) throw error;
    expect([error.code, error.message]).toEqual([code, `openrouter llm.generate: ${words}`]);
    expect(error.partial).toMatchObject({ text: "partial output", reasoning: "Hm." });
  },
);
