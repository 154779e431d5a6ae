// What the functions that ask a model on an application's behalf have in common.

import type { ChatInput, ChatModel, Message } from "./chat.js";
import { BelugaError } from "./errors.js";

/** The conversation, as an array that is ours. What is none is left to the model to refuse. */
export function messagesOf(input: ChatInput): readonly Message[] {
  if (typeof input === "string") return [{ role: "user", content: input }];
  return Array.isArray(input) ? [...(input as readonly Message[])] : input;
}

/** The error for a model whose stream ended without its `finish` part, which the contract does not allow. */
export function unfinished(op: string, { provider, model }: ChatModel): BelugaError {
  const message = `${provider} ${op}: the model's stream ended without a finish part`;
  return new BelugaError({ op, code: "truncated", provider, model, message });
}
