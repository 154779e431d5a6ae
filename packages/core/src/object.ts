import { answerSchema } from "./answer-schema.js";
import { failure, messagesOf, unfinished } from "./asking.js";
import type { ChatInput, ChatModel, ChatOptions, ChatResponse, ChatStreamPart, Message } from "./chat.js";
import type { StandardSchema, Warning } from "./common.js";
import type { BelugaError } from "./errors.js";
import { describeIssues, describePaths } from "./issues.js";
import {
  type ObjectQuestion,
  type Reading,
  type Way,
  askIn,
  correction,
  isLacking,
  isRefusalOf,
  objectModes,
  readAnswer,
  remember,
  waysFor,
} from "./object-ways.js";
import { PartialJSON } from "./partial-json.js";
import { isRecord } from "./provider/wire.js";
import { type Consumer, orAbort, relay } from "./relay.js";
import { isStandardSchema, toJSONSchema } from "./tools.js";
import { type Usage, addUsage } from "./usage.js";

/** Options of {@link generateObject} and {@link streamObject}: those of a chat call, and how the object is asked for. */
export interface ObjectOptions extends Omit<ChatOptions, "tools" | "toolChoice" | "responseFormat"> {
  /** What the vendor is told that the object is called: letters, digits, `_` and `-`, at most 64. Default: `answer`. */
  name?: string | undefined;
  /** What the object is, for the model to read. */
  description?: string | undefined;
  /**
   * How the model is made to answer by the schema.
   *
   * - `auto` (default): by the vendor's own JSON Schema mode; where the vendor has none, by the forced call of a tool; where it has no tools
   *   either, by words. Which it was is remembered for this `model`, except that a vendor's refusal (status 400 or 422) of a request with a
   *   schema is not: to save that request each time, say `tool`.
   * - `json`: by the vendor's mode, or by words; for models that have no tools.
   * - `tool`: by the call of a tool.
   */
  mode?: "auto" | "json" | "tool" | undefined;
  /** How many times to ask again, with what is wrong, after an answer that does not fit the schema. Default: 2. */
  maxRetries?: number | undefined;
}

/** What {@link generateObject} gives, and {@link streamObject} at its end. */
export interface ObjectResult<Output> {
  /** What the schema made of the model's answer. */
  object: Output;
  /** The answer that fitted. */
  response: ChatResponse;
  /** Summed over all attempts. */
  usage: Usage;
  /** How many times the model was asked. */
  attempts: number;
  /** The remarks on all attempts, each once. */
  warnings: Warning[];
}

/** A part of a streamed object. An open union: ignore types that you do not know. */
export type ObjectStreamPart<Input, Output = Input> =
  | {
      type: "partial";
      /** All that there is so far, not what came last; not validated. An object of its own, which shares what did not change with the one before. */
      object: DeepPartial<Input>;
    }
  | {
      type: "retry";
      /** Of the question that comes now, from 2. The partial objects begin anew. */
      attempt: number;
      /** What was wrong with the answer, as the model is told; it may quote it. */
      problem: string;
    }
  | ({ type: "finish" } & ObjectResult<Output>);

/** What there may be of a value while it arrives: strings are not complete, members may be missing, arrays lack what comes later. */
export type DeepPartial<Value> = unknown extends Value
  ? unknown
  : Value extends string
    ? string
    : Value extends readonly (infer Item)[]
      ? DeepPartial<Item>[]
      : Value extends object
        ? { [Key in keyof Value]?: DeepPartial<Value[Key]> }
        : Value;

/**
 * Has the model answer with an object, and validates it with a schema of zod, valibot, arktype or any other library that follows Standard
 * Schema (one that cannot say itself as JSON Schema is wrapped: `withJSONSchema`). Arrays, enums and unions work as well.
 *
 * An answer that does not fit is sent back with what is wrong with it, `maxRetries` times. JSON in a Markdown fence or among words is
 * found where there is exactly one value.
 *
 * @throws BelugaError `invalid_response` where the last answer does not fit either, with the paths of the problems; `truncated` where the token limit
 * cut the answer; `content_filter` where the model refused or the vendor blocked the answer. `partial` is then the last `ChatResponse`.
 *
 * @example
 * ```ts
 * const recipe = z.object({ name: z.string(), minutes: z.int(), ingredients: z.array(z.string()) });
 * const { object, usage } = await generateObject(model, recipe, "Lasagne for two");
 * console.log(object.name, object.ingredients.length, usage.totalTokens);
 * ```
 */
