import { failure, messagesOf, unfinished } from "./asking.js";
import type {
  ChatInput,
  ChatModel,
  ChatOptions,
  ChatResponse,
  ChatStreamPart,
  Message,
  ToolCallPart,
} from "./chat.js";
import { type Consumer, orAbort, relay } from "./relay.js";
import { type ToolResult, runTool } from "./tool-result.js";
import type { Tool } from "./tools.js";
import { type Usage, addUsage } from "./usage.js";

/** Options of {@link runTools}: those of a chat call, in each step. */
export interface RunToolsOptions extends ChatOptions {
  /** What the model may call. A tool without `execute` is the caller's to run: its call ends the loop. */
  tools: readonly Tool[];
  /**
   * As in a chat call. `required` and a named tool hold in the first step only, as they would have the model call tools for ever; after it the
   * model is free.
   */
  toolChoice?: ChatOptions["toolChoice"];
  /** The most times that the model is asked. Default: 10. */
  maxSteps?: number | undefined;
}

/** One answer of the model, and the results of its calls. */
export interface ToolStep {
  response: ChatResponse;
  /** In the order of the calls. Without those of tools that have no `execute`. */
  results: ToolResult[];
}

/** The outcome of {@link runTools}. */
export interface ToolRunResult {
  /** The last answer. */
  response: ChatResponse;
  /** What has come to the conversation: answers and results of tools. Append them as they are. */
  messages: Message[];
  steps: ToolStep[];
  /** Summed over all steps. */
  usage: Usage;
  /**
   * - `done`: the model called no more tools.
   * - `pending`: it called tools without `execute`; append a result of each of the `pendingToolCalls` after `messages` and go on.
   * - `max-steps`: it was asked `maxSteps` times, and called tools the last time too. They were run, so the messages are whole.
   */
  stopReason: "done" | "pending" | "max-steps" | (string & {});
  /** The calls of tools without `execute`, of the last step. */
  pendingToolCalls: ToolCallPart[];
}

/** A part of a run. An open union: ignore types that you do not know. Indexes of tool calls begin anew in each step. */
export type ToolRunPart =
  | Exclude<ChatStreamPart, { type: "finish" }>
  /** The model is asked; `step` counts from 1. */
  | { type: "step-start"; step: number }
  /** A call is done; as they get done, side by side. */
  | ({ type: "tool-result" } & ToolResult)
  /** The answer is complete, and its calls are done. */
  | ({ type: "step-finish"; step: number } & ToolStep)
  /** Exactly once, always last. */
  | ({ type: "finish" } & ToolRunResult);

/** A run, read as a stream of its parts or, by those who want none of them, as its result. Once, and only then does it begin. */
export interface ToolRun extends AsyncIterable<ToolRunPart> {
  /** Runs to the end. */
  result(): Promise<ToolRunResult>;
}

/**
 * Asks the model, runs the tools that it calls, gives it their results, and so on until it calls none.
 *
 * Arguments are validated by the tool's schema, and `execute` gets what the schema makes of them; a plain JSON Schema validates nothing: there
 * `execute` gets what the model wrote. The calls of one answer run side by side. A call of a tool that is not there, arguments that do not fit and
 * an error that a tool throws are told to the model, by the error's message, as a result with `isError`. Give the tools here: those that were bound
 * by `bindTools` are not known here, and cannot be run.
 *
 * What `execute` returns is sent as it is where it is a string or an array of text, image and file parts, and as JSON otherwise.
 *
 * An abort ends it all with `signal.reason`, and so does leaving the loop; the tools see it by the `signal` of their context. The model's
 * own failures are thrown as they are.
 *
 * @throws BelugaError `invalid_input` where `maxSteps` is not a positive integer.
 *
 * @example
 * ```ts
 * const run = runTools(model, "What is the weather in Basel?", { tools: [weather] });
 * for await (const part of run) {
 *   if (part.type === "text") process.stdout.write(part.text);
 *   if (part.type === "tool-result") console.log(part.toolCall.name, part.message.content);
 *   if (part.type === "finish") messages.push(...part.messages);
 * }
 *
 * const { response, usage } = await runTools(model, "And in Bern?", { tools: [weather] }).result();
 * ```
 */
