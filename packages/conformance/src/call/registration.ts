import assert from "node:assert/strict";
import { inspect } from "node:util";
import * as core from "@beluga/core";
import { isCredential } from "@beluga/core/provider";
import { secondCore } from "../second-core.js";
import type { CallCheck, CallSuite, Operation, Provided, ProviderSpec } from "./suite.js";

/** How a provider is found, created and refused. */
export function registrationChecks<Instance extends Provided>(
  spec: ProviderSpec<Instance>,
  operation: Operation<Instance>,
): CallCheck<Instance>[] {
  const overHttp = operation.answer !== undefined;
  const registry = operation.registryOf(core);
  const definition = (): core.ProviderDefinition<Instance> => {
    const found = registry.get(spec.name);
    assert.ok(
      found,
      `"${spec.name}" is not registered: does the package's entry file call register of its capability?`,
    );
    return found;
  };
  const credentials = (): [option: string, variable: string][] =>
    Object.entries(definition().env ?? {}).filter(([option]) => isCredential(option));
  const variables = (): string[] => Object.values(definition().env ?? {});

  return [
    {
      name: "it is registered under its name, with its package and version",
      async run() {
        const { name, packageName, version } = definition();
        assert.deepEqual({ name, packageName }, { name: spec.name, packageName: spec.packageName });
        assert.match(version, /^\d+\.\d+\.\d+/, "the version is none");
        assert.ok(registry.list().includes(definition()), "list() does not have it");
      },
    },
    {
      name: "an instance says what it is",
      async run(suite) {
        const { provider, model, id } = suite.create();
        assert.deepEqual(
          { provider, id },
          { provider: spec.name, id: model === undefined ? id : `${spec.name}/${model}` },
        );
        assert.ok(model !== "", "an empty model");
      },
    },
    {
      name: "the registry and its own function give the same",
      async run(suite) {
        const config = working(suite);
        const own = suite.spec.create(config);
        const registered = registry.createDynamic(spec.name, config);
        assert.equal(registered.id, own.id);
        await suite.succeeds(registered);
        assert.deepEqual(await operation.call(registered), await operation.call(own));
      },
    },
    {
      name: "createDynamic takes the model from the name",
      async run(suite) {
        if (!overHttp) return; // a model that runs in process has to be there
        const { route } = suite.served([suite.answer]);
        const other = registry.createDynamic(
          `${spec.name}/conformance-model`,
          suite.config({ baseURL: route.url }),
        );
        assert.equal(other.id, `${spec.name}/conformance-model`);
        await operation.call(other);
        const { path, text } = await route.request();
        assert.ok(`${path} ${text}`.includes("conformance-model"), "the request does not name the model");
      },
    },
    {
      name: "registering it again changes nothing, and no other package can take its name",
      async run() {
        const before = definition();
        registry.register({ ...before });
        assert.equal(definition(), before);
        assertRefused(
          () => registry.register({ ...before, packageName: "@other/package" }),
          "invalid_input",
          [spec.name, spec.packageName, "@other/package"],
        );
        assert.equal(definition(), before);
      },
    },
    {
      name: "a missing key is an auth_error when it is created, and names the option and the variable",
      async run(suite) {
        if (spec.secret === undefined) {
          assert.deepEqual(credentials(), [], "spec.secret is missing: the provider reads a key");
          return;
        }
        const key = credentials().find(([option]) => option === "apiKey");
        assert.ok(key, "the definition's env has no apiKey");
        const create = (): unknown =>
          withEnvironment(variables(), {}, () => spec.create(suite.config({ apiKey: undefined })));
        if (spec.secretOptional) create();
        else assertRefused(create, "auth_error", key);
      },
    },
    {
      name: "the key is read from the environment when it is created, and sent in a header",
      async run(suite) {
        const { secret } = spec;
        if (secret === undefined) return;
        const { route } = suite.served([suite.answer]);
        const variable = credentials().find(([option]) => option === "apiKey")?.[1] ?? "";
        const instance = withEnvironment(variables(), { [variable]: secret }, () =>
          spec.create(suite.config({ apiKey: undefined, baseURL: route.url })),
        );
        await suite.succeeds(instance);
        const { path, headers, text } = await route.request();
        assert.ok(
          Object.values(headers).some((value) => value.includes(secret)),
          "no header has the key",
        );
        assert.ok(!path.includes(secret) && !text.includes(secret), "the key stands in the URL or the body");
      },
    },
    {
      name: "a bad config is invalid_input, with the path of each problem",
      async run(suite) {
        const bad: Record<string, unknown> = { noSuchOption: 1, ...(overHttp && badHttpConfig) };
        const good = suite.config();
        for (const [key, value] of Object.entries(bad)) {
          assertRefused(() => spec.create({ ...good, [key]: value }), "invalid_input", [key], suite);
        }
        assertRefused(() => spec.create({ ...good, ...bad }), "invalid_input", Object.keys(bad), suite);
        for (const config of [null, 42, "config", []]) {
          assertRefused(
            () => registry.createDynamic(spec.name, config),
            ["invalid_input", "auth_error"],
            [spec.name],
          );
        }
      },
    },
    {
      name: "it works with two copies of the core, and reports its calls to the observers of both",
      async run(suite) {
        await using copy = await secondCore();
        assert.notEqual(copy.core.BelugaError, core.BelugaError, "this is the same copy");
        const other = operation.registryOf(copy.core);
        const headers = { "x-observed": `${++observed}` };
        const seen: string[] = [];
        const watch = (copy: string): core.Hooks => {
          const note = (event: string, { op, input }: core.Call): void => {
            const { headers: sent } = (input.at(-1) ?? {}) as { headers?: unknown };
            if (sent === headers) seen.push(`${copy} copy: ${op} ${event}`);
          };
          return {
            onFinish: (call) => note("finished", call),
            onError: (call, { code }) => note(`failed with ${code}`, call),
          };
        };
        const forget = [core.addObserver(watch("one")), copy.core.addObserver(watch("other"))];
        try {
          const instance = other.createDynamic(spec.name, working(suite));
          await suite.succeeds(instance, { headers });
          if (overHttp) {
            const { route } = suite.served([suite.failing(401)]);
            const error = await suite.fails(
              other.createDynamic(spec.name, suite.config({ baseURL: route.url })),
              "auth_error",
              { headers },
            );
            assert.ok(copy.core.BelugaError.is(error), "an error that the other copy does not know");
          }
        } finally {
          for (const stop of forget) stop();
        }
        const events = ["finished", ...(overHttp ? ["failed with auth_error"] : [])];
        assert.deepEqual(
          seen.toSorted(),
          ["one", "other"]
            .flatMap((copy) => events.map((event) => `${copy} copy: ${operation.op} ${event}`))
            .toSorted(),
          "what the observers saw",
        );
      },
    },
  ];
}

