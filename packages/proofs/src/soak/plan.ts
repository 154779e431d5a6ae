import { type Random, seededRandom } from "@beluga/conformance";
import { type Case, type End, cases } from "./cases.js";

export const chatWires = [
  "openai-chat",
  "openai-responses",
  "anthropic",
  "google",
  "ollama",
  "bedrock",
] as const;
const embedWires = ["openai-embeddings", "ollama-embeddings"] as const;
export type ChatWire = (typeof chatWires)[number];
export type EmbedWire = (typeof embedWires)[number];

/** What happens in one call: the client and the server both make it from the seed and the number that the request carries. */
export type Plan = PlanBase &
  ({ kind: "stream" | "generate"; wire: ChatWire } | { kind: "embed"; wire: EmbedWire });

interface PlanBase {
  number: number;
  case: Case;
  /** The answer's text, in the pieces that a stream has it in. */
  pieces: readonly string[];
  /** How many pieces come before what is wrong, or before the caller goes; at least one. */
  midway: number;
  /** When the caller aborts, where it does so by the clock, in milliseconds. */
  delay: number;
  /** A caller that goes whatever the server does: it aborts after `delay`, or leaves after `midway` parts. */
  whim: "aborts" | "leaves" | undefined;
  /** Passes a signal that lives as long as the process, as applications do that stop all at once. */
  sharesSignal: boolean;
  /** For what only one side has to know: where writes are cut, which parts are read slowly. */
  random: Random;
}

/** The header that carries a call's number. */
export const numberHeader = "x-soak-number";

export function planOf(seed: number, number: number): Plan {
  const random = seededRandom((seed + Math.imul(number + 1, 0x9e3779b1)) >>> 0);
  const ways = kindAndWire(number, random);
  const chosen = weighted(
    cases.filter((some) => fits(some, ways)),
    random,
  );
  const pieces = Array.from({ length: 3 + random.below(30) }, () => pieceOf(random));
  if (chosen.long) pieces[1] = "long ".repeat(40_000 + random.below(40_000));
  const mayGo = chosen.caller === "reads" && chosen.client === "patient";
  return {
    ...ways,
    number,
    case: chosen,
    pieces,
    midway: 1 + random.below(pieces.length - 1),
    delay: random.below(40),
    whim: mayGo
      ? pick([...Array<undefined>(12), "aborts", ways.kind === "stream" ? "leaves" : undefined], random)
      : undefined,
    sharesSignal: random.below(2) === 0,
    random,
  };
}

/** How many calls have so many streams among them. */
export function callsFor(streams: number): number {
  return Math.ceil((streams * 4) / 3);
}

/** What may come of a plan. */
export function expectedOf(plan: Plan): {
  ends: readonly End[];
  requests: readonly [least: number, most: number];
} {
  const { kind, whim } = plan;
  const { ends, requests } = (kind === "stream" ? plan.case.stream : plan.case.whole) ?? {
    ends: [],
    requests: 0,
  };
  const [least, most] = typeof requests === "number" ? [requests, requests] : requests;
  if (whim)
    return { ends: [...ends, whim === "aborts" ? "aborted" : "left"], requests: [0, most * batchesOf(plan)] };
  if (kind !== "embed") return { ends, requests: [least, most] };
  // Of several batches, the first failure ends the others; and where only the first request fails, one is sent twice.
  const batches = batchesOf(plan);
  const isWhole = ends.includes("finished");
  return {
    ends,
    requests: isWhole ? [batches + least - 1, batches + most - 1] : [least === 0 ? 0 : 1, most * batches],
  };
}

/** A text to embed is the call's number and its place, and so is its vector. */
export function textsOf({ number }: Plan): string[] {
  return Array.from({ length: 5 }, (_, place) => `${number} ${place}`);
}

export function vectorOf(text: string): number[] {
  const [number = NaN, place = NaN] = text.split(" ").map(Number);
  return [number, place, 0.5, -1];
}

/** How many texts go into one request. */
export const batchSize = 2;

function batchesOf(plan: Plan): number {
  return plan.kind === "embed" ? Math.ceil(textsOf(plan).length / batchSize) : 1;
}

type Ways = Pick<Plan, "kind" | "wire"> &
  ({ kind: "stream" | "generate"; wire: ChatWire } | { kind: "embed"; wire: EmbedWire });

/** Of four calls, three are streams. */
function kindAndWire(number: number, random: Random): Ways {
  if (number % 4 > 0) return { kind: "stream", wire: pick(chatWires, random) };
  return random.below(2) === 0
    ? { kind: "generate", wire: pick(chatWires, random) }
    : { kind: "embed", wire: pick(embedWires, random) };
}

function fits(some: Case, { kind, wire }: Ways): boolean {
  // Of Gemini's streams, the end of the connection is the end.
  if (some.act === "linger" && wire === "google") return false;
  return (kind === "stream" ? some.stream : some.whole) !== undefined;
}

function weighted(all: readonly Case[], random: Random): Case {
  let at = random.below(all.reduce((sum, { weight }) => sum + weight, 0));
  return all.find(({ weight }) => (at -= weight) < 0) as Case;
}

export function pick<T>(list: readonly T[], random: Random): T {
  return list[random.below(list.length)] as T;
}

/** Of one to several bytes a character, and with what has a meaning in JSON, in events and in lines. */
const words = [
  "beluga",
  " ",
  "sings ",
  "🐋",
  "é",
  "語",
  "\n",
  '"',
  "\\",
  "data: ",
  "\r\n\r\n",
  "[DONE]",
  "{",
  "\u2028",
  "0",
];

function pieceOf(random: Random): string {
  return Array.from({ length: 1 + random.below(4) }, () => pick(words, random)).join("");
}
