import type { ErrorCode } from "@beluga/core";

/**
 * How a call ends for its caller: it finished; it rejected with the caller's own reason; the caller left the loop, or threw in it; a `BelugaError`
 * of some code; or, which is never allowed, with anything else.
 */
export type End = "finished" | "aborted" | "left" | "thrown" | ErrorCode | "something else";

/** What the server does with a request. */
type Act =
  | "answer"
  /** The answer in many small writes, with pauses between them. */
  | "drip"
  /** The whole answer, and its terminal marker; then the connection stays open. */
  | "linger"
  /** The answer without its end: only the client can close the connection. */
  | "endless"
  | "reset"
  /** No headers, ever. */
  | "silent"
  | "reset midway"
  /** The connection is closed where HTTP announced more. */
  | "close midway"
  /** HTTP ends as it should, between two events, before the terminal marker. */
  | "end midway"
  /** HTTP ends as it should, within an event. */
  | "cut midway"
  | "stall midway"
  /** An event, or a body, that is no JSON. */
  | "malformed"
  /** A page of HTML with status 200. */
  | "html"
  | "other type"
  /** Random bytes with the right content type. */
  | "junk"
  /** An error of the vendor's own form in the middle of a stream. */
  | "error event"
  | { status: number; headers?: Readonly<Record<string, string>> };

/** What the caller does. "midway": of a stream after some parts, else after some milliseconds. */
type CallerAct =
  | "reads"
  | "dawdles"
  | "aborts before"
  | "aborts soon"
  | "aborts midway"
  | "leaves midway"
  | "throws midway";

/** What has to come of a case. */
interface Expected {
  ends: readonly End[];
  /** How many requests the server gets; of several texts to embed, for each batch. */
  requests: number | readonly [least: number, most: number];
}

export interface Case {
  name: string;
  /** How often it comes, beside the others. */
  weight: number;
  act: Act;
  /** Only the first request fares so; those after it are answered. */
  once?: true;
  caller: CallerAct;
  /** `hasty`: with short time limits; `refused`: at an address where nobody listens. */
  client: "patient" | "hasty" | "refused";
  /** One of the answer's pieces is of some hundred kilobytes. */
  long?: true;
  /** Absent where it makes no sense. */
  stream?: Expected;
  /** Of `generate` and `embed`, whose bodies are read before anything is handed on, so that more is tried again. */
  whole?: Expected;
}

const finished: Expected = { ends: ["finished"], requests: 1 };
const finishedAtSecond: Expected = { ends: ["finished"], requests: 2 };

function fails(code: ErrorCode, requests: Expected["requests"] = 1): Expected {
  return { ends: [code], requests };
}

function both(expected: Expected): Pick<Case, "stream" | "whole"> {
  return { stream: expected, whole: expected };
}

function endedBy(end: End, requests: Expected["requests"] = 1): Expected {
  return { ends: [end], requests };
}

const usual = { caller: "reads", client: "patient" } as const;

