import type { ChatModel, ChatResponse, ProviderMetadata } from "@beluga/core";
import { loadExchanges } from "@beluga/conformance";
import { expect, test } from "vitest";
import { createGroq } from "./index.js";

// What the suite does not compare: the metadata of the exchanges in testdata/.

const exchanges = loadExchanges(new URL("../testdata/", import.meta.url));

function modelThatAnswers(body: string, contentType: string): ChatModel {
  return createGroq({
    model: "openai/gpt-oss-120b",
    apiKey: "gsk_test",
    fetch: async () => new Response(body, { headers: { "content-type": contentType } }),
  });
}

/** What a whole body, and a stream, make of one exchange. */
async function metadataOf(name: string): Promise<[ProviderMetadata, ProviderMetadata]> {
  const exchange = exchanges.find((candidate) => candidate.name === name);
  if (!exchange?.generate || !exchange.stream) throw new Error(`no exchange "${name}"`);
  const { generate, stream } = exchange;
  const whole = await modelThatAnswers(JSON.stringify(generate.body), "application/json").generate("Hi");
  let streamed: ChatResponse | undefined;
  for await (const part of modelThatAnswers(stream.bodyText ?? "", "text/event-stream").stream("Hi"))
    if (part.type === "finish") streamed = part.response;
  if (!streamed) throw new Error("the stream did not finish");
  return [whole.providerMetadata, streamed.providerMetadata];
}

test("the id of the request, its seed and its tier are kept", async () => {
  const [whole, streamed] = await metadataOf("text after reasoning, of which a part was cached");
  expect(whole).toEqual({
    groq: {
      systemFingerprint: "fp_51df91a6c6",
      serviceTier: "on_demand",
      requestId: "req_01kbelugagroq0000000000001",
      seed: 1193046001,
    },
  });
  expect(streamed).toEqual(whole);
});

test("a tool that ran at Groq is kept once, as it was when it was done, with the usage of each model", async () => {
  const [whole, streamed] = await metadataOf("tools that run at Groq, and what they found");
  expect(streamed).toEqual(whole);
  expect(whole["groq"]).toMatchObject({
    executedTools: [
      { index: 0, type: "search", output: "Title: Node.js – Releases", search_results: { images: [] } },
      {
        index: 1,
        type: "browser_automation",
        browser_results: [{ title: "Node.js" }, { title: "End of life" }],
      },
    ],
    usageBreakdown: { models: [{ model: "openai/gpt-oss-120b", usage: { total_tokens: 940 } }] },
  });
});

test("citations are kept with their place in the text", async () => {
  const [whole, streamed] = await metadataOf("citations of the documents of the request");
  expect(streamed).toEqual(whole);
  expect(whole["groq"]).toHaveProperty("annotations", [
    {
      type: "document_citation",
      document_citation: { document_id: "handbook", start_index: 0, end_index: 18 },
    },
    {
      type: "function_citation",
      function_citation: { tool_call_id: "call_1", start_index: 0, end_index: 4 },
    },
  ]);
});

test("the tools of MCP servers that Groq found are kept", async () => {
  const body = {
    choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
    mcp_list_tools: [{ type: "mcp_list_tools", server_label: "Docs", tools: [{ name: "look_up" }] }],
  };
  const { providerMetadata } = await modelThatAnswers(JSON.stringify(body), "application/json").generate(
    "Hi",
  );
  expect(providerMetadata).toEqual({ groq: { mcpListTools: body.mcp_list_tools } });
});
