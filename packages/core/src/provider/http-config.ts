import * as z from "zod/mini";

// Not `z.number()`, which refuses `Infinity`: the way to say that there is no limit.
const milliseconds = z.custom<number>(
  (value) => typeof value === "number" && value >= 0,
  "expected a number of at least 0",
);
const bytes = z.number().check(z.positive());

/**
 * What the config of every HTTP provider has, to be spread into its schema:
 *
 * ```ts
 * export const acmeConfig = z.strictObject({ ...httpConfig, apiKey: z.string(), model: z.string() });
 * ```
 */
export const httpConfig = {
  /** Where the vendor's API is, without a user or password. Default: the vendor's own address. */
  baseURL: z.optional(
    z
      .url({ protocol: /^https?$/ })
      .check(z.refine((url) => !/^\w+:\/\/[^/?#]*@/.test(url), "expected no user or password in it")),
  ),
  /** Further HTTP headers of every request. */
  headers: z.optional(z.record(z.string(), z.string())),
  /** Used in place of the runtime's `fetch`: for proxies, tests, logging. */
  fetch: z.optional(
    z.custom<typeof globalThis.fetch>((value) => typeof value === "function", "expected a function"),
  ),
  /** Time limits of each call, in milliseconds, `Infinity` for none; a call's own `timeout` goes before these. */
  timeout: z.optional(
    z.strictObject({
      /** The whole call, retries included. Default: 10 minutes, and none for streams. */
      total: z.optional(milliseconds),
      /** From sending to the response's headers, for each attempt. Default: 5 minutes. */
      headers: z.optional(milliseconds),
      /** The longest gap between two reads of the body. Default: 1 minute, and 5 for streams. */
      idle: z.optional(milliseconds),
    }),
  ),
  /** How often a failed call is tried again where the failure may pass. Default: 2. */
  maxRetries: z.optional(z.int().check(z.minimum(0))),
  /** The longest wait before another attempt, in milliseconds; where the vendor asks for more, the call fails at once. Default: 60,000. */
  maxRetryWait: z.optional(milliseconds),
  /** The largest answers that are accepted, in bytes. */
  limits: z.optional(
    z.strictObject({
      /** A whole body. Default: 256 MiB. */
      body: z.optional(bytes),
      /** One event or line of a stream. Default: 32 MiB. */
      event: z.optional(bytes),
    }),
  ),
} as const;

const httpConfigObject = z.object(httpConfig);
export type HttpConfig = z.output<typeof httpConfigObject>;
