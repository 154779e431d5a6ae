import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import type { ChatCheck } from "../chat-model.js";
import { type Mode, callModel, modes } from "./collect.js";
import { type ChatSuite, breathe, pause, prompt, readFirstText, soon } from "./suite.js";

/** What a caller aborts with need not be an error. */
const reason = { why: "the conformance suite aborts" };

export function abortChecks(): ChatCheck[] {
  return [
    {
      name: "before the call: nothing is sent",
      async run(suite) {
        for (const mode of modes) {
          const { model, route } = suite.served([suite.plainReply(mode)]);
          const outcome = await callModel(model, mode, prompt, { signal: AbortSignal.abort(reason) });
          assertReason(outcome);
          assert.equal(route.requests.length, 0, "requests");
        }
      },
    },
    {
      name: "after the stream was made, before its first read: nothing is sent",
      async run(suite) {
        const controller = new AbortController();
        const { model, route } = suite.served([suite.plainReply("stream")]);
        const iterator = model.stream(prompt, { signal: controller.signal })[Symbol.asyncIterator]();
        controller.abort(reason);
        await assertRejects(iterator.next());
        assert.equal(route.requests.length, 0, "requests");
      },
    },
    {
      name: "before the headers: the connection is closed",
      async run(suite) {
        for (const mode of modes) {
          const controller = new AbortController();
          const { model, route } = suite.served([{ delay: Infinity }], { maxRetries: 2 });
          const call = callModel(model, mode, prompt, { signal: controller.signal });
          const request = await route.request();
          controller.abort(reason);
          assertReason(await soon("the rejection", call));
          assert.equal(await soon("the connection's end", request.closed), "client");
          assert.equal(route.requests.length, 1, "requests");
        }
      },
    },
    {
      name: "in the middle of a body: the connection is closed",
      async run(suite) {
        const controller = new AbortController();
        const { headers = {}, body } = suite.plainReply("generate");
        const half = (body as Uint8Array).subarray(0, (body as Uint8Array).byteLength / 2);
        const { model, route } = suite.served([{ headers, body: [half, Infinity] }], { maxRetries: 2 });
        const call = callModel(model, "generate", prompt, { signal: controller.signal });
        const request = await route.request();
        await pause(30);
        controller.abort(reason);
        assertReason(await soon("the rejection", call));
        assert.equal(await soon("the connection's end", request.closed), "client");
      },
    },
    {
      name: "in the middle of a stream: the read that waits is rejected, the connection is closed",
      async run(suite) {
        const { iterator, controller, request } = await stalled(suite);
        const waiting = iterator.next();
        await pause(10);
        controller.abort(reason);
        await soon("the rejection", assertRejects(waiting));
        assert.equal(await soon("the connection's end", request.closed), "client");
        assert.equal((await iterator.next()).done, true, "the stream goes on");
      },
    },
    {
      name: "between two reads of a stream: the connection is closed, the next read is rejected",
      async run(suite) {
        const { iterator, controller, request } = await stalled(suite);
        controller.abort(reason);
        assert.equal(await soon("the connection's end", request.closed), "client");
        await soon("the rejection", assertRejects(iterator.next()));
      },
    },
    {
      name: "while it waits to try again",
      async run(suite) {
        for (const mode of modes) {
          const controller = new AbortController();
          const { model, route } = suite.served([{ status: 503, headers: { "retry-after": "9" } }], {
            maxRetries: 2,
          });
          const call = callModel(model, mode, prompt, { signal: controller.signal });
          await (
            await route.request()
          ).closed;
          await pause(30);
          controller.abort(reason);
          assertReason(await soon("the rejection", call));
          assert.equal(route.requests.length, 1, "requests");
        }
      },
    },
    {
      name: "without a reason: the AbortError of the signal",
      async run(suite) {
        for (const mode of modes) {
          const controller = new AbortController();
          const { model, route } = suite.served([{ delay: Infinity }]);
          const call = callModel(model, mode, prompt, { signal: controller.signal });
          await route.request();
          controller.abort();
          const { failure } = await soon("the rejection", call);
          assert.equal(failure?.error, controller.signal.reason);
        }
      },
    },
    {
      name: "leaving the loop of a stream closes the connection",
      async run(suite) {
        const { headers, start } = await suite.opening();
        const { model, route } = suite.served([{ headers, body: [start, Infinity] }]);
        for await (const part of model.stream(prompt)) if (part.type === "text") break;
        const request = await route.request();
        assert.equal(await soon("the connection's end", request.closed), "client");
      },
    },
    {
      name: "nothing stays behind on a signal that is used for many calls",
      async run(suite) {
        const { signal } = new AbortController();
        for (const mode of modes) {
          const { model } = suite.served([suite.plainReply(mode), { status: 400 }]);
          for (let i = 0; i < 3; i++) await callModel(model, mode, prompt, { signal });
        }
        const { iterator } = await stalled(suite, signal);
        await iterator.return?.();
        for (let waits = 0; waits < 50 && getEventListeners(signal, "abort").length > 0; waits++)
          await pause(50);
        assert.equal(getEventListeners(signal, "abort").length, 0, "listeners");
      },
    },
    {
      name: "after the answer has come it changes nothing",
      async run(suite) {
        for (const mode of modes) {
          const controller = new AbortController();
          const { model } = suite.served([suite.plainReply(mode)]);
          const { response, failure } = await callModel(model, mode, prompt, { signal: controller.signal });
          controller.abort(reason);
          await breathe();
          assert.ok(response && !failure);
        }
      },
    },
  ];
}

/** A stream that stalls after its first text, which was read. */
async function stalled(suite: ChatSuite, signal?: AbortSignal) {
  const { headers, start } = await suite.opening();
  const controller = new AbortController();
  const { model, route } = suite.served([{ headers, body: [start, Infinity] }]);
  const iterator = model.stream(prompt, { signal: signal ?? controller.signal })[Symbol.asyncIterator]();
  await readFirstText(iterator);
  return { iterator, controller, request: await route.request() };
}

function assertReason({ failure }: { failure?: { error: unknown } }, mode?: Mode): void {
  assert.ok(failure, `no rejection, although the signal was aborted ${mode ?? ""}`);
  assert.equal(failure.error, reason, "the rejection is not signal.reason itself");
}

async function assertRejects(promise: Promise<unknown>): Promise<void> {
  let failure: { error: unknown } | undefined;
  try {
    await promise;
  } catch (error) {
    failure = { error };
  }
  assertReason(failure ? { failure } : {});
}
