import type { AssistantPart } from "@beluga/core";
import { type ChatAnswer, asArray, asRecord } from "@beluga/core/provider";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The details of an answer's reasoning, put together of the pieces of a stream: they go back as they came, as they have the signatures
 * without which some models do not go on. {@link https://docs.getbifrost.ai/providers/reasoning#response-format}
 */
export class DetailList {
  readonly #answer: ChatAnswer;
  readonly #details: Record<string, unknown>[] = [];

  constructor(answer: ChatAnswer) {
    this.#answer = answer;
  }

  add(piece: Fields, isStreamed: boolean): void {
    const last = this.#details.at(-1);
    if (isStreamed && last && continues(last, piece)) {
      join(last, piece);
      return;
    }
    this.#details.push({ ...piece });
    // The list of the message stands at its first reasoning, and grows there.
    if (!last)
      this.#answer.reasoningDetail({ providerMetadata: { bifrost: { reasoning_details: this.#details } } });
  }
}

/** What the parts of a message carry for it. */
export function keptDetails(parts: readonly AssistantPart[]): unknown[] {
  return parts.flatMap(({ providerMetadata }) =>
    asArray(asRecord(providerMetadata?.["bifrost"])["reasoning_details"]),
  );
}

/** A signature comes last, and may come without the type; what is encrypted comes whole. */
function continues(last: Fields, piece: Fields): boolean {
  const { type = last["type"], index = last["index"] } = piece;
  return type === last["type"] && index === last["index"] && !last["signature"] && !last["data"];
}

function join(last: Record<string, unknown>, piece: Fields): void {
  for (const [field, value] of Object.entries(piece)) {
    const before = last[field];
    const grows = (field === "text" || field === "summary") && typeof before === "string";
    last[field] = grows && typeof value === "string" ? before + value : value;
  }
}
