import type { TimeoutOptions } from "../common.js";
import * as z from "../schema.js";
import { isRecord } from "./wire.js";

/** What the config of every HTTP provider has; its own config extends it. */
export interface HttpConfig {
  /** Where the vendor's API is, without a user or password. Default: the vendor's own address. */
  baseURL?: string | undefined;
  /** Further HTTP headers of every request. */
  headers?: Record<string, string> | undefined;
  /** Used in place of the runtime's `fetch`: for proxies, tests, logging. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Time limits of each call, in milliseconds, `Infinity` for none; a call's own `timeout` goes before these. */
  timeout?: TimeoutOptions | undefined;
  /** How often a failed call is tried again where the failure may pass. Default: 2. */
  maxRetries?: number | undefined;
  /** The longest wait before another attempt, in milliseconds; where the vendor asks for more, the call fails at once. Default: 60,000. */
  maxRetryWait?: number | undefined;
  /** The largest answers that are accepted, in bytes: a whole body (default: 256 MiB), one event or line of a stream (default: 32 MiB). */
  limits?: { body?: number | undefined; event?: number | undefined } | undefined;
}

/**
 * The keys of a schema, to be held against the documented type of the config with `satisfies`: one that is missing in either, or takes
 * other values, does not compile.
 *
 * The type is written out beside the schema because comments on a schema's keys do not reach the published types.
 *
 * @example
 * ```ts
 * export const acmeConfig = z.strictObject({ ...httpConfig, model: z.string() } satisfies ConfigShape<AcmeConfig>);
 * ```
 */
export type ConfigShape<Config> = {
  readonly [Key in keyof Required<Config>]: z.ZodMiniType<unknown, Config[Key] | undefined>;
};

// By `custom`, where one check says it all: zod's own types for each kind of value would weigh more than all that they check here.

/** The name of a model, typed by those that are known; any other will do. */
export function modelName<Name extends string>(): z.ZodMiniType<Name, Name> {
  return z.custom<Name>(isFilled, "expected the name of a model");
}

/** A string that is not empty: a key, a name. */
export const filledString: z.ZodMiniType<string, string> = /* @__PURE__ */ z.custom<string>(
  isFilled,
  "expected a string that is not empty",
);

function isFilled(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

/** A number of things, at least one. */
export const positiveInteger: z.ZodMiniType<number, number> = /* @__PURE__ */ z.custom<number>(
  (value) => Number.isSafeInteger(value) && value > 0,
  "expected a positive integer",
);

/** A URL of http or https, without a user or password: those would be keys that no error masks. */
export const httpURL: z.ZodMiniType<string, string> = /* @__PURE__ */ z.custom<string>((value) => {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return /^https?:$/.test(protocol) && username === "" && password === "";
}, "expected a URL of http or https, without a user or password");

// `Infinity` is how to say that there is no limit.
const milliseconds = /* @__PURE__ */ z.custom<number>(
  (value) => typeof value === "number" && value >= 0,
  "expected a number of at least 0",
);
const bytes = /* @__PURE__ */ z.custom<number>(
  (value) => typeof value === "number" && value > 0,
  "expected a positive number",
);

const schemasOfHTTP = () =>
  ({
    baseURL: z.optional(httpURL),
    headers: z.optional(
      z.custom<Record<string, string>>(isRecord, "expected an object").check(({ value, issues }) => {
        for (const [name, header] of Object.entries(value)) {
          if (typeof header === "string") continue;
          issues.push({ code: "custom", path: [name], input: header, message: "expected a string" });
        }
      }),
    ),
    fetch: z.optional(
      z.custom<typeof globalThis.fetch>((value) => typeof value === "function", "expected a function"),
    ),
    timeout: z.optional(
      z.strictObject({
        total: z.optional(milliseconds),
        headers: z.optional(milliseconds),
        idle: z.optional(milliseconds),
      }),
    ),
    maxRetries: z.optional(
      z.custom<number>(
        (value) => Number.isSafeInteger(value) && value >= 0,
        "expected an integer of at least 0",
      ),
    ),
    maxRetryWait: z.optional(milliseconds),
    limits: z.optional(z.strictObject({ body: z.optional(bytes), event: z.optional(bytes) })),
  }) as const satisfies ConfigShape<HttpConfig>;

/** The schema of {@link HttpConfig}, to be spread into a provider's own. */
// Made by a call, so that a bundle which does not use it is rid of it, and of zod with it.
export const httpConfig: ReturnType<typeof schemasOfHTTP> = /* @__PURE__ */ schemasOfHTTP();
