import type { AssistantPart, ProviderMetadata } from "@beluga/core";
import { asArray, asRecord } from "@beluga/core/provider";

/**
 * The lists of a message that go back as they came, by the field that they came in:
 * {@link https://openrouter.ai/docs/guides/best-practices/reasoning-tokens#preserving-reasoning},
 * {@link https://openrouter.ai/docs/guides/overview/multimodal/pdfs#skip-parsing-costs},
 * {@link https://openrouter.ai/docs/guides/overview/multimodal/image-generation}.
 */
const fields = ["reasoning_details", "annotations", "images"] as const;

/** What a part carries, so that it goes back. The list may still grow. */
export function keep(field: (typeof fields)[number], list: readonly unknown[]): ProviderMetadata {
  return { openrouter: { [field]: list } };
}

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
