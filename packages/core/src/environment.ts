interface Runtime {
  process?: { env?: Record<string, string | undefined> };
  Deno?: { env: { get(name: string): string | undefined } };
}

/** An environment variable, on every runtime that has them; an empty one counts as absent, as does one that Deno does not let us see. */
export function readEnvironment(name: string): string | undefined {
  const { process, Deno } = globalThis as Runtime;
  try {
    const value = process?.env?.[name] ?? Deno?.env.get(name);
    return value === "" ? undefined : value;
  } catch (error) {
    if (error instanceof Error && error.name === "NotCapable") return undefined;
    throw error;
  }
}
