import { loadExchanges } from "@beluga/conformance";
import type { AssistantMessage, ChatModel, ChatResponse, ProviderMetadata } from "@beluga/core";
import { expect, test } from "vitest";
import { createBifrost } from "./index.js";

// What the suite does not compare: the metadata of its exchanges, and answers whose parts a stream brings in another order.

function modelThatAnswers(body: string, contentType: string, api: "chat" | "responses"): ChatModel {
  return createBifrost({
    model: "openai/m",
    api,
    fetch: async () => new Response(body, { headers: { "content-type": contentType } }),
  });
}

async function generated(body: unknown, api: "chat" | "responses" = "chat"): Promise<ChatResponse> {
  return modelThatAnswers(JSON.stringify(body), "application/json", api).generate("Hi");
}

async function streamed(body: string, api: "chat" | "responses" = "chat"): Promise<ChatResponse> {
  for await (const part of modelThatAnswers(body, "text/event-stream", api).stream("Hi"))
    if (part.type === "finish") return part.response;
  throw new Error("the stream did not finish");
}

/** An answer of this message, and the same in these pieces. */
const whole = (message: object): object => ({ choices: [{ index: 0, message, finish_reason: "stop" }] });
const inPieces = (deltas: readonly object[]): string =>
  [...deltas.map((delta) => ({ index: 0, delta })), { index: 0, delta: {}, finish_reason: "stop" }]
    .map((choice) => `data: ${JSON.stringify({ choices: [choice] })}\n\n`)
    .join("");

const exchanges = {
  chat: loadExchanges(new URL("../testdata/chat/", import.meta.url)),
  responses: loadExchanges(new URL("../testdata/responses/", import.meta.url)),
};

const cost = { input_tokens_cost: 0.00012, output_tokens_cost: 0.000063, total_cost: 0.000183 };
const token = (text: string, logprob: number) => ({ bytes: null, logprob, token: text, top_logprobs: [] });
const logprobs = [token("Grüezi! ", -0.5), token("你好 🐋", -0.25)];
const served = { provider: "openai", model_requested: "gpt-5-mini", latency: 1840 };
const cache = { cache_debug: { cache_hit: false, cache_id: "c-1" } };

test.for<["chat" | "responses", string, "generate" | "stream", ProviderMetadata]>([
  [
    "chat",
    "text, of which the prompt was cached",
    "generate",
    { bifrost: { cost, logprobs, extraFields: { ...served, ...cache, request_type: "chat_completion" } } },
  ],
  [
    "chat",
    "text, of which the prompt was cached",
    "stream",
    {
      bifrost: {
        cost,
        logprobs,
        extraFields: { ...served, ...cache, request_type: "chat_completion_stream", chunk_index: 4 },
      },
    },
  ],
  [
    "responses",
    "text",
    "generate",
    { bifrost: { cost, extraFields: { ...served, request_type: "responses" } } },
  ],
  ["responses", "text", "stream", { bifrost: { cost } }],
])("%s: %s: %s has its metadata", async ([api, name, mode, expected]) => {
  const exchange = exchanges[api].find((candidate) => candidate.name === name);
  const { providerMetadata } =
    mode === "generate"
      ? await generated(exchange?.generate?.body, api)
      : await streamed(exchange?.stream?.bodyText ?? "", api);
  expect(providerMetadata).toEqual(expected);
});

test("what is said of an answer at any time is kept", async () => {
  const chunks = [
    { choices: [{ index: 0, delta: { content: "Hi" } }], extra_fields: { provider: "openai", latency: 4 } },
    { choices: [{ index: 0, delta: {}, finish_reason: "stop" }], extra_fields: { latency: 9 } },
  ];
  const { providerMetadata } = await streamed(
    chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join(""),
  );
  expect(providerMetadata).toEqual({ bifrost: { extraFields: { provider: "openai", latency: 9 } } });
});

const partsOf = ({ content }: AssistantMessage): unknown[] =>
  typeof content === "string"
    ? [content]
    : content.map(({ type, providerMetadata }) => [type, providerMetadata?.["bifrost"]]);
const thought = (text: string, signature?: string) => ({
  index: 0,
  type: "reasoning.text",
  text,
  ...(signature && { signature }),
});

test("reasoning that goes on after a text is in the list that the first has", async () => {
  const { message, reasoning } = await streamed(
    inPieces([
      { reasoning: "On", reasoning_details: [thought("On")] },
      { reasoning: "e", reasoning_details: [thought("e")] },
      { reasoning_details: [{ index: 0, signature: "s1" }] },
      { content: "Well, " },
      { reasoning: "Two", reasoning_details: [thought("Two")] },
      { content: "yes." },
    ]),
  );
  expect(reasoning).toBe("OneTwo");
  expect(partsOf(message)).toEqual([
    ["reasoning", { reasoning_details: [thought("One", "s1"), thought("Two")] }],
    ["text", undefined],
    ["reasoning", undefined],
    ["text", undefined],
  ]);
});

const summary = (text: string, index = 0) => ({ index, type: "reasoning.summary", summary: text });
const encrypted = (data: string) => ({ index: 1, type: "reasoning.encrypted", data });

test("a summary grows, and pieces of another kind or index are details of their own", async () => {
  const { message } = await streamed(
    inPieces([
      { reasoning_details: [summary("On")] },
      { reasoning_details: [summary("e")] },
      { reasoning_details: [summary("Two", 1)] },
      { reasoning_details: [encrypted("a"), encrypted("b")] },
      { content: "Yes." },
    ]),
  );
  expect(partsOf(message)).toEqual([
    ["reasoning", { reasoning_details: [summary("One"), summary("Two", 1), encrypted("a"), encrypted("b")] }],
    ["text", undefined],
  ]);
});

test("details of a whole answer stay apart", async () => {
  const reasoning_details = [thought("One"), thought("Two")];
  const { message } = await generated(whole({ content: "Yes.", reasoning: "OneTwo", reasoning_details }));
  expect(partsOf(message)).toEqual([
    ["reasoning", { reasoning_details }],
    ["text", undefined],
  ]);
});

test("an image that the model made is a file of the message", async () => {
  const images = [{ type: "image_url", image_url: { url: "data:image/png;base64,AQID" } }];
  const file = { type: "file", mediaType: "image/png", data: "AQID" };
  const one = await generated(whole({ content: "Here:", images }));
  expect(one.message.content).toContainEqual(file);
  const other = await streamed(inPieces([{ content: "Here:" }, { images }]));
  expect(other.message.content).toEqual([{ type: "text", text: "Here:" }, file]);
  const byURL = await generated(
    whole({ content: "", images: [{ image_url: { url: "https://x.example/a.png" } }, {}] }),
  );
  expect(byURL.message.content).toEqual([
    { type: "file", mediaType: "image/*", url: "https://x.example/a.png" },
  ]);
});

test("of several choices only the first is read", async () => {
  const delta = { content: "No", reasoning: "No", reasoning_details: [thought("No", "s")] };
  const second = { choices: [{ index: 1, delta, finish_reason: "length" }] };
  const { message } = await streamed(`data: ${JSON.stringify(second)}\n\n${inPieces([{ content: "Yes" }])}`);
  expect(message.content).toEqual([{ type: "text", text: "Yes" }]);
});
