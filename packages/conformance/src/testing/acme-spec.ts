import type { ChatModelSpec } from "../chat-model.js";
import type { ChatExchange, ExpectedAnswer } from "../exchange.js";
import { type AcmeConfig, createAcme } from "./acme.js";

/** What the suite is told of acme; `create` is another for its mutants. */
export function acmeSpec(
  create: (config: AcmeConfig) => ReturnType<typeof createAcme> = createAcme,
): ChatModelSpec<AcmeConfig> {
  return {
    name: "acme",
    packageName: "@acme/beluga-llm",
    create,
    config: { model: "acme-1" },
    secret: "acme-3f9d0c7b5a1e4826",
    exchanges,
    completes: (frame) => frame.includes('"end"'),
    streamErrors: [
      {
        frame: 'data: {"error":{"message":"the engine is on fire"}}',
        code: "provider_unavailable",
        message: "on fire",
      },
    ],
    httpErrors: [{ status: 429, body: { error: { message: "out of credit" } }, code: "quota_exhausted" }],
    unsupported: ["topK", "seed", "frequencyPenalty", "presencePenalty"],
  };
}

const usage = { usage: { read: 11, written: 7 } };
const counted = { inputTokens: 11, outputTokens: 7, totalTokens: 18 };

const exchanges: ChatExchange[] = [
  exchange(
    "text",
    [
      { thought: "Grüße " },
      { thought: "first" },
      { text: "Grüß " },
      { text: "Gott, 世界" },
      { text: " 🐋!" },
      { end: "done" },
      usage,
    ],
    {
      text: "Grüß Gott, 世界 🐋!",
      reasoning: "Grüße first",
      finishReason: { unified: "stop", raw: "done" },
      usage: counted,
    },
  ),
  exchange(
    "parallel tool calls",
    [
      { text: "Looking." },
      { call: { number: 0, id: "c1", name: "weather" } },
      { arguments: { number: 0, json: '{"city":' } },
      { call: { number: 1, id: "c2", name: "time" } },
      { arguments: { number: 0, json: '"Zürich"}' } },
      { end: "tools", ...usage },
    ],
    {
      text: "Looking.",
      toolCalls: [
        { id: "c1", name: "weather", arguments: { city: "Zürich" } },
        { id: "c2", name: "time", arguments: {} },
      ],
      finishReason: { unified: "tool-calls", raw: "tools" },
      usage: counted,
    },
  ),
  exchange(
    "a tool call cut by the token limit",
    [
      { call: { number: 0, id: "c1", name: "weather" } },
      { arguments: { number: 0, json: '{"city":"Zü' } },
      { end: "limit" },
    ],
    { finishReason: { unified: "length", raw: "limit" }, usage: {}, warnings: ['{"city":"Zü'] },
  ),
  exchange(
    "a tool call that is no JSON",
    [
      { text: "Hm." },
      { call: { number: 0, id: "c1", name: "weather" } },
      { arguments: { number: 0, json: '{"city":"Zü' } },
      { end: "tools" },
    ],
    {
      text: "Hm.",
      finishReason: { unified: "tool-calls", raw: "tools" },
      usage: {},
      error: "invalid_response",
    },
  ),
];

function exchange(name: string, events: readonly object[], expected: ExpectedAnswer): ChatExchange {
  return {
    name,
    stream: { bodyText: events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("") },
    generate: { body: { events } },
    expected,
  };
}
