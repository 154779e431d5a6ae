interface Runtime {
  process?: { env?: Record<string, string | undefined> };
  Deno?: { env: { get(name: string): string | undefined } };
}

/** An environment variable, on every runtime that has them; an empty one counts as absent. */
export function readEnvironment(name: string): string | undefined {
  const { process, Deno } = globalThis as Runtime;
  const value = process?.env?.[name] ?? Deno?.env.get(name);
  return value === "" ? undefined : value;
}
