import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** What one request is answered with. All of it is optional: `{}` is an empty 200. */
export interface Reply {
  /** Default: 200. */
  status?: number;
  /** As they are, so that a wrong `content-length` can be sent. Without one the body is chunked. */
  headers?: Readonly<Record<string, string>>;
  /** How long the headers are held back, in milliseconds; `Infinity`: for ever. */
  delay?: number;
  /**
   * The body: whole, or in pieces; a number between pieces is a pause in milliseconds, `Infinity` a stall. Each piece is an HTTP chunk
   * and a write of its own; a `fetch` may still join those that it has not handed on yet. They are taken only as fast as the client
   * reads, so an endless generator is an endless body.
   */
  body?: string | Uint8Array | Iterable<BodyPiece> | AsyncIterable<BodyPiece>;
  /**
   * What comes after the body:
   * - `normal` (default): its end, as HTTP has it;
   * - `close`: the connection is closed in the middle of the body (the last chunk, or the rest of `content-length`, is missing);
   * - `reset`: the connection is reset; where the reply has no body and no status, before its headers.
   */
  end?: "normal" | "close" | "reset";
}

/** A piece of a body, or a pause in milliseconds. */
export type BodyPiece = string | Uint8Array | number;

/** A request as the server got it. */
export interface ServedRequest {
  readonly method: string;
  /** The route's own address: what the provider has as its `baseURL`. */
  readonly base: string;
  /** Path and query, without the route's own prefix: `/chat/completions?api-version=1`. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
  readonly text: string;
  /** The parsed body; `undefined` where it is not JSON. */
  readonly body: unknown;
  /** When it came, on the clock of `performance.now()`. */
  readonly at: number;
  /** Bytes of the reply's body that were written so far: stops to grow when the client does not read. */
  readonly sent: number;
  /**
   * Resolves when the exchange is over: `client` when the client closed the connection before the reply was complete, `server` when
   * the reply was sent, or broken off on purpose.
   */
  readonly closed: Promise<"client" | "server">;
}

/** How the requests of a route are answered. `count` is 1 for the route's first request. */
export type Handler = (request: ServedRequest, count: number) => Reply | Promise<Reply>;

/** An address of the server with replies and a log of its own, so that many tests can share one server and run at the same time. */
export interface Route {
  /** `http://127.0.0.1:PORT/r7`: what a provider gets as its `baseURL`. */
  readonly url: string;
  /** All requests so far. */
  readonly requests: readonly ServedRequest[];
  /** Resolves with a request, the first by default, as soon as it is there. */
  request(number?: number): Promise<ServedRequest>;
  /**
   * Answers some requests apart from the others: those that `answer` has a reply to are not among the route's requests, nor counted. For
   * what a provider has to ask before it comes to the point.
   */
  answerAside(answer: (request: ServedRequest) => Reply | undefined): void;
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /**
   * A new route.
   *
   * @param replies - One reply for all requests; several, for one request each (the last one again for all that follow); or a handler.
   */
  route(...replies: readonly [Handler] | readonly Reply[]): Route;
  /** Breaks off what is under way, and closes. */
  close(): Promise<void>;
}

/**
 * Starts an HTTP server on 127.0.0.1, on a free port, that answers as it is told: well, badly, slowly or not at all.
 *
 * @example
 * ```ts
 * const server = await startServer();
 * const route = server.route({ status: 429, headers: { "retry-after-ms": "5" } }, { body: [firstHalf, 20, secondHalf], end: "reset" });
 * const model = createAcme({ baseURL: route.url });
 * // ...
 * route.requests.length; // 2
 * await server.close();
 * ```
 */
