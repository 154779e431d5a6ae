// What the functions that ask a model on an application's behalf have in common.

import type { ChatInput, ChatModel, ChatResponse, Message } from "./chat.js";
import { BelugaError, type ErrorCode } from "./errors.js";

/** The conversation, as an array that is ours. What is none is left to the model to refuse. */
export function messagesOf(input: ChatInput): readonly Message[] {
  if (typeof input === "string") return [{ role: "user", content: input }];
  return Array.isArray(input) ? [...(input as readonly Message[])] : input;
}

/** The error for a model whose stream ended without its `finish` part, which the contract does not allow. */
export function unfinished(op: string, model: ChatModel): BelugaError {
  return failure(op, model, "truncated", "the model's stream ended without a finish part");
}

export function failure(
  op: string,
  { provider, model }: ChatModel,
  code: ErrorCode,
  problem: string,
  partial?: ChatResponse,
): BelugaError {
  return new BelugaError({ op, code, provider, model, message: `${provider} ${op}: ${problem}`, partial });
}
