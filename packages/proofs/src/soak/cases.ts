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

type Row = readonly [name: string, weight: number, act: Act, rest: Partial<Case>];

const finished = ends("finished");
const secondTime = ends("finished", 2);
const unavailable = ends("provider_unavailable");
const invalid = ends("invalid_response");
// Where many calls begin at once the limit on the headers may pass before they are there, which is tried again, or before the request
// is sent: to sign one for Bedrock takes some seven turns of the event loop.
const late = ends("timeout", [0, 2]);
// Server-sent events are whatever stands in lines that begin with "data:". Where there is none, the end came too early.
const nonsense: Expected = { ends: ["invalid_response", "truncated"], requests: 1 };
// By the clock, so perhaps before the request is sent.
const aborted = ends("aborted", [0, 1]);

const busy = (wait: Readonly<Record<string, string>>): Act => ({ status: 429, headers: wait });

/** Every case, and what may come of it. Clients try once again (`maxRetries: 1`) what may pass, as long as nothing was handed on. */
const rows: readonly Row[] = [
  ["clean", 300, "answer", both(finished)],
  ["clean, read slowly", 60, "answer", { caller: "dawdles", stream: finished }],
  ["slow drip", 50, "drip", both(finished)],
  ["very long event", 15, "answer", { long: true, ...both(finished) }],
  ["open after its end", 15, "linger", { stream: finished }],

  ["refused", 15, "answer", { client: "refused", ...both(ends("provider_unavailable", 0)) }],
  ["reset at first", 20, "reset", { once: true, ...both(secondTime) }],
  ["reset", 15, "reset", both(ends("provider_unavailable", 2))],
  ["reset midway", 30, "reset midway", { stream: unavailable, whole: ends("provider_unavailable", 2) }],
  ["reset midway at first", 15, "reset midway", { once: true, whole: secondTime }],
  ["closed midway", 30, "close midway", { stream: unavailable, whole: ends("provider_unavailable", 2) }],
  ["stall", 15, "silent", { client: "hasty", ...both(late) }],
  ["stall midway", 20, "stall midway", { client: "hasty", ...both(late) }],

  ["no terminal marker", 30, "end midway", { stream: ends("truncated") }],
  ["cut in an event", 30, "cut midway", { stream: ends("truncated"), whole: invalid }],
  ["malformed JSON", 30, "malformed", both(invalid)],
  ["HTML with 200", 20, "html", both(invalid)],
  ["another content type", 20, "other type", both(invalid)],
  ["binary junk", 20, "junk", { stream: nonsense, whole: invalid }],
  ["error event", 30, "error event", { stream: unavailable }],

  ["429 at first", 20, busy({ "retry-after-ms": "20" }), { once: true, ...both(secondTime) }],
  ["429, wait 0 s", 15, busy({ "retry-after": "0" }), both(ends("rate_limit", 2))],
  ["429, wait 120 s", 15, busy({ "retry-after": "120" }), both(ends("rate_limit"))],
  ["429", 15, { status: 429 }, both(ends("rate_limit", 2))],
  ["500 at first", 15, { status: 500 }, { once: true, ...both(secondTime) }],
  ["503", 15, { status: 503 }, both(ends("provider_unavailable", 2))],
  ["529", 15, { status: 529 }, both(ends("provider_unavailable", 2))],

  ["aborted before", 15, "answer", { caller: "aborts before", ...both(ends("aborted", 0)) }],
  ["aborted, no headers", 20, "silent", { caller: "aborts soon", ...both(aborted) }],
  ["aborted in backoff", 20, busy({ "retry-after": "20" }), { caller: "aborts soon", ...both(aborted) }],
  ["aborted midway", 40, "endless", { caller: "aborts midway", stream: ends("aborted"), whole: aborted }],
  ["left midway", 40, "endless", { caller: "leaves midway", stream: ends("left") }],
  ["consumer throws", 30, "endless", { caller: "throws midway", stream: ends("thrown") }],
];

export const cases: readonly Case[] = rows.map(([name, weight, act, rest]) => ({
  name,
  weight,
  act,
  caller: "reads",
  client: "patient",
  ...rest,
}));

function ends(end: End, requests: Expected["requests"] = 1): Expected {
  return { ends: [end], requests };
}

function both(expected: Expected): Partial<Case> {
  return { stream: expected, whole: expected };
}
