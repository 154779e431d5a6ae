import type { ErrorCode } from "@beluga/core";
import { type RecordedResponse, bytesOf } from "../exchange.js";
import type { RecordedExpectation, Recording } from "./recording.js";
import { codeOf } from "./terms.js";

/** What has to come of a recording. */
export interface Wanted {
  expected: RecordedExpectation;
  /** The call has to fail with it. `expected` is then what had arrived before. */
  error?: { code: ErrorCode; status?: number };
  /** Words that warnings have to have. */
  warnings: string[];
}

/** Where what is right differs from what is on the wire: all of these places, each with its reason. */
interface Rule {
  reason: string;
  applies(recording: Recording): boolean;
  change(wanted: Wanted, recording: Recording): void;
}

const tokenHeader = "x-amzn-bedrock-input-token-count";

const rules: readonly Rule[] = [
  {
    reason:
      "a response with an error status is an error, with the code that the status and the vendor's words say",
    applies: ({ kind }) => kind === "error",
    change(wanted, { expected: { error } }) {
      if (error) wanted.error = { code: codeOf(error), status: error.status };
    },
  },
  {
    reason: "an error inside of a response with status 200 is an error as well, after the parts before it",
    applies: ({ kind, expected }) => kind !== "error" && expected.error !== undefined,
    change(wanted, { expected: { error }, response }) {
      if (!error) return;
      // The extraction notes the status of the response, 200; some vendors write the true one into the event.
      const status = /"status(?:_code)?"\s*:\s*(\d{3})/.exec(response.bodyText ?? "")?.[1];
      const inBody = status === undefined ? undefined : Number(status);
      wanted.error = {
        code: codeOf({ ...error, status: inBody ?? 500 }),
        ...(inBody !== undefined && { status: inBody }),
      };
    },
  },
  {
    reason: "a tool call that the token limit cut is left out, and a warning carries its text",
    applies: ({ expected }) => endsByLimit(expected) && cutCalls(expected).length > 0,
    change(wanted) {
      wanted.warnings.push(...cutCalls(wanted.expected).map(({ argumentsRaw = "" }) => argumentsRaw));
      wanted.expected = {
        ...wanted.expected,
        toolCalls: (wanted.expected.toolCalls ?? []).filter((call) => !call.argumentsInvalid),
      };
    },
  },
  {
    reason:
      "a tool call with broken arguments, and no token limit that would explain it, makes the whole answer invalid",
    applies: ({ expected }) => !endsByLimit(expected) && cutCalls(expected).length > 0,
    change(wanted) {
      wanted.error = { code: "invalid_response" };
    },
  },
  {
    reason:
      "a tool call that has no arguments yet when the token limit comes was cut before them, so it is left out as well",
    applies: ({ expected }) => endsByLimit(expected) && bareCalls(expected).length > 0,
    change(wanted) {
      wanted.warnings.push(...bareCalls(wanted.expected).map(({ name }) => name));
      wanted.expected = {
        ...wanted.expected,
        toolCalls: (wanted.expected.toolCalls ?? []).filter((call) => call.argumentsRaw !== ""),
      };
    },
  },
  {
    reason: "a tool that runs at the vendor's (Nova's code interpreter) is none for the caller to run",
    applies: ({ response }) => serverCalls(response).size > 0,
    change(wanted, { response }) {
      const ids = serverCalls(response);
      wanted.expected = {
        ...wanted.expected,
        toolCalls: (wanted.expected.toolCalls ?? []).filter(({ id }) => !ids.has(id)),
      };
    },
  },
  {
    reason: "a function_call, the form that calls had before there were tools, is a tool call",
    applies: ({ expected }) => expected.functionCall !== undefined,
    change(wanted, { expected: { functionCall } }) {
      if (functionCall) wanted.expected = { ...wanted.expected, toolCalls: [functionCall] };
    },
  },
  {
    reason: "arguments of null are {}: the tool takes none",
    applies: ({ expected }) => (expected.toolCalls ?? []).some((call) => call.argumentsNull),
    change(wanted) {
      wanted.expected = {
        ...wanted.expected,
        toolCalls: (wanted.expected.toolCalls ?? []).map((call) =>
          call.argumentsNull ? { ...call, arguments: {} } : call,
        ),
      };
    },
  },
  {
    reason: "the words of a filter that stopped the answer are the vendor's refusal",
    applies: ({ expected: { finishReason, finishMessage } }) =>
      finishMessage !== undefined &&
      /SAFETY|ARMOR|RECITATION|BLOCKLIST|PROHIBITED|SPII/.test(`${finishReason}`),
    change(wanted, { expected: { finishMessage = "" } }) {
      wanted.expected = { ...wanted.expected, refusal: finishMessage };
    },
  },
  {
    reason:
      "reasoning that is told in full is reasoning, as a summary is; the extraction took summaries alone",
    applies: (recording) => recording.api === "openai-responses" && reasoningText(recording) !== "",
    change(wanted, recording) {
      const { reasoning = "" } = wanted.expected;
      wanted.expected = { ...wanted.expected, reasoning: reasoning + reasoningText(recording) };
    },
  },
  {
    reason:
      "tokens that Bedrock tells in a header alone are an embedding's usage: the extraction took bodies",
    applies: ({ api, kind, expected, response }) =>
      api === "bedrock-embed" &&
      kind !== "error" &&
      !expected.usage &&
      tokenHeader in (response.headers ?? {}),
    change(wanted, { response }) {
      const tokens = Number(response.headers?.[tokenHeader]);
      wanted.expected = { ...wanted.expected, usage: { [tokenHeader]: tokens } };
    },
  },
  {
    reason:
      "a stream that ends without a finish reason and without the vendor's terminal marker is truncated",
    applies: ({ kind, expected }) =>
      kind === "chat-stream" && !expected.finishReason && expected.done === false && !expected.error,
    change(wanted) {
      wanted.error = { code: "truncated" };
    },
  },
];

