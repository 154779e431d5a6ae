import type { ChatAnswer } from "@beluga/core/provider";
import { keep } from "./kept.js";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The details of an answer's reasoning, put together of the pieces of a stream. They go back unmodified and in their order, and so they are
 * kept as they are. {@link https://openrouter.ai/docs/guides/best-practices/reasoning-tokens#reasoning-details-api-shape}
 */
export class DetailList {
  readonly #answer: ChatAnswer;
  readonly #details: Record<string, unknown>[] = [];

  constructor(answer: ChatAnswer) {
    this.#answer = answer;
  }

  /** The first begins the reasoning, or joins what has begun; the part then has the list, which grows in it. */
  add(piece: Fields): void {
    const last = this.#details.at(-1);
    if (last && continues(last, piece)) join(last, piece);
    else this.#details.push({ ...piece });
    if (!last) this.#answer.reasoningDetail({ providerMetadata: keep("reasoning_details", this.#details) });
  }
}

/** Text and summaries come in pieces, a signature after the last of them; what is encrypted comes whole. */
function continues(last: Fields, piece: Fields): boolean {
  return (
    last["type"] === piece["type"] &&
    last["index"] === piece["index"] &&
    (piece["type"] === "reasoning.text" || piece["type"] === "reasoning.summary") &&
    !last["signature"]
  );
}

function join(last: Record<string, unknown>, piece: Fields): void {
  for (const [field, value] of Object.entries(piece)) {
    if (value === undefined || value === null) continue;
    const before = last[field];
    const grows = (field === "text" || field === "summary") && typeof before === "string";
    last[field] = grows && typeof value === "string" ? before + value : value;
  }
}
