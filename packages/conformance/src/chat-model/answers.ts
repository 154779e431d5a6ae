import assert from "node:assert/strict";
import type { ChatResponse } from "@beluga/core";
import type { ChatCheck, ChatModelSpec } from "../chat-model.js";
import type { Features } from "../check.js";
import { type ChatExchange, type ExpectedAnswer, bytesOf, headersOf } from "../exchange.js";
import { type Mode, type Outcome, callModel, modes } from "./collect.js";
import { type ChatSuite, type Failed, assertAnswer, prompt, succeeded } from "./suite.js";

export function answerChecks(spec: ChatModelSpec): ChatCheck[] {
  return [
    {
      name: "the exchanges show what they have to",
      async run(suite) {
        assertCoverage(spec);
        suite.report(featuresOf(spec));
      },
    },
    ...spec.exchanges.flatMap((exchange) =>
      modes
        .filter((mode) => exchange[mode])
        .map((mode) => ({
          name: `${exchange.name}: ${mode}`,
          run: async (suite: ChatSuite) => assertExchange(suite, exchange, mode),
        })),
    ),
    ...spec.exchanges
      .filter(({ generate, stream, expected }) => generate && stream && !expected.error)
      .map((exchange) => ({
        name: `${exchange.name}: generate and stream agree`,
        run: async (suite: ChatSuite) => assertAgreement(suite, exchange),
      })),
    {
      name: "calls of one model that run side by side do not mix",
      async run(suite) {
        const stories = modes.flatMap((mode) =>
          suite.exchanges(mode).map(({ expected, [mode]: recorded = {} }) => ({ mode, recorded, expected })),
        );
        const { model, route } = suite.served((_request, count) => {
          const { recorded = {} } = stories[count - 1] ?? {};
          const bytes = bytesOf(recorded);
          const middle = Math.floor(bytes.byteLength / 2);
          return {
            headers: headersOf(recorded),
            body: [bytes.subarray(0, middle), 50, bytes.subarray(middle)],
          };
        });
        const calls: Promise<Outcome>[] = [];
        for (const { mode } of stories) {
          calls.push(callModel(model, mode, prompt));
          await route.request(calls.length); // so that the requests come in the order of the stories
        }
        for (const [at, outcome] of (await Promise.all(calls)).entries()) {
          assertAnswer(succeeded(outcome), stories[at]?.expected as ExpectedAnswer);
        }
      },
    },
    {
      name: "`__proto__` in a tool call's arguments is harmless",
      async run(suite) {
        const exchange = suite
          .exchanges("generate")
          .find(({ expected }) => expected.toolCalls?.some(hasArguments));
        if (!exchange?.generate) return;
        const call = exchange.expected.toolCalls?.findIndex(hasArguments) ?? 0;
        const [key = ""] = Object.keys(exchange.expected.toolCalls?.[call]?.arguments ?? {});
        const text = Buffer.from(bytesOf(exchange.generate)).toString();
        const bytes = Buffer.from(
          text.replaceAll(`"${key}"`, '"__proto__"').replaceAll(`\\"${key}\\"`, '\\"__proto__\\"'),
        );
        const response = succeeded(
          await suite.answered("generate", { headers: headersOf(exchange.generate), bytes }),
        );
        const args = response.toolCalls[call]?.arguments as object;
        assert.equal(Object.getPrototypeOf(args), Object.prototype);
        assert.ok(Object.hasOwn(args, "__proto__"), "the key is gone");
      },
    },
  ];
}

function callCount({ expected }: ChatExchange): number {
  return expected.toolCalls?.length ?? 0;
}

function hasArguments({ arguments: args }: { arguments: unknown }): boolean {
  return typeof args === "object" && args !== null && !Array.isArray(args) && Object.keys(args).length > 0;
}

