import type { ChatInput, ChatOptions } from "../chat.js";

/** What an image, a sound or a document counts as, in characters: its bytes say little on its tokens. */
const charactersOfMedia = 4_000;

/** About how many tokens a call takes: a quarter of the characters of its messages, and what it may produce at most. */
export function estimateTokens(messages: ChatInput, { maxTokens }: ChatOptions): number {
  // The model refuses what is no limit.
  const produced = Number.isSafeInteger(maxTokens) ? Math.max(0, maxTokens as number) : 0;
  return Math.ceil(charactersOf(messages, new Set()) / 4) + produced;
}

/** Of whatever was given: what is no conversation is for the model to refuse. */
function charactersOf(value: unknown, seen: Set<object>): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null || seen.has(value)) return 0;
  if ("mediaType" in value) return charactersOfMedia;
  seen.add(value);
  let sum = 0;
  for (const member of Object.values(value)) sum += charactersOf(member, seen);
  return sum;
}
