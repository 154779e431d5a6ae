import { describe, expect, it } from "vitest";
import type { ChatInput, ChatOptions, Message } from "../chat.js";
import type { Tool } from "../tools.js";
import { checkChatOptions, checkMessages } from "./chat-input.js";

const fail = (message: string): never => {
  throw new Error(message);
};

const bytes = new Uint8Array(1);

const user = (...content: unknown[]): unknown => [{ role: "user", content }];

describe("checkMessages", () => {
  it("takes a string for one user message", () => {
    expect(checkMessages("Hi", fail)).toEqual([{ role: "user", content: "Hi" }]);
    expect(checkMessages("", fail)).toEqual([{ role: "user", content: "" }]);
  });

  it("hands a conversation of all kinds of parts on as it is", () => {
    const messages: Message[] = [
      { role: "system", content: [{ type: "text", text: "Be brief" }] },
      {
        role: "user",
        content: [
          { type: "text", text: "" },
          { type: "image", data: bytes, mediaType: "image/png" },
          { type: "audio", data: "AAAA", mediaType: "audio/wav" },
          { type: "video", url: "https://a.example/v", mediaType: "video/mp4" },
          { type: "file", data: "", mediaType: "application/pdf", name: "a.pdf" },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "", redactedData: "x" },
          { type: "text", text: "Let me see", providerMetadata: { acme: { id: 1 } } },
          { type: "tool-call", id: "1", name: "look", arguments: undefined },
          { type: "file", data: bytes, mediaType: "image/png" },
        ],
      },
      {
        role: "tool",
        toolCallId: "1",
        content: [{ type: "image", url: "https://a.example/i", mediaType: "image/png" }],
      },
      { role: "tool", toolCallId: "", content: "seen", isError: true },
    ];
    expect(checkMessages(messages, fail)).toBe(messages);
  });

  it.each<[unknown, string]>([
    [undefined, "messages: expected a string or an array of messages"],
    [null, "messages: expected a string or an array of messages"],
    [{ role: "user", content: "Hi" }, "messages: expected a string or an array of messages"],
    [[], "messages: expected at least one"],
    [["Hi"], "messages[0]: expected an object"],
    [[null], "messages[0]: expected an object"],
    [[[]], "messages[0]: expected an object"],
    [[{ content: "Hi" }], "messages[0].role: expected system, user, assistant or tool"],
    [[{ role: "developer", content: "Hi" }], "messages[0].role: expected system, user, assistant or tool"],
    [[{ role: "toString", content: "Hi" }], "messages[0].role: expected system, user, assistant or tool"],
    [[{ role: "tool", content: "Hi" }], "messages[0].toolCallId: expected a string"],
    [
      [{ role: "user", content: "Hi" }, { role: "user" }],
      "messages[1].content: expected a string or an array of parts",
    ],
    [
      [{ role: "user", content: { type: "text" } }],
      "messages[0].content: expected a string or an array of parts",
    ],
    [user("Hi"), "messages[0].content[0]: expected an object"],
    [user({ type: "text", text: "a" }, null), "messages[0].content[1]: expected an object"],
    [user({ text: "a" }), "messages[0].content[0].type: expected text, image, audio, video, file"],
    [
      user({ type: "tool-call", id: "1", name: "a" }),
      "messages[0].content[0].type: expected text, image, audio, video, file",
    ],
    [[{ role: "system", content: [{ type: "image" }] }], "messages[0].content[0].type: expected text"],
    [
      [{ role: "assistant", content: [{ type: "image" }] }],
      "messages[0].content[0].type: expected text, reasoning, tool-call, file",
    ],
    [
      [{ role: "tool", toolCallId: "1", content: [{ type: "audio" }] }],
      "messages[0].content[0].type: expected text, image, file",
    ],
    [user({ type: "text" }), "messages[0].content[0].text: expected a string"],
    [
      [{ role: "assistant", content: [{ type: "reasoning" }] }],
      "messages[0].content[0].text: expected a string",
    ],
    [
      [{ role: "assistant", content: [{ type: "tool-call", name: "a" }] }],
      "messages[0].content[0].id: expected a string",
    ],
    [
      [{ role: "assistant", content: [{ type: "tool-call", id: "1" }] }],
      "messages[0].content[0].name: expected a string",
    ],
    [user({ type: "image", data: bytes }), "messages[0].content[0].mediaType: expected a string"],
    ...[
      {},
      { data: bytes, url: "https://a.example" },
      { data: [1] },
      { url: new URL("https://a.example") },
    ].map((content): [unknown, string] => [
      user({ type: "image", mediaType: "image/png", ...content }),
      "messages[0].content[0]: expected either data (bytes or base64) or url",
    ]),
  ])("refuses %j", (input, problem) => {
    expect(() => checkMessages(input as ChatInput, fail)).toThrow(new Error(problem));
  });
});