export async function generateObject<Input, Output>(
  model: ChatModel,
  schema: StandardSchema<Input, Output>,
  messages: ChatInput,
  options: ObjectOptions = {},
): Promise<ObjectResult<Output>> {
  const op = "llm.generateObject";
  const parts = objectStream({ op, model, schema, messages, options }, async function* (...call) {
    yield { type: "finish", response: await model.generate(...call) };
  });
  for await (const part of parts) {
    if (part.type !== "finish") continue;
    const { type: _, ...result } = part;
    return result;
  }
  throw unfinished(op, model);
}

/**
 * As {@link generateObject}, with the object as it grows: `partial` parts, then exactly one `finish`, always last, with the whole and validated
 * object. Partial objects are what the model wrote, before the schema changes anything, and hence typed by what goes into the schema.
 *
 * Each `partial` is the whole object so far, so an answer that does not fit is asked for again here too: a `retry` part says so, and the partial
 * objects begin anew. `maxRetries: 0` has it throw instead. The request is sent at the first read, the stream can be read once, and leaving the loop
 * closes the connection.
 *
 * @throws What `generateObject` throws.
 *
 * @example
 * ```ts
 * for await (const part of streamObject(model, recipe, "Lasagne for two")) {
 *   if (part.type === "partial") render(part.object.ingredients ?? []);
 *   if (part.type === "finish") save(part.object);
 * }
 * ```
 */
export function streamObject<Input, Output>(
  model: ChatModel,
  schema: StandardSchema<Input, Output>,
  messages: ChatInput,
  options: ObjectOptions = {},
): AsyncIterable<ObjectStreamPart<Input, Output>> {
  const task = { op: "llm.streamObject", model, schema, messages, options };
  return objectStream(task, (...call) => model.stream(...call));
}

interface ObjectTask<Input, Output> {
  op: string;
  model: ChatModel;
  schema: StandardSchema<Input, Output>;
  messages: ChatInput;
  options: ObjectOptions;
}

type Ask = (messages: readonly Message[], options: ChatOptions) => AsyncIterable<ChatStreamPart>;

function objectStream<Input, Output>(
  task: ObjectTask<Input, Output>,
  ask: Ask,
): AsyncIterable<ObjectStreamPart<Input, Output>> {
  const { op, model, options } = task;
  const call = { op, provider: model.provider, signal: options.signal };
  return relay(call, (consumer) => objectParts(task, ask, consumer));
}

/** Asks until an answer fits. */
async function* objectParts<Input, Output>(
  task: ObjectTask<Input, Output>,
  ask: Ask,
  { signal, read }: Consumer,
): AsyncGenerator<ObjectStreamPart<Input, Output>, undefined> {
  const { op, model, schema, options } = task;
  const question = questionOf(task, signal);
  const [first, ...ways] = waysFor(model, options.mode ?? "auto");
  let retries = options.maxRetries ?? 2;
  let way = first;
  let { messages } = question;
  let usage: Usage = {};
  const warnings = new Map<string, Warning>();
  const refused: Way[] = [];

  for (let attempts = 1; ; attempts++) {
    signal.throwIfAborted(); // not every model looks before it sends
    let response: ChatResponse | undefined;
    try {
      const parts = read(ask(...askIn(way, { ...question, messages })));
      response = yield* partialObjects<Input>(parts, way, question);
    } catch (error) {
      const next = ways.shift();
      if (next === undefined || !isRefusalOf(way, error)) throw error;
      if (error.code === "unsupported") refused.push(way);
      way = next;
      continue;
    }
    if (!response) throw unfinished(op, model);
    usage = addUsage(usage, response.usage);
    for (const warning of response.warnings) warnings.set(JSON.stringify(warning), warning);
    const { unified } = response.finishReason;
    if (unified === "content-filter") {
      const problem =
        response.refusal === undefined ? "the vendor blocked the answer" : "the model refused to answer";
      throw failure(op, model, "content_filter", problem, response);
    }

    // It may have been the request's content that was refused, so an error alone is not remembered.
    for (const each of refused.splice(0)) remember(model, each);
    const isWithout = isLacking(way, response);
    if (isWithout) remember(model, way);

    const reading = readAnswer(way, question, response);
    const judgement = await orAbort(judge(schema, question, reading), signal);
    if ("object" in judgement) {
      const { object } = judgement;
      yield { type: "finish", object, response, usage, attempts, warnings: [...warnings.values()] };
      return;
    }
    const next = isWithout ? ways.shift() : undefined;
    if (next !== undefined) {
      way = next;
    } else if (unified === "length") {
      throw failure(op, model, "truncated", "the token limit cut the answer", response);
    } else if (retries-- > 0) {
      messages = messages.concat(correction(way, question, response, judgement.problem));
    } else {
      const problem = `the answer cannot be used (attempt ${attempts}): ${judgement.summary}`;
      throw failure(op, model, "invalid_response", problem, response);
    }
    yield { type: "retry", attempt: attempts + 1, problem: judgement.problem };
  }
}

