import ky, { type KyInstance } from "ky";
import type { CallOptions } from "../common.js";
import { BelugaError, type ErrorCode } from "../errors.js";
import { Deadline, type Timeouts, defaultTimeouts, mergeTimeouts } from "./deadline.js";
import { EventParser, type FrameParser, LineParser, type ServerSentEvent } from "./frames.js";
import type { HttpConfig } from "./http-config.js";
import { redact, vendorMessage } from "./redact.js";
import { retryAfterOf, withRetries } from "./retry.js";

/** What makes a client: the provider's identity, its address and keys, and the HTTP part of its config. */
export interface HttpClientOptions extends HttpConfig {
  provider: string;
  /** The provider's package, for the `user-agent`. */
  packageName: string;
  version: string;
  baseURL: string;
  /** Authentication and other headers of every request; a function where a token has to be fetched first. `config.headers` go on top. */
  auth?: Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>);
  /** Masked wherever they might show. The values of `auth` are masked anyway. */
  secrets?: readonly string[];
  /** What the vendor's own error says beyond its status. */
  refineError?: RefineError;
}

/** A failure as the vendor reported it, as an HTTP error or inside of a stream. */
export interface VendorFailure {
  /** Absent for an error inside of a stream. */
  status: number | undefined;
  headers: Headers | undefined;
  /** The parsed body, or its text where it is not JSON. */
  body: unknown;
}

export type RefineError = (failure: VendorFailure) => ErrorRefinement | undefined;

export interface ErrorRefinement {
  code?: ErrorCode | undefined;
  /** For a failure inside of a stream whose body names a status. */
  status?: number | undefined;
  message?: string | undefined;
  retryable?: boolean | undefined;
  retryAfterMs?: number | undefined;
}

/** One request. */
export interface HttpCall extends CallOptions {
  /** For errors: `llm.generate`. */
  op: string;
  model?: string | undefined;
  /** Default: `POST` where there is a body, else `GET`. */
  method?: string;
  /** Sent as JSON. */
  body?: unknown;
  query?: Record<string, string>;
  /** An answer without a body is no error; its data is `undefined`. */
  allowEmpty?: boolean;
}

export interface ResponseInfo {
  status: number;
  headers: Headers;
  requestId: string | undefined;
}

interface Expectation {
  kind: "whole" | "stream";
  accept: string;
  /** The content types that are what was asked for; an absent one is let through, and its body has to prove itself. */
  contentType: RegExp;
}

const json: Expectation = { kind: "whole", accept: "application/json", contentType: /[/+]json\b/i };
const eventStream: Expectation = {
  kind: "stream",
  accept: "text/event-stream",
  contentType: /^text\/event-stream\b/i,
};
const lineStream: Expectation = {
  kind: "stream",
  accept: "application/x-ndjson",
  contentType: /^(application\/(x-ndjson|jsonl?|x-json-stream|stream\+json)|text\/plain)\b/i,
};

