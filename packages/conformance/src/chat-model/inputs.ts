import assert from "node:assert/strict";
import { BelugaError, type ChatInput, type ChatOptions, type Message } from "@beluga/core";
import type { ChatCheck, ChatModelSpec } from "../chat-model.js";
import { bytesOf, headersOf } from "../exchange.js";
import { type Mode, callModel, modes } from "./collect.js";
import { weather } from "./options.js";
import { type ChatSuite, prompt, succeeded } from "./suite.js";

const bytes = new Uint8Array([0, 1, 2, 250, 251, 252, 253, 254, 255, 99]);
const base64 = Buffer.from(bytes).toString("base64");
const url = "https://example.com/conformance-media";

export function inputChecks(spec: ChatModelSpec): ChatCheck[] {
  return [
    ...Object.entries(badInputs).map(([what, input]) => ({
      name: `${what}: invalid_input, and nothing is sent`,
      run: async (suite: ChatSuite) => assertRefused(suite, input as ChatInput, {}),
    })),
    ...Object.entries(badOptions).map(([what, options]) => ({
      name: `${what}: invalid_input, and nothing is sent`,
      run: async (suite: ChatSuite) => assertRefused(suite, prompt, options as ChatOptions),
    })),
    {
      name: "a string is one user message",
      async run(suite) {
        for (const mode of modes) {
          const text = await sent(suite, mode, prompt);
          assert.equal(text, await sent(suite, mode, [{ role: "user", content: prompt }]));
        }
      },
    },
    {
      name: "all text of a conversation goes out, in order",
      async run(suite) {
        const conversation: Message[] = [
          { role: "system", content: "word-1" },
          {
            role: "user",
            content: [
              { type: "text", text: "word-2" },
              { type: "text", text: "word-3" },
            ],
          },
          { role: "assistant", content: "word-4" },
          { role: "user", content: 'word-5 \u{1f40b} \u{e9} "quoted" \\ \n' },
        ];
        for (const mode of modes) {
          const text = await sent(suite, mode, conversation);
          const body = JSON.parse(text.slice(text.indexOf("{"))) as unknown;
          const words = strings(body).filter((value) => value.includes("word-"));
          for (const word of ["word-1", "word-2", "word-3", "word-4"]) {
            assert.ok(
              words.some((value) => value.includes(word)),
              `${word} is missing`,
            );
          }
          assert.ok(
            words.some((value) => value.includes('word-5 \u{1f40b} \u{e9} "quoted" \\ \n')),
            "word-5 is changed",
          );
          const places = ["word-2", "word-3", "word-4", "word-5"].map((word) => text.indexOf(word));
          assert.deepEqual(
            places,
            places.toSorted((a, b) => a - b),
            "the order",
          );
        }
      },
    },
    {
      name: "the caller's messages and options are not changed",
      async run(suite) {
        const call = {
          type: "tool-call",
          id: "call-1",
          name: weather.name,
          arguments: { conformance_city: "Paris" },
        } as const;
        const conversation: Message[] = [
          { role: "system", content: "be brief" },
          { role: "user", content: [{ type: "text", text: prompt }] },
          ...(hasTools(spec)
            ? ([
                { role: "assistant", content: [{ type: "text", text: "let me see" }, call] },
                { role: "tool", toolCallId: "call-1", content: [{ type: "text", text: "sunny" }] },
              ] as Message[])
            : []),
        ];
        const options: ChatOptions = { stopSequences: ["stop"], ...(hasTools(spec) && { tools: [weather] }) };
        const before = structuredClone([conversation, options]);
        for (const mode of modes) {
          await sent(suite, mode, conversation, options);
          assert.deepEqual([conversation, options], before);
          await sent(
            suite,
            mode,
            deepFreeze(structuredClone(conversation)),
            deepFreeze(structuredClone(options)),
          );
        }
      },
    },
    ...media.map(({ what, message, marks }) => ({
      name: `${what} goes out, or is refused as unsupported: never left out`,
      async run(suite: ChatSuite) {
        let goesOut = true;
        for (const mode of modes) {
          const { recorded } = suite.plain(mode);
          const { model, requests } = suite.inMemory({
            headers: headersOf(recorded),
            pieces: [bytesOf(recorded)],
          });
          const outcome = await callModel(model, mode, [message]);
          if (outcome.failure) {
            goesOut = false;
            suite.failed(outcome, mode, "unsupported");
            assert.equal(requests.length, 0, "requests");
          } else {
            for (const mark of marks)
              assert.ok(requests[0]?.text.includes(mark), `${mark} is not in the request`);
          }
        }
        suite.report({ [what]: goesOut });
      },
    })),
    {
      name: "bytes and base64 make the same request",
      async run(suite) {
        const { recorded } = suite.plain("generate");
        const requests = await Promise.all(
          [bytes, base64].map(async (data) => {
            const { model, requests: made } = suite.inMemory({
              headers: headersOf(recorded),
              pieces: [bytesOf(recorded)],
            });
            await callModel(model, "generate", [
              { role: "user", content: [{ type: "image", data, mediaType: "image/png" }] },
            ]);
            return made[0]?.text;
          }),
        );
        assert.equal(requests[0], requests[1]);
      },
    },
    ...(hasTools(spec) ? conversationChecks(spec) : []),
  ];
}

