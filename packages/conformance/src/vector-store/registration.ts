import assert from "node:assert/strict";
import { BelugaError, vectorStores } from "@beluga/core";
import type { VectorCheck } from "../vector-store.js";
import { secondCore } from "../second-core.js";
import { type VectorSuite, document, idsOf, rejection } from "./suite.js";

export function registrationChecks(suite: VectorSuite): VectorCheck[] {
  const { name, packageName, config = {} } = suite.spec;
  const create = async (options: Record<string, unknown>): Promise<unknown> =>
    vectorStores.createDynamic(name, { ...config, ...options });
  return [
    {
      name: "it is registered under its name, with its package and version",
      async run() {
        const definition = vectorStores.get(name);
        assert.ok(
          definition,
          `no provider "${name}" is registered: does the package's entry file call vectorStores.register?`,
        );
        assert.deepEqual([definition.name, definition.packageName], [name, packageName]);
        assert.match(definition.version, /^\d+\.\d+\.\d+/, "the version is none");
      },
    },
    suite.check("a store says what it is", async (store) => {
      assert.equal(store.provider, name);
      assert.ok(store.id.startsWith(`${name}/`), `the id is ${store.id}`);
    }),
    {
      name: "createDynamic takes the index from the name",
      async run() {
        const store = vectorStores.createDynamic(`${name}/conformance`, config);
        assert.deepEqual([store.provider, store.id], [name, `${name}/conformance`]);
        await store.close();
      },
    },
    {
      name: "a bad config is invalid_input, with the path of each problem",
      async run() {
        for (const bad of [
          { noSuchOption: 1 },
          { metric: "nearness" },
          { index: 7 },
          { noSuchOption: 1, index: 7 },
        ]) {
          const error = await rejection(() => create(bad), JSON.stringify(bad));
          assert.ok(BelugaError.is(error), `not a BelugaError: ${String(error)}`);
          assert.deepEqual([error.code, error.provider, error.op], ["invalid_input", name, "vector.create"]);
          for (const key of Object.keys(bad))
            assert.ok(error.message.includes(key), `a message without "${key}": ${error.message}`);
        }
      },
    },
    suite.check("it works with two copies of the core", async (store) => {
      await using copy = await secondCore();
      const { core } = copy;
      assert.ok(
        core.vectorStores.list().some((provider) => provider.name === name),
        "the second copy does not know it",
      );
      const seen: string[] = [];
      const forget = core.addObserver({
        onFinish: ({ op, provider }) => void seen.push(`${op} of ${provider}`),
      });
      try {
        await store.add([document("a", [1, 0])]);
        assert.deepEqual(idsOf(await store.search([1, 0])), ["a"]);
        await store.delete({ ids: ["a"] });
        const error = await rejection(() => store.search([NaN]), "a wrong query");
        assert.ok(core.BelugaError.is(error), "an error that the second copy does not know");
      } finally {
        forget();
      }
      // Other checks run at the same time.
      for (const op of ["vector.add", "vector.search", "vector.delete"]) {
        assert.ok(seen.includes(`${op} of ${name}`), `an observer of the second copy did not see ${op}`);
      }
    }),
  ];
}
