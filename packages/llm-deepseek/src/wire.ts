import type { BelugaError } from "@beluga/core";
import {
  type ChatAnswer,
  type ErrorRefinement,
  type VendorFailure,
  asArray,
  asRecord,
  asText,
  refineOpenAIError,
  vendorMessage,
} from "@beluga/core/provider";
import { type OpenAIChatWire, metadataOf } from "@beluga/llm-openai-compatible/base";
import type { DeepSeekSettings } from "./config.js";
import { continueLastMessage, refineThinking, writeThinking } from "./thinking.js";

/** What DeepSeek does differently from OpenAI: {@link https://api-docs.deepseek.com/api/create-chat-completion}. */
export function deepSeekWire({
  apiKey,
  ...settings
}: DeepSeekSettings & { packageName: string; version: string }): OpenAIChatWire {
  const isBeta = /\/beta\/*$/.test(settings.baseURL);
  return {
    ...settings,
    provider: "deepseek",
    auth: { authorization: `Bearer ${apiKey}` },
    // The penalties are still in the reference, and do nothing.
    optionNames: { maxTokens: "max_tokens", seed: false, frequencyPenalty: false, presencePenalty: false },
    responseFormats: ["json"],
    // V4 Pro does not see.
    media: /-pro\b/.test(settings.model) ? [] : ["image"],
    reasoningField: "reasoning_content",
    writeReasoning: writeThinking,
    refineMessage(written, { role }) {
      // These are texts at DeepSeek, and never arrays of parts.
      const { content } = written;
      if (role !== "user" && Array.isArray(content))
        written["content"] = content.map((part) => asText(asRecord(part)["text"])).join("\n");
    },
    refineBody(body, call) {
      refineThinking(body, call);
      continueLastMessage(body, call, isBeta);
    },
    readExtras,
    refineError,
  };
}

function readExtras(
  answer: ChatAnswer,
  failure: (body: unknown) => BelugaError,
): (chunk: Readonly<Record<string, unknown>>) => void {
  return (chunk) => {
    const choice = asRecord(asArray(chunk["choices"])[0]);
    const { reasoning_content: tokens } = asRecord(choice["logprobs"]);
    if (tokens) {
      const metadata = metadataOf(answer, { provider: "deepseek" });
      const all = (metadata["reasoningLogprobs"] ??= []) as unknown[];
      for (const token of asArray(tokens)) all.push(token);
    }
    if (choice["finish_reason"] === "insufficient_system_resource") {
      const { reasoning_content: reasoning, content } = asRecord(choice["message"] ?? choice["delta"]);
      answer.reasoning(asText(reasoning));
      answer.text(asText(content));
      throw failure({ message: "the answer was broken off: insufficient_system_resource" });
    }
  };
}

/** {@link https://api-docs.deepseek.com/quick_start/error_codes}; what is refined here has no code of its own. */
function refineError(failure: VendorFailure): ErrorRefinement {
  const refined = refineOpenAIError(failure);
  const words = vendorMessage(failure.body) ?? "";
  if (/content exists risk/i.test(words)) return { ...refined, code: "content_filter" };
  return /model not exist/i.test(words) ? { ...refined, code: "not_found" } : refined;
}
