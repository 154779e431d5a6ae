import { BelugaError, type ErrorCode } from "@beluga/core";

/** What the model is, for its errors. */
export interface FailureContext {
  provider: string;
  model: string;
}

const op = "embed.embed";

export function failure(
  { provider, model }: FailureContext,
  code: ErrorCode,
  problem: string,
  more: { cause?: unknown; retryable?: boolean } = {},
): BelugaError {
  return new BelugaError({ op, code, provider, model, message: `${provider} ${op}: ${problem}`, ...more });
}

/**
 * The error for a model that could not be loaded, from what transformers.js, ONNX Runtime or the network threw.
 *
 * @param cache - Where the model is in the cache, if it is one of the hub.
 */
export function loadingFailure(
  context: FailureContext,
  cause: unknown,
  cache: string | undefined,
): BelugaError {
  if (BelugaError.is(cause)) return cause;
  const { name = "", message = String(cause), status, code } = (cause ?? {}) as LoadingError;
  const fail = (code: ErrorCode, problem: string): BelugaError =>
    failure(context, code, `${problem}: ${message.slice(0, 2_000)}`, { cause });

  if (name === "ModelFileNotFoundError") {
    if (status === 403) return fail("permission_denied", "the hub keeps the model from this account");
    // The hub says 401 also of what does not exist.
    if (status === 401)
      return fail("not_found", "no such model, or a private one, for which HF_TOKEN is to be set");
    return fail("not_found", "a file of the model is missing");
  }
  if (code !== undefined && notWritable.has(code)) {
    return fail("invalid_input", "the cache cannot be written, set cacheDir to a folder that can");
  }
  // Local files are off in a browser unless the application says otherwise.
  if (message.startsWith("Invalid configuration"))
    return fail("invalid_input", "transformers.js is set otherwise");
  if (/^Unsupported device|no available backend|does not support fp16/i.test(message))
    return fail("unsupported", "the model cannot run here");
  if (message.includes("while trying to load file")) return fail(codeOfHub(message), "the hub failed");
  if (isNetworkError(cause)) return fail("provider_unavailable", "the hub cannot be reached");
  // transformers.js keeps what the hub sent before it looks at it, a proxy's page of HTML as well.
  const advice = cache === undefined ? "" : ` (where they came damaged, delete ${cache})`;
  return fail("invalid_response", `the model's files cannot be used${advice}`);
}

type LoadingError = Partial<Error> & { status?: number | null; code?: string };

const notWritable = new Set(["EACCES", "EPERM", "EROFS", "ENOSPC", "ENOTDIR"]);

/** transformers.js has the usual statuses in words, and others as a number. */
function codeOfHub(message: string): ErrorCode {
  if (/^(Request|Gateway) timeout/.test(message)) return "timeout";
  if (message.startsWith("Bad request")) return "invalid_input";
  const status = Number(/^Error \((\d+)\)/.exec(message)?.[1]);
  if (status === 429) return "rate_limit";
  return status < 500 ? "invalid_input" : "provider_unavailable";
}

/** `fetch` throws a TypeError, and so do many faults in a program: Node, Bun, Deno, Chrome, Firefox and Safari each have their own words. */
function isNetworkError(cause: unknown): boolean {
  const { message = "", code = "", cause: inner } = cause as LoadingError;
  return (
    /^fetch failed|^terminated$|failed to fetch|networkerror|load failed|error sending request|unable to connect/i.test(
      message,
    ) ||
    /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|UND_ERR|Connection|FailedToOpenSocket)/.test(code) ||
    (inner instanceof Error && isNetworkError(inner))
  );
}
