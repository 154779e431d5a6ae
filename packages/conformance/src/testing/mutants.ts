import {
  BelugaError,
  type ChatInput,
  type ChatModel,
  type ChatOptions,
  type ChatResponse,
  type ChatStreamPart,
} from "@beluga/core";
import { type AcmeConfig, createAcme } from "./acme.js";

/** acme, broken on purpose, and the checks that have to notice. */
export interface Mutant {
  /** What it does wrong. */
  wrong: string;
  create(config: AcmeConfig): ChatModel;
  /** By `group: name`. Each of them has to fail. */
  noticedBy: readonly string[];
}

type Parts = AsyncIterable<ChatStreamPart>;

/** A mutant whose answers are changed on their way out. */
function answering(
  wrong: string,
  change: { response?(response: ChatResponse): ChatResponse; parts?(parts: Parts): Parts },
  ...noticedBy: string[]
): Mutant {
  const { response: changeResponse = (response) => response, parts: changeParts = (parts) => parts } = change;
  return {
    wrong,
    noticedBy,
    create: (config) =>
      replacing(createAcme(config), (model) => ({
        generate: async (...call) => changeResponse(await model.generate(...call)),
        stream: (...call) => changeParts(model.stream(...call)),
      })),
  };
}

/** A mutant that changes the options of each call. */
function calling(
  wrong: string,
  change: (options: ChatOptions) => ChatOptions,
  ...noticedBy: string[]
): Mutant {
  return {
    wrong,
    noticedBy,
    create: (config) =>
      replacing(createAcme(config), (model) => ({
        generate: (input, options = {}) => model.generate(input, change(options)),
        stream: (input, options = {}) => model.stream(input, change(options)),
      })),
  };
}

/** A mutant that changes the errors of each call. */
function failing(
  wrong: string,
  change: (error: unknown, config: AcmeConfig) => unknown,
  ...noticedBy: string[]
): Mutant {
  return {
    wrong,
    noticedBy,
    create: (config) =>
      replacing(createAcme(config), (model) => ({
        async generate(...call) {
          try {
            return await model.generate(...call);
          } catch (error) {
            throw change(error, config);
          }
        },
        async *stream(...call) {
          try {
            yield* model.stream(...call);
          } catch (error) {
            throw change(error, config);
          }
        },
      })),
  };
}

/** A mutant that changes requests or responses. */
function fetching(
  wrong: string,
  change: (fetch: typeof globalThis.fetch, request: Request) => Promise<Response>,
  ...noticedBy: string[]
): Mutant {
  return {
    wrong,
    noticedBy,
    create: (config) => {
      const inner = config.fetch ?? globalThis.fetch;
      return createAcme({ ...config, fetch: (input, init) => change(inner, new Request(input, init)) });
    },
  };
}

/** A mutant that changes its config. */
function configured(
  wrong: string,
  change: (config: AcmeConfig) => AcmeConfig,
  ...noticedBy: string[]
): Mutant {
  return { wrong, noticedBy, create: (config) => createAcme(change(config)) };
}

function replacing(model: ChatModel, members: (model: ChatModel) => Partial<ChatModel>): ChatModel {
  const { provider, model: name, id } = model;
  const rest: Pick<ChatModel, "generate" | "stream" | "bindTools"> = {
    generate: (...call) => model.generate(...call),
    stream: (...call) => model.stream(...call),
    bindTools: (tools) => replacing(model.bindTools(tools), members),
  };
  return { provider, model: name, id, ...rest, ...members(model) };
}

/** A response whose chunks are changed one by one. */
function withChunks(response: Response, change: (chunk: Uint8Array) => Uint8Array): Response {
  const changed = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => controller.enqueue(change(chunk)),
  });
  const { status, headers } = response;
  return new Response(response.body?.pipeThrough(changed) ?? null, { status, headers });
}

/** A response whose whole text is changed. */
async function withText(response: Response, change: (text: string) => string): Promise<Response> {
  const { status, headers } = response;
  if (status !== 200 || !headers.get("content-type")?.startsWith("text/event-stream")) return response;
  return new Response(change(await response.text()), { status, headers });
}

async function withHeaders(request: Request, change: (headers: Headers) => void): Promise<Request> {
  const headers = new Headers(request.headers);
  change(headers);
  return new Request(request, { headers });
}

