import assert from "node:assert/strict";
import type { CallCheck, Provided } from "./suite.js";

/** What goes out with every request. */
export function requestChecks<Instance extends Provided>(): CallCheck<Instance>[] {
  return [
    {
      name: "the headers of the config and of the call are sent, the call's on top",
      async run(suite) {
        const { instance, route } = suite.served([suite.answer], {
          headers: { "x-config": "1", "x-both": "config" },
        });
        await suite.succeeds(instance, { headers: { "x-call": "2", "x-both": "call" } });
        const { headers } = await route.request();
        assert.deepEqual([headers["x-config"], headers["x-call"], headers["x-both"]], ["1", "2", "call"]);
      },
    },
    {
      name: "the request names the package and its version as its user agent",
      async run(suite) {
        const { instance, route } = suite.served([suite.answer]);
        await suite.succeeds(instance);
        const { headers } = await route.request();
        const product = `beluga-${suite.spec.packageName.replace("@beluga/", "").replaceAll(/[^\w.-]/g, "-")}/`;
        const agent = headers["user-agent"] ?? "";
        assert.ok(agent.startsWith(product) && /\/\d+\.\d+\.\d+/.test(agent), `its user agent is ${agent}`);
      },
    },
    {
      name: "the injected fetch is used",
      async run(suite) {
        const { route } = suite.served([suite.answer]);
        let calls = 0;
        const instance = suite.create({
          baseURL: route.url,
          fetch: (...request) => {
            calls++;
            return fetch(...request);
          },
        });
        await suite.succeeds(instance);
        // What is asked aside goes through it as well.
        assert.ok(suite.operation.aside ? calls > 1 : calls === 1, `${calls} calls of it`);
      },
    },
  ];
}
