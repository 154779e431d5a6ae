import { BelugaError } from "../errors.js";
import { type Call, type CallTiming, type Hooks, detached, withHooks } from "../hooks.js";
import type { Middleware } from "../middleware.js";
import { redact } from "../provider/redact.js";
import type { Usage } from "../usage.js";

export interface LoggingOptions {
  /** Whether prompts and answers are logged. Default: no. */
  content?: boolean | undefined;
}

/** One call, for a log. All of it can be written as JSON. */
export interface CallRecord {
  /** `llm.generate`, `llm.stream`, `embed.embed`, ... */
  op: string;
  provider: string;
  /** The model that was asked. */
  model?: string;
  /** `aborted`: by the caller, or a stream that was left. */
  outcome: "finished" | "failed" | "aborted";
  /** In ISO 8601. */
  startedAt: string;
  /** In milliseconds. */
  duration: number;
  /** Until the first part of a stream, in milliseconds. */
  firstPart?: number;
  /** The model that answered, by the vendor's word. */
  answeredBy?: string;
  /** Without the vendor's own numbers. */
  usage?: Omit<Usage, "raw">;
  finishReason?: string;
  /** The answer came from a `cache`. */
  cached?: true;
  /** Their messages may repeat what the model wrote, so these are there with `content` only. */
  warnings?: { type: string; option?: string; message?: string }[];
  /** What is known of a `BelugaError`; of others the name, as their messages may say anything. */
  error?: Record<string, unknown>;
  /** With `content: true`: the first argument of the call, and the message of the answer. Each text up to 2 kB, without what looks like a key. */
  content?: { input: unknown; output?: unknown };
}

/**
 * Logs one record for each call, when it is over.
 *
 * No record holds a key, a header or an option of the call; prompts and answers only where `content` asks for them. What `log` throws goes to
 * `console.error`, not into the call, and it is not awaited. Works for the other capabilities as well.
 *
 * @example
 * ```ts
 * const model = applyMiddleware(
 *   chatModels.create("openai", { model: "gpt-5-mini" }),
 *   logging((record) => console.log(JSON.stringify(record))),
 * );
 * ```
 */
export function logging<T extends object>(
  log: (record: CallRecord) => unknown,
  { content = false }: LoggingOptions = {},
): Middleware<T> {
  const write = async (outcome: CallRecord["outcome"], call: Call, told: Told): Promise<void> => {
    await log(recordOf(outcome, call, told, content));
  };
  const hooks: Hooks = {
    onFinish: (call, told) => write("finished", call, told),
    onError: (call, told) => write("failed", call, told),
    onAbort: (call, told) => write("aborted", call, told),
  };
  return withHooks(detached(hooks));
}

type Told = CallTiming & { result?: unknown; usage?: Usage; model?: string; error?: unknown };

/** What chat responses have, and the results of other capabilities in part. */
interface Result {
  finishReason?: { unified?: string };
  warnings?: readonly { type: string; option?: string; message: string }[];
  providerMetadata?: { cache?: unknown };
  message?: unknown;
}

function recordOf(
  outcome: CallRecord["outcome"],
  { op, provider, model, startedAt, input }: Call,
  { duration, firstPart, result, usage, model: answeredBy, error }: Told,
  content: boolean,
): CallRecord {
  const { finishReason, warnings = [], providerMetadata, message } = (result ?? {}) as Result;
  const finished = finishReason?.unified;
  return {
    op,
    provider,
    ...(model !== undefined && { model }),
    outcome,
    startedAt: new Date(startedAt).toISOString(),
    duration,
    ...(firstPart !== undefined && { firstPart }),
    ...(answeredBy !== undefined && { answeredBy }),
    ...(usage && { usage: withoutRaw(usage) }),
    ...(finished !== undefined && { finishReason: finished }),
    ...(providerMetadata?.cache !== undefined && { cached: true }),
    ...(warnings.length > 0 && {
      warnings: warnings.map(({ message, ...rest }) =>
        content ? { ...rest, message: redact(message) } : rest,
      ),
    }),
    ...(outcome === "failed" && { error: describeError(error) }),
    ...(content && {
      content: { input: readable(input[0]), ...(message !== undefined && { output: readable(message) }) },
    }),
  };
}

function withoutRaw({ raw: _, ...usage }: Usage): Omit<Usage, "raw"> {
  return usage;
}

function describeError(error: unknown): Record<string, unknown> {
  if (BelugaError.is(error)) return error.toJSON();
  return { name: error instanceof Error ? error.name : typeof error };
}

/** As it may stand in a log: bytes and base64 by their size, texts without keys. */
function readable(value: unknown, within: readonly object[] = []): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (within.includes(value)) return "[circular]";
  const inside = [...within, value];
  if (Array.isArray(value)) return value.map((item) => readable(item, inside));
  const isMedia = "mediaType" in value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "providerMetadata")
      .map(([key, member]: [string, unknown]) => [
        key,
        isMedia && key === "data" && typeof member === "string"
          ? `[${member.length} characters]`
          : readable(member, inside),
      ]),
  );
}
