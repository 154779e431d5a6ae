import assert from "node:assert/strict";
import type { ChatResponse } from "@beluga/core";
import type { ChatCheck, ChatModelSpec, StreamError } from "../chat-model.js";
import { headersOf } from "../exchange.js";
import type { Reply } from "../server.js";
import { modes } from "./collect.js";
import { framings } from "./frames.js";
import { type ChatSuite, breathe } from "./suite.js";

const html =
  "<!doctype html><html><head><title>Welcome</title></head><body>Sign in to the network</body></html>";

/** What comes with status 200, and is no answer. */
export function bodyChecks(spec: ChatModelSpec): ChatCheck[] {
  return [
    {
      name: "HTML with status 200 is invalid_response",
      async run(suite) {
        for (const mode of modes) {
          const { model } = suite.served([
            { headers: { "content-type": "text/html; charset=utf-8" }, body: html },
          ]);
          const { error } = await suite.fails(model, mode, "invalid_response");
          assert.equal(error.status, 200, "error.status");
        }
      },
    },
    {
      name: "HTML under the right content type is an error as well",
      async run(suite) {
        for (const mode of modes) {
          const { model } = suite.served([{ headers: suite.plainReply(mode).headers ?? {}, body: html }]);
          await suite.fails(
            model,
            mode,
            mode === "generate" ? "invalid_response" : ["invalid_response", "truncated"],
          );
        }
      },
    },
    {
      name: "an empty body with status 200 is an error",
      async run(suite) {
        const bodies: Reply[] = [
          {},
          { body: "\n\n" },
          { status: 204 },
          { headers: { "content-length": "0" } },
        ];
        for (const mode of modes) {
          for (const reply of bodies) {
            const { model } = suite.served([
              { ...reply, headers: { ...suite.plainReply(mode).headers, ...reply.headers } },
            ]);
            await suite.fails(
              model,
              mode,
              mode === "generate" ? "invalid_response" : ["truncated", "invalid_response"],
            );
          }
          await suite.fails(suite.served([{}]).model, mode, ["truncated", "invalid_response"]);
        }
      },
    },
    {
      name: "JSON that is no answer is invalid_response",
      async run(suite) {
        for (const body of [
          "null",
          "42",
          '"text"',
          "[]",
          "{}",
          '{"beluga":"conformance"}',
          "nul",
          "{'a':1}",
        ]) {
          const { model } = suite.served([{ headers: suite.plainReply("generate").headers ?? {}, body }]);
          await suite.fails(model, "generate", "invalid_response");
        }
      },
    },
    {
      name: "an error body with status 200 is an error, in the vendor's words",
      async run(suite) {
        const body = JSON.stringify(errorBody(spec, "the answer to this is no", 400));
        for (const mode of modes) {
          const { model } = suite.served([{ headers: { "content-type": "application/json" }, body }]);
          const outcome = await suite.fails(model, mode, anyCode);
          assert.ok(
            outcome.error.message.includes("the answer to this is no"),
            `not its words: ${outcome.error.message}`,
          );
        }
      },
    },
    {
      name: "a frame that is no JSON, anywhere in a stream, is invalid_response",
      async run(suite) {
        for (const data of ["{not json", '{"a":', "<html>", "undefined"])
          await assertBroken(suite, (like) => suite.framing.withData(data, like));
      },
    },
    {
      name: "a frame that is JSON but no object is invalid_response",
      async run(suite) {
        for (const data of ["null", "42", '"text"'])
          await assertBroken(suite, (like) => suite.framing.withData(data, like));
      },
    },
    ...Object.entries(framings[spec.framing ?? "sse"].damages).map(([name, damage]) => ({
      name: `${name}, anywhere in a stream, is invalid_response`,
      run: async (suite: ChatSuite) => assertBroken(suite, damage),
    })),
    ...(spec.streamErrors ?? []).flatMap((failure) => [
      {
        name: `an error first in a stream is ${failure.code}: ${title(failure)}`,
        run: async (suite: ChatSuite) => assertStreamError(suite, failure, 0, 1),
      },
      {
        name: `an error in the middle of a stream is ${failure.code}, after the parts before it: ${title(failure)}`,
        run: async (suite: ChatSuite) => assertStreamError(suite, failure, 1, Infinity),
      },
    ]),
    {
      name: "a body over the limit is invalid_response, and its connection is closed",
      async run(suite) {
        const { headers = {} } = suite.plainReply("generate");
        const { model, route } = suite.served([{ headers, body: endlessJSON() }], {
          limits: { body: 50_000 },
        });
        await suite.fails(model, "generate", "invalid_response");
        assert.equal(await (await route.request()).closed, "client");
      },
    },
    {
      name: "an event over the limit is invalid_response, and its connection is closed",
      async run(suite) {
        const { headers, start, text } = await suite.opening();
        const endless = function* (): Generator<string | Uint8Array> {
          yield start;
          yield suite.framing.endless;
          for (;;) yield "x".repeat(4096);
        };
        const { model, route } = suite.served([{ headers, body: endless() }], { limits: { event: 50_000 } });
        const { outcome } = await suite.fails(model, "stream", "invalid_response");
        assert.equal(outcome.text, text, "the text before it");
        assert.equal(await (await route.request()).closed, "client");
      },
    },
  ];
}

