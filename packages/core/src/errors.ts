/**
 * Why a call failed, in words that are the same for every vendor.
 *
 * - `rate_limit`: too many requests or tokens; wait (`retryAfterMs`) and try again.
 * - `quota_exhausted`: the account's credit or quota is used up; waiting does not help.
 * - `auth_error`: no key, or one that the vendor does not accept.
 * - `permission_denied`: the key is known, and may not do this.
 * - `not_found`: no such model, index or provider.
 * - `invalid_input`: the request is wrong and was refused, by this library or by the vendor.
 * - `context_length`: the input is longer than the model's context.
 * - `content_filter`: the vendor rejected the input for its content.
 * - `unsupported`: the vendor has no such feature; as a rule nothing was sent.
 * - `timeout`: one of the time limits passed.
 * - `provider_unavailable`: the vendor's fault, or the network's.
 * - `invalid_response`: an answer that cannot be trusted: no JSON, HTML, a missing vector, ...
 * - `truncated`: a stream ended before the vendor said that it was complete, or the token limit cut an object.
 * - `tool_failed`, `guard_blocked`, `budget_exhausted`: for what applications build on top.
 */
export type ErrorCode =
  | "rate_limit"
  | "auth_error"
  | "timeout"
  | "invalid_input"
  | "tool_failed"
  | "provider_unavailable"
  | "guard_blocked"
  | "budget_exhausted"
  | "not_found"
  | "context_length"
  | "content_filter"
  | "quota_exhausted"
  | "permission_denied"
  | "invalid_response"
  | "truncated"
  | "unsupported";

/** What a {@link BelugaError} is made of. */
export interface BelugaErrorInit {
  /** The operation that failed: `llm.generate`, `vector.search`. */
  op: string;
  code: ErrorCode;
  message: string;
  provider?: string | undefined;
  model?: string | undefined;
  /** The HTTP status, where there was one. */
  status?: number | undefined;
  /** The vendor's id of the request, for its support. */
  requestId?: string | undefined;
  /** How long the vendor asks to wait, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** Default: whether the code is `rate_limit`, `timeout` or `provider_unavailable`. */
  retryable?: boolean | undefined;
  partial?: unknown;
  cause?: unknown;
}

const mark = Symbol.for("@beluga/error");
const retryableCodes: ReadonlySet<ErrorCode> = new Set(["rate_limit", "timeout", "provider_unavailable"]);

/**
 * The one error that Beluga throws. It holds no key, no prompt and no audio: `message` has at most 2 kB of the vendor's words, masked.
 *
 * A caller's abort is not one of these: it rejects with `signal.reason`, as `fetch` does.
 *
 * @example
 * ```ts
 * try {
 *   await model.generate("Hello");
 * } catch (error) {
 *   if (BelugaError.is(error) && error.code === "rate_limit") await sleep(error.retryAfterMs ?? 1000);
 *   else throw error;
 * }
 * ```
 */
export class BelugaError extends Error {
  declare readonly name: "BelugaError";
  /** The operation that failed: `llm.generate`, `vector.search`. */
  readonly op: string;
  readonly code: ErrorCode;
  declare readonly provider?: string;
  declare readonly model?: string;
  /** The HTTP status, where there was one. */
  declare readonly status?: number;
  /** The vendor's id of the request, for its support. */
  declare readonly requestId?: string;
  /** How long the vendor asks to wait, in milliseconds. */
  declare readonly retryAfterMs?: number;
  /** Whether the same call may succeed later. Never for an exhausted quota. */
  readonly retryable: boolean;
  /** What had arrived when a stream or a batch broke (a `ChatResponse` for a chat). Not enumerable: it stays out of logs. */
  declare readonly partial?: unknown;

  constructor(init: BelugaErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.op = init.op;
    this.code = init.code;
    if (init.provider !== undefined) this.provider = init.provider;
    if (init.model !== undefined) this.model = init.model;
    if (init.status !== undefined) this.status = init.status;
    if (init.requestId !== undefined) this.requestId = init.requestId;
    if (init.retryAfterMs !== undefined) this.retryAfterMs = init.retryAfterMs;
    this.retryable = init.retryable ?? retryableCodes.has(init.code);
    Object.defineProperty(this, "partial", { value: init.partial, writable: true, configurable: true });
  }

  /** Whether a value is a `BelugaError`, also of another copy of this package, where `instanceof` says no. */
  static is(value: unknown): value is BelugaError {
    return typeof value === "object" && value !== null && mark in value;
  }

  /** What may be logged: all but the stack, `partial` and `cause`. */
  toJSON(): Record<string, unknown> {
    const { name, message, op, code, provider, model, status, requestId, retryAfterMs, retryable } = this;
    return { name, message, op, code, provider, model, status, requestId, retryAfterMs, retryable };
  }
}

type Inspect = (value: unknown, options: object) => string;

Object.defineProperties(BelugaError.prototype, {
  [mark]: { value: true },
  name: { value: "BelugaError" },
  // For the consoles of Node and Bun, which otherwise show the whole `cause`.
  [Symbol.for("nodejs.util.inspect.custom")]: {
    value(this: BelugaError, _depth: number, options: object, inspect: Inspect): string {
      const { name: _, message: _inStack, ...fields } = this.toJSON();
      const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      return `${this.stack ?? this.message} ${inspect(known, options)}`;
    },
  },
});
