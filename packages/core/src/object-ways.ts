import type { ChatModel, ChatOptions, ChatResponse, Message } from "./chat.js";
import type { JSONSchema } from "./common.js";
import { BelugaError } from "./errors.js";
import { findJSON } from "./partial-json.js";
import { isRecord } from "./provider/wire.js";

/** How a model can be made to answer by a schema: the vendor's own mode, the forced call of a tool, or words. */
export type Way = "schema" | "tool" | "prompt";

/** What a model is asked for, before it is known how. */
export interface ObjectQuestion {
  name: string;
  description: string | undefined;
  schema: JSONSchema;
  /** The answer stands in the member `value` of an object. */
  wrapped: boolean;
  messages: readonly Message[];
  /** Those of the chat call. */
  options: ChatOptions;
}

const waysOf = {
  auto: ["schema", "tool", "prompt"],
  json: ["schema", "prompt"],
  tool: ["tool"],
} as const satisfies Record<string, readonly Way[]>;

export type ObjectMode = keyof typeof waysOf;
export const objectModes: readonly string[] = /* @__PURE__ */ Object.keys(waysOf);

/**
 * What models were found not to have. There is no asking a model what it has: it says so when it is asked for it, by a warning or an error.
 */
const lacking = new WeakMap<ChatModel, Set<Way>>();

/** The ways to ask this model, the best first. */
export function waysFor(model: ChatModel, mode: ObjectMode): [Way, ...Way[]] {
  const [first, ...rest] = waysOf[mode].filter((way) => !lacking.get(model)?.has(way));
  return first === undefined ? ["tool"] : [first, ...rest];
}

export function remember(model: ChatModel, way: Way): void {
  const known = lacking.get(model);
  if (known) known.add(way);
  else lacking.set(model, new Set([way]));
}

/** The call that asks in this way. */
export function askIn(
  way: Way,
  question: ObjectQuestion,
): [messages: readonly Message[], options: ChatOptions] {
  const { name, description = "Call this to give your answer.", schema, messages, options } = question;
  switch (way) {
    case "schema":
      return [messages, { ...options, responseFormat: { type: "json", schema, name } }];
    case "tool":
      return [
        messages,
        { ...options, tools: [{ name, description, parameters: schema }], toolChoice: { tool: name } },
      ];
    default:
      return [withInstruction(messages, schema), options];
  }
}

/** With the schema in the system message, which comes first: some vendors want users and assistants to take turns after it. */
function withInstruction(messages: readonly Message[], schema: JSONSchema): readonly Message[] {
  const instruction = `Answer with JSON alone, without any other text. It has to be valid by this JSON Schema:\n${JSON.stringify(schema)}`;
  const [first, ...rest] = messages;
  if (first?.role !== "system") return [{ role: "system", content: instruction }, ...messages];
  const content =
    typeof first.content === "string"
      ? `${first.content}\n\n${instruction}`
      : [...first.content, { type: "text" as const, text: instruction }];
  return [{ role: "system", content }, ...rest];
}

/** Whether an answer came with the remark that the vendor does not have this way, so that the model was not told the schema. */
export function isLacking(way: Way, { warnings }: ChatResponse): boolean {
  return warnings.some(({ type, option = "" }) => type === "unsupported" && optionsOf[way].includes(option));
}

/** What a vendor's warnings name where it does not have a way. */
const optionsOf: Readonly<Record<Way, readonly string[]>> = {
  schema: ["responseFormat", "responseFormat.schema"],
  tool: ["tools"],
  prompt: [],
};

/** Whether an error may mean that the vendor, or the model, does not have this way. */
export function isRefusalOf(way: Way, error: unknown): error is BelugaError {
  if (!BelugaError.is(error)) return false;
  if (error.code === "unsupported") return true;
  // A status may mean anything. It is asked once more, so a request that is wrong in another way is sent twice, no more.
  return way === "schema" && error.code === "invalid_input" && (error.status === 400 || error.status === 422);
}

/** What an answer says, or why it says nothing. */
export type Reading = { value: unknown } | { problem: string };

export function readAnswer(way: Way, { name, wrapped }: ObjectQuestion, response: ChatResponse): Reading {
  const calls = response.toolCalls.filter((call) => way === "tool" && call.name === name);
  if (calls.length > 1) return { problem: "it has more than one call of the tool" };
  const reading = calls[0] ? { value: calls[0].arguments } : readText(response.text);
  return wrapped && "value" in reading ? { value: unwrap(reading.value) } : reading;
}

/** What a model was asked to put into `value`; as it is where the model left that out. */
function unwrap(value: unknown): unknown {
  return isRecord(value) && Object.keys(value).join() === "value" ? value["value"] : value;
}

function readText(text: string): Reading {
  if (text.trim() === "") return { problem: "it has no text" };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    // In a Markdown fence, or among words. Of several values it is not for us to say which is meant.
    const [value, ...more] = findJSON(text);
    if (value === undefined) return { problem: "it has no valid JSON" };
    return more.length > 0 ? { problem: "it has more than one JSON value" } : { value };
  }
}

/** What is said to the model after an answer that does not fit: its own message, and what is wrong with it. */
export function correction(
  way: Way,
  { name }: ObjectQuestion,
  { message, text, toolCalls }: ChatResponse,
  problem: string,
): Message[] {
  const isOurs = (tool: string): boolean => way === "tool" && tool === name;
  const again =
    way === "tool"
      ? `Call the tool ${name} again, corrected.`
      : "Answer again, with the corrected JSON alone.";
  const complaint = `Your answer cannot be used: ${problem}. ${again}`;
  const messages: Message[] = text !== "" || toolCalls.length > 0 ? [message] : [];
  // A call without its result would be an error to the vendors.
  for (const call of toolCalls) {
    const content = isOurs(call.name)
      ? complaint
      : "This tool was not called: only an answer is wanted here.";
    messages.push({ role: "tool", toolCallId: call.id, toolName: call.name, content, isError: true });
  }
  if (!toolCalls.some((call) => isOurs(call.name))) messages.push({ role: "user", content: complaint });
  return messages;
}
