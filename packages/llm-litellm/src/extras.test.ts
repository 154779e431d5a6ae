import { loadExchanges } from "@beluga/conformance";
import type { AssistantMessage, ChatModel, ChatResponse, ProviderMetadata } from "@beluga/core";
import { expect, test } from "vitest";
import { createLiteLLM } from "./index.js";

// What the suite does not compare: the metadata of its exchanges, and answers whose parts a stream brings in another order.

function modelThatAnswers(body: string, contentType: string, api: "chat" | "responses"): ChatModel {
  return createLiteLLM({
    model: "m",
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

test.for<["chat" | "responses", string, "generate" | "stream", ProviderMetadata]>([
  ["chat", "text, of which the prompt was cached", "stream", { litellm: { cost: 0.000183 } }],
  ["chat", "text, of which the prompt was cached", "generate", {}],
  ["chat", "an answer that a filter held back", "stream", { litellm: { nativeFinishReason: "SAFETY" } }],
  ["chat", "an answer that a filter held back", "generate", { litellm: { nativeFinishReason: "SAFETY" } }],
  ["responses", "text", "generate", { litellm: { cost: 0.000183 } }],
  ["responses", "text", "stream", { litellm: { cost: 0.000183 } }],
])("%s: %s: %s has its metadata", async ([api, name, mode, expected]) => {
  const exchange = exchanges[api].find((candidate) => candidate.name === name);
  const { providerMetadata } =
    mode === "generate"
      ? await generated(exchange?.generate?.body, api)
      : await streamed(exchange?.stream?.bodyText ?? "", api);
  expect(providerMetadata).toEqual(expected);
});

test.for(["chat", "responses"] as const)("%s: what the proxy says in headers is metadata", async (api) => {
  const body = { output: [], choices: [{ index: 0, message: { content: "Hi" }, finish_reason: "stop" }] };
  const ask = async (headers: Record<string, string>): Promise<ProviderMetadata> => {
    const fetch = async (): Promise<Response> => Response.json(body, { headers });
    return (await createLiteLLM({ model: "m", api, fetch }).generate("Hi")).providerMetadata;
  };
  expect(await ask({ "x-litellm-response-cost": "2.85e-05", "x-litellm-model-id": "cb41bc03" })).toEqual({
    litellm: { cost: 2.85e-5, modelId: "cb41bc03" },
  });
  expect(await ask({ "x-litellm-response-cost": "0.0" })).toEqual({});
});

test("a source has all that was said of it", async () => {
  const { sources } = await generated(
    exchanges.chat.find(({ name }) => name.startsWith("sources"))?.generate?.body,
  );
  expect(sources.map(({ providerMetadata }) => providerMetadata?.["litellm"])).toEqual([
    expect.objectContaining({ document_index: 0, end_char_index: 20 }),
    expect.objectContaining({ encrypted_index: "Eo8BCioIAhgB" }),
    { score: 0.95, attributes: {}, search_query: "colour of grass" },
  ]);
});

const search = { tool_type: "GOOGLE_SEARCH_WEB", id: "s1", args: { queries: ["rain"] }, response: {} };
const kept = {
  type: "text",
  text: "",
  providerMetadata: {
    litellm: {
      provider_specific_fields: { server_side_tool_invocations: [search], container: { id: "c1" } },
    },
  },
};

test("what is particular to a vendor is kept once, on an empty text", async () => {
  const { message } = await generated(
    whole({
      content: "Rain.",
      provider_specific_fields: {
        refusal: null,
        thinking_blocks: null,
        server_side_tool_invocations: [search],
        container: { id: "c1" },
      },
    }),
  );
  expect(message.content).toEqual([kept, { type: "text", text: "Rain." }]);
});

test("what grows in a stream is kept as it was at last", async () => {
  const { message } = await streamed(
    inPieces([
      { content: "Ra", provider_specific_fields: { server_side_tool_invocations: [] } },
      { content: "in.", provider_specific_fields: { server_side_tool_invocations: [search] } },
      { content: "", provider_specific_fields: { container: { id: "c1" } } },
    ]),
  );
  expect(message.content).toEqual([kept, { type: "text", text: "Rain." }]);
});

test("compacted context is whole, although its content comes after it", async () => {
  const { message } = await streamed(
    inPieces([
      {
        provider_specific_fields: {
          compaction_blocks: [{ type: "compaction", content: null }],
          compaction_start: { type: "compaction", content: "" },
        },
      },
      {
        provider_specific_fields: {
          compaction_delta: { type: "compaction_delta", content: "We spoke of rain." },
        },
      },
      { content: "Go on." },
    ]),
  );
  const compaction_blocks = [{ type: "compaction", content: "We spoke of rain." }];
  expect(message.content[0]).toEqual({
    type: "text",
    text: "",
    providerMetadata: { litellm: { provider_specific_fields: { compaction_blocks } } },
  });
});

const thinkingBlocks = (message: AssistantMessage): unknown =>
  typeof message.content === "string"
    ? undefined
    : message.content.map(({ type, providerMetadata }) => [type, providerMetadata?.["litellm"]]);

const block = (thinking: string, signature: string) => ({ type: "thinking", thinking, signature });

test("thinking that goes on after a text is in the list that the first has", async () => {
  const { message, reasoning } = await streamed(
    inPieces([
      { reasoning_content: "One", thinking_blocks: [block("One", "")] },
      { reasoning_content: "", thinking_blocks: [block("", "s1")] },
      { content: "Well, " },
      { reasoning_content: "Two", thinking_blocks: [block("Two", "")] },
      { reasoning_content: "", thinking_blocks: [block("", "s2")] },
      { content: "yes." },
    ]),
  );
  expect(reasoning).toBe("OneTwo");
  expect(thinkingBlocks(message)).toEqual([
    ["reasoning", { thinking_blocks: [block("One", "s1"), block("Two", "s2")] }],
    ["text", undefined],
    ["reasoning", undefined],
    ["text", undefined],
  ]);
});

test("blocks of a whole answer stay apart, although they have no signature", async () => {
  const blocks = [
    { type: "thinking", thinking: "One" },
    { type: "thinking", thinking: "Two" },
  ];
  const { message } = await generated(
    whole({ content: "", reasoning_content: "OneTwo", thinking_blocks: blocks }),
  );
  expect(thinkingBlocks(message)).toEqual([["reasoning", { thinking_blocks: blocks }]]);
});

test("an image that the model made is a file of the message", async () => {
  const images = [{ type: "image_url", index: 0, image_url: { url: "data:image/png;base64,AQID" } }];
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
  const delta = { content: "No", thinking_blocks: [block("No", "s")] };
  const second = { choices: [{ index: 1, delta, finish_reason: "length" }] };
  const { message } = await streamed(`data: ${JSON.stringify(second)}\n\n${inPieces([{ content: "Yes" }])}`);
  expect(message.content).toEqual([{ type: "text", text: "Yes" }]);
});
