/**
 * The server that all contenders talk to, in a process of its own. The first part of a URL's path says what it answers
 * (`/text_20000_50_0_0_1/v1/...`, see {@link Plan}), so that no contender has to send anything that its users would not.
 */
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { completion, embeddings, textEvents, toolCallEvents } from "./answers.js";

/** How a streamed answer is sent. */
export interface Plan {
  kind: "text" | "tool-call";
  /** How many pieces of text, or of arguments. */
  chunks: number;
  /** How many events one write holds. */
  perWrite: number;
  /**
   * Microseconds from one write to the next. Without it, whatever waits for a busy client is read at once, however it was written; with it
   * each write is read alone, as it is from a vendor.
   */
  gap: number;
  /** Milliseconds between the first piece and the rest. */
  pause: number;
  /** How many streams are answered together, each by one write in turn; none before all have asked. */
  together: number;
}

/** The base URL at which a server streams by this plan. Embeddings, and answers that are not streamed, are the same at any. */
export function baseURLOf(origin: string, plan: Partial<Plan> = {}): string {
  const { kind = "text", chunks = 100, perWrite = 1, gap = 0, pause = 0, together = 1 } = plan;
  return `${origin}/${[kind, chunks, perWrite, gap, pause, together].join("_")}/v1`;
}

function planOf(url: string): Plan {
  const [kind, chunks = 0, perWrite = 1, gap = 0, pause = 0, together = 1] = (url.split("/")[1] ?? "").split(
    "_",
  );
  return {
    kind: kind === "tool-call" ? kind : "text",
    chunks: Number(chunks),
    perWrite: Number(perWrite),
    gap: Number(gap),
    pause: Number(pause),
    together: Number(together),
  };
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startServer(): Promise<{ origin: string; close(): void }> {
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readJSON(request);
  const url = request.url ?? "/";
  if (url.endsWith("/embeddings")) {
    const texts = body["input"] as string[];
    const encoding = body["encoding_format"] === "base64" ? "base64" : "float";
    sendJSON(response, embeddingsBody(Number.parseInt(texts[0] ?? "0", 10), texts.length, encoding));
  } else if (body["stream"] === true) {
    await sendStream(response, url);
  } else {
    sendJSON(response, wholeAnswer);
  }
}

async function readJSON(request: IncomingMessage): Promise<Record<string, unknown>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return JSON.parse(Buffer.concat(pieces).toString()) as Record<string, unknown>;
}

function sendJSON(response: ServerResponse, body: Buffer): void {
  response
    .writeHead(200, { "content-type": "application/json", "content-length": body.byteLength })
    .end(body);
}

const wholeAnswer = Buffer.from(completion());

// Bodies are built at the first call, which is a warm-up.
const writesByURL = new Map<string, Buffer[]>();
const embeddingsByRequest = new Map<string, Buffer>();

function embeddingsBody(first: number, count: number, encoding: "base64" | "float"): Buffer {
  const key = `${first} ${count} ${encoding}`;
  const body = embeddingsByRequest.get(key) ?? Buffer.from(embeddings(first, count, encoding));
  embeddingsByRequest.set(key, body);
  return body;
}

function writesOf(url: string, { kind, chunks, perWrite }: Plan): Buffer[] {
  const known = writesByURL.get(url);
  if (known) return known;
  const events = kind === "text" ? textEvents(chunks) : toolCallEvents(chunks);
  const writes: Buffer[] = [];
  for (let at = 0; at < events.length; at += perWrite)
    writes.push(Buffer.from(events.slice(at, at + perWrite).join("")));
  writesByURL.set(url, writes);
  return writes;
}

async function sendStream(response: ServerResponse, url: string): Promise<void> {
  const plan = planOf(url);
  const writes = writesOf(url, plan);
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
  });
  if (plan.together > 1) {
    sendTogether(response, url, plan.together, writes);
    return;
  }
  const start = performance.now();
  for (const [at, write] of writes.entries()) {
    while ((performance.now() - start) * 1000 < at * plan.gap) await nextTurn();
    // The first write has the role, the second the first piece of text.
    if (at === 2 && plan.pause > 0) await sleep(plan.pause);
    if (!response.write(write)) await once(response, "drain");
  }
  response.end();
}

const waiting = new Map<string, ServerResponse[]>();

function sendTogether(
  response: ServerResponse,
  url: string,
  together: number,
  writes: readonly Buffer[],
): void {
  const responses = [...(waiting.get(url) ?? []), response];
  if (responses.length < together) {
    waiting.set(url, responses);
    return;
  }
  waiting.delete(url);
  sendInTurn(responses, writes).catch((error: unknown) => {
    for (const broken of responses) broken.destroy(error as Error);
  });
}

/** A round of writes, one to each stream; the next when all were taken. */
async function sendInTurn(responses: readonly ServerResponse[], writes: readonly Buffer[]): Promise<void> {
  for (const write of writes) {
    const full = responses.filter((response) => !response.write(write));
    await Promise.all(full.map((response) => once(response, "drain")));
    await nextTurn();
  }
  for (const response of responses) response.end();
}
