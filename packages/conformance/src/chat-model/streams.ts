import assert from "node:assert/strict";
import { BelugaError } from "@beluga/core";
import type { ChatCheck } from "../chat-model.js";
import { bytesOf, headersOf } from "../exchange.js";
import { callModel } from "./collect.js";
import { assertAnswer, comparable, pause, prompt, readFirstText, succeeded, soon } from "./suite.js";

export function streamChecks(): ChatCheck[] {
  return [
    {
      name: "nothing is sent before the first read",
      async run(suite) {
        const { model, route } = suite.served([suite.plainReply("stream")]);
        const stream = model.stream(prompt);
        const iterator = stream[Symbol.asyncIterator]();
        await pause(40);
        assert.equal(route.requests.length, 0, "requests before the first read");
        await iterator.next();
        assert.equal(route.requests.length, 1, "requests after the first read");
        await iterator.return?.();
      },
    },
    {
      name: "left before the first read, it sends nothing",
      async run(suite) {
        const { model, route } = suite.served([suite.plainReply("stream")]);
        const iterator = model.stream(prompt)[Symbol.asyncIterator]();
        await iterator.return?.();
        assert.equal((await iterator.next()).done, true);
        await pause(40);
        assert.equal(route.requests.length, 0);
      },
    },
    {
      name: "it can be read once",
      async run(suite) {
        const { model, route } = suite.served([suite.plainReply("stream")]);
        const stream = model.stream(prompt);
        const read = async (): Promise<void> => {
          for await (const part of stream) void part;
        };
        await read();
        await assert.rejects(
          read,
          (error) => BelugaError.is(error) && error.code === "invalid_input",
          "a second reading is invalid_input",
        );
        assert.equal(route.requests.length, 1);
      },
    },
    {
      name: "after finish it is over, and stays so",
      async run(suite) {
        const { model } = suite.served([suite.plainReply("stream")]);
        const iterator = model.stream(prompt)[Symbol.asyncIterator]();
        for (;;) {
          const { value, done } = await iterator.next();
          assert.ok(!done, "the stream ended without finish");
          if (value.type === "finish") break;
        }
        for (let i = 0; i < 3; i++) assert.deepEqual(await iterator.next(), { value: undefined, done: true });
      },
    },
    {
      name: "reads that do not wait for each other get the parts in order",
      async run(suite) {
        const { recorded, expected } = suite.plain("stream");
        const { model } = suite.inMemory({ headers: headersOf(recorded), pieces: [bytesOf(recorded)] });
        const iterator = model.stream(prompt)[Symbol.asyncIterator]();
        const results = await Promise.all(Array.from({ length: 10_000 }, () => iterator.next()));
        const parts = results.flatMap(({ value, done }) => (done ? [] : [value]));
        assert.equal(
          parts.map((part) => (part.type === "text" ? part.text : "")).join(""),
          expected.text ?? "",
        );
        assert.equal(parts.at(-1)?.type, "finish");
      },
    },
    {
      name: "a part is handed on as soon as it has arrived",
      async run(suite) {
        const { headers, start, text } = await suite.opening();
        const { model, route } = suite.served([{ headers, body: [start, Infinity] }]);
        const iterator = model.stream(prompt)[Symbol.asyncIterator]();
        const outcome = await soon("the first text of a stream that then stalls", readFirstText(iterator));
        assert.equal(outcome.text, text);
        await iterator.return?.();
        await (
          await route.request()
        ).closed;
      },
    },
    {
      name: "a slow reader slows the vendor",
      async run(suite) {
        const { headers, start, lastFrame } = await suite.opening();
        const copies = Math.ceil(65_536 / lastFrame.byteLength);
        const many = Buffer.concat(Array.from({ length: copies }, () => lastFrame));
        const endless = function* (): Generator<Uint8Array> {
          yield start;
          for (;;) yield many;
        };
        const { model, route } = suite.served([{ headers, body: endless() }]);
        const iterator = model.stream(prompt)[Symbol.asyncIterator]();
        await readFirstText(iterator);
        const request = await route.request();
        let before = -1;
        for (let polls = 0; request.sent !== before; polls++) {
          assert.ok(
            request.sent < 64 * 2 ** 20 && polls < 100,
            `the server could send ${request.sent} bytes that nobody read`,
          );
          before = request.sent;
          await pause(60);
        }
        await iterator.return?.();
        assert.equal(await request.closed, "client");
      },
    },
    {
      name: "the vendor's own events come with includeRaw, and only then",
      async run(suite) {
        const { recorded, expected } = suite.plain("stream");
        const answer = { headers: headersOf(recorded), pieces: [bytesOf(recorded)] };
        const without = await callModel(suite.inMemory(answer).model, "stream", prompt);
        const raw = await callModel(suite.inMemory(answer).model, "stream", prompt, { includeRaw: true });
        assert.equal(without.raw.length, 0, "raw parts without includeRaw");
        assert.ok(raw.raw.length > 0, "no raw parts with includeRaw");
        assert.deepEqual(comparable({ ...raw, raw: [] }, expected), comparable(without, expected));
        assertAnswer(succeeded(raw), expected);
      },
    },
  ];
}
