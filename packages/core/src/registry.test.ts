import { describe, expect, expectTypeOf, it, vi } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import type { StandardIssue, StandardSchema } from "./common.js";
import { BelugaError } from "./errors.js";
import { addObserver } from "./hooks.js";
import { chatModels, embedders, vectorStores } from "./registries.js";
import { type ProviderDefinition, defineRegistry, instantiate, isCredential, isNewer } from "./registry.js";

interface Echo {
  config: unknown;
}

interface AcmeConfig {
  apiKey?: string;
  model?: "small" | "large";
}

const acmeConfig = mini.strictObject({
  apiKey: mini.string().check(mini.minLength(1)),
  model: mini.optional(mini.enum(["small", "large"])),
});

let capabilities = 0;

/** A registry that no other test has written to. */
function freshRegistry<Providers = { acme: AcmeConfig }>(name = "test") {
  return defineRegistry<Providers, Echo>(`${name}${capabilities++}`);
}

function definition(changes: Partial<ProviderDefinition<Echo>> = {}): ProviderDefinition<Echo> {
  return {
    name: "acme",
    packageName: "@beluga/test-acme",
    version: "1.0.0",
    config: acmeConfig,
    env: { apiKey: "ACME_TEST_KEY" },
    create: (config) => ({ config }),
    ...changes,
  };
}

/** A schema of a library that core has never heard of. */
function schema(validate: (value: unknown) => readonly StandardIssue[]): StandardSchema {
  return {
    "~standard": {
      version: 1,
      vendor: "homemade",
      validate(value) {
        const issues = validate(value);
        return issues.length > 0 ? { issues } : { value };
      },
    },
  };
}

