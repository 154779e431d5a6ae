import assert from "node:assert/strict";
import { inspect } from "node:util";
import { BelugaError, type ErrorCode, chatModels } from "@beluga/core";
import { isCredential } from "@beluga/core/provider";
import type { ChatCheck, ChatModelSpec } from "../chat-model.js";
import { secondCore } from "../second-core.js";
import { callModel, modes } from "./collect.js";
import { type ChatSuite, assertAnswer, succeeded, prompt } from "./suite.js";

export function registrationChecks(spec: ChatModelSpec): ChatCheck[] {
  return [
    {
      name: "it is registered under its name, with its package and version",
      async run() {
        const { name, packageName, version } = definitionOf(spec);
        assert.deepEqual({ name, packageName }, { name: spec.name, packageName: spec.packageName });
        assert.match(version, /^\d+\.\d+\.\d+/, "the version is none");
        assert.ok(chatModels.list().includes(definitionOf(spec)), "chatModels.list() does not have it");
      },
    },
    {
      name: "an instance says what it is",
      async run(suite) {
        const { provider, model, id } = suite.model({});
        assert.deepEqual({ provider, id }, { provider: spec.name, id: `${spec.name}/${model}` });
        assert.ok(model !== "", "an empty model");
      },
    },
    {
      name: "the registry and its own function give the same",
      async run(suite) {
        const model = suite.model({});
        for (const mode of modes) {
          const route = suite.server.route(suite.plainReply(mode));
          const registered = chatModels.createDynamic(`${spec.name}/${model.model}`, {
            ...suite.config({}),
            baseURL: route.url,
          });
          assert.equal(registered.id, model.id);
          assertAnswer(succeeded(await callModel(registered, mode, prompt)), suite.plain(mode).expected);
        }
      },
    },
    {
      name: "createDynamic takes the model from the name",
      async run(suite) {
        const { model, route } = suite.served([suite.plainReply("generate")]);
        const other = chatModels.createDynamic(`${spec.name}/conformance-model`, {
          ...suite.config({}),
          baseURL: route.url,
        });
        assert.equal(other.model, "conformance-model");
        assert.notEqual(other.model, model.model);
        await other.generate(prompt);
        const { path, text } = await route.request();
        assert.ok(`${path} ${text}`.includes("conformance-model"), "the request does not name the model");
      },
    },
    {
      name: "registering it again changes nothing, and no other package can take its name",
      async run() {
        const definition = definitionOf(spec);
        chatModels.register({ ...definition });
        assert.equal(definitionOf(spec), definition);
        assertRefused(
          () => chatModels.register({ ...definition, packageName: "@other/package" }),
          "invalid_input",
          [spec.name, spec.packageName, "@other/package"],
        );
        assert.equal(definitionOf(spec), definition);
      },
    },
    {
      name: "a missing key is an auth_error when it is created, and names the option and the variable",
      async run(suite) {
        const env = credentials(spec);
        if (spec.secret === undefined) {
          assert.deepEqual(env, [], "spec.secret is missing: the provider reads a key");
          return;
        }
        assert.ok(
          env.some(([option]) => option === "apiKey"),
          "the definition's env has no apiKey",
        );
        const create = (): unknown =>
          withEnvironment(spec, {}, () => spec.create(suite.config({ apiKey: undefined })));
        if (spec.secretOptional) create();
        else
          assertRefused(create, "auth_error", [
            "apiKey",
            ...env.filter(([option]) => option === "apiKey").map(([, name]) => name),
          ]);
      },
    },
    {
      name: "the key is read from the environment when it is created, and sent in a header",
      async run(suite) {
        const { secret } = spec;
        if (secret === undefined) return;
        const route = suite.server.route(suite.plainReply("generate"));
        const variable = credentials(spec).find(([option]) => option === "apiKey")?.[1] ?? "";
        const model = withEnvironment(spec, { [variable]: secret }, () =>
          spec.create(suite.config({ apiKey: undefined, baseURL: route.url })),
        );
        await model.generate(prompt);
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
        const bad: Record<string, unknown> = {
          noSuchOption: 1,
          baseURL: "no address",
          maxRetries: -1,
          maxRetryWait: "long",
          timeout: { headers: "long" },
          limits: { body: 0 },
          headers: { "x-number": 1 },
          fetch: "fetch",
        };
        for (const [key, value] of Object.entries(bad)) {
          assertRefused(
            () => spec.create({ ...suite.config({}), [key]: value }),
            "invalid_input",
            [key],
            suite,
          );
        }
        assertRefused(
          () => spec.create({ ...suite.config({}), ...bad }),
          "invalid_input",
          Object.keys(bad),
          suite,
        );
        for (const config of [null, 42, "config", []]) {
          assertRefused(
            () => chatModels.createDynamic(spec.name, config),
            ["invalid_input", "auth_error"],
            [spec.name],
          );
        }
      },
    },
    {
      name: "the request names the package and its version as its user agent",
      async run(suite) {
        const { model, route } = suite.served([suite.plainReply("generate")]);
        await model.generate(prompt);
        const { headers } = await route.request();
        const product = `beluga-${spec.packageName.replace("@beluga/", "").replaceAll(/[^\w.-]/g, "-")}`;
        assert.match(
          headers["user-agent"] ?? "",
          new RegExp(`^${product.replaceAll(/[.*+?^$()[\]{}|\\]/g, "\\$&")}/\\d+\\.\\d+`),
        );
      },
    },
    {
      name: "it works with two copies of the core",
      async run(suite) {
        await using copy = await secondCore();
        const { core } = copy;
        assert.notEqual(core.BelugaError, BelugaError, "this is the same copy");
        assert.ok(
          core.chatModels.list().some(({ name }) => name === spec.name),
          "the second copy does not know it",
        );
        const seen: string[] = [];
        const forget = core.addObserver({
          onFinish: ({ op, provider }) => void seen.push(`${op} of ${provider}`),
        });
        try {
          const route = suite.server.route(suite.plainReply("generate"), { status: 401 });
          const config = { ...suite.config({}), baseURL: route.url };
          const model = core.chatModels.createDynamic(`${spec.name}/${suite.model({}).model}`, config);
          assertAnswer(await model.generate(prompt), suite.plain("generate").expected);
          const { failure } = await callModel(model, "generate", prompt);
          assert.ok(
            core.BelugaError.is(failure?.error) && BelugaError.is(failure.error),
            "an error that one copy does not know",
          );
        } finally {
          forget();
        }
        assert.ok(
          seen.includes(`llm.generate of ${spec.name}`),
          "an observer of the second copy saw nothing",
        );
      },
    },
  ];
}

