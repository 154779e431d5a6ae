import { type ChatInput, addObserver } from "@beluga/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createOtelObserver } from "./index.js";
import type { OtelOptions } from "./settings.js";
import { drain, fakeChat, hello } from "./testing/fakes.js";
import { type Sdk, startSdk } from "./testing/sdk.js";

const contentNames = ["gen_ai.system_instructions", "gen_ai.input.messages", "gen_ai.output.messages"];
const variable = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";

let sdk: Sdk;
let remove: (() => void) | undefined;
function observe(options: OtelOptions): void {
  remove?.();
  remove = addObserver(createOtelObserver({ ...sdk, ...options }));
}
beforeEach(() => {
  sdk = startSdk();
  observe({ captureContent: true });
});
afterEach(async () => {
  remove?.();
  await sdk.stop();
});

/** What the last span holds of the conversation, parsed. */
function content(): Record<string, unknown> {
  const attributes = sdk.spans().at(-1)?.attributes ?? {};
  const held = Object.entries(attributes).filter(([name]) => contentNames.includes(name));
  return Object.fromEntries(
    held.map(([name, json]) => [name.slice("gen_ai.".length), JSON.parse(String(json))]),
  );
}

describe("content", () => {
  const greeted = {
    "input.messages": [{ role: "user", parts: [{ type: "text", content: "Hi" }] }],
    "output.messages": [{ role: "assistant", parts: [{ type: "text", content: "Hello" }] }],
  };

  it("is not on a span by default", async () => {
    observe({});
    await fakeChat(hello).generate("Hi");
    expect(content()).toEqual({});
  });

  it.each(["true", "TRUE", "span_only", "span_and_event"])(
    "is there where the environment says %s",
    async (value) => {
      observe({});
      vi.stubEnv(variable, value);
      await fakeChat(hello).generate("Hi");
      expect(content()).toEqual(greeted);
    },
  );

  it.each(["", "false", "no_content", "event_only"])(
    "is not there where the environment says %j",
    async (value) => {
      observe({});
      vi.stubEnv(variable, value);
      await fakeChat(hello).generate("Hi");
      expect(content()).toEqual({});
    },
  );

  it("is decided by the option before the environment", async () => {
    observe({ captureContent: false });
    vi.stubEnv(variable, "true");
    await fakeChat(hello).generate("Hi");
    expect(content()).toEqual({});
  });

  it("of a stream is the same as of a whole answer", async () => {
    await fakeChat(hello).generate("Hi");
    expect(content()).toEqual(greeted);
    await drain(fakeChat(hello).stream("Hi"));
    expect(content()).toEqual(greeted);
  });

  it("of a call that failed is what was asked", async () => {
    await expect(fakeChat([() => Promise.reject(new Error("no"))]).generate("Hi")).rejects.toThrow("no");
    expect(content()).toEqual({ "input.messages": greeted["input.messages"] });
  });

  it("is on no metric", async () => {
    await fakeChat(hello).generate("Hi");
    expect(JSON.stringify(await sdk.metrics())).not.toContain("Hello");
  });
});

describe("a conversation", () => {
  const conversation: ChatInput = [
    { role: "system", content: "Be brief." },
    { role: "system", content: [{ type: "text", text: "Be kind." }] },
    { role: "user", content: [{ type: "text", text: "Weather? ☂" }] },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "I need a tool.", signature: "secret-signature" },
        { type: "tool-call", id: "call-1", name: "weather", arguments: { city: "Bern" } },
        { type: "tool-call", id: "call-2", name: "map", arguments: {} },
      ],
    },
    { role: "tool", toolCallId: "call-1", content: "rainy" },
    { role: "tool", toolCallId: "call-2", content: [{ type: "text", text: "no map" }], isError: true },
    { role: "system", content: "Answer in French." },
    { role: "user", content: "Go on" },
  ];

  it("comes in the conventions' form: what opens it as instructions, the rest in order", async () => {
    await fakeChat(hello).generate(conversation);
    expect(content()).toEqual({
      system_instructions: [
        { type: "text", content: "Be brief." },
        { type: "text", content: "Be kind." },
      ],
      "input.messages": [
        { role: "user", parts: [{ type: "text", content: "Weather? ☂" }] },
        {
          role: "assistant",
          parts: [
            { type: "reasoning", content: "I need a tool." },
            { type: "tool_call", id: "call-1", name: "weather", arguments: { city: "Bern" } },
            { type: "tool_call", id: "call-2", name: "map", arguments: {} },
          ],
        },
        { role: "tool", parts: [{ type: "tool_call_response", id: "call-1", response: "rainy" }] },
        {
          role: "tool",
          parts: [
            {
              type: "tool_call_response",
              id: "call-2",
              response: [{ type: "text", content: "no map" }],
              is_error: true,
            },
          ],
        },
        { role: "system", parts: [{ type: "text", content: "Answer in French." }] },
        { role: "user", parts: [{ type: "text", content: "Go on" }] },
      ],
      "output.messages": [{ role: "assistant", parts: [{ type: "text", content: "Hello" }] }],
    });
  });

  it("tells where its media are, or how large, and never holds them", async () => {
    const bytes = new TextEncoder().encode("secret bytes");
    const base64 = "c2VjcmV0IGJ5dGVz";
    await fakeChat(hello).generate([
      {
        role: "user",
        content: [
          { type: "image", url: "https://example.com/cat.png", mediaType: "image/png" },
          { type: "image", data: bytes, mediaType: "image/png" },
          { type: "audio", data: base64, mediaType: "audio/wav" },
          {
            type: "file",
            url: `data:application/pdf;base64,${base64}`,
            mediaType: "application/pdf",
            name: "a.pdf",
          },
        ],
      },
    ]);
    const blob = { type: "blob", content: "", byte_length: 12 };
    expect(content()["input.messages"]).toEqual([
      {
        role: "user",
        parts: [
          { type: "uri", modality: "image", mime_type: "image/png", uri: "https://example.com/cat.png" },
          { ...blob, modality: "image", mime_type: "image/png" },
          { ...blob, modality: "audio", mime_type: "audio/wav" },
          { ...blob, modality: "document", mime_type: "application/pdf", name: "a.pdf" },
        ],
      },
    ]);
    expect(JSON.stringify(sdk.spans())).not.toContain(base64.slice(0, 4));
  });
});

describe("an answer", () => {
  it("has its tool calls and its reasoning", async () => {
    const model = fakeChat([
      (answer) => {
        answer.reasoning("Let me see.");
        answer.text("One moment.");
        answer.toolCall(0, "call-1", "weather", '{"city":"Bern"}');
        answer.finish("tool_use", "tool-calls");
      },
    ]);
    await model.generate("Weather?", { tools: [{ name: "weather", parameters: { type: "object" } }] });
    expect(content()["output.messages"]).toEqual([
      {
        role: "assistant",
        parts: [
          { type: "reasoning", content: "Let me see." },
          { type: "text", content: "One moment." },
          { type: "tool_call", id: "call-1", name: "weather", arguments: { city: "Bern" } },
        ],
      },
    ]);
  });

  it("that is a refusal has the vendor's words", async () => {
    const model = fakeChat([
      (answer) => {
        answer.refusal("I must not.");
        answer.finish("refusal", "content-filter");
      },
    ]);
    await model.generate("Hi");
    expect(content()["output.messages"]).toEqual([
      { role: "assistant", parts: [{ type: "refusal", content: "I must not." }] },
    ]);
  });
});
