import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { type Plan, pick } from "./plan.js";
import { type Writer, embeddings, writers } from "./wires.js";

/** Answers one request of a plan, well or badly. Resolves when nothing more will be written, which need not end the exchange. */
export async function reply(
  plan: Plan,
  count: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const act = plan.case.once && count > 1 ? "answer" : plan.case.act;
  if (act === "silent") return;
  if (act === "reset") return reset(response);
  if (typeof act === "object") {
    json(response, act.status, { error: { message: "Not now" } }, act.headers);
    return;
  }
  if (act === "html") {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Sign in</title>");
    return;
  }
  const { contentType, bytes } = plan.kind === "stream" ? eventsOf(plan, act) : wholeOf(plan, act, body);
  response.writeHead(200, {
    "content-type": act === "other type" ? "application/octet-stream" : contentType,
  });
  await write(plan, act, bytes, response);
  switch (act) {
    case "linger":
    case "endless":
    case "stall midway":
      return;
    case "reset midway":
      await sleep(10); // what was sent must have arrived: a reset discards what its receiver has not read yet
      return reset(response);
    case "close midway":
      response.socket?.end();
      return;
    default:
      response.end();
  }
}

type StreamAct = Exclude<Plan["case"]["act"], object>;

/** What is sent of a stream. */
function eventsOf(plan: Plan, act: StreamAct): { contentType: string; bytes: Buffer } {
  const { contentType, ...writer } = writers[plan.wire as keyof typeof writers];
  const pieces = plan.pieces.map(writer.piece);
  const before = [writer.start, ...pieces.slice(0, plan.midway)];
  const after = [...pieces.slice(plan.midway), writer.end(plan.pieces.join(""))];
  return { contentType, bytes: Buffer.concat(spoiled(plan, act, before, after, writer)) };
}

function spoiled(
  plan: Plan,
  act: StreamAct,
  before: Buffer[],
  after: Buffer[],
  writer: Pick<Writer, "malformed" | "error">,
): Buffer[] {
  switch (act) {
    case "endless":
    case "reset midway":
    case "close midway":
    case "end midway":
    case "stall midway":
      return before;
    case "cut midway":
      return [...before, cut(after[0])];
    case "malformed":
      return [...before, writer.malformed, ...after];
    case "error event":
      return [...before, writer.error];
    case "junk":
      return [junk(plan)];
    default:
      return [...before, ...after];
  }
}

/** What is sent of an answer that is not streamed. */
function wholeOf(plan: Plan, act: StreamAct, body: string): { contentType: string; bytes: Buffer } {
  const answer =
    plan.kind === "embed"
      ? embeddings(plan.wire, inputOf(body))
      : writers[plan.wire].whole(plan.pieces.join(""));
  const bytes = Buffer.from(JSON.stringify(answer));
  const contentType = "application/json";
  if (act === "junk") return { contentType, bytes: junk(plan) };
  if (act === "malformed") return { contentType, bytes: Buffer.from(`${bytes.toString()}}`) };
  return { contentType, bytes: act.endsWith("midway") || act === "endless" ? cut(bytes) : bytes };
}

function inputOf(body: string): string[] {
  return (JSON.parse(body) as { input: string[] }).input;
}

/** More than half of it, and not all. */
function cut(bytes: Buffer = Buffer.alloc(0)): Buffer {
  return bytes.subarray(0, Math.ceil(bytes.byteLength * 0.6));
}

function junk({ random }: Plan): Buffer {
  return Buffer.from(Array.from({ length: 1 + random.below(3_000) }, () => random.below(256)));
}

/** Writes bytes in pieces that are cut anywhere, in the middle of characters too. */
async function write(
  { random }: Plan,
  act: StreamAct,
  bytes: Buffer,
  response: ServerResponse,
): Promise<void> {
  const count = act === "drip" ? 20 + random.below(20) : 1 + random.below(6);
  const places = Array.from({ length: count - 1 }, () => random.below(bytes.byteLength)).sort(
    (a, b) => a - b,
  );
  response.flushHeaders();
  for (const [at, place] of [0, ...places].entries()) {
    if (response.destroyed) return;
    const taken = response.write(bytes.subarray(place, places[at]));
    if (!taken) await Promise.race([once(response, "drain"), once(response, "close")]);
    if (act === "drip") await sleep(1 + random.below(6));
    else await pick([nextTurn, nextTurn, nextTurn, sleep], random)();
  }
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
