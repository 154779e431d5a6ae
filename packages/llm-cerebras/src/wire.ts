import type { MessagePart, ReasoningOptions } from "@beluga/core";
import { type ChatAnswer, type ChatCall, asArray, asRecord, redact } from "@beluga/core/provider";
import {
  type OpenAIChatWire,
  type WireBody,
  dataURL,
  metadataOf,
  warnUnsupported,
  withVersion,
} from "@beluga/llm-openai-compatible/base";
import type { CerebrasSettings } from "./config.js";
import { refineCerebrasError } from "./errors.js";

/** What Cerebras does differently from OpenAI: {@link https://inference-docs.cerebras.ai/resources/openai}. */
export function cerebrasWire({
  apiKey,
  baseURL,
  ...settings
}: CerebrasSettings & { packageName: string; version: string }): OpenAIChatWire {
  const { model } = settings;
  const isGLM = model.startsWith("zai-glm");
  const isGPT = model.startsWith("gpt-oss");
  return {
    ...settings,
    provider: "cerebras",
    // Its own SDKs, and so their variable, leave the path out that all requests have.
    baseURL: withVersion(baseURL, "/v1"),
    auth: { authorization: `Bearer ${apiKey}` },
    // https://inference-docs.cerebras.ai/capabilities/reasoning
    ...(isGPT && { efforts: ["low", "medium", "high"] }),
    ...(isGLM && { writeReasoning: writeSwitch }),
    ...(!isGPT && !isGLM && { efforts: ["none", "low", "medium", "high"], writePart: writeImage }),
    media: [],
    reasoningField: "reasoning",
    readExtras,
    refineError: refineCerebrasError,
  };
}

/** GLM reasons, unless it is told not to; how much cannot be said. */
function writeSwitch({ effort, budgetTokens }: ReasoningOptions, body: WireBody, call: ChatCall): void {
  if (effort === "none") body["reasoning_effort"] = effort;
  else if (effort !== undefined) warnUnsupported(call, "reasoning.effort", "cerebras");
  if (budgetTokens !== undefined) warnUnsupported(call, "reasoning.budgetTokens", "cerebras");
}

/** Only as data, and in two formats; the base refuses all else. {@link https://inference-docs.cerebras.ai/capabilities/image-inputs} */
function writeImage(part: MessagePart): WireBody | undefined {
  if (part.type !== "image" || part.data === undefined) return undefined;
  const { data, mediaType } = part;
  if (!/^image\/(png|jpe?g)$/.test(mediaType)) return undefined;
  return { type: "image_url", image_url: { url: dataURL({ data, mediaType }) } };
}

/** Times, in seconds, and the log probabilities of the reasoning: {@link https://inference-docs.cerebras.ai/api-reference/chat-completions}. */
function readExtras(answer: ChatAnswer): (chunk: Readonly<WireBody>) => void {
  return ({ time_info: times, choices, message }) => {
    // An error that came with a status of success.
    if (choices === undefined && typeof message === "string") throw answer.invalid(redact(message));
    if (times) metadataOf(answer, cerebras)["timeInfo"] = times;
    const { reasoning_logprobs: logprobs } = asRecord(asArray(choices)[0]);
    if (!logprobs) return;
    const all = (metadataOf(answer, cerebras)["reasoningLogprobs"] ??= []) as unknown[];
    for (const token of asArray(asRecord(logprobs)["content"])) all.push(token);
  };
}

const cerebras = { provider: "cerebras" };