let observed = 0;

const badHttpConfig = {
  baseURL: "no address",
  maxRetries: -1,
  maxRetryWait: "long",
  timeout: { headers: "long" },
  limits: { body: 0 },
  headers: { "x-number": 1 },
  fetch: "fetch",
};

/** A config of an instance that gets right answers. */
function working<Instance extends Provided>(suite: CallSuite<Instance>): Record<string, unknown> {
  return suite.operation.answer
    ? suite.config({ baseURL: suite.served([suite.answer]).route.url })
    : suite.config();
}

/** Without an `await` in between, so that nothing else sees this environment. */
function withEnvironment<T>(
  names: readonly string[],
  variables: Readonly<Record<string, string>>,
  run: () => T,
): T {
  const before = names.map((name) => [name, process.env[name]] as const);
  try {
    for (const name of names) delete process.env[name];
    Object.assign(process.env, variables);
    return run();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

function assertRefused<Instance extends Provided>(
  run: () => unknown,
  code: core.ErrorCode | readonly core.ErrorCode[],
  words: readonly string[],
  suite?: CallSuite<Instance>,
): void {
  let error: unknown;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error !== undefined, `no error (expected ${String(code)}, about ${words.join(", ")})`);
  assert.ok(core.BelugaError.is(error), `not a BelugaError: ${inspect(error)}`);
  suite?.assertClean(error);
  assert.ok(
    [code].flat().includes(error.code),
    `${error.code} where ${String(code)} was expected (${error.message})`,
  );
  for (const word of words)
    assert.ok(error.message.includes(word), `a message without "${word}": ${error.message}`);
}
