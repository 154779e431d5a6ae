import type { TimeoutOptions } from "../common.js";
import * as z from "zod/mini";

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

/** The name of a model, typed by those that are known; any other will do. */
export function modelName<Name extends string>(): z.ZodMiniType<Name, Name> {
  return z.custom<Name>((value) => typeof value === "string" && value !== "", "expected the name of a model");
}

/** A URL of http or https, without a user or password: those would be keys that no error masks. */
export const httpURL: z.ZodMiniType<string, string> = z
  .url({ protocol: /^https?$/ })
  .check(z.refine(hasNoPassword, "expected no user or password in it"));

function hasNoPassword(text: string): boolean {
  // One that is no URL at all is refused by the check before this, which does not keep this one from running.
  if (!URL.canParse(text)) return true;
  const { username, password } = new URL(text);
  return username === "" && password === "";
}

// Not `z.number()`, which refuses `Infinity`: the way to say that there is no limit.
const milliseconds = z.custom<number>(
  (value) => typeof value === "number" && value >= 0,
  "expected a number of at least 0",
);
const bytes = z.number().check(z.positive());

/** The schema of {@link HttpConfig}, to be spread into a provider's own. */
export const httpConfig = {
  baseURL: z.optional(httpURL),
  headers: z.optional(z.record(z.string(), z.string())),
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
  maxRetries: z.optional(z.int().check(z.minimum(0))),
  maxRetryWait: z.optional(milliseconds),
  limits: z.optional(z.strictObject({ body: z.optional(bytes), event: z.optional(bytes) })),
} as const satisfies ConfigShape<HttpConfig>;
