import assert from "node:assert/strict";
import type { ChatResponse } from "@beluga/core";
import type { ChatCheck } from "../chat-model.js";
import { bytesOf, headersOf } from "../exchange.js";
import { seededRandom } from "../random.js";
import { startServer } from "../server.js";
import { checkResponse, modes } from "./collect.js";
import { type ChatSuite, type Failed, breathe, succeeded } from "./suite.js";

/** An answer that breaks off is never a normal end. */
export function endingChecks(): ChatCheck[] {
  return [
    {
      name: "a stream that ends between two events, before it is complete, is truncated",
      async run(suite) {
        for (const { stream = {}, expected } of suite.exchanges("stream")) {
          const frames = suite.frames(stream);
          const headers = headersOf(stream);
          const complete = suite.completeAfter(frames);
          for (let count = 0; count < complete; count++) {
            const bytes = Buffer.concat(frames.slice(0, count));
            const outcome = await suite.answered("stream", { headers, bytes });
            assertPrefix(
              suite.failed(outcome, "stream", count === 0 ? ["truncated", "invalid_response"] : "truncated"),
              expected,
            );
          }
          await breathe();
        }
      },
    },
    {
      name: "a stream that ends after it is complete ends normally, whatever is missing then",
      async run(suite) {
        for (const { stream = {}, expected } of suite.exchanges("stream")) {
          const frames = suite.frames(stream);
          const headers = headersOf(stream);
          for (let count = suite.completeAfter(frames); count <= frames.length; count++) {
            const bytes = Buffer.concat(frames.slice(0, count));
            const whole = await suite.answered("stream", { headers, bytes });
            assert.equal(succeeded(whole).text, expected.text ?? "");
            const trimmed = await suite.answered("stream", { headers, bytes: suite.framing.trimmed(bytes) });
            assert.equal(succeeded(trimmed).text, expected.text ?? "", "without the last line end");
          }
        }
      },
    },
    {
      name: "a stream that ends in the middle of an event, before it is complete, is truncated",
      async run(suite) {
        const random = seededRandom(suite.seed);
        for (const { stream = {}, expected } of suite.exchanges("stream")) {
          const frames = suite.frames(stream);
          const headers = headersOf(stream);
          const bytes = suite.framing.trimmed(Buffer.concat(frames.slice(0, suite.completeAfter(frames))));
          for (let i = 0; i < cutsEach(suite.exchanges("stream").length); i++) {
            const end = i < 12 ? bytes.byteLength - 1 - i : 1 + random.below(bytes.byteLength - 1);
            const outcome = await suite.answered("stream", { headers, bytes: bytes.subarray(0, end) });
            assertPrefix(
              suite.failed(outcome, "stream", "truncated"),
              expected,
              `cut after byte ${end} (seed ${suite.seed})`,
            );
          }
          await breathe();
        }
      },
    },
    {
      name: "a body that ends too early is invalid_response",
      async run(suite) {
        const random = seededRandom(suite.seed);
        for (const { generate = {} } of suite.exchanges("generate")) {
          const bytes = Buffer.from(Buffer.from(bytesOf(generate)).toString().trimEnd());
          for (let i = 0; i < cutsEach(suite.exchanges("generate").length); i++) {
            const end = i < 12 ? bytes.byteLength - 1 - i : random.below(bytes.byteLength - 1);
            const outcome = await suite.answered("generate", {
              headers: headersOf(generate),
              bytes: bytes.subarray(0, end),
            });
            suite.failed(outcome, "generate", "invalid_response");
          }
          await breathe();
        }
      },
    },
    ...(["reset", "close"] as const).map((end) => ({
      name: `a connection that breaks off in the middle (${end}) is provider_unavailable, with what had arrived`,
      async run(suite: ChatSuite) {
        const { headers, start, text } = await suite.opening();
        const { model, route } = suite.served([{ headers, body: [start], end }], { maxRetries: 2 });
        const { error, outcome } = await suite.fails(model, "stream", "provider_unavailable");
        assert.equal(outcome.text, text, "the text before it");
        assert.equal((error.partial as ChatResponse | undefined)?.text, text, "error.partial.text");
        assert.equal(error.retryable, true, "error.retryable");
        assert.equal(
          route.requests.length,
          1,
          "requests: what was handed on cannot be taken back, so it is not tried again",
        );

        const body = bytesOf(suite.plain("generate").recorded);
        const half = body.subarray(0, Math.floor(body.byteLength / 2));
        const { model: other } = suite.served([{ ...suite.plainReply("generate"), body: [half], end }]);
        await suite.fails(other, "generate", "provider_unavailable");
      },
    })),
    {
      name: "a body shorter than its content-length is provider_unavailable",
      async run(suite) {
        for (const mode of modes) {
          const reply = suite.plainReply(mode);
          const length = String((reply.body as Uint8Array).byteLength + 10);
          // A stream that said that it is complete may be taken as it is.
          const body = mode === "stream" ? (await suite.opening()).start : (reply.body as Uint8Array);
          const { model } = suite.served([
            { ...reply, body, headers: { ...reply.headers, "content-length": length }, end: "close" },
          ]);
          await suite.fails(model, mode, "provider_unavailable");
        }
      },
    },
    {
      name: "a connection that is reset before the headers is provider_unavailable",
      async run(suite) {
        for (const mode of modes) {
          const { model } = suite.served([{ end: "reset" }]);
          const { error } = await suite.fails(model, mode, "provider_unavailable");
          assert.equal(error.retryable, true, "error.retryable");
          assert.equal(error.status, undefined, "error.status");
        }
      },
    },
    {
      name: "an address where nobody listens is provider_unavailable",
      async run(suite) {
        const gone = await startServer();
        await gone.close();
        for (const mode of modes)
          await suite.fails(suite.model({ baseURL: gone.url }), mode, "provider_unavailable");
      },
    },
  ];
}

/** Of an answer that broke off, `partial` is the beginning, and no call in the parts is one that did not come whole. */
function assertPrefix(
  { error, outcome }: Failed,
  expected: { text?: string; reasoning?: string; toolCalls?: readonly { arguments: unknown }[] },
  where = "",
): void {
  const partial = error.partial as ChatResponse | undefined;
  assert.ok(partial, `error.partial is missing ${where}`);
  checkResponse(partial);
  assert.ok(
    (expected.text ?? "").startsWith(partial.text),
    `error.partial.text is not the beginning of the text ${where}`,
  );
  assert.equal(
    partial.text,
    outcome.text,
    `error.partial.text differs from the text parts before it ${where}`,
  );
  assert.equal(
    partial.reasoning,
    outcome.reasoning,
    `error.partial.reasoning differs from the reasoning parts before it ${where}`,
  );
  for (const { toolCall } of outcome.calls) {
    if (!toolCall) continue;
    const whole = (expected.toolCalls ?? []).some(
      ({ arguments: args }) => JSON.stringify(args) === JSON.stringify(toolCall.arguments),
    );
    assert.ok(
      whole,
      `a tool call that did not come whole was handed on ${where}: ${JSON.stringify(toolCall.arguments)}`,
    );
  }
}

/** How many cuts each of so many exchanges gets: at the last dozen of bytes, and anywhere. */
function cutsEach(exchanges: number): number {
  return Math.max(20, Math.ceil(240 / exchanges));
}
