import { type ChatAnswer, asArray, asBase64, asRecord } from "@beluga/core/provider";
import { type OpenAIChatWire, metadataOf } from "@beluga/llm-openai-compatible/base";
import { pageReader } from "./sources.js";

/**
 * What the Sonar models do differently from OpenAI's Chat Completions:
 * {@link https://docs.perplexity.ai/api-reference/chat-completions-post}.
 */
export const chatWire = {
  // Of `top_k` and the penalties the SDK and the guide of migration still know, and the reference no longer.
  optionNames: { maxTokens: "max_tokens", topK: "top_k", seed: false },
  tools: false,
  responseFormats: ["schema"],
  efforts: ["minimal", "low", "medium", "high"],
  media: ["image", "file"],
  /** Data go without a prefix that says their type: {@link https://docs.perplexity.ai/docs/legacy/sonar/media}. */
  writePart(part) {
    if (part.type !== "file") return undefined;
    const { url, data, name } = part;
    return { type: "file_url", file_url: { url: url ?? asBase64(data) }, file_name: name };
  },
  readExtras,
} satisfies Partial<OpenAIChatWire>;

/** Each chunk of a stream repeats all of it. */
function readExtras(answer: ChatAnswer): (chunk: Readonly<Record<string, unknown>>) => void {
  const readPage = pageReader(answer);
  let seen = 0;
  return ({ search_results: results, citations, images, related_questions: questions, usage }) => {
    const count = asArray(results).length + asArray(citations).length;
    if (count > seen) {
      seen = count;
      for (const page of asArray(results)) readPage(page);
      for (const url of asArray(citations)) readPage({ url });
    }
    if (images || questions) {
      const metadata = metadataOf(answer, { provider: "perplexity" });
      if (images) metadata["images"] = images;
      if (questions) metadata["relatedQuestions"] = questions;
    }
    if (usage) readUsage(asRecord(usage), answer);
  };
}

/** Reasoning is counted beside what else the model wrote: {@link https://docs.perplexity.ai/docs/legacy/sonar/models/sonar-deep-research}. */
function readUsage(raw: Readonly<Record<string, unknown>>, answer: ChatAnswer): void {
  if (raw["cost"]) metadataOf(answer, { provider: "perplexity" })["cost"] = raw["cost"];
  const { inputTokens = 0, outputTokens = 0, reasoningTokens } = answer.usage;
  if (!reasoningTokens || outputTokens !== raw["completion_tokens"]) return;
  const allOutput = outputTokens + reasoningTokens;
  answer.usage = { ...answer.usage, outputTokens: allOutput, totalTokens: inputTokens + allOutput };
}
