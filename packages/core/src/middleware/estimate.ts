import type { ChatInput, ChatOptions } from "../chat.js";

/** What an image, a sound or a document counts as, in characters: its bytes say little on its tokens. */
const charactersOfMedia = 4_000;

/** About how many tokens a call takes: a quarter of the characters of its messages, and what it may produce at most. */
export function estimateTokens(messages: ChatInput, { maxTokens }: ChatOptions): number {
  // The model refuses what is no limit.
  const produced = typeof maxTokens === "number" && maxTokens > 0 ? maxTokens : 0;
  return Math.ceil(charactersOf(messages, 0) / 4) + produced;
}

/** Of whatever was given: what is no conversation is for the model to refuse. */
function charactersOf(value: unknown, depth: number): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null || depth > 16) return 0;
  if ("mediaType" in value) return charactersOfMedia;
  let sum = 0;
  for (const member of Object.values(value)) sum += charactersOf(member, depth + 1);
  return sum;
}
