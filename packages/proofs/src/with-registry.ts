import type { ProvidedContext } from "vitest";
import type { Place } from "./registry.js";
import { setup } from "./setup.js";

/** Starts the registry of the proofs for a script, which has no test around it. */
export async function withRegistry<T>(use: (place: Place) => Promise<T>): Promise<T> {
  const provided: Partial<ProvidedContext> = {};
  const end = await setup({ provide: (key, value) => void (provided[key] = value) });
  try {
    return await use(provided as ProvidedContext);
  } finally {
    await end();
  }
}