function definitionOf({ name }: ChatModelSpec): NonNullable<ReturnType<typeof chatModels.get>> {
  const definition = chatModels.get(name);
  assert.ok(
    definition,
    `no provider "${name}" is registered: does the package's entry file call chatModels.register?`,
  );
  return definition;
}

function credentials(spec: ChatModelSpec): [option: string, variable: string][] {
  return Object.entries(definitionOf(spec).env ?? {}).filter(([option]) => isCredential(option));
}

/** Without an `await` in between, so that nothing else sees this environment. */
function withEnvironment<T>(spec: ChatModelSpec, variables: Record<string, string>, run: () => T): T {
  const names = Object.values(definitionOf(spec).env ?? {});
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

function assertRefused(
  run: () => unknown,
  code: ErrorCode | readonly ErrorCode[],
  words: readonly string[],
  suite?: ChatSuite,
): void {
  let error: unknown;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error !== undefined, `no error (expected ${String(code)}, about ${words.join(", ")})`);
  assert.ok(BelugaError.is(error), `not a BelugaError: ${inspect(error)}`);
  suite?.assertClean(error);
  assert.ok(
    [code].flat().includes(error.code),
    `${error.code} where ${String(code)} was expected (${error.message})`,
  );
  for (const word of words)
    assert.ok(error.message.includes(word), `a message without "${word}": ${error.message}`);
}
