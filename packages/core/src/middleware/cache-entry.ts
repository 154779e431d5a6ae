import type { ChatResponse } from "../chat.js";
import { decodeBase64, encodeBase64 } from "../provider/base64.js";

/** Of what is stored, so that a later version of this package knows. */
const version = 1;

interface Entry {
  version: typeof version;
  storedAt: number;
  /** Absent: never. */
  expiresAt?: number;
  response: ChatResponse;
}

/** What bytes are in JSON. */
const bytesKey = "@beluga/bytes";

/** An answer as text. */
export function writeEntry(response: ChatResponse, ttl: number | undefined): string {
  const storedAt = Date.now();
  const entry: Entry = {
    version,
    storedAt,
    ...(ttl !== undefined && ttl !== Infinity && { expiresAt: storedAt + ttl }),
    response,
  };
  return JSON.stringify(entry, function (this: Record<string, unknown>, key, value: unknown) {
    return bytesAsJSON(this[key]) ?? value;
  });
}

/**
 * The answer in what a store gave, as the answer to a call that used nothing; `undefined` where its time is over.
 *
 * @throws Error where it is none.
 */
export function readEntry(value: unknown): ChatResponse | undefined {
  // Also of what the store has parsed, so that each call gets an answer of its own.
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const entry = JSON.parse(text, (_key, value: unknown) => bytesOf(value) ?? value) as Partial<Entry> | null;
  if (entry?.version !== version || typeof entry.storedAt !== "number" || typeof entry.response !== "object")
    throw new Error("it holds something else under this key");
  const { storedAt, expiresAt = Infinity, response } = entry;
  if (Date.now() >= expiresAt) return undefined;
  const { usage, providerMetadata } = response;
  return {
    ...response,
    id: response.id, // undefined is lost in JSON
    usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
    providerMetadata: { ...providerMetadata, cache: { storedAt, usage } },
  };
}

/** What stands for bytes in JSON. */
export function bytesAsJSON(value: unknown): { [bytesKey]: string } | undefined {
  return value instanceof Uint8Array ? { [bytesKey]: encodeBase64(value) } : undefined;
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, bytesKey)) return undefined;
  const text = (value as Record<string, unknown>)[bytesKey];
  return typeof text === "string" ? decodeBase64(text) : undefined;
}
