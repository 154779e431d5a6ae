import { sentRequest } from "@beluga/conformance";
import { BelugaError, type ChatOptions, type Message, type Tool } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type PerplexityModelId, createPerplexity } from "./index.js";
import { agentSchema } from "./testing/agent-schema.js";
import { chatRequests } from "./testing/chat-requests.js";

const message = { role: "assistant", content: "ok" };
const answer = {
  status: "completed",
  output: [{ type: "message", ...message, content: [{ type: "output_text", text: "ok" }] }],
  choices: [{ index: 0, message, finish_reason: "stop" }],
};

/** What a call sends, which the vendor's schema has to accept, and what it warns of. */
async function sent(
  options: ChatOptions,
  model: PerplexityModelId = "perplexity/sonar",
  messages?: string | Message[],
): Promise<{ body: Record<string, unknown>; warnings: string[] }> {
  const { url, body, response } = await sentRequest(
    (config) => createPerplexity({ model, apiKey: "pplx-test", ...config }),
    { messages, options, answer },
  );
  const schema = url.endsWith("/v1/agent") ? agentSchema : chatRequests.schema;
  expect(await schema["~standard"].validate(body)).not.toHaveProperty("issues");
  return { body, warnings: response.warnings.map(({ type, option = "" }) => `${type} ${option}`) };
}

const weather: Tool = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};
const schema = { type: "object", properties: {}, required: [], additionalProperties: false };
/** The vendor's data of a part. */
const perplexity = (fields: object) => ({ providerMetadata: { perplexity: fields } });
const input = [{ type: "message", role: "user", content: "Hi" }];

describe("the Agent API", () => {
  test("every option that it has goes out under its name, and the others warn", async () => {
    const { body, warnings } = await sent({
      maxTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 7,
      stopSequences: ["END"],
      seed: 7,
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      reasoning: { effort: "high", budgetTokens: 100 },
      responseFormat: { type: "json", schema, name: "reply" },
      tools: [weather],
      toolChoice: { tool: "weather" },
      providerOptions: {
        max_steps: 5,
        instructions: "Be brief.",
        tools: [{ type: "web_search", filters: { search_recency_filter: "month" } }],
      },
    });
    expect(body).toEqual({
      model: "perplexity/sonar",
      input,
      max_output_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      reasoning: { effort: "high" },
      response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: true } },
      tools: [
        { type: "function", ...weather, strict: false },
        { type: "web_search", filters: { search_recency_filter: "month" } },
      ],
      tool_choice: { name: "weather" },
      max_steps: 5,
      instructions: "Be brief.",
    });
    expect(warnings).toEqual([
      "unsupported topK",
      "unsupported stopSequences",
      "unsupported seed",
      "unsupported frequencyPenalty",
      "unsupported presencePenalty",
      "unsupported reasoning.budgetTokens",
    ]);
  });

  test("without options there is the input alone", async () => {
    expect(await sent({})).toEqual({ body: { model: "perplexity/sonar", input }, warnings: [] });
  });

  test("a name without a vendor's is that of a preset", async () => {
    expect((await sent({}, "wide-research")).body).toEqual({ preset: "wide-research", input });
    const { body } = await sent({ providerOptions: { preset: "low" } }, "openai/gpt-6-sol");
    expect(body).toEqual({ model: "openai/gpt-6-sol", preset: "low", input });
  });

  test.for<[string, ChatOptions, number | undefined]>([
    ["anthropic/claude-opus-5-5", {}, 32_000],
    ["anthropic/claude-opus-5-5", { maxTokens: 100 }, 100],
    ["anthropic/claude-opus-5-5", { providerOptions: { max_output_tokens: 200 } }, 200],
    ["openai/gpt-6-sol", {}, undefined],
  ])("Anthropic's models always get a limit of tokens: %s %j", async ([model, options, expected]) => {
    const { body, warnings } = await sent(options, model);
    expect(body["max_output_tokens"]).toBe(expected);
    expect(warnings).toEqual([]);
  });

  test("less than 16 tokens, an effort that it does not know, and JSON without a schema warn", async () => {
    const { body, warnings } = await sent({
      maxTokens: 1,
      reasoning: { effort: "none" },
      responseFormat: { type: "json" },
    });
    expect(body).toEqual({
      model: "perplexity/sonar",
      input,
      max_output_tokens: 16,
      reasoning: { effort: "minimal" },
    });
    expect(warnings.toSorted()).toEqual([
      "adjusted maxTokens",
      "adjusted reasoning.effort",
      "unsupported responseFormat",
    ]);
  });

  test("a tool can be asked for by a word as well", async () => {
    const { body } = await sent({ tools: [weather], toolChoice: "required" });
    expect(body["tool_choice"]).toBe("required");
  });

  test("a conversation goes with its images, calls and results, without ids and what its tools found", async () => {
    const { body } = await sent({}, "google/gemini-3-flash-preview", [
      { role: "system", content: "Be brief." },
      {
        role: "user",
        content: [
          { type: "text", text: "Where is this?" },
          { type: "image", mediaType: "image/png", url: "https://example.com/a.png" },
          { type: "image", mediaType: "image/jpeg", data: new Uint8Array([1, 2, 3]) },
          { type: "file", mediaType: "image/webp", data: "BAUG" },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "text", text: "", ...perplexity({ type: "search_results", queries: ["a"], results: [] }) },
          { type: "text", text: "It is ", ...perplexity({ id: "msg_1", annotations: [{ url: "a" }] }) },
          { type: "text", text: "Oslo.", ...perplexity({ id: "msg_1" }) },
          { type: "text", text: "", ...perplexity({ id: "msg_2" }) },
          { type: "reasoning", text: "Or is it?", ...perplexity({ id: "rs_1", kind: "reasoning_text" }) },
          {
            type: "tool-call",
            id: "c1",
            name: "weather",
            arguments: { city: "Oslo" },
            ...perplexity({ id: "fc_1", thought_signature: "c2ln", arguments: '{"city": "Oslo"}' }),
          },
          { type: "tool-call", id: "c2", name: "now", arguments: {}, ...perplexity({ id: "fc_2" }) },
        ],
      },
      { role: "tool", toolCallId: "c1", content: "No such city", isError: true },
      {
        role: "tool",
        toolCallId: "c2",
        content: [
          { type: "text", text: "Now" },
          { type: "image", mediaType: "image/png", data: "AQID" },
        ],
      },
      { role: "assistant", content: "Late." },
      {
        role: "assistant",
        content: [{ type: "text", text: "", ...perplexity({ id: "m", refusal: "No." }) }],
      },
    ]);
    expect(body).toEqual({
      model: "google/gemini-3-flash-preview",
      input: [
        { type: "message", role: "system", content: "Be brief." },
        {
          type: "message",
          role: "user",
          content: [
            { type: "input_text", text: "Where is this?" },
            { type: "input_image", image_url: "https://example.com/a.png" },
            { type: "input_image", image_url: "data:image/jpeg;base64,AQID" },
            { type: "input_image", image_url: "data:image/webp;base64,BAUG" },
          ],
        },
        { type: "message", role: "assistant", content: "It is Oslo." },
        {
          type: "function_call",
          call_id: "c1",
          name: "weather",
          arguments: '{"city": "Oslo"}',
          thought_signature: "c2ln",
        },
        { type: "function_call", call_id: "c2", name: "now", arguments: "{}" },
        {
          type: "function_call_output",
          call_id: "c1",
          name: "weather",
          output: "No such city",
          thought_signature: "c2ln",
        },
        {
          type: "function_call_output",
          call_id: "c2",
          name: "now",
          output: [
            { type: "input_text", text: "Now" },
            { type: "input_image", image_url: "data:image/png;base64,AQID" },
          ],
        },
        { type: "message", role: "assistant", content: "Late." },
        { type: "message", role: "assistant", content: "No." },
      ],
    });
  });

  const items = { perplexity: { type: "search_results", results: [] } };
  test.for<[string, Message]>([
    [
      "files of the type application/pdf",
      { role: "user", content: [{ type: "file", mediaType: "application/pdf", data: "AQID" }] },
    ],
    ["audio", { role: "user", content: [{ type: "audio", mediaType: "audio/wav", data: "AQID" }] }],
    [
      "files of the type text/csv",
      {
        role: "tool",
        toolCallId: "c",
        content: [{ type: "file", mediaType: "text/csv", url: "https://example.com" }],
      },
    ],
    [
      'an item of the type "search_results"',
      { role: "user", content: [{ type: "text", text: "", providerMetadata: items }] },
    ],
  ])("%s is refused before anything is sent", async ([what, refused]) => {
    const error = await sent({}, "fast", [{ role: "user", content: "Hi" }, refused]).catch(
      (reason: unknown) => reason,
    );
    expect(BelugaError.is(error) && [error.code, error.message]).toEqual([
      "unsupported",
      expect.stringContaining(`messages[1]: perplexity does not take ${what}`),
    ]);
  });
});