function errorOf(run: () => unknown): Record<string, unknown> {
  try {
    run();
  } catch (error) {
    if (BelugaError.is(error)) return error.toJSON();
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("register", () => {
  it("makes a provider known by its name", () => {
    const registry = freshRegistry();
    const acme = definition();
    expect(registry.get("acme")).toBeUndefined();
    registry.register(acme);
    expect(registry.get("acme")).toBe(acme);
  });

  it.each([
    ["the newer version stays, when it comes second", "1.9.0", "1.10.0", "1.10.0"],
    ["the newer version stays, when it comes first", "1.10.0", "1.9.0", "1.10.0"],
    ["a release is newer than its pre-release", "2.0.0-rc.1", "2.0.0", "2.0.0"],
  ])("again from the same package: %s", (_rule, first, second, stays) => {
    const registry = freshRegistry();
    registry.register(definition({ version: first }));
    registry.register(definition({ version: second }));
    expect(registry.list().map(({ version }) => version)).toEqual([stays]);
  });

  it("again in the same version is a no-op", () => {
    const registry = freshRegistry();
    const first = definition();
    registry.register(first);
    registry.register(definition());
    expect(registry.get("acme")).toBe(first);
  });

  it("of a name that another package has is an error that names both, and the first stays", () => {
    const registry = freshRegistry();
    const first = definition();
    registry.register(first);
    expect(
      errorOf(() => registry.register(definition({ packageName: "someone-elses", version: "9.0.0" }))),
    ).toMatchObject({
      code: "invalid_input",
      op: `${registry.capability}.register`,
      provider: "acme",
      message: `${registry.capability}.register: someone-elses cannot register "acme": @beluga/test-acme already has`,
    });
    expect(registry.get("acme")).toBe(first);
  });

  it("reads neither the environment nor the schema", () => {
    vi.stubEnv("ACME_TEST_KEY", "early");
    const registry = freshRegistry();
    registry.register(definition());
    vi.stubEnv("ACME_TEST_KEY", "late");
    expect(registry.create("acme").config).toEqual({ apiKey: "late" });
  });
});

describe("list", () => {
  it("is sorted by name, and a copy", () => {
    const registry = freshRegistry();
    for (const name of ["mistral", "acme", "Zeta", "openai"]) registry.register(definition({ name }));
    expect(registry.list().map(({ name }) => name)).toEqual(["Zeta", "acme", "mistral", "openai"]);
    (registry.list() as unknown[]).length = 0;
    expect(registry.list()).toHaveLength(4);
  });

  it("is empty where nothing is registered", () => {
    expect(freshRegistry().list()).toEqual([]);
  });
});

describe("create", () => {
  it("hands the provider the config as its schema gives it, defaults filled in", () => {
    const registry = freshRegistry<{ acme: { retries?: number } }>();
    registry.register(
      definition({ config: mini.object({ retries: mini._default(mini.number(), 2) }), env: {} }),
    );
    expect(registry.create("acme").config).toEqual({ retries: 2 });
    expect(registry.create("acme", { retries: 5 }).config).toEqual({ retries: 5 });
  });

  it("prefers the config to the environment", () => {
    vi.stubEnv("ACME_TEST_KEY", "from-env");
    const registry = freshRegistry();
    registry.register(definition());
    expect(registry.create("acme", { apiKey: "from-config" }).config).toEqual({ apiKey: "from-config" });
    expect(registry.create("acme", { model: "small" }).config).toEqual({
      apiKey: "from-env",
      model: "small",
    });
  });

  it("does not change the config that it was given", () => {
    vi.stubEnv("ACME_TEST_KEY", "from-env");
    const registry = freshRegistry();
    registry.register(definition());
    const config = Object.freeze({ model: "small" as const });
    registry.create("acme", config);
    expect(config).toEqual({ model: "small" });
  });

  it.each([
    ["absent", undefined],
    ["empty", ""],
  ])(
    "with a key that is in neither place, the variable being %s, is an auth_error that names both",
    (_what, value) => {
      vi.stubEnv("ACME_TEST_KEY", value);
      const registry = freshRegistry();
      registry.register(definition());
      expect(errorOf(() => registry.create("acme"))).toEqual({
        name: "BelugaError",
        code: "auth_error",
        op: `${registry.capability}.create`,
        provider: "acme",
        retryable: false,
        message: `acme ${registry.capability}.create: no key: pass the option "apiKey", or set the environment variable ACME_TEST_KEY`,
      });
    },
  );

  it("tells a missing key by any library's form of a path", () => {
    vi.stubEnv("ACME_TEST_KEY", undefined);
    const registry = freshRegistry();
    const missing = { message: "required", path: [{ key: "apiKey" }] };
    registry.register(definition({ config: schema(() => [missing]) }));
    expect(errorOf(() => registry.create("acme"))).toMatchObject({ code: "auth_error" });
  });

  it("with another option missing that the environment could give is invalid_input", () => {
    vi.stubEnv("ACME_TEST_URL", undefined);
    const registry = freshRegistry();
    registry.register(
      definition({ config: mini.object({ url: mini.string() }), env: { url: "ACME_TEST_URL" } }),
    );
    expect(errorOf(() => registry.create("acme"))).toMatchObject({ code: "invalid_input" });
  });

  it("lists every problem of a bad config with its path", () => {
    const registry = freshRegistry<{ acme: unknown }>();
    const config = z.strictObject({
      apiKey: z.string(),
      nested: z.object({ list: z.array(z.object({ id: z.string() })) }),
    });
    registry.register(definition({ config, env: {} }));
    const bad = { nested: { list: [{ id: "a" }, { id: 2 }] }, modle: "small" };
    expect(errorOf(() => registry.create("acme", bad))).toEqual({
      name: "BelugaError",
      code: "invalid_input",
      op: `${registry.capability}.create`,
      provider: "acme",
      retryable: false,
      message:
        `acme ${registry.capability}.create: invalid config: ` +
        "apiKey: Invalid input: expected string, received undefined; " +
        "nested.list[1].id: Invalid input: expected string, received number; " +
        'Unrecognized key: "modle"',
    });
  });

  it("never shows a key, also where the schema's own words quote it", () => {
    const registry = freshRegistry();
    const quoting = schema((value) => [
      { message: `must be long (was "${(value as AcmeConfig).apiKey}")`, path: ["apiKey"] },
    ]);
    registry.register(definition({ config: quoting }));
    const { message } = errorOf(() => registry.create("acme", { apiKey: "0123-very-secret" }));
    expect(message).toBe(
      `acme ${registry.capability}.create: invalid config: apiKey: must be long (was "***")`,
    );
  });

  it.each([
    ["zod", z.object({ apiKey: z.string(), size: z.coerce.number() })],
    ["zod/mini", mini.object({ apiKey: mini.string(), size: mini.coerce.number() })],
  ])("takes the schema of %s", (_library, config) => {
    const registry = freshRegistry<{ acme: { apiKey: string; size: string } }>();
    registry.register(definition({ config }));
    expect(registry.create("acme", { apiKey: "k", size: "3" }).config).toEqual({ apiKey: "k", size: 3 });
  });

  it("takes the schema of any library that follows Standard Schema", () => {
    const registry = freshRegistry();
    const config = schema((value) =>
      typeof (value as AcmeConfig).apiKey === "string" ? [] : [{ message: "no key" }],
    );
    registry.register(definition({ config, env: {} }));
    expect(registry.create("acme", { apiKey: "k" }).config).toEqual({ apiKey: "k" });
    expect(errorOf(() => registry.create("acme"))["message"]).toBe(
      `acme ${registry.capability}.create: invalid config: no key`,
    );
  });

  it("refuses an asynchronous schema, as create is synchronous", () => {
    const registry = freshRegistry();
    const config: StandardSchema = {
      "~standard": { version: 1, vendor: "slow", validate: async (value) => ({ value }) },
    };
    registry.register(definition({ config, env: {} }));
    expect(errorOf(() => registry.create("acme"))).toMatchObject({
      code: "invalid_input",
      message: `acme ${registry.capability}.create: its schema is asynchronous`,
    });
  });

  it.each([null, "a string", 1, true, ["array"], []])("refuses %j as config", (config) => {
    vi.stubEnv("ACME_TEST_KEY", "k");
    const registry = freshRegistry();
    // Nothing in it is required, so that it is the kind of the config that is refused.
    const optional = { apiKey: mini.optional(mini.string()), model: mini.optional(mini.string()) };
    registry.register(definition({ config: mini.strictObject(optional) }));
    expect(errorOf(() => registry.createDynamic("acme", config))).toMatchObject({ code: "invalid_input" });
    expect(errorOf(() => registry.createDynamic("acme/small", config))).toMatchObject({
      code: "invalid_input",
    });
  });

  it("of an unknown name lists what is registered, and names the package to install", () => {
    const registry = freshRegistry();
    expect(errorOf(() => registry.createDynamic("nobody"))["message"]).toBe(
      `${registry.capability}.create: no provider "nobody" (none is registered). Install its package and import it: import "@beluga/${registry.capability}-nobody"`,
    );
    registry.register(definition({ name: "openai" }));
    registry.register(definition({ name: "acme" }));
    expect(errorOf(() => registry.createDynamic("nobody/any-model"))).toEqual({
      name: "BelugaError",
      code: "not_found",
      op: `${registry.capability}.create`,
      provider: "nobody",
      retryable: false,
      message: `${registry.capability}.create: no provider "nobody" (registered are acme, openai). Install its package and import it: import "@beluga/${registry.capability}-nobody"`,
    });
  });

  it.each(["__proto__", "constructor", "toString", "", "/", "/acme"])(
    "knows no provider %j that was not registered",
    (name) => {
      const registry = freshRegistry();
      expect(registry.get(name)).toBeUndefined();
      expect(errorOf(() => registry.createDynamic(name))).toMatchObject({ code: "not_found" });
    },
  );
});

describe("an instance", () => {
  it("is seen by the observers, whether the registry made it or a provider's own function", async () => {
    const generate = vi.fn(async () => "Hi");
    const registry = defineRegistry<object, { provider: string; generate: typeof generate }>("llm");
    const acme = {
      name: "test-observed",
      packageName: "@beluga/test-observed",
      version: "1.0.0",
      config: mini.object({}),
      create: () => ({ provider: "test-observed", generate }),
    };
    registry.register(acme);
    const seen: string[] = [];
    const remove = addObserver({ onFinish: ({ op, provider }) => void seen.push(`${op} ${provider}`) });
    await registry.createDynamic("test-observed").generate();
    await instantiate(registry, acme).generate();
    remove();
    expect(seen).toEqual(["llm.generate test-observed", "llm.generate test-observed"]);
  });

  it("may be anything, of a capability that core does not know", () => {
    const registry = defineRegistry<object, unknown>(`anything${capabilities++}`);
    for (const [name, instance] of Object.entries({ text: "x", nothing: null, none: undefined })) {
      registry.register({ ...definition({ name, config: mini.object({}) }), create: () => instance });
      expect(registry.createDynamic(name)).toBe(instance);
    }
  });
});

describe("createDynamic", () => {
  const config = mini.looseObject({});

  it("takes what follows the first slash as the model, further slashes included", () => {
    const registry = freshRegistry<object>("llm");
    registry.register(definition({ config, env: {} }));
    expect(registry.createDynamic("acme").config).toEqual({});
    expect(registry.createDynamic("acme/small").config).toEqual({ model: "small" });
    expect(registry.createDynamic("acme/org/family/small").config).toEqual({ model: "org/family/small" });
  });

  it("takes it as the index, of a vector store", () => {
    const registry = defineRegistry<object, Echo>("vector");
    registry.register(definition({ name: "test-index", config, env: {} }));
    expect(registry.createDynamic("test-index/docs/en", { url: "x" }).config).toEqual({
      url: "x",
      index: "docs/en",
    });
  });

  it("prefers the model of the id to that of the config", () => {
    const registry = freshRegistry<object>();
    registry.register(definition({ config, env: {} }));
    expect(registry.createDynamic("acme/small", { model: "large", other: 1 }).config).toEqual({
      model: "small",
      other: 1,
    });
  });
});

/** Runs something where there is no `process`, and another environment of Deno's, or none. */
function inRuntime<T>(deno: object | undefined, run: () => T): T {
  const { process } = globalThis;
  vi.stubGlobal("Deno", deno);
  vi.stubGlobal("process", undefined);
  try {
    return run();
  } finally {
    vi.stubGlobal("process", process); // before vitest looks for it
  }
}

describe("the environment", () => {
  it("is that of Deno, where there is no process", () => {
    const registry = freshRegistry();
    registry.register(definition());
    const deno = { env: { get: (name: string) => `deno:${name}` } };
    const created = inRuntime(deno, () => registry.create("acme"));
    expect(created.config).toEqual({ apiKey: "deno:ACME_TEST_KEY" });
  });

  it("is empty where Deno does not let us see it, as without --allow-env", () => {
    const registry = freshRegistry();
    registry.register(definition());
    const refused = Object.assign(new Error('Requires env access to "ACME_TEST_KEY"'), {
      name: "NotCapable",
    });
    const get = (): never => {
      throw refused;
    };
    const error = inRuntime({ env: { get } }, () => errorOf(() => registry.create("acme")));
    expect(error).toMatchObject({ code: "auth_error" });
  });

  it("may not be there at all, as in a browser", () => {
    const registry = freshRegistry();
    registry.register(definition());
    const error = inRuntime(undefined, () => errorOf(() => registry.create("acme")));
    expect(error).toMatchObject({ code: "auth_error" });
  });
});

describe("instantiate", () => {
  it("does for a provider's createX what the registry does, without a registration", () => {
    vi.stubEnv("ACME_TEST_KEY", "from-env");
    const registry = freshRegistry();
    expect(instantiate(registry, definition()).config).toEqual({ apiKey: "from-env" });
    expect(registry.list()).toEqual([]);
  });
});

describe("two copies of this package", () => {
  it("share the table", async () => {
    vi.resetModules();
    const other = await import("./registry.js");
    const registry = freshRegistry<object>("shared");
    const twin = other.defineRegistry<object, Echo>(registry.capability);
    const acme = definition();
    registry.register(acme);
    expect(twin.get("acme")).toBe(acme);
    twin.register(definition({ version: "1.1.0" }));
    expect(registry.list().map(({ version }) => version)).toEqual(["1.1.0"]);
    expect(() => twin.register(definition({ packageName: "someone-elses" }))).toThrow("someone-elses");
  });

  it("keep the capabilities apart, and find the table at its documented place", () => {
    const registry = freshRegistry();
    registry.register(definition());
    const table = (globalThis as Record<symbol, unknown>)[Symbol.for("@beluga/registry/v1")] as Map<
      string,
      Map<string, unknown>
    >;
    expect([...(table.get(registry.capability) as Map<string, unknown>).keys()]).toEqual(["acme"]);
    expect(freshRegistry().list()).toEqual([]);
  });
});

describe("isNewer", () => {
  it.each([
    ["1.0.0", "1.0.0", false],
    ["1.0.1", "1.0.0", true],
    ["1.10.0", "1.9.9", true],
    ["2.0.0", "10.0.0", false],
    ["1.0.0", "1.0.0-rc.1", true],
    ["1.0.0-rc.1", "1.0.0", false],
    ["1.0.0-rc.10", "1.0.0-rc.9", true],
    ["1.0.0-beta", "1.0.0-alpha.5", true],
    ["1.0.0-alpha.1", "1.0.0-alpha", true],
    ["1.0.0+build.2", "1.0.0+build.1", false],
    ["1.0.0-rc.1", "0.9.0", true],
    ["unknown", "1.0.0", false],
    ["1.0.0", "unknown", true],
  ])("%s than %s: %s", (version, than, newer) => {
    expect(isNewer(version, than)).toBe(newer);
  });
});

describe("isCredential", () => {
  it.each(["apiKey", "accessToken", "password", "clientSecret", "key"])("%s is one", (option) => {
    expect(isCredential(option)).toBe(true);
  });
  it.each(["model", "baseURL", "keyspace", "tokenLimit"])("%s is none", (option) => {
    expect(isCredential(option)).toBe(false);
  });
});

describe("the types", () => {
  it("of a config and a name are checked, and those of createDynamic are not", () => {
    const registry = freshRegistry();
    registry.register(definition({ config: mini.looseObject({}), env: {} }));
    expectTypeOf(registry.create("acme", { apiKey: "k", model: "small" })).toEqualTypeOf<Echo>();
    expectTypeOf(registry.create("acme")).toEqualTypeOf<Echo>();
    // @ts-expect-error: a typo in the config
    registry.create("acme", { modle: "small" });
    // @ts-expect-error: a value that the config cannot have
    registry.create("acme", { model: "medium" });
    // @ts-expect-error: a name that no imported package has registered
    expect(() => registry.create("acmee")).toThrow("acmee");
    expectTypeOf(registry.createDynamic("acme", { at: "all" })).toEqualTypeOf<Echo>();
    expectTypeOf(registry.get("anything")).toEqualTypeOf<ProviderDefinition<Echo> | undefined>();
    expectTypeOf(acmeConfig).toExtend<ProviderDefinition<Echo>["config"]>();
  });

  it("of the registries of core differ by what they make", () => {
    expectTypeOf(chatModels.createDynamic).returns.toHaveProperty("generate");
    expectTypeOf(embedders.createDynamic).returns.toHaveProperty("embed");
    expectTypeOf(vectorStores.createDynamic).returns.toHaveProperty("search");
    expect([chatModels, embedders, vectorStores].map(({ capability }) => capability)).toEqual([
      "llm",
      "embed",
      "vector",
    ]);
  });
});
