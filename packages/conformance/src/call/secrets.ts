import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { Reply } from "../server.js";
import { type CallCheck, type CallSuite, type Provided, inputMark, rejection } from "./suite.js";

/** The error of every other check is looked through as well; here a vendor tries hard. */
export function secretChecks<Instance extends Provided>(): CallCheck<Instance>[] {
  return [
    {
      name: "a vendor that repeats the key in its error",
      async run(suite) {
        const { secret } = suite.spec;
        if (secret === undefined) return;
        for (const sentence of [
          `Incorrect API key provided: ${secret}.`,
          `Authorization: Bearer ${secret}`,
          `key=${secret}&x=${encodeURIComponent(secret)}`,
        ]) {
          const json = suite.failing(400, {}, sentence);
          await assertFailsClean(suite, json);
          await assertFailsClean(suite, { ...json, status: 401 });
          await assertFailsClean(suite, { ...json, status: 200 });
          await assertFailsClean(suite, {
            status: 400,
            headers: { "content-type": "text/plain" },
            body: sentence,
          });
          await assertFailsClean(suite, { headers: { "content-type": "text/html" }, body: sentence });
        }
      },
    },
    {
      name: "a vendor that repeats the request in its error",
      async run(suite) {
        const message = suite.errorBody("the request is wrong", 422) as Record<string, unknown>;
        const echo = { input: inputMark, request: { input: [inputMark] }, body: inputMark };
        const detail = [
          { type: "missing", loc: ["body"], msg: "the request is wrong", input: inputMark, ctx: echo },
        ];
        for (const body of [{ ...message, ...echo }, { detail }]) {
          const headers = { "content-type": "application/json" };
          await assertFailsClean(suite, { status: 422, headers, body: JSON.stringify(body) });
        }
      },
    },
    {
      name: "a header of the caller's that is no valid header",
      async run(suite) {
        const { instance, route } = suite.served([suite.answer]);
        const headers = { "x-caller": `${suite.spec.secret ?? ""}\nx-injected: 1` };
        await suite.fails(instance, "invalid_input", { headers });
        assert.equal(route.requests.length, 0, "requests");
      },
    },
    {
      name: "an instance that is logged",
      async run(suite) {
        const { secret } = suite.spec;
        const instance = suite.create();
        for (const view of [
          inspect(instance, { depth: Infinity, showHidden: true, getters: true }),
          JSON.stringify(instance) ?? "",
        ]) {
          assert.ok(secret === undefined || !view.includes(secret), "the key stands in it");
        }
      },
    },
  ];
}

async function assertFailsClean<Instance extends Provided>(
  suite: CallSuite<Instance>,
  reply: Reply,
): Promise<void> {
  const { instance } = suite.served([reply]);
  suite.assertClean(await rejection(() => suite.operation.call(instance), "an error"));
}
