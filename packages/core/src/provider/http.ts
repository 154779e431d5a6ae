import type { CallOptions } from "../common.js";
import { BelugaError, type ErrorCode } from "../errors.js";
import { Deadline, type Timeouts, defaultTimeouts, mergeTimeouts } from "./deadline.js";
import { Exchange, type ResponseInfo } from "./exchange.js";
import { type RefineError, codeOfStatus, describeCause, reportsError } from "./failure.js";
import { FrameReader } from "./frame-reader.js";
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
  /**
   * Authentication and other headers of every request; a function where a token has to be fetched first, or the request signed.
   * `config.headers` go on top.
   */
  auth?: Record<string, string> | Authenticate;
  /** Masked wherever they might show. The values of `auth` are masked anyway. */
  secrets?: readonly string[];
  /** What the vendor's own error says beyond its status. */
  refineError?: RefineError;
  /** Whether a JSON body is an error whatever its status, beside those with an `error` in them. */
  isError?(body: unknown): boolean;
}

/** Gives the headers of one attempt at a request. What it throws is an `auth_error`, unless it is a `BelugaError` already. */
export type Authenticate = (
  request: OutgoingRequest,
) => Record<string, string> | Promise<Record<string, string>>;

/** A request as it is about to be sent: what a signature is made of. */
export interface OutgoingRequest {
  method: string;
  /** With its query. */
  url: string;
  body: string | FormData | undefined;
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

/** How much is read of a body that is not what was asked for; some vendors repeat the whole request in it. */
const maxErrorBody = 2 ** 20;

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
 * The HTTP of a provider, on `fetch`: authentication, retry, time limits, size limits, redaction and error mapping, so that a provider writes
 * only its paths, bodies, and what its vendor's errors mean.
 */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #userAgent: string;
  readonly #limits: { body: number; event: number };
  // What is the same for every call, once it was needed and is checked.
  #ownHeaders: Record<string, string> | undefined;
  readonly #ownTimeouts: { whole?: Timeouts; stream?: Timeouts } = {};
  /** Where the last call without a query went: as a rule the next one goes there as well. */
  #lastAddress: { path?: string; query?: undefined; url: string } = { url: "" };
  /** What a function in `auth` gave last, for redaction. */
  #lastAuth: Record<string, string> = {};

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#limits = {
      body: options.limits?.body ?? 256 * 2 ** 20,
      event: options.limits?.event ?? 32 * 2 ** 20,
    };
    this.#userAgent = userAgent(options);
  }

  /** A JSON answer, parsed. */
  async json(path: string, call: HttpCall): Promise<{ data: unknown; response: ResponseInfo }> {
    return this.#whole(path, call, json, async (exchange) => {
      const text = await exchange.text(this.#limits.body);
      if (text.trim() === "") {
        if (call.allowEmpty || exchange.info.status === 204)
          return { data: undefined, response: exchange.info };
        throw this.invalid(call, "an empty body where JSON was expected", exchange.info);
      }
      const data = this.parse(text, call, exchange.info);
      if (this.#isError(data)) throw this.failure(call, data, exchange.info);
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
      if (data.byteLength === 0) throw this.invalid(call, "an empty body", exchange.info);
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
        this.invalid(call, problem, exchange.info),
      );
    });
  }

  /** Parses JSON that the vendor sent. */
  parse(text: string, call: Pick<HttpCall, "op" | "model" | "headers">, response?: ResponseInfo): unknown {
    try {
      return JSON.parse(text);
    } catch {
      // The parser's own message quotes the text, which is the vendor's answer.
      throw this.invalid(call, "a body that is not valid JSON", response);
    }
  }

  /** The error for a failure that the vendor reported, by status and by the vendor's refinement. */
  failure(
    call: Pick<HttpCall, "op" | "model" | "headers">,
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
  invalid(
    call: Pick<HttpCall, "op" | "model" | "headers">,
    problem: string,
    response?: ResponseInfo,
  ): BelugaError {
    const { status, requestId } = response ?? {};
    return this.#error(call, {
      code: "invalid_response",
      problem,
      status: status === 0 ? undefined : status,
      requestId,
    });
  }

  #error(
    call: Pick<HttpCall, "op" | "model" | "headers">,
    {
      problem,
      ...init
    }: { code: ErrorCode; problem: string } & Partial<ConstructorParameters<typeof BelugaError>[0]>,
  ): BelugaError {
    const { provider } = this.#options;
    const message = `${provider} ${call.op}: ${redact(problem, this.#secrets(call.headers))}`;
    return new BelugaError({ ...init, op: call.op, provider, model: call.model, message });
  }

  #secrets(ofCall: HttpCall["headers"] = {}): readonly string[] {
    const { auth, secrets = [], headers = {} } = this.#options;
    const values = [
      ...Object.values(typeof auth === "object" ? auth : this.#lastAuth),
      ...Object.values(headers),
      ...Object.values(ofCall),
    ];
    return [...secrets, ...values, ...values.map((value) => value.replace(/^\S+\s+/, ""))];
  }

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
    const timeouts = call.timeout
      ? this.#timeouts(call, kind, call.timeout)
      : (this.#ownTimeouts[kind] ??= this.#timeouts(call, kind));
    const totalAt = performance.now() + timeouts.total;
    return withRetries(() => attempt(timeouts, totalAt), {
      maxRetries: this.#options.maxRetries ?? 2,
      maxRetryWait: this.#options.maxRetryWait ?? 60_000,
      totalAt,
      signal: call.signal,
    });
  }

  #timeouts(call: HttpCall, kind: "whole" | "stream", ofCall?: HttpCall["timeout"]): Timeouts {
    const timeouts = mergeTimeouts(defaultTimeouts[kind], this.#options.timeout, ofCall);
    for (const [limit, milliseconds] of Object.entries(timeouts)) {
      if (typeof milliseconds === "number" && milliseconds >= 0) continue;
      throw this.#error(call, {
        code: "invalid_input",
        problem: `timeout.${limit}: expected a number of at least 0`,
      });
    }
    return timeouts;
  }

  /** One attempt, up to a response whose status and content type are as they should be. */
  async #send(
    path: string,
    call: HttpCall,
    expectation: Expectation,
    timeouts: Timeouts,
    totalAt: number,
  ): Promise<Exchange> {
    const timedOut = (what: string): BelugaError =>
      this.#error(call, {
        code: "timeout",
        problem: `the ${what} time limit of ${timeouts[what as keyof Timeouts]} ms passed`,
      });
    const shortest = Math.min(timeouts.headers, timeouts.idle);
    const deadline = new Deadline(call.signal, totalAt, timedOut, shortest);
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
      const request = this.#request(path, call);
      const headers = await this.#requestHeaders(request, call, expectation.accept, deadline);
      response = await this.#fetch(request, headers, deadline.signal, lost);
    } catch (error) {
      deadline.dispose();
      throw error;
    }
    deadline.rest();
    const info: ResponseInfo = {
      status: response.status,
      headers: response.headers,
      // Looked for where somebody wants to know, which is an error as a rule.
      get requestId() {
        return requestIdOf(response.headers);
      },
    };
    const exchange = new Exchange(response, info, deadline, timeouts.idle, lost, (problem) =>
      this.invalid(call, problem, info),
    );
    const problem = await this.#problemOf(exchange, call, expectation.contentType);
    if (!problem) return exchange;
    exchange.close();
    throw problem;
  }

  async #fetch(
    { method, url, body }: OutgoingRequest,
    headers: Record<string, string>,
    signal: AbortSignal,
    lost: (cause: unknown) => unknown,
  ): Promise<Response> {
    const init: RequestInit = {
      method,
      headers,
      signal,
      // Following one would carry the vendor's key headers to another host. "error" would say so too, but not every runtime has it.
      redirect: "manual",
      ...(body !== undefined && { body }),
    };
    const { fetch = globalThis.fetch } = this.#options;
    try {
      return await fetch(url, init);
    } catch (cause) {
      throw lost(cause);
    }
  }

  #request(path: string, call: HttpCall): OutgoingRequest {
    const body = this.#requestBody(call);
    return { method: call.method ?? (body === undefined ? "GET" : "POST"), url: this.#url(path, call), body };
  }

  #url(path: string, call: HttpCall): string {
    const last = this.#lastAddress;
    if (path === last.path && call.query === last.query) return last.url;
    const address = `${this.#options.baseURL.replace(/\/+$/, "")}/${path.replace(/^\/+/, "")}`;
    // Not by `new URL` alone, whose error would quote it.
    if (!URL.canParse(address))
      throw this.#error(call, { code: "invalid_input", problem: "baseURL is no URL" });
    const url = new URL(address);
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
    // A query is the caller's own object, which may be another by the next call.
    if (!call.query) this.#lastAddress = { path, query: undefined, url: url.href };
    return url.href;
  }

  #requestBody(call: HttpCall): OutgoingRequest["body"] {
    if (call.body === undefined || call.body instanceof FormData) return call.body;
    try {
      return JSON.stringify(call.body);
    } catch {
      // A circle, or a bigint. The runtime's message may quote the body's keys.
      throw this.#error(call, { code: "invalid_input", problem: "the request cannot be written as JSON" });
    }
  }

  async #requestHeaders(
    request: OutgoingRequest,
    call: HttpCall,
    accept: string,
    deadline: Deadline,
  ): Promise<Record<string, string>> {
    const { auth, headers: configured } = this.#options;
    const isJSON = typeof request.body === "string";
    const headers: Record<string, string> = {
      accept,
      "user-agent": this.#userAgent,
      ...(isJSON && { "content-type": "application/json" }),
    };
    if (typeof auth === "function") {
      const fresh = await this.#authenticate(auth, request, call, deadline);
      this.#addHeaders(headers, [fresh, configured], call);
    } else {
      this.#ownHeaders ??= this.#addHeaders({}, [auth, configured], call);
      Object.assign(headers, this.#ownHeaders);
    }
    return call.headers ? this.#addHeaders(headers, [call.headers], call) : headers;
  }

  #addHeaders(
    headers: Record<string, string>,
    more: readonly (Readonly<Record<string, string>> | undefined)[],
    call: HttpCall,
  ): Record<string, string> {
    for (const some of more) {
      for (const [name, value] of Object.entries(some ?? {})) {
        const problem = headerProblem(name, value);
        if (problem) throw this.#error(call, { code: "invalid_input", problem });
        headers[name.toLowerCase()] = value; // else `Authorization` and `authorization` would both be sent
      }
    }
    return headers;
  }

  /** Within the time limits of the call, as a token may have to be fetched. */
  async #authenticate(
    auth: Authenticate,
    request: OutgoingRequest,
    call: HttpCall,
    { signal }: Deadline,
  ): Promise<Record<string, string>> {
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    try {
      return (this.#lastAuth = await Promise.race([auth(request), ended]));
    } catch (cause) {
      if (signal.aborted || BelugaError.is(cause)) throw cause;
      throw this.#error(call, { code: "auth_error", problem: `no authentication: ${describeCause(cause)}` });
    }
  }

  #isError(body: unknown): boolean {
    return reportsError(body) || (this.#options.isError?.(body) ?? false);
  }

  async #problemOf(exchange: Exchange, call: HttpCall, expected: RegExp): Promise<BelugaError | undefined> {
    const { info } = exchange;
    if (exchange.isRedirect) {
      const which = info.status === 0 ? "" : ` (${info.status})`; // which a browser does not tell
      return this.invalid(call, `a redirect${which}, which is not followed`, info);
    }
    const contentType = info.headers.get("content-type");
    // Of nothing, some servers say that it is text.
    const isNothing = call.allowEmpty === true && info.headers.get("content-length") === "0";
    const isExpected = contentType === null || isNothing || expected.test(contentType);
    if (info.status >= 200 && info.status < 300 && isExpected) return undefined;
    const body = parseLeniently(await exchange.beginning(maxErrorBody));
    if (info.status >= 400) return this.failure(call, body, info);
    if (this.#isError(body)) return this.failure(call, body, info);
    return this.invalid(
      call,
      `${contentType ?? "no content type"} (status ${info.status}) where another was expected: ${(vendorMessage(body) ?? "an empty body").slice(0, 200)}`,
      info,
    );
  }
}

function userAgent({ packageName, version }: HttpClientOptions): string {
  return `beluga-${packageName.replace(/^@beluga\//, "").replace(/[^\w.-]/g, "-")}/${version}`;
}

/** What the vendors call it. */
const requestIdHeaders = [
  "x-request-id",
  "request-id",
  "x-amzn-requestid",
  "apim-request-id",
  "mistral-correlation-id",
  "x-litellm-call-id",
  "x-pinecone-request-id",
];

function requestIdOf(headers: Headers): string | undefined {
  for (const name of requestIdHeaders) {
    const id = headers.get(name);
    if (id !== null) return id;
  }
  return undefined;
}

function parseLeniently(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON that was cut may be in the middle of what repeats the prompt.
    return /^\s*[{[]/.test(text) ? "" : text;
  }
}

/** What a header with this name or value would be refused for, by a runtime whose message quotes the value. */
function headerProblem(name: string, value: string): string | undefined {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return `${JSON.stringify(name)} cannot be the name of a header`;
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
    return `the header "${name}" has characters that no header can have`;
  return undefined;
}