/** Every case, and what may come of it. Clients try once again (`maxRetries: 1`) what may pass, as long as nothing was handed on. */
export const cases: readonly Case[] = [
  { name: "clean", weight: 300, ...usual, act: "answer", ...both(finished) },
  { name: "clean, read slowly", weight: 60, ...usual, act: "answer", caller: "dawdles", stream: finished },
  { name: "slow drip", weight: 50, ...usual, act: "drip", ...both(finished) },
  { name: "very long event", weight: 15, ...usual, act: "answer", long: true, ...both(finished) },
  { name: "open after its end", weight: 15, ...usual, act: "linger", stream: finished },

  {
    name: "refused",
    weight: 15,
    ...usual,
    act: "answer",
    client: "refused",
    ...both(fails("provider_unavailable", 0)),
  },
  { name: "reset at first", weight: 20, ...usual, act: "reset", once: true, ...both(finishedAtSecond) },
  { name: "reset", weight: 15, ...usual, act: "reset", ...both(fails("provider_unavailable", 2)) },
  {
    name: "reset midway",
    weight: 30,
    ...usual,
    act: "reset midway",
    stream: fails("provider_unavailable"),
    whole: fails("provider_unavailable", 2),
  },
  {
    name: "reset midway at first",
    weight: 15,
    ...usual,
    act: "reset midway",
    once: true,
    whole: finishedAtSecond,
  },
  {
    name: "closed midway",
    weight: 30,
    ...usual,
    act: "close midway",
    stream: fails("provider_unavailable"),
    whole: fails("provider_unavailable", 2),
  },
  // On a busy machine the limit on the headers may pass before those are there, which is tried again, or before the request is sent.
  { name: "stall", weight: 15, ...usual, act: "silent", client: "hasty", ...both(fails("timeout", [0, 2])) },
  {
    name: "stall midway",
    weight: 20,
    ...usual,
    act: "stall midway",
    client: "hasty",
    ...both(fails("timeout", [0, 2])),
  },

  { name: "no terminal marker", weight: 30, ...usual, act: "end midway", stream: fails("truncated") },
  {
    name: "cut in an event",
    weight: 30,
    ...usual,
    act: "cut midway",
    stream: fails("truncated"),
    whole: fails("invalid_response"),
  },
  { name: "malformed JSON", weight: 30, ...usual, act: "malformed", ...both(fails("invalid_response")) },
  { name: "HTML with 200", weight: 20, ...usual, act: "html", ...both(fails("invalid_response")) },
  {
    name: "another content type",
    weight: 20,
    ...usual,
    act: "other type",
    ...both(fails("invalid_response")),
  },
  // Server-sent events are whatever stands in lines that begin with "data:". Where there is none, the end came too early.
  {
    name: "binary junk",
    weight: 20,
    ...usual,
    act: "junk",
    stream: { ends: ["invalid_response", "truncated"], requests: 1 },
    whole: fails("invalid_response"),
  },
  { name: "error event", weight: 30, ...usual, act: "error event", stream: fails("provider_unavailable") },

  {
    name: "429 at first",
    weight: 20,
    ...usual,
    act: { status: 429, headers: { "retry-after-ms": "20" } },
    once: true,
    ...both(finishedAtSecond),
  },
  {
    name: "429, wait 0 s",
    weight: 15,
    ...usual,
    act: { status: 429, headers: { "retry-after": "0" } },
    ...both(fails("rate_limit", 2)),
  },
  {
    name: "429, wait 120 s",
    weight: 15,
    ...usual,
    act: { status: 429, headers: { "retry-after": "120" } },
    ...both(fails("rate_limit")),
  },
  { name: "429", weight: 15, ...usual, act: { status: 429 }, ...both(fails("rate_limit", 2)) },
  { name: "500 at first", weight: 15, ...usual, act: { status: 500 }, once: true, ...both(finishedAtSecond) },
  { name: "503", weight: 15, ...usual, act: { status: 503 }, ...both(fails("provider_unavailable", 2)) },
  { name: "529", weight: 15, ...usual, act: { status: 529 }, ...both(fails("provider_unavailable", 2)) },

  {
    name: "aborted before",
    weight: 15,
    ...usual,
    act: "answer",
    caller: "aborts before",
    ...both(endedBy("aborted", 0)),
  },
  {
    name: "aborted, no headers",
    weight: 20,
    ...usual,
    act: "silent",
    caller: "aborts soon",
    ...both(endedBy("aborted", [0, 1])),
  },
  {
    name: "aborted in backoff",
    weight: 20,
    ...usual,
    act: { status: 503, headers: { "retry-after": "20" } },
    caller: "aborts soon",
    ...both(endedBy("aborted", [0, 1])),
  },
  {
    name: "aborted midway",
    weight: 40,
    ...usual,
    act: "endless",
    caller: "aborts midway",
    stream: endedBy("aborted"),
    whole: endedBy("aborted", [0, 1]),
  },
  {
    name: "left midway",
    weight: 40,
    ...usual,
    act: "endless",
    caller: "leaves midway",
    stream: endedBy("left"),
  },
  {
    name: "consumer throws",
    weight: 30,
    ...usual,
    act: "endless",
    caller: "throws midway",
    stream: endedBy("thrown"),
  },
];