/**
 * The HTTP of a provider, on ky: authentication, retry, time limits, size limits, redaction and error mapping, so that a provider writes
 * only its paths, bodies, and what its vendor's errors mean.
 */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #ky: KyInstance;
  readonly #headers: Record<string, string>;
  readonly #limits: { body: number; event: number };

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#limits = {
      body: options.limits?.body ?? 256 * 2 ** 20,
      event: options.limits?.event ?? 32 * 2 ** 20,
    };
    this.#headers = { "user-agent": userAgent(options) };
    this.#ky = ky.create({
      retry: 0,
      timeout: false,
      throwHttpErrors: false,
      // Following one would carry the vendor's key headers to another host. "error" would say so too, but not every runtime has it.
      redirect: "manual",
      ...(options.fetch && { fetch: options.fetch }),
    });
  }

  /** A JSON answer, parsed. */
  async json(path: string, call: HttpCall): Promise<{ data: unknown; response: ResponseInfo }> {
    return this.#whole(path, call, json, async (exchange) => {
      const text = await exchange.text(this.#limits.body);
      if (text.trim() === "") {
        if (call.allowEmpty || exchange.info.status === 204)
          return { data: undefined, response: exchange.info };
        throw this.#invalid(call, exchange.info, "an empty body where JSON was expected");
      }
      const data = this.parse(text, call, exchange.info);
      if (reportsError(data)) throw this.failure(call, data, exchange.info);
      return { data, response: exchange.info };
    });
  }

  /** A binary answer: audio, say. */
  async bytes(
    path: string,
    call: HttpCall & { contentType: RegExp; accept?: string },
  ): Promise<{ data: Uint8Array; response: ResponseInfo }> {
    const expectation: Expectation = {
      kind: "whole",
      accept: call.accept ?? "*/*",
      contentType: call.contentType,
    };
    return this.#whole(path, call, expectation, async (exchange) => {
      const data = await exchange.bytes(this.#limits.body);
      if (data.byteLength === 0) throw this.#invalid(call, exchange.info, "an empty body");
      return { data, response: exchange.info };
    });
  }

  /** Sends a form, with files as a rule, and reads a JSON answer. */
  async multipart(
    path: string,
    call: HttpCall & { body: FormData },
  ): Promise<{ data: unknown; response: ResponseInfo }> {
    return this.json(path, call);
  }

  /** A stream of server-sent events. */
  events(path: string, call: HttpCall): Promise<FrameReader<ServerSentEvent>> {
    return this.frames(path, call, { ...eventStream, parser: () => new EventParser() });
  }

  /** A stream of lines: newline-delimited JSON. */
  lines(path: string, call: HttpCall): Promise<FrameReader<string>> {
    return this.frames(path, call, { ...lineStream, parser: () => new LineParser() });
  }

  /** A stream of frames of the vendor's own kind. */
  async frames<Frame>(
    path: string,
    call: HttpCall,
    expectation: { accept: string; contentType: RegExp; parser: () => FrameParser<Frame> },
  ): Promise<FrameReader<Frame>> {
    const stream: Expectation = { ...expectation, kind: "stream" };
    return this.#retried(call, stream.kind, async (timeouts, totalAt) => {
      const exchange = await this.#send(path, call, stream, timeouts, totalAt);
      return new FrameReader(exchange, expectation.parser(), this.#limits.event, (problem) =>
        this.#invalid(call, exchange.info, problem),
      );
    });
  }

  /** Parses JSON that the vendor sent. */
  parse(text: string, call: Pick<HttpCall, "op" | "model">, response?: ResponseInfo): unknown {
    try {
      return JSON.parse(text);
    } catch {
      // The parser's own message quotes the text, which is the vendor's answer.
      throw this.#invalid(call, response, "a body that is not valid JSON");
    }
  }

  /** The error for a failure that the vendor reported, by status and by the vendor's refinement. */
  failure(
    call: Pick<HttpCall, "op" | "model">,
    body: unknown,
    response?: Partial<ResponseInfo>,
  ): BelugaError {
    const status = response?.status !== undefined && response.status >= 400 ? response.status : undefined;
    const refined = this.#options.refineError?.({ status, headers: response?.headers, body }) ?? {};
    const finalStatus = status ?? refined.status;
    const words = refined.message ?? vendorMessage(body) ?? "no further explanation";
    return this.#error(call, {
      code: refined.code ?? codeOfStatus(finalStatus),
      problem: finalStatus === undefined ? words : `${finalStatus}: ${words}`,
      status: finalStatus,
      requestId: response?.requestId,
      retryable: refined.retryable,
      retryAfterMs: refined.retryAfterMs ?? (response?.headers && retryAfterOf(response.headers)),
    });
  }

  /** The error for an answer that cannot be trusted. */
  #invalid(
    call: Pick<HttpCall, "op" | "model">,
    response: ResponseInfo | undefined,
    problem: string,
  ): BelugaError {
    const { status, requestId } = response ?? {};
    return this.#error(call, { code: "invalid_response", problem, status, requestId });
  }

  #error(
    call: Pick<HttpCall, "op" | "model">,
    {
      problem,
      ...init
    }: { code: ErrorCode; problem: string } & Partial<ConstructorParameters<typeof BelugaError>[0]>,
  ): BelugaError {
    const { provider } = this.#options;
    const message = `${provider} ${call.op}: ${redact(problem, this.#secrets())}`;
    return new BelugaError({ ...init, op: call.op, provider, model: call.model, message });
  }

  #secrets(): readonly string[] {
    const { auth, secrets = [], headers = {} } = this.#options;
    const values = [
      ...Object.values(typeof auth === "object" ? auth : this.#lastAuth),
      ...Object.values(headers),
    ];
    return [...secrets, ...values, ...values.map((value) => value.replace(/^\S+\s+/, ""))];
  }

  #lastAuth: Record<string, string> = {};

  async #whole<T>(
    path: string,
    call: HttpCall,
    expectation: Expectation,
    read: (exchange: Exchange) => Promise<T>,
  ): Promise<T> {
    return this.#retried(call, "whole", async (timeouts, totalAt) => {
      const exchange = await this.#send(path, call, expectation, timeouts, totalAt);
      try {
        return await read(exchange);
      } catch (error) {
        exchange.close();
        throw error;
      } finally {
        exchange.deadline.dispose();
      }
    });
  }

  #retried<T>(
    call: HttpCall,
    kind: "whole" | "stream",
    attempt: (timeouts: Timeouts, totalAt: number) => Promise<T>,
  ): Promise<T> {
    const timeouts = mergeTimeouts(defaultTimeouts[kind], this.#options.timeout, call.timeout);
    const totalAt = performance.now() + timeouts.total;
    return withRetries(() => attempt(timeouts, totalAt), {
      maxRetries: this.#options.maxRetries ?? 2,
      maxRetryWait: this.#options.maxRetryWait ?? 60_000,
      totalAt,
      signal: call.signal,
    });
  }

  /** One attempt, up to a response whose status and content type are as they should be. */
  async #send(
    path: string,
    call: HttpCall,
    expectation: Expectation,
    timeouts: Timeouts,
    totalAt: number,
  ): Promise<Exchange> {
    const headers = await this.#requestHeaders(call, expectation.accept);
    const deadline = new Deadline(call.signal, totalAt, (what) =>
      this.#error(call, {
        code: "timeout",
        problem: `the ${what} time limit of ${timeouts[what as keyof Timeouts]} ms passed`,
      }),
    );
    const lost = (cause: unknown): unknown =>
      deadline.ended
        ? deadline.ended.reason
        : this.#error(call, {
            code: "provider_unavailable",
            problem: `connection failed: ${describeCause(cause)}`,
          });
    deadline.wait("headers", timeouts.headers);
    let response: Response;
    try {
      if (deadline.ended) throw deadline.ended.reason;
      response = await this.#ky(path, {
        prefix: this.#options.baseURL,
        method: call.method ?? (call.body === undefined ? "GET" : "POST"),
        headers,
        signal: deadline.signal,
        ...(call.body instanceof FormData
          ? { body: call.body }
          : call.body !== undefined && { json: call.body }),
        ...(call.query && { searchParams: call.query }),
      });
    } catch (cause) {
      const error = lost(cause);
      deadline.dispose();
      throw error;
    }
    deadline.rest();
    const info = {
      status: response.status,
      headers: response.headers,
      requestId: requestIdOf(response.headers),
    };
    const exchange = new Exchange(response, info, deadline, timeouts.idle, lost, (problem) =>
      this.#invalid(call, info, problem),
    );
    const problem = await this.#problemOf(exchange, call, expectation.contentType);
    if (!problem) return exchange;
    exchange.close();
    throw problem;
  }

  async #requestHeaders(call: HttpCall, accept: string): Promise<Record<string, string>> {
    const { auth, headers: configured } = this.#options;
    const authHeaders = typeof auth === "function" ? (this.#lastAuth = await auth()) : auth;
    const headers = { ...this.#headers, accept, ...authHeaders, ...configured, ...call.headers };
    for (const [name, value] of Object.entries(headers)) {
      // Otherwise the runtime refuses it with a message that quotes the key.
      if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
        throw this.#error(call, {
          code: "invalid_input",
          problem: `the header "${name}" has characters that no header can have`,
        });
      }
    }
    return headers;
  }

  async #problemOf(exchange: Exchange, call: HttpCall, expected: RegExp): Promise<BelugaError | undefined> {
    const { info } = exchange;
    if (exchange.isRedirect)
      return this.#invalid(call, info, `a redirect (${info.status}), which is not followed`);
    const contentType = info.headers.get("content-type");
    if (info.status >= 200 && info.status < 300 && (contentType === null || expected.test(contentType)))
      return undefined;
    // A body that breaks off, or is too long, must not hide the status.
    const text = await exchange.text(64 * 1024).catch((error: unknown) => {
      if (exchange.deadline.ended) throw error;
      return "";
    });
    const body = parseLeniently(text);
    if (info.status >= 400) return this.failure(call, body, info);
    if (reportsError(body)) return this.failure(call, body, info);
    return this.#invalid(
      call,
      info,
      `${contentType ?? "no content type"} (status ${info.status}) where another was expected: ${(vendorMessage(body) ?? "an empty body").slice(0, 200)}`,
    );
  }
}