describe("checkChatOptions", () => {
  const look: Tool = { name: "look", parameters: { type: "object" } };

  it.each<ChatOptions>([
    {},
    {
      maxTokens: 1,
      temperature: 0,
      topP: 1,
      topK: 1,
      stopSequences: ["\n"],
      seed: -1,
      frequencyPenalty: -2,
      presencePenalty: 0,
      toolChoice: "none",
      responseFormat: { type: "json", schema: {} },
      reasoning: { effort: "minimal", budgetTokens: 1 },
      providerOptions: {},
    },
    {
      maxTokens: undefined,
      reasoning: {},
      stopSequences: [],
      toolChoice: undefined,
      responseFormat: { type: "text" },
    },
    { toolChoice: "auto" },
  ])("takes %j", (options) => {
    expect(checkChatOptions(options, [], fail)).toBeUndefined();
  });

  it.each<ChatOptions>([{ toolChoice: "required" }, { toolChoice: { tool: "look" } }])(
    "takes %j where there are tools",
    (options) => {
      expect(checkChatOptions(options, [look], fail)).toBeUndefined();
    },
  );

  const reasoning =
    "reasoning: expected an object with an effort (none, minimal, low, medium, high) or positive budgetTokens";

  it.each<[Record<string, unknown>, string]>([
    ...[0, -1, 1.5, NaN, Infinity, "5", null].map((maxTokens): [Record<string, unknown>, string] => [
      { maxTokens },
      "maxTokens: expected a positive integer",
    ]),
    [{ topK: 0 }, "topK: expected a positive integer"],
    [{ temperature: -0.1 }, "temperature: expected a number of at least 0"],
    [{ temperature: "hot" }, "temperature: expected a number of at least 0"],
    [{ topP: 1.1 }, "topP: expected a number from 0 to 1"],
    [{ topP: -0.1 }, "topP: expected a number from 0 to 1"],
    [{ stopSequences: "\n" }, "stopSequences: expected an array of strings, none of them empty"],
    [{ stopSequences: ["\n", ""] }, "stopSequences: expected an array of strings, none of them empty"],
    [{ seed: 0.5 }, "seed: expected an integer"],
    [{ frequencyPenalty: NaN }, "frequencyPenalty: expected a number"],
    [{ presencePenalty: "1" }, "presencePenalty: expected a number"],
    [{ responseFormat: "json" }, 'responseFormat: expected an object with the type "text" or "json"'],
    [
      { responseFormat: { type: "json_schema" } },
      'responseFormat: expected an object with the type "text" or "json"',
    ],
    [{ reasoning: true }, reasoning],
    [{ reasoning: { effort: "max" } }, reasoning],
    [{ reasoning: { budgetTokens: 0 } }, reasoning],
    [{ providerOptions: [] }, "providerOptions: expected an object"],
    [{ toolChoice: "any" }, "toolChoice: expected auto, none, required or { tool }"],
    [{ toolChoice: null }, "toolChoice: expected auto, none, required or { tool }"],
    [{ toolChoice: "required" }, "toolChoice: required, but there are no tools"],
    [{ toolChoice: { tool: "look" } }, 'toolChoice: no tool "look" is among the tools'],
  ])("refuses %j", (options, problem) => {
    expect(() => checkChatOptions(options as ChatOptions, [], fail)).toThrow(new Error(problem));
  });

  it.each<[unknown[], string]>([
    [[look, null], "tools[1].name: expected a name"],
    [[{ parameters: {} }], "tools[0].name: expected a name"],
    [[{ name: "", parameters: {} }], "tools[0].name: expected a name"],
    [[{ name: "look" }], "tools[0].parameters: expected a JSON Schema or a Standard Schema"],
    [[{ name: "look", parameters: [] }], "tools[0].parameters: expected a JSON Schema or a Standard Schema"],
    [[look, { ...look }], 'tools[1].name: "look" is there twice'],
  ])("refuses the tools %j", (tools, problem) => {
    expect(() => checkChatOptions({}, tools as Tool[], fail)).toThrow(new Error(problem));
  });
});
