import { getEventListeners } from "node:events";
import { createServer } from "node:net";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TimeoutOptions } from "../common.js";
import { BelugaError, type ErrorCode } from "../errors.js";
import { type HttpCall, HttpClient, type HttpClientOptions, type OutgoingRequest } from "./http.js";
import { reportsDetail } from "./openai-errors.js";
import { type LocalRequest, localServer } from "./testing/local-server.js";

const server = localServer();

function client(options: Partial<HttpClientOptions> = {}): HttpClient {
  return new HttpClient({
    provider: "acme",
    packageName: "@beluga/llm-acme",
    version: "1.2.3",
    baseURL: `${server.url}/v1`,
    ...options,
  });
}

const call: HttpCall = { op: "llm.generate", model: "small", body: { prompt: "Hi" } };

/** The error that a call rejects with; fails where it is none of ours. */
async function failureOf(running: Promise<unknown>): Promise<BelugaError> {
  const [outcome] = await Promise.allSettled([running]);
  if (outcome.status === "fulfilled") throw new Error(`nothing was thrown: ${inspect(outcome.value)}`);
  if (BelugaError.is(outcome.reason)) return outcome.reason;
  throw outcome.reason;
}

/** What an answer that is refused as `invalid_response` is refused for. */
const invalid = async (running: Promise<unknown>): Promise<string> => {
  const error = await failureOf(running);
  expect({ code: error.code, retryable: error.retryable, op: error.op, model: error.model }).toEqual({
    code: "invalid_response",
    retryable: false,
    op: "llm.generate",
    model: "small",
  });
  return error.message.replace("acme llm.generate: ", "");
};

/** All ways in which an error is printed. */
function shown(error: BelugaError): string {
  const logged = [
    inspect(error, { depth: null, showHidden: true }),
    JSON.stringify(error),
    error.stack,
    String(error),
  ];
  return [
    ...logged,
    inspect(error.cause),
    inspect(Object.getOwnPropertyDescriptors(error), { depth: null }),
  ].join("\n");
}

async function drain<T>(frames: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const frame of frames) all.push(frame);
  return all;
}

/** Backs off for no time at all. */
const noBackoff = (): void => void vi.spyOn(Math, "random").mockReturnValue(0);

const timers = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;

// Whatever becomes of a call, it leaves no timer behind, and no listener on the caller's signal.
let timersBefore: number;
let caller: AbortController;
beforeEach(() => {
  caller = new AbortController();
  timersBefore = timers();
});
afterEach(async () => {
  expect(getEventListeners(caller.signal, "abort")).toEqual([]);
  const began = performance.now();
  while (timers() > timersBefore && performance.now() - began < 2000) await new Promise(setImmediate);
  expect(timers()).toBeLessThanOrEqual(timersBefore);
});

