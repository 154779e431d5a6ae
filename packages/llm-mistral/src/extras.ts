import type { BelugaError } from "@beluga/core";
import { type ChatAnswer, asArray, asRecord, isRecord } from "@beluga/core/provider";
import { metadataOf, uniqueSources } from "@beluga/llm-openai-compatible/base";

type Fields = Readonly<Record<string, unknown>>;

/** Reads what Mistral adds to an answer: references, verdicts of guardrails, the tier, and that it failed. */
export function readExtras(
  answer: ChatAnswer,
  failure: (body: unknown) => BelugaError,
): (chunk: Fields) => void {
  const readReference = referenceReader(answer);
  return (chunk) => {
    if (chunk["object"] === "error") throw failure(chunk);
    const choice = asRecord(asArray(chunk["choices"])[0]);
    if (choice["finish_reason"] === "error") throw failure({ message: "the generation failed" });
    const { content } = asRecord(choice["delta"] ?? choice["message"]);
    if (Array.isArray(content)) for (const part of content) readReference(part);
    const { service_tier: tier } = asRecord(chunk["usage"]);
    if (tier) metadataOf(answer, mistral)["serviceTier"] = tier;
    if (chunk["guardrails"]) metadataOf(answer, mistral)["guardrails"] = chunk["guardrails"];
  };
}

const mistral = { provider: "mistral" };

/**
 * What an answer refers to: by the numbers that the result of a tool gave to its sources, or to what a tool at Mistral found.
 * {@link https://docs.mistral.ai/studio/conversations/citations}
 */
function referenceReader(answer: ChatAnswer): (part: unknown) => void {
  const addSource = uniqueSources(answer);
  const known = new Set<string>();
  return function read(part) {
    if (!isRecord(part)) return;
    const { type, reference_ids: ids, url, title, thinking } = part;
    if (type === "thinking") for (const piece of asArray(thinking)) read(piece);
    if (type === "tool_reference" && typeof url === "string")
      addSource({ url, ...(typeof title === "string" && { title }) });
    if (type !== "reference") return;
    for (const documentId of asArray(ids).map(String)) {
      if (known.has(documentId)) continue;
      known.add(documentId);
      answer.source({ documentId });
    }
  };
}