const anyCode = [
  "invalid_input",
  "invalid_response",
  "provider_unavailable",
  "rate_limit",
  "not_found",
  "quota_exhausted",
] as const;

export function errorBody(spec: ChatModelSpec, message: string, status: number): unknown {
  return spec.errorBody?.(message, status) ?? { error: { message } };
}

function title({ frame }: StreamError): string {
  return frame.replaceAll(/\s+/g, " ").slice(0, 80);
}

/** A broken frame at every place of the plain stream before its end, made from the one that stands there. */
async function assertBroken(suite: ChatSuite, broken: (like: Uint8Array) => Uint8Array): Promise<void> {
  const { recorded, expected } = suite.plain("stream");
  const frames = suite.frames(recorded);
  for (let at = 0; at < suite.completeAfter(frames); at++) {
    const after = frames.slice(at);
    const outcome = await suite.answered("stream", {
      headers: headersOf(recorded),
      bytes: Buffer.concat([...frames.slice(0, at), broken(after[0] as Uint8Array), ...after]),
    });
    const { error } = suite.failed(outcome, "stream", "invalid_response");
    assert.ok((expected.text ?? "").startsWith(outcome.text), "other text than before the frame");
    assert.equal((error.partial as ChatResponse | undefined)?.text, outcome.text, "error.partial.text");
  }
  await breathe();
}

/** An error, in place of what would follow, at each of some places of the plain stream. */
async function assertStreamError(
  suite: ChatSuite,
  failure: StreamError,
  from: number,
  to: number,
): Promise<void> {
  const { recorded } = suite.plain("stream");
  const frames = suite.frames(recorded);
  const headers = headersOf(recorded);
  for (let at = from; at < Math.min(to, suite.completeAfter(frames)); at++) {
    const before = frames.slice(0, at);
    const cut = await suite.answered("stream", { headers, bytes: Buffer.concat(before) });
    for (const after of [[], frames.slice(at)]) {
      const bytes = Buffer.concat([...before, suite.framing.frameOf(failure.frame), ...after]);
      const { error, outcome } = suite.failed(
        await suite.answered("stream", { headers, bytes }),
        "stream",
        failure.code,
      );
      assert.equal(outcome.text, cut.text, "the text before the error");
      assert.equal((error.partial as ChatResponse | undefined)?.text, cut.text, "error.partial.text");
      if (failure.status !== undefined) assert.equal(error.status, failure.status, "error.status");
      if (failure.message !== undefined)
        assert.ok(error.message.includes(failure.message), `not its words: ${error.message}`);
    }
  }
}

function* endlessJSON(): Generator<string> {
  yield '{"text":"';
  for (;;) yield "x".repeat(4096);
}
