import assert from "node:assert/strict";
import type { ChatResponse } from "@beluga/core";
import type { ChatCheck } from "../chat-model.js";
import { bytesOf, headersOf } from "../exchange.js";
import { cutAt } from "../memory-fetch.js";
import type { BodyPiece } from "../server.js";
import { type Outcome, addPart, modes } from "./collect.js";
import { assertAnswer, pause, prompt, succeeded, soon } from "./suite.js";

export function timeoutChecks(): ChatCheck[] {
  return [
    {
      name: "headers that do not come: timeout, and the connection is closed",
      run: (suite) =>
        patiently(40, async (limit) => {
          for (const mode of modes) {
            const { model, route } = suite.served([{ delay: Infinity }], { timeout: { headers: limit } });
            const { error } = await soon("the error", suite.fails(model, mode, "timeout"));
            assert.deepEqual([error.retryable, error.status], [true, undefined], "retryable, status");
            assert.equal(
              await soon("the connection's end", (await soon("the request", route.request())).closed),
              "client",
            );
          }
        }),
    },
    {
      name: "headers that do not come are tried again",
      run: (suite) =>
        patiently(200, async (limit) => {
          for (const mode of modes) {
            const { model, route } = suite.served([{ delay: Infinity }, suite.plainReply(mode)], {
              timeout: { headers: limit },
              maxRetries: 1,
            });
            assertAnswer(await suite.succeeds(model, mode), suite.plain(mode).expected);
            assert.equal(route.requests.length, 2, "requests");
          }
        }),
    },
    {
      name: "a body that stalls: timeout, and the connection is closed",
      run: (suite) =>
        patiently(40, async (limit) => {
          const { headers = {}, body } = suite.plainReply("generate");
          const half = (body as Uint8Array).subarray(0, (body as Uint8Array).byteLength / 2);
          const { model, route } = suite.served([{ headers, body: [half, Infinity] }], {
            timeout: { idle: limit },
          });
          await soon("the error", suite.fails(model, "generate", "timeout"));
          assert.equal(
            await soon("the connection's end", (await soon("the request", route.request())).closed),
            "client",
          );
        }),
    },
    {
      name: "a stream that stalls: timeout with what had arrived, and the connection is closed",
      run: (suite) =>
        patiently(100, async (limit) => {
          const { headers, start, text } = await suite.opening();
          const { model, route } = suite.served([{ headers, body: [start, Infinity] }], {
            timeout: { idle: limit },
            maxRetries: 2,
          });
          const { error, outcome } = await soon("the error", suite.fails(model, "stream", "timeout"));
          assert.deepEqual([outcome.text, (error.partial as ChatResponse | undefined)?.text], [text, text]);
          assert.equal(
            await soon("the connection's end", (await soon("the request", route.request())).closed),
            "client",
          );
          assert.equal(route.requests.length, 1, "requests");
        }),
    },
    {
      name: "an answer that only trickles passes the total limit: timeout",
      run: (suite) =>
        patiently(100, async (limit) => {
          const { headers, start } = await suite.opening();
          for (const mode of modes) {
            const reply =
              mode === "stream"
                ? { headers, body: trickle(start, suite.framing.keepAlive) }
                : { ...suite.plainReply(mode), body: trickle(" ", "\n") };
            const { model, route } = suite.served([reply], { timeout: { total: limit } });
            await soon("the error", suite.fails(model, mode, "timeout"));
            assert.equal(
              await soon("the connection's end", (await soon("the request", route.request())).closed),
              "client",
            );
          }
        }),
    },
    {
      name: "the limits of a call go before those of the model",
      async run(suite) {
        for (const mode of modes) {
          const { model } = suite.served([{ delay: Infinity }]);
          await soon("the error", suite.fails(model, mode, "timeout", { timeout: { headers: 40 } }));
        }
      },
    },
    {
      name: "a reader that takes its time is no stalled vendor",
      async run(suite) {
        const { recorded, expected } = suite.plain("stream");
        const bytes = bytesOf(recorded);
        const middle = Math.floor(bytes.byteLength / 2);
        const { model } = suite.inMemory(
          { headers: headersOf(recorded), pieces: cutAt(bytes, [middle]) },
          { timeout: { idle: 30 } },
        );
        const outcome: Outcome = { text: "", reasoning: "", calls: [], sources: [], raw: [] };
        let pauses = 0;
        for await (const part of model.stream(prompt)) {
          addPart(outcome, part);
          if (pauses++ < 3) await pause(60);
        }
        assertAnswer(succeeded(outcome), expected);
      },
    },
  ];
}

/**
 * A limit that makes for a quick run can be too short for a request to get through on a busy machine. What fails is tried again with ten
 * times as much: a limit that is not kept is not kept then either.
 */
async function patiently(limit: number, check: (limit: number) => Promise<void>): Promise<void> {
  try {
    await check(limit);
  } catch {
    await check(limit * 10);
  }
}

/** A beginning, and then a little more, again and again. */
function* trickle(first: string | Uint8Array, more: string | Uint8Array): Generator<BodyPiece> {
  yield first;
  for (;;) {
    yield 10;
    yield more;
  }
}