/** What is asked, or an error where the options are wrong. */
function questionOf<Input, Output>(
  { op, model, schema, messages, options }: ObjectTask<Input, Output>,
  signal: AbortSignal,
): ObjectQuestion {
  const { name = "answer", description, mode = "auto", maxRetries = 2, ...rest } = options;
  const fail = (problem: string): BelugaError => failure(op, model, "invalid_input", problem);
  if (Object(schema) !== schema || !isStandardSchema(schema))
    throw fail("schema: expected a Standard Schema, of zod, valibot, arktype, ...");
  if (!/^[\w-]{1,64}$/.test(name)) throw fail("name: expected at most 64 letters, digits, _ and -");
  if (!objectModes.includes(mode)) throw fail(`mode: expected ${objectModes.join(" or ")}`);
  if (!Number.isInteger(maxRetries) || maxRetries < 0)
    throw fail("maxRetries: expected an integer of at least 0");
  for (const option of ["tools", "toolChoice", "responseFormat"] as const) {
    if ((rest as ChatOptions)[option] !== undefined) throw fail(`${option}: not to be had here`);
  }
  return {
    ...answerSchema(toJSONSchema(schema, op), description),
    name,
    description,
    messages: messagesOf(messages),
    options: { ...rest, signal },
  };
}

/** Hands on what there is of the object, and gives the response at the end. */
async function* partialObjects<Input>(
  parts: AsyncIterable<ChatStreamPart>,
  way: Way,
  { name, wrapped }: ObjectQuestion,
): AsyncGenerator<{ type: "partial"; object: DeepPartial<Input> }, ChatResponse | undefined> {
  const reader = new PartialJSON();
  let call: number | undefined;
  let last: unknown;
  let response: ChatResponse | undefined;
  for await (const part of parts) {
    if (part.type === "finish") ({ response } = part);
    else if (part.type === "text" && way !== "tool") reader.read(part.text);
    else if (part.type === "tool-call-start" && way === "tool" && part.name === name) call ??= part.index;
    else if (part.type === "tool-call-delta" && part.index === call) reader.read(part.argumentsText);
    if (!reader.hasNews) continue;
    const root = reader.snapshot();
    const object = !isRecord(root) ? undefined : wrapped ? root["value"] : root;
    if (object === undefined || object === last) continue;
    last = object;
    yield { type: "partial", object: object as DeepPartial<Input> };
  }
  return response;
}

/** The object; or what is wrong with the answer, for the model and, without a word of the answer, for an error. */
async function judge<Input, Output>(
  schema: StandardSchema<Input, Output>,
  { wrapped }: ObjectQuestion,
  reading: Reading,
): Promise<{ object: Output } | { problem: string; summary: string }> {
  if ("problem" in reading) return { ...reading, summary: reading.problem };
  const result = await schema["~standard"].validate(reading.value);
  if (!result.issues) return { object: result.value };
  const { issues } = result;
  // The model knows it by where it wrote it.
  const written = wrapped
    ? issues.map((issue) => ({ ...issue, path: ["value", ...(issue.path ?? [])] }))
    : issues;
  return {
    problem: `it does not fit the schema: ${describeIssues(written)}`,
    summary: `it does not fit the schema at ${describePaths(issues)}`,
  };
}
