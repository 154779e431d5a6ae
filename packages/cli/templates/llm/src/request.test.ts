import { expect, test } from "vitest";
import { createAcme } from "./index.js";

test("a conversation with thinking, a tool call and its result keeps all of it", async () => {
  let body: unknown;
  const model = createAcme({
    model: "acme-1",
    apiKey: "acme-key",
    fetch: async (input, init) => {
      body = await new Request(input, init).json();
      return Response.json({ content: [{ type: "text", text: "Sunny." }], stop_reason: "end" });
    },
  });
  const { text } = await model.generate([
    { role: "user", content: "The weather in Bern?" },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "I have a tool." },
        { type: "tool-call", id: "call_1", name: "weather", arguments: { city: "Bern" } },
      ],
    },
    { role: "tool", toolCallId: "call_1", content: "No such city", isError: true },
  ]);
  expect(text).toBe("Sunny.");
  expect(body).toEqual({
    model: "acme-1",
    messages: [
      { role: "user", content: "The weather in Bern?" },
      {
        role: "assistant",
        content: [
          { type: "thinking", text: "I have a tool." },
          { type: "tool_call", id: "call_1", name: "weather", arguments: '{"city":"Bern"}' },
        ],
      },
      { role: "tool", content: "No such city", tool_call_id: "call_1", is_error: true },
    ],
    stream: false,
  });
});
