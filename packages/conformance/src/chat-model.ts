import type { ChatModel, ErrorCode } from "@beluga/core";
import { abortChecks } from "./chat-model/aborts.js";
import { answerChecks } from "./chat-model/answers.js";
import { bodyChecks } from "./chat-model/bodies.js";
import { endingChecks } from "./chat-model/endings.js";
import { framingChecks } from "./chat-model/framings.js";
import type { Framing } from "./chat-model/frames.js";
import { inputChecks } from "./chat-model/inputs.js";
import { optionChecks } from "./chat-model/options.js";
import { registrationChecks } from "./chat-model/registration.js";
import { retryChecks } from "./chat-model/retries.js";
import { secretChecks } from "./chat-model/secrets.js";
import { statusChecks } from "./chat-model/statuses.js";
import { streamChecks } from "./chat-model/streams.js";
import { ChatSuite } from "./chat-model/suite.js";
import { timeoutChecks } from "./chat-model/timeouts.js";
import { type Check, testChecks } from "./check.js";
import type { ChatExchange } from "./exchange.js";

/** What the suite has to know of a provider of chat models. */
export interface ChatModelSpec<Config extends object = object> {
  /** Its name in the registry: `acme`. */
  name: string;
  /** `@acme/beluga-llm`. */
  packageName: string;
  /** The package's own function: `createAcme`. */
  create(config: Config): ChatModel;
  /** What this needs at least, beside the key: `{ model: "acme-1" }`. */
  config: NoInfer<Config>;
  /**
   * A key of the vendor's form, made up. The suite sets it as `apiKey`, and looks for it in every error. Absent for vendors that take no key.
   */
  secret?: string;
  /** The provider also works without its key, as with servers that people run themselves. */
  secretOptional?: boolean;
  /** From {@link loadExchanges}. At least: text with characters of several bytes, a tool call, parallel tool calls, and the token limit. */
  exchanges: readonly ChatExchange[];
  /** What of this the vendor cannot do at all, so that there is no exchange for it. */
  lacks?: readonly ("tools" | "parallel-tools" | "length" | "usage")[];
  /** What a stream is made of. Default: `sse`. */
  framing?: Framing;
  /**
   * Whether an answer that ends after this frame is complete. Given the text of one event, with its field names, or of one line; of an AWS
   * event stream, the JSON of an `EventStreamMessage`: `{"event":"messageStop","payload":{}}`.
   */
  completes(frame: string): boolean;
  /** What the vendor sends where something goes wrong in the middle of a stream. */
  streamErrors?: readonly StreamError[];
  /** Failures whose body says more than their status does. */
  httpErrors?: readonly HttpError[];
  /** A body of an error as the vendor writes it. Default: `{ error: { message } }`. */
  errorBody?(message: string, status: number): unknown;
  /**
   * The options that the vendor cannot honour, as its warnings name them: `topK`, `toolChoice`, `responseFormat`,
   * `responseFormat.schema`, `reasoning.effort`, `reasoning.budgetTokens`. All others have to change what is sent.
   */
  unsupported?: readonly string[];
  /** Options that it honours alone, but not together with all others, and warns about then. */
  conflicting?: readonly string[];
}

export interface StreamError {
  /** The frame: the lines of one event without the blank line, one line, or the JSON of an `EventStreamMessage`. */
  frame: string;
  code: ErrorCode;
  /** The status that the vendor names in it. */
  status?: number;
  /** Words that the error's message has to have. */
  message?: string;
}

export interface HttpError {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body: unknown;
  code: ErrorCode;
  /** Default: what the code says. */
  retryable?: boolean;
}

/**
 * Tests a provider of chat models with all that every one of them has to do, as tests of vitest.
 *
 * @example
 * ```ts
 * chatModelConformance({
 *   name: "acme",
 *   packageName: "@acme/beluga-llm",
 *   create: createAcme,
 *   config: { model: "acme-1" },
 *   secret: "acme-key-0123456789",
 *   exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
 *   completes: (frame) => frame.includes('"end"'),
 * });
 * ```
 */
export function chatModelConformance<Config extends object>(spec: ChatModelSpec<Config>): void {
  testChecks({ ...spec, capability: "llm" }, chatModelChecks(spec));
}

/** The same as data. */
export function chatModelChecks<Config extends object>(spec: ChatModelSpec<Config>): Check[] {
  const groups: Record<string, readonly ChatCheck[]> = {
    registration: registrationChecks(spec),
    answers: answerChecks(spec),
    streams: streamChecks(),
    framing: framingChecks(spec),
    "the end of an answer": endingChecks(),
    "bodies that are not an answer": bodyChecks(spec),
    "HTTP errors": statusChecks(spec),
    retries: retryChecks(spec),
    abort: abortChecks(),
    "time limits": timeoutChecks(),
    secrets: secretChecks(spec),
    options: optionChecks(spec),
    input: inputChecks(spec),
  };
  return Object.entries(groups).flatMap(([group, checks]) =>
    checks.map(({ name, run }) => ({
      group,
      name,
      run: (server, report) => run(new ChatSuite(spec, server, report)),
    })),
  );
}

/** One rule, as the files of `chat-model/` write it. */
export interface ChatCheck {
  name: string;
  run(suite: ChatSuite): Promise<void>;
}
