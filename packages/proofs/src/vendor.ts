import { EventEmitter, once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Where a program finds its vendor. */
export interface Addresses {
  vendor: string;
  /** An address where nobody listens. */
  nobody: string;
}

/** A vendor on this machine that speaks OpenAI's wire, to browsers as well. */
export interface Vendor extends AsyncDisposable {
  addresses: Addresses;
  /** What was asked of it, in the order of arrival. */
  requests: SentRequest[];
  /** Resolves once the reader of the endless stream has closed its connection. */
  left: Promise<unknown>;
}

export interface SentRequest {
  path: string;
  authorization: string | undefined;
  userAgent: string | undefined;
  body: unknown;
}

export async function startVendor(): Promise<Vendor> {
  const requests: SentRequest[] = [];
  const readers = new EventEmitter();
  const left = once(readers, "left");
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    allowOtherOrigins(request, response);
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    const body = JSON.parse(await textOf(request)) as { model: string; input: unknown };
    const { authorization, "user-agent": userAgent } = request.headers;
    requests.push({ path: request.url ?? "", authorization, userAgent, body });
    if (request.url === "/v1/embeddings") return sendEmbeddings(body.input as string[], response);
    await answerOf(body.model)(response, () => readers.emit("left"));
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    addresses: {
      vendor: baseURL((server.address() as AddressInfo).port),
      nobody: baseURL(await closedPort()),
    },
    requests,
    left,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** The vector of a text, as this vendor embeds it: numbers that do not come out even, of which the order of adding them up shows. */
export function vectorOf(text: string): Float32Array {
  let state = 2_166_136_261;
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16_777_619);
  return Float32Array.from({ length: 24 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

function sendEmbeddings(texts: readonly string[], response: ServerResponse): void {
  const data = texts.map((text, index) => ({
    object: "embedding",
    index,
    embedding: Buffer.from(vectorOf(text).buffer).toString("base64"),
  }));
  const usage = { prompt_tokens: 2 * texts.length, total_tokens: 2 * texts.length };
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ object: "list", model: "text-embedding-3-small", data, usage }));
}

type Answer = (response: ServerResponse, leave: () => void) => void | Promise<void>;

function answerOf(model: string): Answer {
  const answer = answers[model];
  if (!answer) throw new Error(`There is no model "${model}".`);
  return answer;
}

/** How each model answers. */
const answers: Record<string, Answer> = {
  /** Text and a tool call, with pauses that fall into the middle of lines and characters. */
  async weather(response) {
    response.writeHead(200, eventStream);
    const bytes = Buffer.from(weatherEvents.map(eventOf).join(""));
    for (let at = 0; at < bytes.length; at += 97) {
      response.write(bytes.subarray(at, at + 97));
      await new Promise(setImmediate);
    }
    response.end();
  },

  endless(response, leave) {
    response.once("close", leave);
    response.writeHead(200, eventStream);
    response.write([...opening, textDelta("And ")].map(eventOf).join(""));
  },

  cut(response) {
    response.writeHead(200, eventStream);
    response.write([...opening, textDelta("And ")].map(eventOf).join(""), () =>
      setTimeout(() => response.socket?.resetAndDestroy(), 50),
    );
  },

  redirected(response) {
    response.writeHead(307, { location: "/v1/elsewhere" }).end();
  },

  denied(response) {
    response.writeHead(401, { "content-type": "application/json", "x-request-id": "req_denied" });
    const error = {
      message: "Incorrect API key provided",
      type: "invalid_request_error",
      code: "invalid_api_key",
    };
    response.end(JSON.stringify({ error }));
  },
};

const eventStream = { "content-type": "text/event-stream", "x-request-id": "req_stream" };

type Event = { type: string } & Record<string, unknown>;

function eventOf(event: Event): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

const message = { id: "msg_1", type: "message", role: "assistant" };
const call = { id: "fc_1", type: "function_call", call_id: "call_1", name: "weather" };
const text = "Ich schaue nach: Zürich 🐋";

function textDelta(delta: string): Event {
  return { type: "response.output_text.delta", item_id: "msg_1", output_index: 0, content_index: 0, delta };
}

function argumentsDelta(delta: string): Event {
  return { type: "response.function_call_arguments.delta", item_id: "fc_1", output_index: 1, delta };
}

const opening: Event[] = [
  {
    type: "response.created",
    response: { id: "resp_1", model: "weather", status: "in_progress", output: [] },
  },
  {
    type: "response.output_item.added",
    output_index: 0,
    item: { ...message, status: "in_progress", content: [] },
  },
];

const output = [
  { ...message, status: "completed", content: [{ type: "output_text", text, annotations: [] }] },
  { ...call, status: "completed", arguments: '{"city":"Zürich"}' },
];

const weatherEvents: Event[] = [
  ...opening,
  textDelta(text.slice(0, 17)),
  textDelta(text.slice(17)),
  { type: "response.output_item.done", output_index: 0, item: output[0] },
  {
    type: "response.output_item.added",
    output_index: 1,
    item: { ...call, status: "in_progress", arguments: "" },
  },
  argumentsDelta('{"city":'),
  argumentsDelta('"Zürich"}'),
  { type: "response.output_item.done", output_index: 1, item: output[1] },
  {
    type: "response.completed",
    response: {
      id: "resp_1",
      model: "weather",
      status: "completed",
      output,
      usage: { input_tokens: 58, output_tokens: 19, total_tokens: 77 },
    },
  },
];

/** As a vendor does that can be asked from a page. */
function allowOtherOrigins(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("access-control-allow-origin", "*");
  response.setHeader(
    "access-control-allow-headers",
    request.headers["access-control-request-headers"] ?? "*",
  );
  response.setHeader("access-control-expose-headers", "x-request-id");
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk as string;
  return text;
}

function baseURL(port: number): string {
  return `http://127.0.0.1:${port}/v1`;
}

/** A port that nobody listens on: one that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
