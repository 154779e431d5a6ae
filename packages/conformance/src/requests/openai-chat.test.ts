import * as z from "zod/mini";
import { describe, expect, test } from "vitest";
import { openAIChatRequests } from "./openai-chat.js";

const requests = openAIChatRequests({ provider: "acme", reasoningField: "reasoning" });
const call = { id: "c-1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } };

describe("a recorded request of the OpenAI chat wire", () => {
  test("is read into messages and options; what has no word of its own stays the vendor's", () => {
    const parameters = { type: "object", properties: { city: { type: "string" } } };
    expect(
      requests.read({
        model: "m-1",
        stream: true,
        stream_options: { include_usage: true },
        messages: [
          { role: "developer", content: "Be brief" },
          {
            role: "user",
            content: [
              { type: "text", text: "What is this?", cache_control: { type: "ephemeral" } },
              { type: "image_url", image_url: { url: "data:image/png;base64,AAAA", detail: "low" } },
              { type: "image_url", image_url: { url: "https://a.example/b.png" } },
              { type: "input_audio", input_audio: { data: "AAAA", format: "mp3" } },
              { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" } },
              { type: "file", file: { file_id: "f-1" } },
            ],
          },
          {
            role: "assistant",
            content: null,
            reasoning: "Hm",
            tool_calls: [{ ...call, index: 0, extra: 1 }],
          },
          { role: "tool", tool_call_id: "c-1", content: "Sunny" },
        ],
        tools: [{ type: "function", function: { name: "weather", parameters, strict: true } }],
        tool_choice: { type: "function", function: { name: "weather" } },
        response_format: { type: "json_schema", json_schema: { name: "r", schema: {}, strict: false } },
        max_tokens: 5,
        stop: "END",
        top_p: null,
        reasoning_effort: "low",
        n: 2,
      }),
    ).toEqual({
      messages: [
        { role: "system", content: "Be brief" },
        {
          role: "user",
          content: [
            {
              type: "text",
              text: "What is this?",
              providerMetadata: { acme: { cache_control: { type: "ephemeral" } } },
            },
            {
              type: "image",
              data: "AAAA",
              mediaType: "image/png",
              providerMetadata: { acme: { image_url: { detail: "low" } } },
            },
            { type: "image", url: "https://a.example/b.png", mediaType: "image/*" },
            { type: "audio", data: "AAAA", mediaType: "audio/mpeg" },
            { type: "file", data: "AAAA", mediaType: "application/pdf", name: "a.pdf" },
            {
              type: "text",
              text: "",
              providerMetadata: { acme: { type: "file", file: { file_id: "f-1" } } },
            },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "Hm" },
            {
              type: "tool-call",
              id: "c-1",
              name: "weather",
              arguments: { city: "Oslo" },
              providerMetadata: { acme: { extra: 1 } },
            },
          ],
        },
        { role: "tool", toolCallId: "c-1", content: "Sunny" },
      ],
      options: {
        tools: [{ name: "weather", parameters }],
        toolChoice: { tool: "weather" },
        responseFormat: { type: "json", name: "r", schema: {} },
        maxTokens: 5,
        stopSequences: ["END"],
        reasoning: { effort: "low" },
        providerOptions: { n: 2 },
      },
    });
  });

  test("has words of the vendor's own", () => {
    const vendor = openAIChatRequests({
      provider: "acme",
      options: { random_seed: "seed" },
      readOwn(body) {
        const { thinking } = body;
        delete body["thinking"];
        return thinking ? { reasoning: { effort: "high" } } : {};
      },
    });
    const { options } = vendor.read({ messages: [], random_seed: 7, thinking: true });
    expect(options).toEqual({ seed: 7, reasoning: { effort: "high" } });
  });
});

describe("the schema of a request of the OpenAI chat wire", () => {
  const body = { model: "m-1", messages: [{ role: "user", content: "Hi" }] };
  const problemsOf = async (changes: object, vendor: object = {}): Promise<unknown> => {
    const { schema } = openAIChatRequests({ provider: "acme", ...vendor });
    const { issues = [] } = await schema["~standard"].validate({ ...body, ...changes });
    return issues.map(({ path = [] }) => path.map(String).join("."));
  };

  test.each<[string, object, string[]]>([
    ["the least", {}, []],
    ["a field that it does not have", { top_k: 1 }, [""]],
    ["a value of another type", { temperature: "hot" }, ["temperature"]],
    ["a role that it does not have", { messages: [{ role: "human", content: "Hi" }] }, ["messages.0.role"]],
    [
      "a message with a field too many",
      { messages: [{ role: "user", content: "Hi", mood: 1 }] },
      ["messages.0"],
    ],
    [
      "a call whose arguments are no text",
      {
        messages: [{ role: "assistant", tool_calls: [{ ...call, function: { name: "w", arguments: {} } }] }],
      },
      ["messages.0.tool_calls.0"],
    ],
  ])("judges %s", async (_what, changes, problems) => {
    expect(await problemsOf(changes)).toEqual(problems);
  });

  test("is changed by what a vendor has and has not", async () => {
    const vendor = { fields: { top_k: z.int() }, without: ["seed"], messageFields: { prefix: z.boolean() } };
    expect(await problemsOf({ top_k: 1 }, vendor)).toEqual([]);
    expect(await problemsOf({ top_k: "1" }, vendor)).toEqual(["top_k"]);
    expect(await problemsOf({ seed: 1 }, vendor)).toEqual([""]);
    expect(await problemsOf({ messages: [{ role: "user", content: "Hi", prefix: true }] }, vendor)).toEqual(
      [],
    );
    expect(await problemsOf({ anything: 1 }, { fields: "any" })).toEqual([]);
  });
});