function assertCoverage({ exchanges, lacks = [] }: ChatModelSpec): void {
  const good = exchanges.filter(({ expected }) => !expected.error);
  const shown = (what: string, test: (exchange: ChatExchange) => boolean): void => {
    for (const mode of modes)
      assert.ok(
        good.some((exchange) => exchange[mode] && test(exchange)),
        `no ${mode} shows ${what}`,
      );
  };
  shown("text", ({ expected }) => !!expected.text);
  assert.ok(
    good.some(({ stream }) => stream && bytesOf(stream).some((byte) => byte > 127)),
    "no stream shows characters of several bytes, as they are and not escaped",
  );
  if (!lacks.includes("usage")) shown("usage", ({ expected }) => expected.usage.totalTokens !== undefined);
  if (!lacks.includes("length"))
    shown("an end by the token limit", ({ expected }) => expected.finishReason.unified === "length");
  if (lacks.includes("tools")) return;
  shown("a tool call", (exchange) => callCount(exchange) > 0);
  if (!lacks.includes("parallel-tools")) shown("parallel tool calls", (exchange) => callCount(exchange) > 1);
}

/** What answers of this vendor have in them; that it is read right is what the exchanges are for. */
function featuresOf({ exchanges, lacks = [] }: ChatModelSpec): Features {
  const shows = (test: (exchange: ChatExchange) => boolean): boolean =>
    exchanges.some((exchange) => !exchange.expected.error && test(exchange));
  return {
    tools: !lacks.includes("tools"),
    "parallel tools": !lacks.includes("parallel-tools"),
    reasoning: shows(({ expected }) => !!expected.reasoning),
    sources: shows(({ expected }) => (expected.sources ?? []).length > 0),
    refusals: shows(({ expected }) => expected.finishReason.unified === "content-filter"),
    usage: !lacks.includes("usage"),
    "cached tokens": shows(({ expected }) => expected.usage.cachedInputTokens !== undefined),
    "reasoning tokens": shows(({ expected }) => expected.usage.reasoningTokens !== undefined),
  };
}

async function assertExchange(suite: ChatSuite, exchange: ChatExchange, mode: Mode): Promise<void> {
  const recorded = exchange[mode];
  assert.ok(recorded);
  const { model, route } = suite.served([suite.reply(recorded)]);
  const outcome = await callModel(model, mode, prompt);
  const { expected } = exchange;
  if (expected.error) assertRejected(suite.failed(outcome, mode, expected.error), exchange);
  else assertAnswer(succeeded(outcome), expected);
  assert.equal(route.requests.length, 1, "requests");
}

function assertRejected({ error }: Failed, { expected }: ChatExchange): void {
  const partial = error.partial as ChatResponse | undefined;
  assert.ok(partial, "error.partial is missing");
  assert.deepEqual(
    { text: partial.text, reasoning: partial.reasoning },
    { text: expected.text ?? "", reasoning: expected.reasoning ?? "" },
    "error.partial",
  );
}

async function assertAgreement(
  suite: ChatSuite,
  { generate = {}, stream = {}, expected }: ChatExchange,
): Promise<void> {
  const responses: unknown[] = [];
  for (const [mode, recorded] of [
    ["generate", generate],
    ["stream", stream],
  ] as const) {
    const outcome = await suite.answered(mode, { headers: headersOf(recorded), bytes: bytesOf(recorded) });
    const { id: _, usage, providerMetadata: __, ...response } = succeeded(outcome);
    const { raw: ___, ...counts } = usage;
    responses.push(withoutMadeIds({ ...response, usage: counts }, expected));
  }
  assert.deepEqual(responses[1], responses[0], "the stream's response differs from the generated one");
}

function withoutMadeIds(value: unknown, { toolCalls = [] }: ChatExchange["expected"]): unknown {
  const made = toolCalls.some(({ id }) => id === undefined);
  return JSON.parse(
    JSON.stringify(value, (key, member: unknown) => (made && key === "id" ? undefined : member)),
  );
}