function changed<T extends object>(value: T, members: Partial<T>): T {
  return { ...value, ...members };
}

const done = 'data: {"end":"done"}\n\n';

function answerOf(request: Request): Response {
  return request.headers.get("accept")?.includes("event-stream")
    ? new Response(done, { headers: { "content-type": "text/event-stream" } })
    : Response.json({ events: [{ end: "done" }] });
}

export const mutants: readonly Mutant[] = [
  // How a stream is read.
  fetching(
    "drops the last event where its blank line is missing",
    async (fetch, request) =>
      withText(await fetch(request), (text) => text.slice(0, text.lastIndexOf("\n\n") + 2)),
    "framing: no blank line after the last event",
    "the end of an answer: a stream that ends after it is complete ends normally, whatever is missing then",
  ),
  fetching(
    "decodes each chunk by itself",
    async (fetch, request) =>
      withChunks(await fetch(request), (chunk) => new TextEncoder().encode(new TextDecoder().decode(chunk))),
    "framing: text: cut in two, at every byte",
    "framing: byte by byte",
    "framing: byte by byte, over a socket",
    "framing: CRLF line ends",
  ),
  fetching(
    "does not know CR as a line end",
    async (fetch, request) => withText(await fetch(request), (text) => text.replaceAll("\r", "")),
    "framing: CR line ends",
  ),
  fetching(
    "takes comments for data",
    async (fetch, request) => withText(await fetch(request), (text) => text.replaceAll(/^:/gm, "data:")),
    "framing: comments between the events",
    "framing: comments inside of the events",
  ),
  fetching(
    "takes only the last line of an event's data",
    async (fetch, request) =>
      withText(await fetch(request), (text) => text.replaceAll(/^data: \{\n(?=data:)/gm, "")),
    "framing: data over several lines",
  ),
  fetching(
    "wants a space after the colon",
    async (fetch, request) =>
      withText(await fetch(request), (text) => text.replaceAll(/^data:(?! ).*/gm, "")),
    "framing: no space after the colons",
  ),
  fetching(
    "stumbles over events that it does not know",
    async (fetch, request) =>
      withText(await fetch(request), (text) => text.replaceAll(/.*beluga_conformance.*/g, "data: {")),
    "framing: events of a kind that is not known are passed over",
  ),
  fetching(
    "passes over events that are no JSON",
    async (fetch, request) =>
      withText(await fetch(request), (text) =>
        text.replaceAll(/^data: (.*)$/gm, (line, data: string) => (isJSON(data) ? line : "")),
      ),
    "bodies that are not an answer: a frame that is no JSON, anywhere in a stream, is invalid_response",
  ),
  fetching(
    "passes over events that are no object",
    async (fetch, request) =>
      withText(await fetch(request), (text) => text.replaceAll(/^data: [^{].*$/gm, "")),
    "bodies that are not an answer: a frame that is JSON but no object is invalid_response",
  ),
  fetching(
    "passes over errors in a stream",
    async (fetch, request) =>
      withText(await fetch(request), (text) => text.replaceAll(/^data: \{"error.*$/gm, "")),
    'bodies that are not an answer: an error first in a stream is provider_unavailable: data: {"error":{"message":"the engine is on fire"}}',
  ),
  fetching(
    "takes an error in a stream for its end",
    async (fetch, request) =>
      withText(await fetch(request), (text) => text.replaceAll(/^data: \{"error.*$/gm, done)),
    'bodies that are not an answer: an error in the middle of a stream is provider_unavailable, after the parts before it: data: {"error":{"message":"the engine is on fire"}}',
  ),
  fetching(
    "reads ahead of its consumer",
    async (fetch, request) => {
      const response = await fetch(request);
      const reader = response.body?.getReader();
      let size = 0;
      const body = new ReadableStream<Uint8Array>(
        {
          async start(controller) {
            for (let read = await reader?.read(); read?.value && size < 100e6; read = await reader?.read()) {
              size += read.value.byteLength;
              controller.enqueue(read.value);
            }
            controller.close();
          },
        },
        { highWaterMark: Infinity },
      );
      return new Response(body, response);
    },
    "streams: a slow reader slows the vendor",
  ),

  // What comes of it.
  answering(
    "takes a stream that breaks off for one that is complete",
    {
      async *parts(parts) {
        try {
          yield* parts;
        } catch (error) {
          if (!BelugaError.is(error) || error.code !== "truncated") throw error;
          yield { type: "finish", response: error.partial as ChatResponse };
        }
      },
    },
    "the end of an answer: a stream that ends between two events, before it is complete, is truncated",
    "the end of an answer: a stream that ends in the middle of an event, before it is complete, is truncated",
    "bodies that are not an answer: an empty body with status 200 is an error",
    "bodies that are not an answer: HTML under the right content type is an error as well",
  ),
  answering(
    "hands on a tool call that did not come whole",
    {
      async *parts(parts) {
        for await (const part of parts) {
          yield part;
          if (part.type !== "tool-call-start") continue;
          const { index, id, name } = part;
          yield { type: "tool-call", index, toolCall: { type: "tool-call", id, name, arguments: {} } };
        }
      },
    },
    "answers: parallel tool calls: stream",
    "the end of an answer: a stream that ends between two events, before it is complete, is truncated",
  ),
  answering(
    "hands on a tool call without its start",
    {
      async *parts(parts) {
        for await (const part of parts) if (part.type !== "tool-call-start") yield part;
      },
    },
    "answers: parallel tool calls: stream",
  ),
  answering(
    "loses the text of the last part",
    {
      async *parts(parts) {
        for await (const part of parts)
          yield part.type === "finish" ? { ...part, response: changed(part.response, { text: "" }) } : part;
      },
    },
    "answers: text: stream",
  ),
  answering(
    "finishes twice",
    {
      async *parts(parts) {
        for await (const part of parts) {
          yield part;
          if (part.type === "finish") yield part;
        }
      },
    },
    "answers: text: stream",
    "streams: after finish it is over, and stays so",
  ),
  answering(
    "never finishes",
    {
      async *parts(parts) {
        for await (const part of parts) if (part.type !== "finish") yield part;
      },
    },
    "answers: text: stream",
  ),
  answering(
    "has parts after finish",
    {
      async *parts(parts) {
        yield* parts;
        yield { type: "text", text: "P.S." };
      },
    },
    "answers: text: stream",
    "streams: after finish it is over, and stays so",
  ),
  answering(
    "gives raw parts to those who did not ask",
    {
      async *parts(parts) {
        yield { type: "raw", value: {} };
        yield* parts;
      },
    },
    "streams: the vendor's own events come with includeRaw, and only then",
  ),
  answering(
    "gives the parts when all have come",
    {
      async *parts(parts) {
        const all: ChatStreamPart[] = [];
        for await (const part of parts) all.push(part);
        yield* all;
      },
    },
    "streams: a part is handed on as soon as it has arrived",
    "the end of an answer: a connection that breaks off in the middle (reset) is provider_unavailable, with what had arrived",
  ),
  answering(
    "says 0 where the vendor did not count",
    {
      response: (response) =>
        changed(response, { usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0, ...response.usage } }),
    },
    "answers: a tool call cut by the token limit: generate",
    "answers: a tool call cut by the token limit: generate and stream agree",
  ),
  answering(
    "does not count where it streams",
    {
      async *parts(parts) {
        for await (const part of parts)
          yield part.type === "finish" ? { ...part, response: changed(part.response, { usage: {} }) } : part;
      },
    },
    "answers: text: stream",
    "answers: text: generate and stream agree",
  ),
  answering(
    "has a total that is no sum",
    { response: (response) => changed(response, { usage: { ...response.usage, totalTokens: 99 } }) },
    "answers: text: generate",
  ),
  answering(
    "always says stop",
    {
      response: (response) =>
        changed(response, { finishReason: { unified: "stop", raw: response.finishReason.raw } }),
    },
    "answers: parallel tool calls: generate",
    "answers: a tool call cut by the token limit: generate",
  ),
  answering(
    "loses the second of two tool calls",
    { response: (response) => changed(response, { toolCalls: response.toolCalls.slice(0, 1) }) },
    "answers: parallel tool calls: generate",
  ),
  answering(
    "lets `__proto__` reach the prototype",
    {
      response: (response) => {
        for (const call of response.toolCalls) {
          const args = Object.assign({}, call.arguments);
          call.arguments = args;
        }
        return response;
      },
    },
    "answers: `__proto__` in a tool call's arguments is harmless",
  ),
  answering(
    "keeps its warnings to itself",
    { response: (response) => changed(response, { warnings: [] }) },
    "answers: a tool call cut by the token limit: generate",
    "options: topK changes the request, or is warned about",
    "options: the options that it warns about are those of the spec",
    "options: all options at once: the request is made, and the warnings name what is not honoured",
  ),
  {
    wrong: "mixes up answers of calls that run side by side",
    create(config) {
      let last: ChatResponse | undefined;
      return replacing(createAcme(config), (model) => ({
        async generate(...call) {
          last = await model.generate(...call);
          await new Promise((resolve) => setTimeout(resolve, 30));
          return last;
        },
      }));
    },
    noticedBy: ["answers: calls of one model that run side by side do not mix"],
  },

  // Bodies that are no answer.
  fetching(
    "takes HTML for an answer",
    async (fetch, request) => {
      const response = await fetch(request);
      const isHTML = response.ok && response.headers.get("content-type")?.startsWith("text/html");
      return isHTML ? answerOf(request) : response;
    },
    "bodies that are not an answer: HTML with status 200 is invalid_response",
  ),
  fetching(
    "takes an empty body for an answer",
    async (fetch, request) => {
      const response = await fetch(request);
      if (response.status >= 300) return response;
      const text = await response.text();
      return text.trim() === "" ? answerOf(request) : new Response(text, response);
    },
    "bodies that are not an answer: an empty body with status 200 is an error",
  ),
  fetching(
    "takes an error body with status 200 for an answer",
    async (fetch, request) => {
      const response = await fetch(request);
      if (response.status !== 200 || response.headers.get("content-type") !== "application/json")
        return response;
      const text = await response.text();
      return text.includes('"error"') ? answerOf(request) : new Response(text, response);
    },
    "bodies that are not an answer: an error body with status 200 is an error, in the vendor's words",
  ),
  configured(
    "has no limit on an event",
    (config) =>
      config.limits?.event === undefined
        ? config
        : { ...config, limits: { event: 30e6 }, timeout: { total: 300 } },
    "bodies that are not an answer: an event over the limit is invalid_response, and its connection is closed",
  ),
  configured(
    "has no limit on a body",
    (config) =>
      config.limits?.body === undefined
        ? config
        : { ...config, limits: { body: 300e6 }, timeout: { total: 300 } },
    "bodies that are not an answer: a body over the limit is invalid_response, and its connection is closed",
  ),

  // Failures.
  failing(
    "throws plain errors",
    (error) => (error instanceof BelugaError ? new Error(error.message) : error),
    "HTTP errors: 401 is auth_error, with a body and without",
    "input: no messages: invalid_input, and nothing is sent",
  ),
  failing(
    "forgets what had arrived",
    (error) => {
      if (BelugaError.is(error)) Object.assign(error, { partial: undefined });
      return error;
    },
    "answers: a tool call that is no JSON: stream",
    "the end of an answer: a stream that ends between two events, before it is complete, is truncated",
    "time limits: a stream that stalls: timeout with what had arrived, and the connection is closed",
  ),
  failing(
    "says its key in a message",
    (error, { apiKey = "" }) =>
      BelugaError.is(error) ? Object.assign(error, { message: `${error.message} (${apiKey})` }) : error,
    "HTTP errors: 401 is auth_error, with a body and without",
    "secrets: a vendor that repeats the key in its error",
  ),
  failing(
    "keeps its config at the error",
    (error, config) =>
      Object.defineProperty(error as Error, "config", { value: { ...config }, enumerable: false }),
    "HTTP errors: 500 is provider_unavailable, with a body and without",
  ),
  {
    wrong: "keeps the prompt as the cause of an error",
    create: (config) =>
      replacing(createAcme(config), (model) => ({
        generate: (input, options) =>
          model.generate(input, options).catch((error: unknown) => {
            throw Object.assign(error as Error, { cause: { input } });
          }),
      })),
    noticedBy: ["HTTP errors: 429 is rate_limit, with a body and without"],
  },
  {
    wrong: "shows its key to whoever logs it",
    create: (config) =>
      Object.assign(
        replacing(createAcme(config), () => ({})),
        { config },
      ),
    noticedBy: ["secrets: a model that is logged"],
  },
  fetching(
    "takes 529 for a wrong request",
    async (fetch, request) => {
      const response = await fetch(request);
      return response.status === 529 ? new Response(response.body, { status: 400 }) : response;
    },
    "HTTP errors: 529 is provider_unavailable, with a body and without",
    "retries: 529 is tried again, with the same request",
  ),
  fetching(
    "follows redirects",
    (fetch, request) => fetch(new Request(request, { redirect: "follow" })),
    "HTTP errors: a redirect is refused, and where it leads is not asked",
  ),

  // Retries.
  fetching(
    "does not look at Retry-After",
    async (fetch, request) => {
      const { status, headers, body } = await fetch(request);
      const kept = new Headers(headers);
      kept.delete("retry-after");
      kept.delete("retry-after-ms");
      return new Response(status === 204 ? null : body, { status, headers: kept });
    },
    "retries: where the vendor asks for too long a wait, in seconds, it fails at once and says how long",
    "retries: where the vendor asks for too long a wait, as a date, it fails at once and says how long",
    "retries: maxRetryWait is what too long a wait is",
  ),
  fetching(
    "tries again whatever went wrong",
    async (fetch, request) => {
      const response = await fetch(request.clone());
      return response.ok ? response : fetch(request);
    },
    "retries: 400 is not tried again",
    "retries: 401 is not tried again",
    "retries: no more often than maxRetries says, which is 2 by default",
    "HTTP errors: 429 with the vendor's own words is quota_exhausted (httpErrors[0])",
  ),
  fetching(
    "tries again at once",
    async (fetch, request) => {
      const response = await fetch(request.clone());
      return response.status === 429 ? fetch(request) : response;
    },
    "retries: retry-after: 0.06 is waited for",
    "retries: retry-after-ms: 60 is waited for",
  ),
  configured(
    "never tries again",
    (config) => ({ ...config, maxRetries: 0 }),
    "retries: 503 is tried again, with the same request",
    "retries: a connection that is reset before the headers is tried again",
  ),
  {
    wrong: "tries a stream again after half of it",
    create: (config) =>
      replacing(createAcme(config), (model) => ({
        async *stream(...call) {
          try {
            yield* model.stream(...call);
          } catch (error) {
            if (!BelugaError.is(error) || !error.retryable) throw error;
            yield* model.stream(...call);
          }
        },
      })),
    noticedBy: ["retries: a stream is not tried again once something of it was handed on"],
  },

  // Abort, time limits.
  calling(
    "does not know of abort",
    ({ signal: _, ...options }) => options,
    "abort: before the call: nothing is sent",
    "abort: before the headers: the connection is closed",
    "abort: in the middle of a body: the connection is closed",
    "abort: in the middle of a stream: the read that waits is rejected, the connection is closed",
    "abort: between two reads of a stream: the connection is closed, the next read is rejected",
    "abort: while it waits to try again",
  ),
  failing(
    "rejects with an error of its own on abort",
    (error) => (BelugaError.is(error) ? error : new Error("aborted", { cause: error })),
    "abort: before the call: nothing is sent",
    "abort: before the headers: the connection is closed",
    "abort: without a reason: the AbortError of the signal",
  ),
  answering(
    "leaves the connection open",
    {
      async *parts(parts) {
        const iterator = parts[Symbol.asyncIterator]();
        for (let read = await iterator.next(); !read.done; read = await iterator.next()) yield read.value;
      },
    },
    "abort: leaving the loop of a stream closes the connection",
  ),
  calling(
    "leaves its listeners on the signal",
    (options) => {
      options.signal?.addEventListener("abort", () => undefined);
      return options;
    },
    "abort: nothing stays behind on a signal that is used for many calls",
  ),
  configured(
    "waits for ever",
    ({ timeout: _, ...config }) => config,
    "time limits: headers that do not come: timeout, and the connection is closed",
    "time limits: a stream that stalls: timeout with what had arrived, and the connection is closed",
    "time limits: an answer that only trickles passes the total limit: timeout",
  ),
  {
    wrong: "sends its request before it is read",
    create: (config) =>
      replacing(createAcme(config), (model) => ({
        stream(...call) {
          const iterator = model.stream(...call)[Symbol.asyncIterator]();
          const first = iterator.next();
          first.catch(() => undefined);
          return (async function* () {
            for (let read = await first; !read.done; read = await iterator.next()) yield read.value;
          })();
        },
      })),
    noticedBy: [
      "streams: nothing is sent before the first read",
      "streams: left before the first read, it sends nothing",
    ],
  },
  {
    wrong: "can be read twice",
    create: (config) =>
      replacing(createAcme(config), (model) => ({
        stream: (...call) => ({
          [Symbol.asyncIterator]: () => model.stream(...call)[Symbol.asyncIterator](),
        }),
      })),
    noticedBy: ["streams: it can be read once"],
  },

  // Options, input.
  fetching(
    "leaves an option out without a word",
    async (fetch, request) => {
      const { temperature: _, ...body } = (await request.json()) as Record<string, unknown>;
      return fetch(
        new Request(request.url, { method: "POST", headers: request.headers, body: JSON.stringify(body) }),
      );
    },
    "options: temperature changes the request, or is warned about",
  ),
  calling(
    "does not take the vendor's own options",
    ({ providerOptions: _, ...options }) => options,
    "options: providerOptions changes the request, or is warned about",
    "options: providerOptions go out as they stand, over what the library sends",
  ),
  calling(
    "does not take headers",
    ({ headers: _, ...options }) => options,
    "options: headers of the config and of the call go out, the call's over the config's",
  ),
  {
    wrong: "binds tools to the original",
    create: (config) => {
      let model = createAcme(config);
      return replacing(model, () => ({
        generate: (...call) => model.generate(...call),
        bindTools(this: ChatModel, tools) {
          model = model.bindTools(tools);
          return this;
        },
      }));
    },
    noticedBy: ["options: bindTools gives a new model, and leaves the original alone"],
  },
  calling(
    "repairs wrong options",
    ({ temperature = 0, ...options }) => ({ ...options, temperature: Math.max(0, temperature || 0) }),
    "input: temperature NaN: invalid_input, and nothing is sent",
    "input: temperature -1: invalid_input, and nothing is sent",
  ),
  {
    wrong: "leaves out what it cannot send",
    create: (config) =>
      replacing(createAcme(config), (model) => {
        return {
          generate: (input, options) => model.generate(textsOf(input), options),
          stream: (input, options) => model.stream(textsOf(input), options),
        };
      }),
    noticedBy: [
      "input: image data goes out, or is refused as unsupported: never left out",
      "input: video by its URL goes out, or is refused as unsupported: never left out",
    ],
  },
  {
    wrong: "loses the results of tools",
    create: (config) =>
      replacing(createAcme(config), (model) => ({
        generate: (input, options) =>
          model.generate(
            typeof input === "string" ? input : input.filter(({ role }) => role !== "tool"),
            options,
          ),
      })),
    noticedBy: ["input: parallel tool calls: the answer goes back with the next message (generate)"],
  },
  {
    wrong: "changes the caller's messages",
    create: (config) =>
      replacing(createAcme(config), (model) => ({
        generate: (input, options) => {
          if (typeof input !== "string") (input as unknown[]).push({ role: "user", content: "please" });
          return model.generate(input, options);
        },
      })),
    noticedBy: ["input: the caller's messages and options are not changed"],
  },

  // Registration.
  configured(
    "has a key of its own",
    (config) => ({ ...config, apiKey: config.apiKey ?? "built in" }),
    "registration: a missing key is an auth_error when it is created, and names the option and the variable",
  ),
  configured(
    "takes options that it does not know",
    ({ noSuchOption: _, ...config }: AcmeConfig & { noSuchOption?: number }) => config,
    "registration: a bad config is invalid_input, with the path of each problem",
  ),
  fetching(
    "does not say who it is",
    async (fetch, request) =>
      fetch(await withHeaders(request, (headers) => headers.set("user-agent", "node"))),
    "registration: the request names the package and its version as its user agent",
  ),
];

function textsOf(input: ChatInput): ChatInput {
  if (typeof input === "string") return input;
  return input.map((message) =>
    message?.role === "user" && Array.isArray(message.content)
      ? { ...message, content: message.content.filter((part) => part.type === "text") }
      : message,
  );
}

function isJSON(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // that is the answer
  }
}
