import { BelugaError } from "@beluga/core";
import { type ChatAnswer, asArray, asRecord, isRecord, redact, vendorMessage } from "@beluga/core/provider";
import { type OpenAIChatWire, metadataOf, uniqueSources } from "@beluga/llm-openai-compatible/base";
import { refineMistralError } from "./errors.js";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads what Mistral adds to an answer: references, verdicts of guardrails, the tier, and that it failed.
 *
 * @param apiKey - Masked in what the vendor says of a failure.
 */
export function extrasReader(apiKey: string): NonNullable<OpenAIChatWire["readExtras"]> {
  return (answer) => {
    const readReference = referenceReader(answer);
    return (chunk) => {
      if (chunk["object"] === "error") throw failed(chunk, answer, apiKey);
      const choice = asRecord(asArray(chunk["choices"])[0]);
      if (choice["finish_reason"] === "error")
        throw failed({ message: "the generation failed" }, answer, apiKey);
      const { content } = asRecord(choice["delta"] ?? choice["message"]);
      if (Array.isArray(content)) for (const part of content) readReference(part);
      const { service_tier: tier } = asRecord(chunk["usage"]);
      if (tier) metadataOf(answer, mistral)["serviceTier"] = tier;
      if (chunk["guardrails"]) metadataOf(answer, mistral)["guardrails"] = chunk["guardrails"];
    };
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

/** The error for a failure that is told where an answer was expected. */
function failed(body: Fields, answer: ChatAnswer, apiKey: string): BelugaError {
  const { op, provider, model } = answer.invalid("");
  const { code = "provider_unavailable", status } = refineMistralError({
    status: undefined,
    headers: undefined,
    body,
  });
  const words = redact(vendorMessage(body) ?? "no further explanation", [apiKey]);
  return new BelugaError({ op, code, provider, model, status, message: `${provider} ${op}: ${words}` });
}