export function runTools(model: ChatModel, messages: ChatInput, options: RunToolsOptions): ToolRun {
  const call = { op, provider: model.provider, signal: options.signal };
  const parts = relay(call, (consumer) => runSteps(model, messages, options, consumer));
  return {
    [Symbol.asyncIterator]: () => parts[Symbol.asyncIterator](),
    async result() {
      for await (const part of parts) {
        if (part.type !== "finish") continue;
        const { type: _, ...result } = part;
        return result;
      }
      throw unfinished(op, model);
    },
  };
}

const op = "llm.runTools";

async function* runSteps(
  model: ChatModel,
  input: ChatInput,
  { maxSteps = 10, ...given }: RunToolsOptions,
  { signal, read }: Consumer,
): AsyncGenerator<ToolRunPart, undefined> {
  if (!Number.isInteger(maxSteps) || maxSteps < 1)
    throw failure(op, model, "invalid_input", "maxSteps: expected a positive integer");
  if (!Array.isArray(given.tools))
    throw failure(op, model, "invalid_input", "tools: expected an array of tools");
  const options = { ...given, signal };
  const conversation = messagesOf(input);
  const messages: Message[] = [];
  const steps: ToolStep[] = [];
  let usage: Usage = {};

  for (let number = 1; ; number++) {
    yield { type: "step-start", step: number };
    const asked = messages.length === 0 ? conversation : [...conversation, ...messages];
    const stream = model.stream(asked, steps.length === 0 ? options : freed(options));
    const response = yield* answer(read(stream));
    if (!response) throw unfinished(op, model);
    const pendingToolCalls = response.toolCalls.filter((call) => isPending(call, options.tools));
    const calls = response.toolCalls.filter((call) => !pendingToolCalls.includes(call));
    const results = yield* runCalls(calls, options);
    const step = { response, results };
    steps.push(step);
    messages.push(response.message, ...results.map(({ message }) => message));
    usage = addUsage(usage, response.usage);
    yield { type: "step-finish", step: number, ...step };

    const stopReason =
      response.toolCalls.length === 0
        ? "done"
        : pendingToolCalls.length > 0
          ? "pending"
          : number === maxSteps
            ? "max-steps"
            : undefined;
    if (stopReason === undefined) continue;
    yield { type: "finish", response, messages, steps, usage, stopReason, pendingToolCalls };
    return;
  }
}

/** One answer of the model, as it arrives. */
async function* answer(
  parts: AsyncIterable<ChatStreamPart>,
): AsyncGenerator<Exclude<ChatStreamPart, { type: "finish" }>, ChatResponse | undefined> {
  let response: ChatResponse | undefined;
  for await (const part of parts) {
    if (part.type === "finish") ({ response } = part);
    else yield part;
  }
  return response;
}

/** What made the model call a tool holds once. */
function freed(options: ChatOptions): ChatOptions {
  const { toolChoice } = options;
  const isForced = toolChoice === "required" || typeof toolChoice === "object";
  return isForced ? { ...options, toolChoice: undefined } : options;
}

function isPending({ name }: ToolCallPart, tools: readonly Tool[]): boolean {
  const tool = tools.find((tool) => tool.name === name);
  return tool !== undefined && tool.execute === undefined;
}

/** Runs all calls at the same time; hands on each result when it is there, and gives all of them in the order of the calls. */
async function* runCalls(
  calls: readonly ToolCallPart[],
  { tools, signal }: RunToolsOptions & { signal: AbortSignal },
): AsyncGenerator<{ type: "tool-result" } & ToolResult, ToolResult[]> {
  const running = new Map(
    calls.map((call, at) => [at, runTool(call, tools, signal).then((result) => ({ at, result }))]),
  );
  const results: ToolResult[] = [];
  while (running.size > 0) {
    const { at, result } = await orAbort(Promise.race(running.values()), signal);
    running.delete(at);
    results[at] = result;
    yield { type: "tool-result", ...result };
  }
  return results;
}
