import type { MessagePart, ReasoningOptions } from "@beluga/core";
import type { ChatCall } from "@beluga/core/provider";
import {
  type OpenAIChatWire,
  type WireBody,
  dataURL,
  warnUnsupported,
} from "@beluga/llm-openai-compatible/base";
import type { SambaNovaSettings } from "./config.js";

/** What SambaNova does differently from OpenAI: {@link https://docs.sambanova.ai/docs/en/features/openai-compatibility}. */
export function sambaNovaWire({
  apiKey,
  integrationSource,
  ...settings
}: SambaNovaSettings & { packageName: string; version: string }): OpenAIChatWire {
  const { model } = settings;
  return {
    ...settings,
    provider: "sambanova",
    auth: {
      authorization: `Bearer ${apiKey}`,
      ...(integrationSource !== undefined && { "x-integration-source": integrationSource }),
    },
    // It takes penalties, and does nothing with them.
    optionNames: { topK: "top_k", frequencyPenalty: false, presencePenalty: false },
    ...(model.startsWith("DeepSeek-V3.")
      ? { writeReasoning: writeSwitch }
      : { efforts: model.startsWith("gpt-oss") ? ["low", "medium", "high"] : [] }),
    media: [],
    ...(!textOnly.test(model) && { writePart: writeMedia }),
    reasoningField: "reasoning",
    refineBody,
  };
}

/** {@link https://docs.sambanova.ai/docs/en/models/sambacloud-models} */
const textOnly = /^(DeepSeek|gpt-oss|Meta-Llama-3|MiniMax-M2)/;

/** DeepSeek's models think or not; how much cannot be said. */
function writeSwitch({ effort, budgetTokens }: ReasoningOptions, body: WireBody, call: ChatCall): void {
  if (effort !== undefined) body["chat_template_kwargs"] = { enable_thinking: effort !== "none" };
  if (effort !== undefined && effort !== "none") {
    const message = `this model does not tell the effort "${effort}" from others; that it thinks was sent`;
    call.warn({ type: "adjusted", option: "reasoning.effort", message });
  }
  if (budgetTokens !== undefined) warnUnsupported(call, "reasoning.budgetTokens", "sambanova");
}

/** Images as data alone, videos in both ways; the base refuses all else. {@link https://docs.sambanova.ai/docs/en/features/vision} */
function writeMedia(part: MessagePart): WireBody | undefined {
  if (part.type === "image" && part.data !== undefined)
    return { type: "image_url", image_url: { url: dataURL(part) } };
  if (part.type === "video") return { type: "video_url", video_url: { url: part.url ?? dataURL(part) } };
  return undefined;
}

function refineBody(body: WireBody, call: ChatCall): void {
  if ((call.options.topK ?? 0) <= maxTopK) return;
  body["top_k"] = maxTopK;
  const message = `sambanova takes ${maxTopK} at most; that was sent`;
  call.warn({ type: "adjusted", option: "topK", message });
}

/** {@link https://docs.sambanova.ai/docs/api-reference/chat-completions/create-chat-based-completion#body-top-k} */
const maxTopK = 100;