/** A response whose body is still to be read, under the time limits of its call. */
class Exchange {
  readonly info: ResponseInfo;
  readonly deadline: Deadline;
  readonly isRedirect: boolean;
  readonly #response: Response;
  readonly #idle: number;
  readonly #lost: (cause: unknown) => unknown;
  readonly #invalid: (problem: string) => BelugaError;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  constructor(
    response: Response,
    info: ResponseInfo,
    deadline: Deadline,
    idle: number,
    lost: (cause: unknown) => unknown,
    invalid: (problem: string) => BelugaError,
  ) {
    this.#response = response;
    this.info = info;
    this.deadline = deadline;
    this.isRedirect = response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400);
    this.#idle = idle;
    this.#lost = lost;
    this.#invalid = invalid;
  }

  /** What the network brings next; `undefined` at the end. */
  async read(): Promise<Uint8Array | undefined> {
    this.#reader ??= this.#response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
    if (!this.#reader) return undefined;
    this.deadline.wait("idle", this.#idle);
    try {
      if (this.deadline.ended) throw this.deadline.ended.reason;
      const { value } = await this.#reader.read();
      return value;
    } catch (cause) {
      throw this.#lost(cause);
    } finally {
      this.deadline.rest();
    }
  }

  async bytes(limit: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (let chunk = await this.read(); chunk; chunk = await this.read()) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size > limit) throw this.#invalid(`a body of more than ${limit} bytes`);
    }
    if (chunks.length === 1) return chunks[0] as Uint8Array;
    const whole = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.byteLength;
    }
    return whole;
  }

  async text(limit: number): Promise<string> {
    return new TextDecoder().decode(await this.bytes(limit));
  }

  /** Closes the connection. */
  close(): void {
    this.deadline.end(undefined);
    // The abort has closed the connection; this is for a `fetch` of the caller's that does not listen to it.
    const closing = this.#reader ? this.#reader.cancel() : this.#response.body?.cancel();
    closing?.catch(() => undefined); // nobody is left to tell
  }

  /**
   * Reads on to the end, which a vendor's terminal event announced, so that the connection can be used again; gives up where it does not
   * come at once.
   */
  async finish(): Promise<void> {
    const giveUp = setTimeout(() => this.close(), 500);
    try {
      for (let reads = 0; reads < 16 && (await this.read()); reads++);
    } catch {
      // The answer is complete, and was handed on: what happens to its connection is no concern of the caller's.
    }
    clearTimeout(giveUp);
    this.close();
  }
}

