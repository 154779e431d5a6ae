import type { ChatAnswer } from "@beluga/core/provider";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The `reasoning_details` of an answer, put together of the pieces of a stream. They go back unmodified and in their order, as they have
 * the signatures without which some models do not go on; so they are kept as they are, in the metadata of the answer's reasoning.
 * {@link https://openrouter.ai/docs/guides/best-practices/reasoning-tokens#reasoning-details-api-shape}
 */
export class ReasoningDetails {
  readonly #answer: ChatAnswer;
  readonly #provider: string;
  readonly #details: Record<string, unknown>[] = [];

  constructor(answer: ChatAnswer, provider: string) {
    this.#answer = answer;
    this.#provider = provider;
  }

  /** The first begins the reasoning, or joins what has begun; the part then has the list, which grows in it. */
  add(piece: Fields, isStreamed: boolean): void {
    const last = this.#details.at(-1);
    if (isStreamed && last && continues(last, piece)) join(last, piece);
    else this.#details.push({ ...piece });
    if (last) return;
    const providerMetadata = { [this.#provider]: { reasoning_details: this.#details } };
    this.#answer.reasoningDetail({ providerMetadata });
  }
}

/** Text and summaries come in pieces, a signature after the last of them and perhaps without the type; what is encrypted comes whole. */
function continues(last: Fields, piece: Fields): boolean {
  const { type = last["type"], index = last["index"] } = piece;
  const comesInPieces = type === "reasoning.text" || type === "reasoning.summary";
  return comesInPieces && type === last["type"] && index === last["index"] && !last["signature"];
}

function join(last: Record<string, unknown>, piece: Fields): void {
  for (const [field, value] of Object.entries(piece)) {
    if (value === undefined || value === null) continue;
    const before = last[field];
    const grows = (field === "text" || field === "summary") && typeof before === "string";
    last[field] = grows && typeof value === "string" ? before + value : value;
  }
}