function hasTools({ lacks = [] }: ChatModelSpec): boolean {
  return !lacks.includes("tools");
}

/** What the provider made goes back to it as it is. */
function conversationChecks(spec: ChatModelSpec): ChatCheck[] {
  return spec.exchanges
    .filter(({ expected }) => !expected.error)
    .flatMap((exchange) =>
      modes
        .filter((mode) => exchange[mode])
        .map((mode) => ({
          name: `${exchange.name}: the answer goes back with the next message (${mode})`,
          async run(suite: ChatSuite) {
            const recorded = exchange[mode] ?? {};
            const { message, toolCalls, text } = succeeded(
              await suite.answered(mode, { headers: headersOf(recorded), bytes: bytesOf(recorded) }),
            );
            if (message.content.length === 0) return;
            const results = toolCalls.map(({ id, name }, at): Message => ({
              role: "tool",
              toolCallId: id,
              toolName: name,
              content: `result-${at}`,
            }));
            const next: Message = { role: "user", content: "and then?" };
            // As it comes back from where it was stored.
            const stored = JSON.parse(JSON.stringify(message)) as typeof message;
            const request = await sent(suite, mode, [
              { role: "user", content: prompt },
              stored,
              ...results,
              next,
            ]);
            const body = JSON.parse(request.slice(request.indexOf("{"))) as unknown;
            const words = strings(body).join("\n");
            for (const [at, { name }] of toolCalls.entries()) {
              assert.ok(words.includes(name), `the call of ${name} is missing`);
              assert.ok(words.includes(`result-${at}`), `the result of ${name} is missing`);
            }
            // Several parts of text may go back as several.
            if (text !== "") assert.ok(words.includes(text.slice(0, 20)), "the text is missing");
          },
        })),
    );
}

async function assertRefused(suite: ChatSuite, input: ChatInput, options: ChatOptions): Promise<void> {
  for (const mode of modes) {
    const { recorded } = suite.plain(mode);
    const { model, requests } = suite.inMemory({ headers: headersOf(recorded), pieces: [bytesOf(recorded)] });
    const outcome = await callModel(model, mode, input, options);
    const { error } = suite.failed(outcome, mode, "invalid_input");
    assert.ok(BelugaError.is(error) && error.status === undefined);
    assert.equal(requests.length, 0, `${mode}: requests`);
  }
}

