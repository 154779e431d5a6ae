import { isDeepStrictEqual } from "node:util";
import type { ChatInput, ChatOptions, StandardSchema } from "@beluga/core";
import type { Difference } from "./compare.js";
import type { Recording } from "./recording.js";
import type { ReplayTarget } from "./target.js";

/** What the provider is asked: what was asked in the recording, where that is known and its wire can be read. */
export function questionOf(
  recording: Recording,
  target: ReplayTarget,
): { messages: ChatInput; options: ChatOptions } {
  const recorded = recordedRequest(recording, target);
  return recorded ? recorded.requests.read(recorded.body) : { messages: "Hello", options: {} };
}

/** What is wrong with a request that a provider sent: by the vendor's schema, or because it does not mean what the recorded one means. */
export async function compareRequest(
  sent: unknown,
  recording: Recording,
  target: ReplayTarget,
): Promise<Difference[]> {
  const recorded = recordedRequest(recording, target);
  if (!recorded) return [];
  const { body, requests } = recorded;
  const meant = flatten(requests.read(body));
  const said = flatten(requests.read((sent ?? {}) as Readonly<Record<string, unknown>>));
  const paths = [...new Set([...meant.keys(), ...said.keys()])];
  return [
    ...(await problems(requests.schema, sent)),
    ...paths
      .filter((path) => !isDeepStrictEqual(meant.get(path), said.get(path)))
      .map((path) => ({ what: `request: ${path}`, expected: meant.get(path), actual: said.get(path) })),
  ];
}

/** Of a request that the vendor refused nothing can be learnt. */
function recordedRequest(
  { kind, request, expected }: Recording,
  target: ReplayTarget,
): { body: Readonly<Record<string, unknown>>; requests: NonNullable<RequestsOf> } | undefined {
  if (target.capability !== "llm" || !target.requests || !request?.body) return undefined;
  return kind === "error" || expected.error ? undefined : { body: request.body, requests: target.requests };
}

type RequestsOf = Extract<ReplayTarget, { capability: "llm" }>["requests"];

/** A conversation as its messages and options, each under its path, so that a difference can be named. */
function flatten({
  messages,
  options,
}: {
  messages: readonly unknown[];
  options: ChatOptions;
}): Map<string, unknown> {
  return new Map<string, unknown>([
    ...messages.map((message, at) => [`messages[${at}]`, message] as const),
    ...Object.entries(options).map(([option, value]) => [`options.${option}`, value] as const),
  ]);
}

async function problems(schema: StandardSchema, body: unknown): Promise<Difference[]> {
  const { issues = [] } = await schema["~standard"].validate(body);
  return issues.map(({ message, path = [] }) => {
    const keys = path.map((key) => String(typeof key === "object" ? key.key : key));
    return { what: "request: by the vendor's schema", expected: message, actual: keys.join(".") };
  });
}