export async function startServer(): Promise<TestServer> {
  const routes = new Map<string, RouteState>();
  const stopped = new AbortController();

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => {
      // The client went away in the middle, or the server is closing: `closed` says so to whoever wants to know.
      outgoing.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const [, name = "", path = "/"] = /^\/([^/?]*)(.*)$/.exec(incoming.url ?? "") ?? [];
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, stopped.signal]);
    const closed = new Promise<"client" | "server">((resolve) => {
      outgoing.on("close", () => {
        over.abort();
        resolve(outgoing.writableFinished || broken.has(outgoing) ? "server" : "client");
      });
    });
    const route = routes.get(name);
    const request = await readRequest(incoming, `${url}/${name}`, path === "" ? "/" : path, closed);
    if (!route) {
      outgoing.writeHead(404).end(`no route ${name}`);
      return;
    }
    const aside = route.aside?.(request);
    if (aside) return send(aside, outgoing, request, signal);
    const count = route.add(request);
    await send(await route.handler(request, count), outgoing, request, signal);
  }

  await new Promise<void>((resolve, reject) => {
    server.on("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const close = async (): Promise<void> => {
    stopped.abort();
    const ended = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await ended;
  };

  return {
    url,
    route(...replies) {
      const name = `r${routes.size + 1}`;
      const route = new RouteState(`${url}/${name}`, handlerOf(replies));
      routes.set(name, route);
      return route;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Replies whose connection the server itself closed. */
const broken = new WeakSet<ServerResponse>();

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

class RouteState implements Route {
  readonly url: string;
  readonly handler: Handler;
  readonly requests: Mutable<ServedRequest>[] = [];
  readonly #waiting: { number: number; resolve: (request: ServedRequest) => void }[] = [];

  constructor(url: string, handler: Handler) {
    this.url = url;
    this.handler = handler;
  }

  aside: ((request: ServedRequest) => Reply | undefined) | undefined;

  answerAside(answer: (request: ServedRequest) => Reply | undefined): void {
    this.aside = answer;
  }

  add(request: Mutable<ServedRequest>): number {
    const count = this.requests.push(request);
    for (const { number, resolve } of this.#waiting) if (number === count) resolve(request);
    return count;
  }

  request(number = 1): Promise<ServedRequest> {
    const present = this.requests[number - 1];
    if (present) return Promise.resolve(present);
    return new Promise((resolve) => this.#waiting.push({ number, resolve }));
  }
}

function handlerOf(replies: readonly [Handler] | readonly Reply[]): Handler {
  const [first] = replies;
  if (typeof first === "function") return first;
  return (_request, count) => (replies as readonly Reply[])[Math.min(count, replies.length) - 1] ?? {};
}

async function readRequest(
  incoming: IncomingMessage,
  base: string,
  path: string,
  closed: ServedRequest["closed"],
): Promise<Mutable<ServedRequest>> {
  const at = performance.now();
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString();
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
  );
  return {
    method: incoming.method ?? "",
    base,
    path,
    headers,
    bytes,
    text,
    body: parse(text),
    at,
    sent: 0,
    closed,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a form, or nothing
  }
}

async function send(
  reply: Reply,
  outgoing: ServerResponse,
  request: Mutable<ServedRequest>,
  signal: AbortSignal,
): Promise<void> {
  const { status, headers, delay = 0, body = [], end = "normal" } = reply;
  if (delay > 0) await pause(delay, signal);
  if (end === "reset" && status === undefined && reply.body === undefined) return breakOff(outgoing, end);

  outgoing.socket?.setNoDelay(true);
  outgoing.strictContentLength = false;
  outgoing.writeHead(status ?? 200, { ...headers });
  outgoing.flushHeaders();
  for await (const piece of typeof body === "string" || body instanceof Uint8Array ? [body] : body) {
    if (typeof piece === "number") await pause(piece, signal);
    else if (piece.length > 0) await write(piece, outgoing, request);
    if (signal.aborted) return;
  }
  if (end === "normal") {
    outgoing.end();
    return;
  }
  // What was sent must have arrived: a reset discards what its receiver has not read yet.
  await pause(20, signal);
  breakOff(outgoing, end);
}

/** Resolves when the client has room for more. */
function write(
  piece: string | Uint8Array,
  outgoing: ServerResponse,
  request: Mutable<ServedRequest>,
): Promise<void> {
  request.sent += Buffer.byteLength(piece);
  return new Promise((resolve, reject) => {
    const onClose = (): void => reject(new Error("closed"));
    outgoing.once("close", onClose);
    outgoing.write(piece, (error) => {
      outgoing.off("close", onClose);
      if (error) reject(error);
      // A turn of the event loop, in which a client in this process can take the piece by itself.
      else setImmediate(resolve);
    });
  });
}

/** A stall is a pause without an end. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds === Infinity) {
    await new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }
  await wait(milliseconds, undefined, { signal });
}

function breakOff(outgoing: ServerResponse, how: "close" | "reset"): void {
  broken.add(outgoing);
  if (how === "reset") outgoing.socket?.resetAndDestroy();
  else outgoing.socket?.destroy();
}
