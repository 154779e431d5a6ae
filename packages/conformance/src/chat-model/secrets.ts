import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { ChatCheck, ChatModelSpec } from "../chat-model.js";
import type { Reply } from "../server.js";
import { errorBody } from "./bodies.js";
import { callModel, modes } from "./collect.js";
import { type ChatSuite, prompt } from "./suite.js";

/** Every failure of every other check is looked through as well; here a vendor tries hard. */
export function secretChecks(spec: ChatModelSpec): ChatCheck[] {
  const { secret } = spec;
  return [
    {
      name: "a vendor that repeats the key in its error",
      async run(suite) {
        if (secret === undefined) return;
        const sentences = [
          `Incorrect API key provided: ${secret}.`,
          `Authorization: Bearer ${secret}`,
          `key=${secret}&x=${encodeURIComponent(secret)}`,
        ];
        for (const [at, sentence] of sentences.entries()) {
          const status = 400 + (at % 2);
          const json = JSON.stringify(errorBody(spec, sentence, status));
          await assertFailsClean(suite, {
            status,
            headers: { "content-type": "application/json" },
            body: json,
          });
          await assertFailsClean(suite, {
            status,
            headers: { "content-type": "text/plain" },
            body: sentence,
          });
          await assertFailsClean(suite, {
            status: 200,
            headers: { "content-type": "text/html" },
            body: sentence,
          });
          await assertFailsClean(suite, {
            status: 200,
            headers: { "content-type": "application/json" },
            body: json,
          });
        }
      },
    },
    {
      name: "a vendor that repeats the request in its error",
      async run(suite) {
        const message = errorBody(spec, "the request is wrong", 422) as Record<string, unknown>;
        const echo = {
          input: prompt,
          request: { messages: [{ role: "user", content: prompt }] },
          body: prompt,
        };
        const bodies = [
          { ...message, ...echo },
          {
            detail: [
              { type: "missing", loc: ["body"], msg: "the request is wrong", input: prompt, ctx: echo },
            ],
          },
        ];
        for (const body of bodies) {
          await assertFailsClean(suite, {
            status: 422,
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
          });
        }
      },
    },
    {
      name: "a header of the caller's that is no valid header",
      async run(suite) {
        const { model, route } = suite.served([suite.plainReply("generate")]);
        for (const mode of modes) {
          await suite.fails(model, mode, "invalid_input", {
            headers: { "x-caller": `${secret ?? ""}\nx-injected: 1` },
          });
        }
        assert.equal(route.requests.length, 0, "requests");
      },
    },
    {
      name: "a model that is logged",
      async run(suite) {
        const model = suite.model({});
        const views = [
          inspect(model, { depth: Infinity, showHidden: true, getters: true }),
          JSON.stringify(model) ?? "",
          inspect(model.bindTools([]), { depth: Infinity, showHidden: true }),
        ];
        for (const view of views)
          assert.ok(secret === undefined || !view.includes(secret), "the key stands in it");
      },
    },
  ];
}

async function assertFailsClean(suite: ChatSuite, reply: Reply): Promise<void> {
  for (const mode of modes) {
    const { model } = suite.served([reply]);
    const { failure } = await callModel(model, mode, prompt);
    assert.ok(failure, "no error");
    suite.assertClean(failure.error);
  }
}
