import type { ChatInput, ChatOptions, Message } from "../chat.js";
import type { BelugaError } from "../errors.js";
import type { Tool } from "../tools.js";
import { isRecord } from "./wire.js";

type Fail = (message: string) => BelugaError;

const partTypes: Record<Message["role"], readonly string[]> = {
  system: ["text"],
  user: ["text", "image", "audio", "video", "file"],
  assistant: ["text", "reasoning", "tool-call", "file"],
  tool: ["text", "image", "file"],
};

/** The conversation as messages, each of them well-formed. By hand rather than by a schema, because a long history is checked at each call. */
export function checkMessages(input: ChatInput, fail: Fail): readonly Message[] {
  if (typeof input === "string") return [{ role: "user", content: input }];
  if (!Array.isArray(input)) throw fail("messages: expected a string or an array of messages");
  if (input.length === 0) throw fail("messages: expected at least one");
  for (const [at, message] of (input as readonly Message[]).entries())
    checkMessage(message, `messages[${at}]`, fail);
  return input as readonly Message[];
}

function checkMessage(message: Message, path: string, fail: Fail): void {
  if (!isRecord(message)) throw fail(`${path}: expected an object`);
  const { role, content } = message;
  if (!Object.hasOwn(partTypes, role)) throw fail(`${path}.role: expected system, user, assistant or tool`);
  if (role === "tool") checkString(message.toolCallId, `${path}.toolCallId`, fail);
  if (typeof content === "string") return;
  if (!Array.isArray(content)) throw fail(`${path}.content: expected a string or an array of parts`);
  for (const [at, part] of content.entries())
    checkPart(part as unknown as Record<string, unknown>, partTypes[role], `${path}.content[${at}]`, fail);
}

function checkPart(
  part: Record<string, unknown>,
  allowed: readonly string[],
  path: string,
  fail: Fail,
): void {
  if (!isRecord(part)) throw fail(`${path}: expected an object`);
  const { type, text, id, name, mediaType, data, url } = part;
  if (!allowed.includes(type as string)) throw fail(`${path}.type: expected ${allowed.join(", ")}`);
  if (type === "text" || type === "reasoning") {
    checkString(text, `${path}.text`, fail);
  } else if (type === "tool-call") {
    checkString(id, `${path}.id`, fail);
    checkString(name, `${path}.name`, fail);
  } else {
    checkString(mediaType, `${path}.mediaType`, fail);
    const hasData = typeof data === "string" || data instanceof Uint8Array;
    if (hasData === (typeof url === "string"))
      throw fail(`${path}: expected either data (bytes or base64) or url`);
  }
}

function checkString(value: unknown, path: string, fail: Fail): void {
  if (typeof value !== "string") throw fail(`${path}: expected a string`);
}

const positive = (value: unknown): boolean => Number.isInteger(value) && (value as number) > 0;
const notNegative = (value: unknown): boolean => Number.isFinite(value) && (value as number) >= 0;
const isShare = (value: unknown): boolean => notNegative(value) && (value as number) <= 1;

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((text) => typeof text === "string" && text !== "");

const isFormat = (value: unknown): boolean =>
  isRecord(value) && (value["type"] === "text" || value["type"] === "json");

const isReasoning = (value: unknown): boolean =>
  isRecord(value) &&
  (value["effort"] === undefined ||
    ["none", "minimal", "low", "medium", "high"].includes(value["effort"] as string)) &&
  (value["budgetTokens"] === undefined || positive(value["budgetTokens"]));

export function checkChatOptions(options: ChatOptions, tools: readonly Tool[], fail: Fail): void {
  const check = (
    option: string,
    value: unknown,
    holds: (value: unknown) => boolean,
    expected: string,
  ): void => {
    if (value !== undefined && !holds(value)) throw fail(`${option}: expected ${expected}`);
  };
  check("maxTokens", options.maxTokens, positive, "a positive integer");
  check("temperature", options.temperature, notNegative, "a number of at least 0");
  check("topP", options.topP, isShare, "a number from 0 to 1");
  check("topK", options.topK, positive, "a positive integer");
  check("stopSequences", options.stopSequences, isTexts, "an array of strings, none of them empty");
  check("seed", options.seed, Number.isInteger, "an integer");
  check("frequencyPenalty", options.frequencyPenalty, Number.isFinite, "a number");
  check("presencePenalty", options.presencePenalty, Number.isFinite, "a number");
  check("responseFormat", options.responseFormat, isFormat, 'an object with the type "text" or "json"');
  const ofReasoning = "an object with an effort (none, minimal, low, medium, high) or positive budgetTokens";
  check("reasoning", options.reasoning, isReasoning, ofReasoning);
  check("providerOptions", options.providerOptions, isRecord, "an object");
  const names = new Set<string>();
  for (const [at, tool] of tools.entries()) {
    if (!isRecord(tool) || typeof tool.name !== "string" || tool.name === "")
      throw fail(`tools[${at}].name: expected a name`);
    if (!isRecord(tool.parameters) && typeof tool.parameters !== "function") {
      throw fail(`tools[${at}].parameters: expected a JSON Schema or a Standard Schema`);
    }
    if (names.has(tool.name)) throw fail(`tools[${at}].name: "${tool.name}" is there twice`);
    names.add(tool.name);
  }
  const { toolChoice } = options;
  if (toolChoice === undefined) return;
  if (isRecord(toolChoice)) {
    if (!names.has(toolChoice.tool))
      throw fail(`toolChoice: no tool "${toolChoice.tool}" is among the tools`);
  } else if (!["auto", "none", "required"].includes(toolChoice)) {
    throw fail("toolChoice: expected auto, none, required or { tool }");
  }
  if (toolChoice === "required" && names.size === 0)
    throw fail("toolChoice: required, but there are no tools");
}
