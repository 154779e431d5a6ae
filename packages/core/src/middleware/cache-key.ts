import type { ChatInput, ChatOptions } from "../chat.js";
import type { JSONSchema } from "../common.js";
import { isStandardSchema, toJSONSchema } from "../tools.js";
import { bytesAsJSON } from "./cache-entry.js";
import { decidingOptions } from "./identity.js";

/** Of how keys are made: the answers of another version are not found. */
const version = 1;

/**
 * The key of a call: the same for the same question to the same model, whatever the order of the keys of its objects.
 *
 * @param identity - That of the model, by `identityOf`.
 */
export async function keyOf(
  identity: unknown,
  op: string,
  messages: ChatInput,
  options: ChatOptions,
): Promise<string> {
  const conversation = typeof messages === "string" ? [{ role: "user", content: messages }] : messages;
  const text = canonicalJSON([version, identity, conversation, decidingOptions(options)], op);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `beluga-${hex}`;
}

/** As JSON, with sorted keys, schemas as JSON Schema, and without functions: a tool's `execute` decides no answer. */
function canonicalJSON(value: unknown, op: string): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, value: unknown) {
    const own = this[key]; // a Buffer's `toJSON` has made numbers of `value`
    const bytes = bytesAsJSON(own);
    if (bytes) return bytes;
    if ((typeof own !== "object" && typeof own !== "function") || own === null) return value;
    const schema = own as JSONSchema;
    const plain: unknown = isStandardSchema(schema) ? toJSONSchema(schema, op) : value;
    if (typeof plain !== "object" || plain === null || Array.isArray(plain)) return plain;
    return Object.fromEntries(Object.entries(plain).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