describe("a request", () => {
  it("sends JSON to the path under the base URL, and gives back the parsed answer", async () => {
    server.answer((request) => request.json({ text: "Hé" }, 200, { "x-request-id": "req_1" }));
    const { data, response } = await client().json("chat/completions", { ...call, signal: caller.signal });
    expect(data).toEqual({ text: "Hé" });
    expect({ ...response, headers: response.headers.get("x-request-id") }).toEqual({
      status: 200,
      requestId: "req_1",
      headers: "req_1",
    });
    const [{ method, url, headers, body } = {} as LocalRequest] = server.requests;
    expect({ method, url, body: JSON.parse(body) as unknown }).toEqual({
      method: "POST",
      url: "/v1/chat/completions",
      body: { prompt: "Hi" },
    });
    expect(headers).toMatchObject({
      "content-type": "application/json",
      accept: "application/json",
      "user-agent": "beluga-llm-acme/1.2.3",
    });
  });

  it.each([
    ["/v1", "models"],
    ["/v1/", "models"],
    ["/v1", "/models"],
    ["/v1//", "/models"],
  ])("joins the base %j and the path %j with one slash", async (base, path) => {
    server.answer((request) => request.json({}));
    await client({ baseURL: `${server.url}${base}` }).json(path, { op: "llm.models" });
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET /v1/models"]);
  });

  it("takes the method and the query that it is given, encoded", async () => {
    server.answer((request) => request.json({}));
    await client().json("items/a%2Fb?x=1", {
      op: "vector.delete",
      method: "DELETE",
      query: { "a b": "ä&=", c: "" },
    });
    expect(server.requests.map(({ method, url, body }) => ({ method, url, body }))).toEqual([
      { method: "DELETE", url: "/v1/items/a%2Fb?x=1&a+b=%C3%A4%26%3D&c=", body: "" },
    ]);
  });

  it("reads events, with what each read brought as a batch", async () => {
    server.answer((request) =>
      request.send("text/event-stream; charset=utf-8", "data: 1\n\nevent: x\nda", "ta: 2\n\ndata: 3"),
    );
    const events = await client().events("stream", { ...call, signal: caller.signal });
    expect(events.response.status).toBe(200);
    expect(await drain(events)).toEqual([
      { event: undefined, data: "1" },
      { event: "x", data: "2" },
      { event: undefined, data: "3" },
    ]);
    expect(events.ended).toBe(true);
    expect(await events.read()).toBeUndefined();
    expect(server.requests[0]?.headers.accept).toBe("text/event-stream");
  });

  it("reads lines", async () => {
    server.answer((request) => request.send("application/x-ndjson", '{"a":1}\n{"a"', ":2}\n\n", '{"a":3}'));
    expect(await drain(await client().lines("stream", call))).toEqual(['{"a":1}', '{"a":2}', '{"a":3}']);
    expect(server.requests[0]?.headers.accept).toBe("application/x-ndjson");
  });

  it("reads bytes", async () => {
    server.answer((request) => request.send("audio/mpeg", Uint8Array.of(0, 255), Uint8Array.of(1)));
    const { data } = await client().bytes("speech", {
      ...call,
      contentType: /^audio\//,
      accept: "audio/mpeg",
    });
    expect(Uint8Array.from(data)).toEqual(Uint8Array.of(0, 255, 1));
    expect(server.requests[0]?.headers.accept).toBe("audio/mpeg");
  });

  it("sends a form, under a boundary of its own", async () => {
    server.answer((request) => request.json({ text: "Hi" }));
    const body = new FormData();
    body.append("model", "whisper");
    body.append("file", new Blob([Uint8Array.of(1, 2)], { type: "audio/wav" }), "a.wav");
    expect((await client().multipart("transcribe", { op: "stt.transcribe", body })).data).toEqual({
      text: "Hi",
    });
    const [request] = server.requests;
    expect(request?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
    expect(request?.body).toContain('name="model"\r\n\r\nwhisper');
    expect(request?.body).toContain('filename="a.wav"\r\nContent-Type: audio/wav');
  });

  it("goes through the fetch that it is given", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json({ from: "elsewhere" }));
    expect((await client({ fetch }).json("chat", call)).data).toEqual({ from: "elsewhere" });
    expect(fetch).toHaveBeenCalledOnce();
    expect(server.requests).toEqual([]);
  });

  it("puts a call's headers over the config's, and those over the provider's, whatever their case", async () => {
    server.answer((request) => request.json({}));
    const own = client({
      auth: { Authorization: "Bearer key-of-auth", "x-a": "auth", "x-b": "auth", "X-C": "auth" },
      headers: { "X-B": "config", "x-c": "config", authorization: "Bearer key-of-config" },
    });
    await own.json("chat", {
      ...call,
      headers: { "X-C": "call", "User-Agent": "mine/1", ACCEPT: "application/special+json" },
    });
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: "Bearer key-of-config",
      "x-a": "auth",
      "x-b": "config",
      "x-c": "call",
      "user-agent": "mine/1",
      accept: "application/special+json",
    });
  });

  it("asks a function for its authentication at each attempt", async () => {
    noBackoff();
    let token = 0;
    server.answer((request, attempt) => request.json({}, attempt === 0 ? 503 : 200));
    await client({ auth: async () => ({ authorization: `Bearer token-${++token}` }) }).json("chat", call);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer token-1",
      "Bearer token-2",
    ]);
  });

  it("tells that function what it signs", async () => {
    server.answer((request) => request.json({}));
    const signed: OutgoingRequest[] = [];
    const auth = (request: OutgoingRequest): Record<string, string> => {
      signed.push(request);
      return { "x-signature": String(signed.length) };
    };
    await client({ auth }).json("chat", { ...call, body: { text: "ä" }, query: { version: "1:2" } });
    expect(signed).toEqual([
      { method: "POST", url: `${server.url}/v1/chat?version=1%3A2`, body: '{"text":"ä"}' },
    ]);
    expect(server.requests.map(({ headers }) => headers["x-signature"])).toEqual(["1"]);
  });

  it("fails as the function fails that authenticates", async () => {
    const error = new BelugaError({ op: "auth", code: "auth_error", message: "no token" });
    await expect(client({ auth: () => Promise.reject(error) }).json("chat", call)).rejects.toBe(error);
  });

  it("says that there is no authentication where the function fails otherwise, without what it holds", async () => {
    const problem = new Error("no token for key-of-auth-0123 at https://login.example/?secret=1");
    const auth = (): Promise<never> => Promise.reject(problem);
    const error = await failureOf(client({ auth, secrets: ["key-of-auth-0123"] }).json("chat", call));
    expect([error.code, error.message]).toEqual([
      "auth_error",
      "acme llm.generate: no authentication: no token for *** at [URL]",
    ]);
    expect(server.requests).toEqual([]);
  });

  it("does not wait longer than its limit for a function that authenticates, nor past an abort", async () => {
    const auth = vi.fn(() => new Promise<never>(() => undefined));
    const own = client({ auth, maxRetries: 0, timeout: { headers: 20 } });
    const { signal } = caller;
    expect((await failureOf(own.json("chat", { ...call, signal }))).code).toBe("timeout");
    const running = client({ auth }).json("chat", { ...call, signal });
    caller.abort("enough");
    await expect(running).rejects.toBe("enough");
  });

  it.each([
    ["a newline", "x-api-key", "sk-secret-0123456789\n"],
    ["a character beyond Latin-1", "Authorization", "Bearer sk-secret-0123456789…"],
  ])(
    "is refused with %s in a header, before it is sent and without showing the key",
    async (_what, name, value) => {
      const error = await failureOf(client({ auth: { [name]: value } }).json("chat", call));
      expect(error.toJSON()).toMatchObject({
        code: "invalid_input",
        message: `acme llm.generate: the header "${name}" has characters that no header can have`,
      });
      expect(server.requests).toEqual([]);
    },
  );

  it("is refused with a header that cannot be one, before it is sent", async () => {
    const error = await failureOf(client({ headers: { "x y": "value-of-x" } }).json("chat", call));
    expect(error.toJSON()).toMatchObject({
      code: "invalid_input",
      message: 'acme llm.generate: "x y" cannot be the name of a header',
    });
    expect(server.requests).toEqual([]);
  });

  it.each([
    ["a bigint", { seed: 1n }],
    ["a circle", [[] as unknown[]]],
  ])("is refused with a body that JSON has no words for: %s", async (what, body) => {
    if (Array.isArray(body)) body[0]?.push(body);
    const error = await failureOf(client().json("chat", { ...call, body }));
    expect(error.toJSON()).toMatchObject({
      code: "invalid_input",
      message: "acme llm.generate: the request cannot be written as JSON",
    });
    expect({ what, requests: server.requests }).toEqual({ what, requests: [] });
  });
});

