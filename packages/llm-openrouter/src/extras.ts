import type { BelugaError } from "@beluga/core";
import { type ChatAnswer, asArray, asRecord, asText } from "@beluga/core/provider";
import { metadataOf } from "@beluga/llm-openai-compatible/base";
import { keep } from "./kept.js";
import { DetailList } from "./reasoning-details.js";

type Fields = Readonly<Record<string, unknown>>;

/** Reads what OpenRouter adds to an answer: details of reasoning, images, audio, parsed files, who answered and what it cost, and that it failed. */
export function readExtras(
  answer: ChatAnswer,
  failure: (body: unknown) => BelugaError,
): (chunk: Fields) => void {
  const details = new DetailList(answer);
  return (chunk) => {
    readEnvelope(chunk, answer);
    const choice = asRecord(asArray(chunk["choices"])[0]);
    note(answer, "nativeFinishReason", choice["native_finish_reason"]);
    readLimit(choice, answer);
    const message = asRecord(choice["delta"] ?? choice["message"]);
    if (choice["finish_reason"] === "error") throw failed(choice, message, answer, failure);
    const { reasoning_details: pieces, images, annotations, audio } = message;
    if (pieces) for (const piece of asArray(pieces)) details.add(asRecord(piece));
    if (audio) readAudio(asRecord(audio), answer);
    if (images) keepList("images", asArray(images), answer);
    // Citations are read as OpenAI's.
    if (annotations) keepList("annotations", asArray(annotations).filter(isFile), answer);
  };
}

const openrouter = { provider: "openrouter" };

/** {@link https://openrouter.ai/docs/cookbook/administration/usage-accounting}, {@link https://openrouter.ai/docs/guides/features/router-metadata} */
function readEnvelope(chunk: Fields, answer: ChatAnswer): void {
  note(answer, "provider", chunk["provider"]);
  note(answer, "router", chunk["openrouter_metadata"]);
  if (!chunk["usage"]) return;
  const { cost, cost_details: costDetails } = asRecord(chunk["usage"]);
  note(answer, "cost", cost);
  note(answer, "costDetails", costDetails);
}

function note(answer: ChatAnswer, name: string, value: unknown): void {
  if (value !== undefined && value !== null) metadataOf(answer, openrouter)[name] = value;
}

/** A call that the token limit has cut is "tool_calls" all the same; what the model's own provider said tells. */
function readLimit(
  { finish_reason: reason, native_finish_reason: native }: Fields,
  answer: ChatAnswer,
): void {
  if (reason === "tool_calls" && limits.test(asText(native))) answer.finish(reason, "length");
}

const limits = /^(length|max_tokens|max_output_tokens)$/i;

/**
 * Images that the model made, or what was parsed of the request's files, which saves parsing them again. Kept where an application looks,
 * and on a part of the message, so that they go back.
 */
function keepList(field: "images" | "annotations", list: readonly unknown[], answer: ChatAnswer): void {
  if (list.length === 0) return;
  const all = (metadataOf(answer, openrouter)[field] ??= []) as unknown[];
  for (const entry of list) all.push(entry);
  answer.part({ type: "text", text: "", providerMetadata: keep(field, list) });
}

/** Its transcript is the text of the answer: {@link https://openrouter.ai/docs/guides/overview/multimodal/audio#audio-output}. */
function readAudio(audio: Fields, answer: ChatAnswer): void {
  answer.text(asText(audio["transcript"]));
  const all = (metadataOf(answer, openrouter)["audio"] ??= {}) as Record<string, unknown>;
  for (const [field, value] of Object.entries(audio))
    all[field] = field === "data" || field === "transcript" ? asText(all[field]) + asText(value) : value;
}

function isFile(annotation: unknown): boolean {
  return asRecord(annotation)["type"] === "file";
}

/**
 * The error for a whole answer that broke off: {@link https://openrouter.ai/docs/api-reference/errors#streaming-error-formats}. What it has
 * is read first, so that it is in the error.
 */
function failed(
  choice: Fields,
  message: Fields,
  answer: ChatAnswer,
  failure: (body: unknown) => BelugaError,
): BelugaError {
  answer.reasoning(asText(message["reasoning"]));
  answer.text(asText(message["content"]));
  return failure(choice["error"] ? choice : { message: "the generation failed" });
}