/** The frames of a stream, as batches of what one network read brought. */
export class FrameReader<Frame> implements AsyncIterable<Frame> {
  readonly response: ResponseInfo;
  readonly #exchange: Exchange;
  readonly #parser: FrameParser<Frame>;
  readonly #maxPending: number;
  readonly #invalid: (problem: string) => BelugaError;
  #done = false;

  constructor(
    exchange: Exchange,
    parser: FrameParser<Frame>,
    maxPending: number,
    invalid: (problem: string) => BelugaError,
  ) {
    this.response = exchange.info;
    this.#exchange = exchange;
    this.#parser = parser;
    this.#maxPending = maxPending;
    this.#invalid = invalid;
  }

  /** Whether the connection has ended. */
  get ended(): boolean {
    return this.#done;
  }

  /** The frames that came next, at least one; `undefined` at the end. */
  async read(): Promise<Frame[] | undefined> {
    const frames: Frame[] = [];
    while (!this.#done && frames.length === 0) {
      const bytes = await this.#exchange.read();
      if (bytes) {
        this.#parser.push(bytes, frames);
        if (this.#parser.pending > this.#maxPending) {
          this.cancel();
          throw this.#invalid(`one event of more than ${this.#maxPending} bytes`);
        }
      } else {
        this.#done = true;
        this.#parser.end(frames);
        this.#exchange.deadline.dispose();
      }
    }
    return frames.length > 0 ? frames : undefined;
  }

