import type { StandardIssue, StandardSchema } from "./common.js";
import { readEnvironment } from "./environment.js";
import { BelugaError } from "./errors.js";
import { describeIssues, isIssueOf } from "./issues.js";
import { observed } from "./observed.js";
import { redact } from "./provider/redact.js";
import { isRecord } from "./provider/wire.js";

/** Where the providers of one capability register themselves when they are imported. */
export interface Registry<Providers, Instance> {
  /** The capability's short name, with which packages (`@beluga/llm-openai`) and operations (`llm.generate`) begin. */
  readonly capability: string;
  /**
   * Adds a provider. Again from the same package: the newer version stays.
   *
   * @throws BelugaError `invalid_input` where another package has the name already.
   */
  register(provider: ProviderDefinition<Instance>): void;
  /**
   * An instance of a provider that is known at compile time; its config is typed.
   *
   * @throws BelugaError `not_found` where the provider's package was not imported; `auth_error` where its key is in neither the config nor
   * the environment; `invalid_input` with the path of each problem in the config.
   */
  create<Name extends keyof Providers & string>(name: Name, config?: Providers[Name]): Instance;
  /**
   * As {@link Registry.create}, for names known at run time: `openai`, or with what follows the first slash as `model` (of a vector store:
   * `index`), as in `openai/gpt-5-mini`.
   */
  createDynamic(id: string, config?: unknown): Instance;
  get(name: string): ProviderDefinition<Instance> | undefined;
  /** All providers, sorted by name. */
  list(): readonly ProviderDefinition<Instance>[];
}

/** What a provider says of itself. */
export interface ProviderDefinition<Instance> {
  /** Its name in the registry: `openai`. */
  name: string;
  /** `@beluga/llm-openai`. */
  packageName: string;
  /** The version of that package. */
  version: string;
  /** The schema of its config: its checks and defaults. Of `@beluga/core/schema`, or of any zod. */
  config: StandardSchema;
  /** From a key of the config to the environment variable that is read where the key is absent. */
  env?: Record<string, string>;
  // A method, not a property: each provider takes the config that its own schema gives.
  create(config: unknown): Instance;
}

const tableKey = Symbol.for("@beluga/registry/v1");
type Table = Map<string, Map<string, ProviderDefinition<unknown>>>;

/** The providers of one capability, shared by all copies of this package in the process. */
function providersOf(capability: string): Map<string, ProviderDefinition<unknown>> {
  const table = ((globalThis as { [tableKey]?: Table })[tableKey] ??= new Map());
  let providers = table.get(capability);
  if (!providers) table.set(capability, (providers = new Map()));
  return providers;
}

/**
 * A registry, also for a capability that this package does not know.
 *
 * @param capability - Its short name, with which packages and operations begin.
 */
