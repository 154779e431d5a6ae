import type { AssistantPart } from "@beluga/core";
import type { WireBody } from "@beluga/llm-openai-compatible/base";

/**
 * Text and thinking as the parts that they came as, each in its place; `undefined` where there is no thinking. "Always replay the full
 * assistant message": {@link https://docs.mistral.ai/inference/conversations/reasoning}.
 */
export function thinkingContent(parts: readonly AssistantPart[]): WireBody[] | undefined {
  if (!parts.some((part) => part.type === "reasoning" && part.text !== "")) return undefined;
  return parts.flatMap((part): WireBody[] => {
    if (part.type !== "text" && part.type !== "reasoning") return [];
    const text = { type: "text", text: part.text };
    if (part.type === "text") return [text];
    // One without text is what another vendor encrypted.
    return part.text === "" ? [] : [{ type: "thinking", thinking: [text] }];
  });
}