describe("a status", () => {
  it.each<[number, ErrorCode, boolean]>([
    [400, "invalid_input", false],
    [401, "auth_error", false],
    [402, "quota_exhausted", false],
    [403, "permission_denied", false],
    [404, "not_found", false],
    [408, "timeout", true],
    [410, "not_found", false],
    [409, "invalid_input", false],
    [413, "invalid_input", false],
    [418, "invalid_input", false],
    [422, "invalid_input", false],
    [429, "rate_limit", true],
    [500, "provider_unavailable", true],
    [501, "provider_unavailable", true],
    [502, "provider_unavailable", true],
    [503, "provider_unavailable", true],
    [504, "timeout", true],
    [529, "provider_unavailable", true],
  ])("of %d is %s, with the vendor's words and without", async (status, code, retryable) => {
    const own = client({ maxRetries: 0 });
    server.answer((request, attempt) => {
      if (attempt === 0)
        request.json({ error: { message: "the vendor's words" } }, status, { "request-id": "req_2" });
      else request.response.writeHead(status).end();
    });
    const { signal } = caller;
    const said = await failureOf(own.json("chat", { ...call, signal }));
    expect(said.toJSON()).toStrictEqual({
      name: "BelugaError",
      op: "llm.generate",
      code,
      provider: "acme",
      model: "small",
      status,
      requestId: "req_2",
      retryAfterMs: undefined,
      retryable,
      message: `acme llm.generate: ${status}: the vendor's words`,
    });
    const silent = await failureOf(own.events("stream", { ...call, signal }));
    expect(silent.toJSON()).toMatchObject({
      code,
      status,
      retryable,
      message: `acme llm.generate: ${status}: no further explanation`,
    });
  });

  it("is refined by what the vendor says", async () => {
    const seen: unknown[] = [];
    const own = client({
      maxRetries: 0,
      refineError({ status, headers, body }) {
        seen.push({ status, header: headers?.get("x-vendor"), body });
        return { code: "context_length", message: "too long", retryable: true, retryAfterMs: 7 };
      },
    });
    server.answer((request) => request.json({ error: { code: "too_long" } }, 400, { "x-vendor": "yes" }));
    expect((await failureOf(own.json("chat", call))).toJSON()).toMatchObject({
      code: "context_length",
      status: 400,
      retryable: true,
      retryAfterMs: 7,
      message: "acme llm.generate: 400: too long",
    });
    expect(seen).toEqual([{ status: 400, header: "yes", body: { error: { code: "too_long" } } }]);
  });

  it("of an exhausted quota is never retried, also with status 429", async () => {
    const own = client({ refineError: () => ({ code: "quota_exhausted" }) });
    server.answer((request) => request.json({ error: {} }, 429, { "retry-after": "0" }));
    expect((await failureOf(own.json("chat", call))).toJSON()).toMatchObject({
      code: "quota_exhausted",
      retryable: false,
    });
    expect(server.requests).toHaveLength(1);
  });

  it("is kept where the body that explains it breaks off, is endless, or is not what it seems", async () => {
    const own = client({ maxRetries: 0 });
    server.answer((request, attempt) => {
      if (attempt < 2) {
        request.response.writeHead(500, { "content-type": "application/json" });
        request.response.write('{"error": {"message": "half');
      }
      if (attempt === 0) request.cut();
      else if (attempt === 1) {
        const more = setInterval(() => request.response.write("a".repeat(256 * 1024)), 1);
        request.response.once("close", () => clearInterval(more));
      } else {
        request.response.writeHead(500, { "content-type": "text/html" }).end("<h1>\n  Bad   Gateway\n</h1>");
      }
    });
    for (const words of ["no further explanation", "no further explanation", "<h1> Bad Gateway </h1>"]) {
      expect((await failureOf(own.json("chat", call))).toJSON()).toMatchObject({
        code: "provider_unavailable",
        status: 500,
        message: `acme llm.generate: 500: ${words}`,
      });
    }
    expect(await server.requests[1]?.closed).toBe(false);
  });

  it("is not reported where the caller aborts, or a limit passes, in the middle of the body that explains it", async () => {
    server.answer((request) => {
      request.response.writeHead(500, { "content-type": "application/json" });
      request.response.write('{"error":');
      if (request.url.endsWith("aborted")) caller.abort("enough");
    });
    const own = client({ maxRetries: 0, timeout: { idle: 150 } });
    expect((await failureOf(own.json("stalled", { ...call, signal: caller.signal }))).code).toBe("timeout");
    await expect(own.json("aborted", { ...call, signal: caller.signal })).rejects.toBe("enough");
    expect(await Promise.all(server.requests.map(({ closed }) => closed))).toEqual([false, false]);
  });

  it("is explained by words of every width, however they are cut", async () => {
    const body = new TextEncoder().encode(JSON.stringify({ message: "zu groß: 語 😀" }));
    server.answer(async (request) => {
      request.response.writeHead(400, { "content-type": "application/json" });
      for (const byte of body) request.response.write(Uint8Array.of(byte));
      request.response.end();
    });
    const stream = new ReadableStream({
      start(controller) {
        for (const byte of body) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const fetch = async (): Promise<Response> => new Response(stream, { status: 400 });
    for (const own of [client(), client({ fetch })]) {
      expect((await failureOf(own.json("chat", call))).message).toBe(
        "acme llm.generate: 400: zu groß: 語 😀",
      );
    }
  });

  it("is that of a failure inside of a stream, where the vendor's event names one", () => {
    const own = client({
      refineError: ({ status, body }) => ({ status: status ?? (body as { code: number }).code }),
    });
    expect(own.failure(call, { code: 429, message: "slow down" }, { status: 200 }).toJSON()).toMatchObject({
      code: "rate_limit",
      status: 429,
      message: "acme llm.generate: 429: slow down",
    });
    expect(client().failure(call, { message: "sorry" }).toJSON()).toMatchObject({
      code: "provider_unavailable",
      message: "acme llm.generate: sorry",
    });
  });
});

describe("retry", () => {
  beforeEach(noBackoff);

  it.each([408, 429, 500, 503, 529])("follows status %d, as often as the config says", async (status) => {
    server.answer((request, attempt) => request.json({ attempt }, attempt < 2 ? status : 200));
    expect((await client().json("chat", { ...call, signal: caller.signal })).data).toEqual({ attempt: 2 });
    expect(server.requests.map(({ body }) => body)).toEqual(Array(3).fill('{"prompt":"Hi"}'));
  });

  it("ends after maxRetries with the last failure", async () => {
    server.answer((request, attempt) => request.json({ message: `failure ${attempt}` }, 500));
    expect((await failureOf(client({ maxRetries: 1 }).json("chat", call))).message).toContain("failure 1");
    expect(server.requests).toHaveLength(2);
  });

  it.each([400, 401, 403, 404, 413, 422])("does not follow status %d", async (status) => {
    server.answer((request) => request.json({}, status));
    await failureOf(client().json("chat", call));
    expect(server.requests).toHaveLength(1);
  });

  it("follows a connection that is cut before the headers, of whole bodies and of streams", async () => {
    server.answer((request, attempt) => {
      if (attempt % 2 === 0) request.reset();
      else if (attempt === 1) request.json({ ok: true });
      else void request.send("text/event-stream", "data: 1\n\n");
    });
    expect((await client().json("chat", call)).data).toEqual({ ok: true });
    expect(await drain(await client().events("stream", call))).toEqual([{ event: undefined, data: "1" }]);
    expect(server.requests).toHaveLength(4);
  });

  it("follows a whole body that breaks off", async () => {
    server.answer(async (request, attempt) => {
      if (attempt > 0) return request.json({ ok: true });
      await request.begin("application/json", '{"ok":');
      request.cut();
    });
    expect((await client().json("chat", call)).data).toEqual({ ok: true });
    expect(server.requests).toHaveLength(2);
  });

  it("does not follow a stream that breaks off, whose first frames were handed on", async () => {
    server.answer((request) => request.begin("text/event-stream", "data: 1\n\n"));
    const events = await client().events("stream", { ...call, signal: caller.signal });
    expect(await events.read()).toEqual([{ event: undefined, data: "1" }]);
    server.requests[0]?.reset();
    expect((await failureOf(events.read())).toJSON()).toMatchObject({
      code: "provider_unavailable",
      retryable: true,
    });
    expect(await events.read()).toBeUndefined();
    expect(server.requests).toHaveLength(1);
  });

  it("follows a server that is not there", async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
    const { port } = gone.address() as { port: number };
    await new Promise((resolve) => gone.close(resolve));
    const fetch = vi.fn(globalThis.fetch);
    const error = await failureOf(client({ baseURL: `http://127.0.0.1:${port}`, fetch }).json("chat", call));
    expect(error.toJSON()).toMatchObject({
      code: "provider_unavailable",
      retryable: true,
      message: `acme llm.generate: connection failed: connect ECONNREFUSED 127.0.0.1:${port}`,
    });
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  it("waits as long as the vendor asks", async () => {
    server.answer((request, attempt) =>
      request.json({}, attempt === 0 ? 429 : 200, { "retry-after-ms": "40" }),
    );
    const began = performance.now();
    await client().json("chat", call);
    expect(performance.now() - began).toBeGreaterThanOrEqual(39);
  });

  it("does not follow a vendor who asks for a longer wait than allowed: it fails at once, and says how long", async () => {
    server.answer((request) => request.json({}, 429, { "retry-after": "120" }));
    expect((await failureOf(client().json("chat", call))).toJSON()).toMatchObject({
      code: "rate_limit",
      retryAfterMs: 120_000,
      retryable: true,
    });
    expect(server.requests).toHaveLength(1);
    await failureOf(client({ maxRetryWait: 5 }).json("chat", { ...call, op: "second" }));
    expect(server.requests).toHaveLength(2);
  });

  it("does not wait past the limit of the whole call", async () => {
    server.answer((request) => request.json({}, 503, { "retry-after": "30" }));
    const error = await failureOf(client({ timeout: { total: 20_000 } }).json("chat", call));
    expect(error.toJSON()).toMatchObject({ code: "provider_unavailable", retryAfterMs: 30_000 });
    expect(server.requests).toHaveLength(1);
  });
});

describe("abort", () => {
  const reason = { why: "the caller's own" };

  it("before the call sends nothing, and rejects with the signal's reason itself", async () => {
    caller.abort(reason);
    await expect(client().json("chat", { ...call, signal: caller.signal })).rejects.toBe(reason);
    await expect(client().events("chat", { ...call, signal: caller.signal })).rejects.toBe(reason);
    expect(server.requests).toEqual([]);
  });

  it("before the headers closes the connection", async () => {
    server.answer(() => caller.abort(reason));
    await expect(client().json("chat", { ...call, signal: caller.signal })).rejects.toBe(reason);
    expect(await server.requests[0]?.closed).toBe(false);
    expect(server.requests).toHaveLength(1);
  });

  it("in the middle of a whole body closes the connection", async () => {
    server.answer(async (request) => {
      await request.begin("application/json", '{"a":');
      caller.abort(reason);
    });
    await expect(client().json("chat", { ...call, signal: caller.signal })).rejects.toBe(reason);
    expect(await server.requests[0]?.closed).toBe(false);
    expect(server.requests).toHaveLength(1);
  });

  it("in the middle of a stream closes the connection, while it is read and while it is not", async () => {
    server.answer((request) => request.begin("text/event-stream", "data: 1\n\n"));
    const events = await client().events("stream", { ...call, signal: caller.signal });
    expect(await events.read()).toEqual([{ event: undefined, data: "1" }]);
    const reading = events.read();
    caller.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(await server.requests[0]?.closed).toBe(false);

    const other = new AbortController();
    const idle = await client().events("stream", { ...call, signal: other.signal });
    await idle.read();
    other.abort(reason);
    expect(await server.requests[1]?.closed).toBe(false);
    await expect(idle.read()).rejects.toBe(reason);
    expect(getEventListeners(other.signal, "abort")).toEqual([]);
  });

  it("ends the wait before another attempt", async () => {
    server.answer((request) => {
      request.json({}, 503, { "retry-after": "50" });
      setTimeout(() => caller.abort(reason), 10);
    });
    await expect(client().json("chat", { ...call, signal: caller.signal })).rejects.toBe(reason);
    expect(server.requests).toHaveLength(1);
  });

  it("after the answer changes nothing", async () => {
    server.answer((request) => request.json({ ok: true }));
    const { data } = await client().json("chat", { ...call, signal: caller.signal });
    caller.abort(reason);
    expect(data).toEqual({ ok: true });
  });

  it("with an error that may pass is not taken for a failure to try again", async () => {
    const timeout = new BelugaError({ op: "app", code: "timeout", message: "the application's own" });
    server.answer(() => caller.abort(timeout));
    await expect(client().json("chat", { ...call, signal: caller.signal })).rejects.toBe(timeout);
    expect(server.requests).toHaveLength(1);
  });

  it("reaches a fetch that does not listen: its body is cancelled", async () => {
    let cancelled: unknown;
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
      cancel: (why) => (cancelled = why ?? "yes"),
    });
    const headers = { "content-type": "text/event-stream" };
    const own = client({ fetch: async () => new Response(body, { headers }) });
    const events = await own.events("stream", { ...call, signal: caller.signal });
    await events.read();
    events.cancel();
    await vi.waitFor(() => expect(cancelled).toBeDefined());
  });
});

describe("leaving a stream", () => {
  it("early closes the connection", async () => {
    server.answer((request) => request.begin("text/event-stream", "data: 1\n\ndata: 2\n\n"));
    for await (const event of await client().events("stream", { ...call, signal: caller.signal })) {
      expect(event.data).toBe("1");
      break;
    }
    expect(await server.requests[0]?.closed).toBe(false);
  });

  it("while it is read ends that read as the end of the stream", async () => {
    server.answer((request) => request.begin("text/event-stream", ": nothing yet\n\n"));
    const events = await client().events("stream", { ...call, signal: caller.signal });
    const reading = events.read();
    events.cancel();
    expect(await reading).toBeUndefined();
    expect(await server.requests[0]?.closed).toBe(false);
  });

  it("after its terminal event lets the connection be used again", async () => {
    server.answer((request, attempt) =>
      attempt === 0 ? request.send("text/event-stream", "data: [DONE]\n\n", ": bye\n\n") : request.json({}),
    );
    const events = await client().events("stream", { ...call, signal: caller.signal });
    await events.read();
    const [set, clear] = [vi.spyOn(globalThis, "setTimeout"), vi.spyOn(globalThis, "clearTimeout")];
    events.finish();
    const giveUp = set.mock.results[0]?.value as unknown;
    expect(await server.requests[0]?.closed).toBe(true);
    await vi.waitFor(() => expect(clear).toHaveBeenCalledWith(giveUp));
    await vi.waitFor(() => expect(getEventListeners(caller.signal, "abort")).toEqual([]));
    await client().json("chat", call);
    expect({ requests: server.requests.length, connections: server.connections }).toEqual({
      requests: 2,
      connections: expect.toSatisfy((count: number) => count <= 1),
    });
  });

  it("after its terminal event closes a connection that the vendor leaves open", async () => {
    server.answer((request) => request.begin("text/event-stream", "data: [DONE]\n\n"));
    const events = await client().events("stream", { ...call, signal: caller.signal });
    await events.read();
    events.finish();
    expect(await events.read()).toBeUndefined();
    expect(await server.requests[0]?.closed).toBe(false);
  });

  it("after its terminal event gives up on a vendor who goes on", async () => {
    server.answer(async (request) => {
      await request.begin("text/event-stream", "data: [DONE]\n\n");
      const more = setInterval(() => request.response.write(": more\n\n"), 1);
      request.response.once("close", () => clearInterval(more));
    });
    const events = await client().events("stream", { ...call, signal: caller.signal });
    await events.read();
    events.finish();
    expect(await server.requests[0]?.closed).toBe(false);
  });
});

describe("time limits", () => {
  it("on the headers is a timeout", async () => {
    server.answer(() => undefined);
    const own = client({ maxRetries: 0, timeout: { headers: 20 } });
    const error = await failureOf(own.json("chat", { ...call, signal: caller.signal }));
    expect(error.toJSON()).toMatchObject({
      code: "timeout",
      retryable: true,
      message: "acme llm.generate: the headers time limit of 20 ms passed",
    });
    expect(await server.requests[0]?.closed).toBe(false);
  });

  it("on the headers is one of each attempt", async () => {
    noBackoff();
    server.answer((request, attempt) => {
      if (attempt > 0) request.json({ ok: true });
    });
    expect((await client({ timeout: { headers: 100 }, maxRetries: 9 }).json("chat", call)).data).toEqual({
      ok: true,
    });
    expect(await server.requests[0]?.closed).toBe(false);
  });

  it("on the gap between two reads is a timeout, of whole bodies and of streams", async () => {
    server.answer((request) =>
      request.url.endsWith("stream")
        ? request.begin("text/event-stream", "data: 1\n\n")
        : request.begin("application/json", "{"),
    );
    const own = client({ maxRetries: 0, timeout: { idle: 150 } });
    const message = "acme llm.generate: the idle time limit of 150 ms passed";
    expect((await failureOf(own.json("chat", call))).toJSON()).toMatchObject({ code: "timeout", message });
    const events = await own.events("stream", { ...call, signal: caller.signal });
    expect((await failureOf(drain(events))).toJSON()).toMatchObject({ code: "timeout", message });
    expect(await Promise.all(server.requests.map(({ closed }) => closed))).toEqual([false, false]);
  });

  it("on the gap between two reads does not count a consumer that takes its time", async () => {
    const encoder = new TextEncoder();
    const body = new ReadableStream({
      start(controller) {
        for (const text of ["data: 1\n\n", "data: 2\n\n"]) controller.enqueue(encoder.encode(text));
        controller.close();
      },
    });
    const headers = { "content-type": "text/event-stream" };
    const fetch = async (): Promise<Response> => new Response(body, { headers });
    const events = await client({ fetch, timeout: { headers: 30, idle: 30 } }).events("stream", call);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(await events.read()).toEqual([{ event: undefined, data: "1" }]);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(await events.read()).toEqual([{ event: undefined, data: "2" }]);
    expect(await events.read()).toBeUndefined();
  });

  it("on the whole call is a timeout, whatever is under way", async () => {
    noBackoff();
    const message = "acme llm.generate: the total time limit of 40 ms passed";
    const own = client({ timeout: { total: 40 } });
    server.answer(() => undefined);
    expect((await failureOf(own.json("chat", call))).toJSON()).toMatchObject({ code: "timeout", message });
    server.answer(async (request) => {
      await request.begin("text/event-stream");
      const more = setInterval(() => request.response.write("data: 1\n\n"), 5);
      request.response.once("close", () => clearInterval(more));
    });
    const reading = own.events("stream", { ...call, signal: caller.signal }).then(drain);
    expect((await failureOf(reading)).toJSON()).toMatchObject({ code: "timeout", message });
    expect(await Promise.all(server.requests.map(({ closed }) => closed))).toEqual([false, false]);
  });

  it("of a call go before those of the config, each by itself", async () => {
    server.answer(() => undefined);
    const own = client({ maxRetries: 0, timeout: { headers: 20, total: 10_000 } });
    const error = await failureOf(own.json("chat", { ...call, timeout: { headers: undefined, total: 15 } }));
    expect(error.message).toBe("acme llm.generate: the total time limit of 15 ms passed");
  });

  it.each([{ total: -1 }, { headers: NaN }, { idle: "5" }])(
    "that are none are refused: %j",
    async (timeout) => {
      const running = client().json("chat", { ...call, timeout: timeout as TimeoutOptions });
      expect((await failureOf(running)).toJSON()).toMatchObject({
        code: "invalid_input",
        message: `acme llm.generate: timeout.${Object.keys(timeout)[0]}: expected a number of at least 0`,
      });
      expect(server.requests).toEqual([]);
    },
  );

  it("can be switched off", async () => {
    server.answer((request) => request.json({ ok: true }));
    const timeout = { total: Infinity, headers: Infinity, idle: Infinity };
    expect((await client().json("chat", { ...call, timeout })).data).toEqual({ ok: true });
  });
});

describe("an answer that cannot be trusted", () => {
  it("is HTML with status 200", async () => {
    server.answer((request) => request.send("text/html", "<html>\n<body>Please log in</body></html>"));
    const words =
      "text/html (status 200) where another was expected: <html> <body>Please log in</body></html>";
    expect(await invalid(client().json("chat", call))).toBe(words);
    expect(await invalid(client().events("chat", call))).toBe(words);
    expect(await invalid(client().lines("chat", call))).toBe(words);
    expect(await invalid(client().bytes("chat", { ...call, contentType: /^audio\// }))).toBe(words);
    expect(server.requests).toHaveLength(4);
  });

  it("is a long page with status 200, of which only the beginning is read and quoted", async () => {
    server.answer((request) => {
      request.response.writeHead(200, { "content-type": "text/html" });
      const more = setInterval(() => request.response.write("long page ".repeat(20_000)), 1);
      request.response.once("close", () => clearInterval(more));
    });
    const words = await invalid(client().json("chat", call));
    expect(words).toBe(`text/html (status 200) where another was expected: ${"long page ".repeat(20)}`);
    expect(await server.requests[0]?.closed).toBe(false);
  });

  it("is HTML that says to be JSON, which is not quoted", async () => {
    server.answer((request) => request.send("application/json", "<html>"));
    expect(await invalid(client().json("chat", call))).toBe("a body that is not valid JSON");
  });

  it("is JSON that ends early", async () => {
    server.answer((request) => request.send("application/json", '{"text": "Hel'));
    expect(await invalid(client().json("chat", call))).toBe("a body that is not valid JSON");
  });

  it.each(["", " \n"])("is an empty body (%j)", async (body) => {
    server.answer((request) => request.send("application/json", body));
    expect(await invalid(client().json("chat", call))).toBe("an empty body where JSON was expected");
  });

  it("is no audio at all", async () => {
    server.answer((request) => request.send("audio/mpeg"));
    expect(await invalid(client().bytes("chat", { ...call, contentType: /^audio\// }))).toBe("an empty body");
  });

  it("is JSON where a stream was asked for", async () => {
    server.answer((request) => request.json({ text: "Hi" }));
    expect(await invalid(client().events("chat", call))).toBe(
      "application/json (status 200) where another was expected: an empty body",
    );
  });

  it("is a redirect, which is not followed, as it would carry the key along", async () => {
    server.answer((request, attempt) => {
      if (attempt > 0) return request.json({});
      request.response.writeHead(307, { location: `${server.url}/elsewhere` }).end();
    });
    const own = client({ auth: { "x-api-key": "sk-secret-0123456789" } });
    expect(await invalid(own.json("chat", call))).toBe("a redirect (307), which is not followed");
    expect(server.requests).toHaveLength(1);
  });

  it("is a redirect of which a browser tells nothing but that", async () => {
    const hidden = Object.defineProperties(new Response(null), {
      type: { value: "opaqueredirect" },
      status: { value: 0 },
    });
    const own = client({ fetch: async () => hidden });
    const error = await own.json("chat", call).catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: "invalid_response",
      message: expect.stringMatching(/: a redirect, which is not followed$/) as string,
    });
    expect(error).not.toHaveProperty("status");
  });

  it("is longer than the limit", async () => {
    const own = client({ limits: { body: 1000 } });
    server.answer((request) => request.send("application/json", '"', "a".repeat(998), '"'));
    expect((await own.json("chat", call)).data).toBe("a".repeat(998));
    server.answer((request) => request.begin("application/json", '"', "a".repeat(1000)));
    expect(await invalid(own.json("chat", call))).toBe("a body of more than 1000 bytes");
    expect(await server.requests[1]?.closed).toBe(false);
    expect(await invalid(own.bytes("chat", { ...call, contentType: /json/ }))).toBe(
      "a body of more than 1000 bytes",
    );
  });

  it("has an event longer than the limit; what came before it is handed on", async () => {
    const own = client({ limits: { event: 100 } });
    server.answer(async (request) => {
      await request.begin("text/event-stream", `data: 1\n\ndata: ${"a".repeat(60)}\n`);
      for (let i = 0; i < 5; i++) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        request.response.write(`data: ${"a".repeat(60)}\n`);
      }
    });
    const events = await own.events("stream", { ...call, signal: caller.signal });
    expect(await events.read()).toEqual([{ event: undefined, data: "1" }]);
    expect(await invalid(events.read())).toBe("one event of more than 100 bytes");
    expect(await server.requests[0]?.closed).toBe(false);
    server.answer((request) => request.begin("text/event-stream", `data: 1\n\ndata: ${"a".repeat(200)}`));
    const joined = await own.events("stream", call);
    expect(await joined.read()).toEqual([{ event: undefined, data: "1" }]);
    server.requests[1]?.response.write("a");
    expect(await invalid(joined.read())).toBe("one event of more than 100 bytes");
  });

  it("is a report of an error with status 200", async () => {
    const own = client({ maxRetries: 0 });
    server.answer((request) => request.json({ error: { message: "no such model" } }));
    const error = await failureOf(own.json("chat", call));
    expect(error.toJSON()).toMatchObject({
      code: "provider_unavailable",
      message: "acme llm.generate: no such model",
    });
    expect(error.status).toBeUndefined();
    expect((await failureOf(own.events("stream", call))).message).toBe("acme llm.generate: no such model");
    server.answer((request) => request.json({ error: "no such model" }));
    expect((await failureOf(own.json("chat", call))).message).toBe("acme llm.generate: no such model");
  });
});

describe("an answer that can be trusted", () => {
  it.each([
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON",
    "application/problem+json",
    undefined,
  ])("is JSON of type %s", async (type) => {
    server.answer((request) => request.send(type, ' \n {"a": 1}\n'));
    expect((await client().json("chat", call)).data).toEqual({ a: 1 });
  });

  it.each([
    "application/x-ndjson",
    "application/jsonl",
    "application/json",
    "text/plain; charset=utf-8",
    undefined,
  ])("is lines of type %s", async (type) => {
    server.answer((request) => request.send(type, "1\n"));
    expect(await drain(await client().lines("chat", call))).toEqual(["1"]);
  });

  it("has an error that is null, empty or no error", async () => {
    for (const body of [
      { error: null },
      { error: "" },
      { error: 0 },
      { errors: [] },
      [{ error: {} }],
      "error",
      null,
    ]) {
      server.answer((request) => request.json(body));
      expect((await client().json("chat", call)).data).toEqual(body);
    }
  });

  it("is an error with status 200 where the vendor's own sign of one is in it", async () => {
    server.answer((request) => request.json({ detail: "no such model" }));
    expect((await client().json("chat", call)).data).toEqual({ detail: "no such model" });
    await expect(client({ isError: reportsDetail }).json("chat", call)).rejects.toMatchObject({
      code: "provider_unavailable",
      message: expect.stringContaining("no such model"),
    });
  });

  it("is empty with status 204, or where the call says so", async () => {
    server.answer((request) => void request.response.writeHead(204).end());
    expect((await client().json("chat", call)).data).toBeUndefined();
    server.answer((request) => void request.response.writeHead(200).end());
    expect((await client().json("chat", { ...call, allowEmpty: true })).data).toBeUndefined();
    const text = { "content-type": "text/plain", "content-length": "0" };
    server.answer((request) => void request.response.writeHead(202, text).end());
    expect((await client().json("chat", { ...call, allowEmpty: true })).data).toBeUndefined();
    await expect(client().json("chat", call)).rejects.toMatchObject({ code: "invalid_response" });
  });
});

describe("secrets", () => {
  const key = "secret-0123456789abcdef";
  const prompt = "my very private prompt";

  const failures: [string, Partial<HttpClientOptions>, (request: LocalRequest) => unknown][] = [
    [
      "a vendor who repeats the key",
      {},
      (request) => request.json({ error: { message: `bad key ${key}` } }, 401),
    ],
    [
      "a vendor who repeats the prompt",
      {},
      (request) => request.json({ message: "bad", input: prompt }, 422),
    ],
    [
      "a vendor who repeats all headers",
      {},
      (request) => request.json({ message: request.headers.authorization }, 400),
    ],
    ["a page that repeats the key", {}, (request) => request.send("text/html", `<p>${key}</p>`)],
    ["a cut connection", {}, (request) => request.reset()],
    ["a cut body", {}, (request) => request.begin("application/json", prompt).then(() => request.cut())],
    ["JSON that is none", {}, (request) => request.send("application/json", `{"echo": "${prompt}`)],
    [
      "a long report that breaks off in the middle of the prompt",
      {},
      (request) => {
        request.response.writeHead(422, { "content-type": "application/json" });
        request.response.end(`{"detail":[{"input":"${`${prompt} `.repeat(100_000)}`);
      },
    ],
    ["a stalled server", { timeout: { headers: 10 } }, () => undefined],
    ["a redirect", {}, (request) => request.response.writeHead(302, { location: `/?key=${key}` }).end()],
    ["a header that cannot be sent", { headers: { "x-other": `${key}\n` } }, () => undefined],
    [
      "a base URL with a password",
      { auth: {}, baseURL: `http://user:${key}@127.0.0.1:1/v1` },
      () => undefined,
    ],
    ["a base URL that is none", { auth: {}, baseURL: `http://:${key}` }, () => undefined],
    [
      "a fetch that quotes",
      { auth: {}, fetch: () => Promise.reject(new TypeError(`failed for https://h/?key=${key}`)) },
      () => undefined,
    ],
  ];

  it.each(failures)("are in no error: of %s", async (_what, options, answer) => {
    server.answer((request) => void answer(request));
    const own = client({ maxRetries: 0, auth: { authorization: `Bearer ${key}` }, ...options });
    const error = await failureOf(
      own.json("chat", {
        ...call,
        body: { prompt },
        query: { key },
        headers: { "x-call": "call-header-value" },
      }),
    );
    expect(shown(error)).not.toContain(key);
    expect(shown(error)).not.toContain(prompt);
    expect(shown(error)).not.toContain("call-header-value");
  });

  it.each<[string, Partial<HttpClientOptions>, Partial<HttpCall>]>([
    ["of auth", { auth: { "x-api-key": key } }, {}],
    ["of auth, with its scheme", { auth: { authorization: `Bearer ${key}` } }, {}],
    ["of a function", { auth: () => ({ authorization: `Token ${key}` }) }, {}],
    ["of the config's headers", { headers: { "x-proxy-key": key } }, {}],
    ["of the call's headers", {}, { headers: { authorization: `Bearer ${key}` } }],
    ["that are named", { secrets: [key] }, {}],
  ])("are masked, those %s, in what the vendor says", async (_where, options, more) => {
    server.answer((request) => request.json({ message: `I was sent ${key} by you` }, 400));
    expect((await failureOf(client(options).json("chat", { ...call, ...more }))).message).toBe(
      "acme llm.generate: 400: I was sent *** by you",
    );
  });

  it("and all else that a vendor says are at most 2 kB", async () => {
    server.answer((request) => request.json({ message: "a".repeat(100_000) }, 400));
    const { message } = await failureOf(client().json("chat", call));
    expect(message.length).toBeLessThanOrEqual(2048 + "acme llm.generate: ".length);
    expect(message.endsWith("…")).toBe(true);
  });
});

describe("connections", () => {
  it("are used again after whole answers, errors and streams that ended", async () => {
    server.answer((request, attempt) => {
      if (attempt % 3 === 0) request.json({});
      else if (attempt % 3 === 1) request.json({ message: "no" }, 400);
      else void request.send("text/event-stream", "data: 1\n\n");
    });
    for (let round = 0; round < 3; round++) {
      await client().json("chat", call);
      await failureOf(client().json("chat", call));
      await drain(await client().events("chat", call));
    }
    expect(server.requests).toHaveLength(9);
    expect(server.connections).toBeLessThanOrEqual(1);
  });
});
