import type { ChatModel, ChatOptions } from "../chat.js";
import type { Middleware } from "../middleware.js";
import { decidingOptions } from "./identity.js";
import { wrapModel } from "./wrap.js";

/**
 * Options for every call, where the call itself does not say.
 *
 * What the call gives wins; `undefined` is not given. `headers` and `timeout` are merged key by key, `providerOptions` at every depth (an
 * array is one value). All else, also `reasoning`, `responseFormat` and `tools`, is taken whole from the call where it is there at all: tools
 * that every call has to offer are bound with `bindTools`. There is no default `signal`, which a call's own would silently switch off.
 *
 * @example
 * ```ts
 * const model = applyMiddleware(
 *   chatModels.create("openai", { model: "gpt-5-mini" }),
 *   defaults({ temperature: 0, timeout: { total: 30_000 } }),
 * );
 * ```
 */
export function defaults(options: Omit<ChatOptions, "signal">): Middleware<ChatModel> {
  return (next) =>
    wrapModel(
      next,
      (next) => ({
        generate: (messages, given) => next.generate(messages, withDefaults(options, given)),
        stream: (messages, given) => next.stream(messages, withDefaults(options, given)),
      }),
      (identity) => ({ defaults: decidingOptions(options), of: identity }),
    );
}

function withDefaults(base: ChatOptions, given: ChatOptions = {}): ChatOptions {
  if (Object(given) !== given) return given; // for the model to refuse
  const merged: ChatOptions = overlay(base, given);
  if (base.headers && given.headers) merged.headers = overlay(base.headers, given.headers);
  if (base.timeout && given.timeout) merged.timeout = overlay(base.timeout, given.timeout);
  if (base.providerOptions && given.providerOptions)
    merged.providerOptions = overlayDeep(base.providerOptions, given.providerOptions);
  return merged;
}

function overlay<T extends object>(base: T, over: T): T {
  return { ...base, ...Object.fromEntries(Object.entries(over).filter(([, value]) => value !== undefined)) };
}

type JSONObject = Readonly<Record<string, unknown>>;

function overlayDeep(base: JSONObject, over: JSONObject): JSONObject {
  const merged = overlay(base, over);
  const both = Object.keys(over).filter((key) => Object.hasOwn(base, key));
  // Made of entries, so that a `__proto__` from JSON stays a key like any other.
  return Object.fromEntries(
    Object.entries(merged).map(([key, value]) => {
      const [below, above] = both.includes(key) ? [base[key], over[key]] : [];
      return [key, isPlainObject(below) && isPlainObject(above) ? overlayDeep(below, above) : value];
    }),
  );
}

function isPlainObject(value: unknown): value is JSONObject {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
