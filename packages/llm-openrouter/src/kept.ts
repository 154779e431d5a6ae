import type { AssistantPart } from "@beluga/core";
import { asArray, asRecord } from "@beluga/core/provider";

/**
 * The lists of a message that go back as they came, by the field that they came in:
 * {@link https://openrouter.ai/docs/guides/best-practices/reasoning-tokens#preserving-reasoning},
 * {@link https://openrouter.ai/docs/guides/overview/multimodal/pdfs#skip-parsing-costs}.
 */
const fields = ["reasoning_details", "annotations"] as const;

/** All that the parts of a message carry. */
export function keptLists(parts: readonly AssistantPart[]): Record<string, unknown[]> {
  const kept: Record<string, unknown[]> = {};
  for (const { providerMetadata } of parts) {
    const metadata = asRecord(providerMetadata?.["openrouter"]);
    for (const field of fields)
      for (const entry of asArray(metadata[field])) (kept[field] ??= []).push(entry);
  }
  return kept;
}