export function defineRegistry<Providers, Instance>(capability: string): Registry<Providers, Instance> {
  const providers = (): Map<string, ProviderDefinition<Instance>> =>
    providersOf(capability) as Map<string, ProviderDefinition<Instance>>;

  const registry: Registry<Providers, Instance> = {
    capability,

    register(provider) {
      const present = providers().get(provider.name);
      if (present && present.packageName !== provider.packageName) {
        throw new BelugaError({
          op: `${capability}.register`,
          code: "invalid_input",
          provider: provider.name,
          message: `${capability}.register: ${provider.packageName} cannot register "${provider.name}": ${present.packageName} already has`,
        });
      }
      if (!present || isNewer(provider.version, present.version)) providers().set(provider.name, provider);
    },

    create: (name, config) => registry.createDynamic(name, config),

    createDynamic(id, config = {}) {
      const slash = id.indexOf("/");
      const name = slash < 0 ? id : id.slice(0, slash);
      const definition = providers().get(name);
      if (!definition) throw unknownProvider(capability, name, [...providers().keys()]);
      if (slash < 0 || !isRecord(config)) return instantiate(registry, definition, config);
      const key = capability === "vector" ? "index" : "model";
      return instantiate(registry, definition, { ...config, [key]: id.slice(slash + 1) });
    },

    get: (name) => providers().get(name),

    list: () => [...providers().values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
  return registry;
}

/**
 * An instance of a provider, from its definition: what both the registry and a provider's `createX(config)` do. Fills in the environment,
 * validates the config, and lets the observers see the instance's calls.
 */
export function instantiate<Instance>(
  registry: Pick<Registry<never, Instance>, "capability">,
  definition: ProviderDefinition<Instance>,
  config: unknown = {},
): Instance {
  const op = `${registry.capability}.create`;
  const complete = withEnvironment(definition.env, config);
  const result = definition.config["~standard"].validate(complete);
  if (result instanceof Promise) throw configError(op, definition, "its schema is asynchronous");
  if (result.issues) throw problemsOf(op, definition, complete, result.issues);
  const instance = definition.create(result.value);
  return typeof instance === "object" && instance !== null
    ? observed(instance, registry.capability)
    : instance;
}

function withEnvironment(env: Record<string, string> | undefined, config: unknown): unknown {
  if (!env || !isRecord(config)) return config;
  const complete: Record<string, unknown> = { ...config };
  for (const [key, variable] of Object.entries(env)) {
    if (complete[key] === undefined) complete[key] = readEnvironment(variable);
    if (complete[key] === undefined) delete complete[key];
  }
  return complete;
}

function problemsOf(
  op: string,
  definition: ProviderDefinition<unknown>,
  config: unknown,
  issues: readonly StandardIssue[],
): BelugaError {
  const missing = Object.entries(definition.env ?? {}).find(
    ([key]) =>
      isCredential(key) &&
      (config as Record<string, unknown>)?.[key] === undefined &&
      issues.some((issue) => isIssueOf(issue, key)),
  );
  // Some libraries' words quote the value that is wrong.
  if (!missing) {
    return configError(
      op,
      definition,
      `invalid config: ${redact(describeIssues(issues), secretsOf(config))}`,
    );
  }
  const [key, variable] = missing;
  return new BelugaError({
    op,
    code: "auth_error",
    provider: definition.name,
    message: `${definition.name} ${op}: no key: pass the option "${key}", or set the environment variable ${variable}`,
  });
}

function secretsOf(config: unknown): string[] {
  return Object.entries(config ?? {}).flatMap(([key, value]) =>
    isCredential(key) && typeof value === "string" ? [value] : [],
  );
}

function configError(op: string, { name }: ProviderDefinition<unknown>, problem: string): BelugaError {
  return new BelugaError({ op, code: "invalid_input", provider: name, message: `${name} ${op}: ${problem}` });
}

function unknownProvider(capability: string, name: string, known: readonly string[]): BelugaError {
  const op = `${capability}.create`;
  const registered =
    known.length > 0 ? `registered are ${known.toSorted().join(", ")}` : "none is registered";
  return new BelugaError({
    op,
    code: "not_found",
    provider: name,
    message: `${op}: no provider "${name}" (${registered}). Install its package and import it: import "@beluga/${capability}-${name}"`,
  });
}

/** Whether an option of a config is a secret, by its name: `apiKey`, `accessToken`, `password`. */
export function isCredential(option: string): boolean {
  return /(key|token|secret|password)$/i.test(option);
}

/** Whether one version is newer than another, by semantic versioning's order. */
export function isNewer(version: string, than: string): boolean {
  const [numbers, prerelease] = parseVersion(version);
  const [otherNumbers, otherPrerelease] = parseVersion(than);
  for (let i = 0; i < 3; i++) {
    const difference = (numbers[i] ?? 0) - (otherNumbers[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  if (prerelease === otherPrerelease) return false;
  return (
    prerelease === "" ||
    (otherPrerelease !== "" && prerelease.localeCompare(otherPrerelease, "en", { numeric: true }) > 0)
  );
}

function parseVersion(version: string): [numbers: number[], prerelease: string] {
  const [core = "", prerelease = ""] = (version.split("+")[0] ?? "").split(/-(.*)/s);
  return [core.split(".").map((number) => Number(number) || 0), prerelease];
}