/** What a call puts on the wire. */
async function sent(
  suite: ChatSuite,
  mode: Mode,
  input: ChatInput,
  options: ChatOptions = {},
): Promise<string> {
  const { recorded } = suite.plain(mode);
  const { model, requests } = suite.inMemory({ headers: headersOf(recorded), pieces: [bytesOf(recorded)] });
  succeeded(await callModel(model, mode, input, options));
  return requests[0]?.text ?? "";
}

/** All strings of a JSON value, in order; those that are JSON themselves (a tool's arguments) as they are. */
function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...strings(member)]);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null)
    for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}

const user = (part: object): unknown => [{ role: "user", content: [part] }];

const badInputs: Readonly<Record<string, unknown>> = {
  "no messages": [],
  "messages that are none": 42,
  "messages of null": null,
  "a message that is none": ["hello"],
  "an unknown role": [{ role: "developer", content: "hello" }],
  "a message without content": [{ role: "user" }],
  "content of null": [{ role: "user", content: null }],
  "an unknown part": user({ type: "hologram", data: "x" }),
  "a part that does not belong to the role": [
    { role: "user", content: [{ type: "tool-call", id: "1", name: "n", arguments: {} }] },
  ],
  "an image for the system": [{ role: "system", content: [{ type: "image", url, mediaType: "image/png" }] }],
  "text that is no string": user({ type: "text", text: 42 }),
  "an image without data": user({ type: "image", mediaType: "image/png" }),
  "an image with data and url": user({ type: "image", mediaType: "image/png", data: base64, url }),
  "an image without a media type": user({ type: "image", data: base64 }),
  "a tool's result without toolCallId": [{ role: "tool", content: "sunny" }],
  "a tool call without a name": [
    { role: "assistant", content: [{ type: "tool-call", id: "1", arguments: {} }] },
  ],
};

const badOptions: Readonly<Record<string, unknown>> = {
  "maxTokens 0": { maxTokens: 0 },
  "maxTokens 1.5": { maxTokens: 1.5 },
  "maxTokens as a string": { maxTokens: "100" },
  "temperature NaN": { temperature: Number.NaN },
  "temperature -1": { temperature: -1 },
  "topP 2": { topP: 2 },
  "topK 0": { topK: 0 },
  "seed 1.5": { seed: 1.5 },
  "stopSequences as a string": { stopSequences: "stop" },
  "an empty stop sequence": { stopSequences: [""] },
  "frequencyPenalty Infinity": { frequencyPenalty: Infinity },
  "presencePenalty as a string": { presencePenalty: "0.5" },
  "an unknown response format": { responseFormat: { type: "xml" } },
  "an unknown reasoning effort": { reasoning: { effort: "extreme" } },
  "reasoning.budgetTokens -1": { reasoning: { budgetTokens: -1 } },
  "providerOptions as an array": { providerOptions: [] },
  "toolChoice of a tool that is not there": { tools: [weather], toolChoice: { tool: "conformance_other" } },
  "toolChoice required without tools": { toolChoice: "required" },
  "an unknown toolChoice": { tools: [weather], toolChoice: "maybe" },
  "two tools of one name": { tools: [weather, weather] },
  "a tool without a name": { tools: [{ ...weather, name: "" }] },
  "a tool without parameters": { tools: [{ name: "conformance_weather" }] },
};

const media: readonly { what: string; message: Message; marks: string[] }[] = (
  ["image/png", "audio/wav", "video/mp4", "application/pdf"] as const
).flatMap((mediaType) => {
  const kind = mediaType.split("/")[0] as "image" | "audio" | "video" | "application";
  const type = kind === "application" ? "file" : kind;
  const message = (source: { data: string } | { url: string }): Message => ({
    role: "user",
    content: [
      { type: "text", text: "what is this?" },
      { type, mediaType, name: "conformance", ...source },
    ],
  });
  return [
    { what: `${type} data`, message: message({ data: base64 }), marks: [base64] },
    { what: `${type} by its URL`, message: message({ url }), marks: [url] },
  ];
});