describe("Chat Completions", () => {
  test("every option that they have goes out under its name, and the others warn", async () => {
    const { body, warnings } = await sent(
      {
        maxTokens: 100,
        temperature: 0.5,
        topP: 0.9,
        topK: 7,
        stopSequences: ["END"],
        seed: 7,
        frequencyPenalty: 0.1,
        presencePenalty: 0.2,
        reasoning: { effort: "none", budgetTokens: 100 },
        responseFormat: { type: "json", schema, name: "reply" },
        tools: [weather],
        toolChoice: "auto",
        providerOptions: { search_mode: "academic" },
      },
      "sonar-pro",
    );
    expect(body).toEqual({
      model: "sonar-pro",
      messages: [{ role: "user", content: "Hi" }],
      max_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 7,
      stop: ["END"],
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      reasoning_effort: "minimal",
      response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: true } },
      search_mode: "academic",
    });
    expect(warnings).toEqual([
      "unsupported seed",
      "unsupported tools",
      "unsupported toolChoice",
      "adjusted reasoning.effort",
      "unsupported reasoning.budgetTokens",
    ]);
  });

  test("JSON without a schema warns", async () => {
    const { body, warnings } = await sent({ responseFormat: { type: "json" } }, "sonar");
    expect([body["response_format"], warnings]).toEqual([undefined, ["unsupported responseFormat"]]);
  });

  test("images and files go by URL and as data, those of files without their type", async () => {
    const { body } = await sent({}, "sonar-pro", [
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image", mediaType: "image/png", data: "AQID" },
          { type: "file", mediaType: "application/pdf", data: new Uint8Array([1, 2, 3]), name: "a.pdf" },
          { type: "file", mediaType: "application/pdf", data: "BAUG" },
          { type: "file", mediaType: "text/plain", url: "https://example.com/a.txt" },
        ],
      },
    ]);
    expect(body["messages"]).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
          { type: "file_url", file_url: { url: "AQID" }, file_name: "a.pdf" },
          { type: "file_url", file_url: { url: "BAUG" } },
          { type: "file_url", file_url: { url: "https://example.com/a.txt" } },
        ],
      },
    ]);
  });

  test("audio is refused before anything is sent", async () => {
    const audio = { type: "audio", mediaType: "audio/wav", data: "AQID" } as const;
    const error = await sent({}, "sonar", [{ role: "user", content: [audio] }]).catch(
      (reason: unknown) => reason,
    );
    expect(BelugaError.is(error) && error.code).toBe("unsupported");
  });
});