  /** Closes the connection at once. */
  cancel(): void {
    this.#done = true;
    this.#exchange.close();
  }

  /** The vendor's terminal event was seen: lets the connection be used again. */
  finish(): void {
    if (!this.#done) void this.#exchange.finish();
    this.#done = true;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Frame> {
    try {
      for (let frames = await this.read(); frames; frames = await this.read()) yield* frames;
    } finally {
      if (!this.#done) this.cancel();
    }
  }
}

function userAgent({ packageName, version }: HttpClientOptions): string {
  return `beluga-${packageName.replace(/^@beluga\//, "").replace(/[^\w.-]/g, "-")}/${version}`;
}

function requestIdOf(headers: Headers): string | undefined {
  return (
    headers.get("x-request-id") ?? headers.get("request-id") ?? headers.get("x-amzn-requestid") ?? undefined
  );
}

function codeOfStatus(status: number | undefined): ErrorCode {
  if (status === undefined || status >= 500) return status === 504 ? "timeout" : "provider_unavailable";
  return (
    (
      {
        401: "auth_error",
        402: "quota_exhausted",
        403: "permission_denied",
        404: "not_found",
        408: "timeout",
        429: "rate_limit",
      } as const
    )[status as 401] ?? "invalid_input"
  );
}

/** Whether a body, of whatever status, is a vendor's report of an error. */
function reportsError(body: unknown): boolean {
  if (typeof body !== "object" || body === null || !("error" in body)) return false;
  return (
    (typeof body.error === "object" && body.error !== null) ||
    (typeof body.error === "string" && body.error !== "")
  );
}

function parseLeniently(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `fetch` wraps what went wrong in an error that says only "fetch failed". */
function describeCause(cause: unknown): string {
  let innermost = cause;
  while (innermost instanceof Error && innermost.cause !== undefined) innermost = innermost.cause;
  if (!(innermost instanceof Error)) return String(innermost);
  const { code, message } = innermost as Error & { code?: string };
  return code && !message.includes(code) ? `${code} ${message}` : message;
}