/** What has to come of a recording, and the reasons of the rules that had a say in it. */
export function wantedOf(recording: Recording): Wanted & { reasons: string[] } {
  const wanted: Wanted = { expected: recording.expected, warnings: [] };
  const applying = rules.filter((rule) => rule.applies(recording));
  for (const rule of applying) rule.change(wanted, recording);
  return { ...wanted, reasons: applying.map(({ reason }) => reason) };
}

function endsByLimit({ finishReason, incompleteReason }: RecordedExpectation): boolean {
  return (
    finishReason === "length" || finishReason === "max_tokens" || incompleteReason === "max_output_tokens"
  );
}

/** Of OpenAI's Responses: the reasoning itself, and not a summary of it. */
function reasoningText({ response: { body, bodyText = "" } }: Recording): string {
  interface Piece {
    type?: string;
    text?: string;
  }
  const { output = [] } = (body ?? {}) as { output?: readonly { content?: readonly Piece[] | null }[] };
  const events = bodyText.matchAll(/^data: ?(\{.*"response\.reasoning_text\.done".*\})\r?$/gm);
  return [
    ...output.flatMap(({ content }) => content ?? []).filter(({ type }) => type === "reasoning_text"),
    ...[...events].map(([, event = ""]) => JSON.parse(event) as Piece),
  ]
    .map(({ text = "" }) => text)
    .join("");
}

/** The ids of Bedrock's calls that say of themselves that they are the server's, in a stream's events or in one body. */
function serverCalls(response: RecordedResponse): Set<string | null> {
  const text = Buffer.from(bytesOf(response)).toString();
  const calls = text.matchAll(/"toolUseId":"([^"]+)","type":"server_tool_use"/g);
  return new Set([...calls].map(([, id = ""]) => id));
}

function bareCalls({ toolCalls = [] }: RecordedExpectation): NonNullable<RecordedExpectation["toolCalls"]> {
  return toolCalls.filter((call) => call.argumentsRaw === "");
}

function cutCalls({ toolCalls = [] }: RecordedExpectation): NonNullable<RecordedExpectation["toolCalls"]> {
  return toolCalls.filter((call) => call.argumentsInvalid);
}
