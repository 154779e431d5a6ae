import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach } from "vitest";

/** One request that came to the local server, with the means to answer it well or badly. */
export interface LocalRequest {
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Resolves when the connection is gone, or the answer wholly sent; to whether it was wholly sent. */
  closed: Promise<boolean>;
  response: ServerResponse;
  json(value: unknown, status?: number, headers?: Record<string, string>): void;
  /** Answers with a body of the given pieces, each a write of its own. */
  send(contentType: string | undefined, ...pieces: (string | Uint8Array)[]): Promise<void>;
  /** Begins such an answer, and leaves it open. */
  begin(contentType: string, ...pieces: (string | Uint8Array)[]): Promise<void>;
  /** Resets the connection; what the client has not read yet may be lost. */
  reset(): void;
  /** Ends the connection without ending the answer. */
  cut(): void;
}

export interface LocalServer {
  /** Without a slash at its end. */
  readonly url: string;
  /** What came during this test. */
  readonly requests: LocalRequest[];
  /** How many connections were opened during this test. */
  readonly connections: number;
  /** Says how requests are answered; `attempt` counts from 0. */
  answer(handler: (request: LocalRequest, attempt: number) => void | Promise<void>): void;
}

/** A real server on 127.0.0.1, for the tests of one file. */
export function localServer(): LocalServer {
  type Handler = Parameters<LocalServer["answer"]>[0];
  const state = {
    url: "",
    requests: [] as LocalRequest[],
    connections: 0,
    handler: undefined as Handler | undefined,
  };
  const server = createServer((incoming, response) => void handle(incoming, response));
  server.on("connection", () => state.connections++);

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const request = localRequest(incoming, response, Buffer.concat(pieces).toString());
    state.requests.push(request);
    await state.handler?.(request, state.requests.length - 1);
  }

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    Object.assign(state, { requests: [], connections: 0, handler: undefined });
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  return {
    get url() {
      return state.url;
    },
    get requests() {
      return state.requests;
    },
    get connections() {
      return state.connections;
    },
    answer(handler) {
      state.handler = handler;
    },
  };
}

function localRequest(incoming: IncomingMessage, response: ServerResponse, body: string): LocalRequest {
  const write = (piece: string | Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      // By then it has left this process; the next write is a read of its own at the other end.
      response.write(piece, () => setImmediate(resolve));
    });
  const request: LocalRequest = {
    method: incoming.method ?? "",
    url: incoming.url ?? "",
    headers: incoming.headers,
    body,
    closed: new Promise((resolve) => response.once("close", () => resolve(response.writableFinished))),
    response,
    json(value, status = 200, headers = {}) {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(value));
    },
    async begin(contentType, ...pieces) {
      response.writeHead(200, { "content-type": contentType });
      response.flushHeaders();
      for (const piece of pieces) await write(piece);
    },
    async send(contentType, ...pieces) {
      response.writeHead(200, contentType === undefined ? {} : { "content-type": contentType });
      for (const piece of pieces) await write(piece);
      response.end();
    },
    reset() {
      incoming.socket.resetAndDestroy();
    },
    cut() {
      incoming.socket.end();
    },
  };
  return request;
}
