import type { BelugaError } from "@beluga/core";
import { type ChatAnswer, asArray, asRecord, asText } from "@beluga/core/provider";
import { ReasoningDetails, metadataOf } from "@beluga/llm-openai-compatible/base";

type Fields = Readonly<Record<string, unknown>>;

/** Reads what OpenRouter adds to an answer: details of reasoning, audio, parsed files, who answered and what it cost, and that it failed. */
export function readExtras(
  answer: ChatAnswer,
  failure: (body: unknown) => BelugaError,
): (chunk: Fields) => void {
  const details = new ReasoningDetails(answer, "openrouter");
  return (chunk) => {
    readEnvelope(chunk, answer);
    const choice = asRecord(asArray(chunk["choices"])[0]);
    note(answer, "nativeFinishReason", choice["native_finish_reason"]);
    readLimit(choice, answer);
    const isStreamed = choice["delta"] !== undefined;
    const message = asRecord(choice["delta"] ?? choice["message"]);
    if (choice["finish_reason"] === "error") throw failed(choice, message, answer, failure);
    const { reasoning_details: pieces, annotations, audio } = message;
    if (pieces) for (const piece of asArray(pieces)) details.add(asRecord(piece), isStreamed);
    if (audio) readAudio(asRecord(audio), answer);
    // Citations are read as OpenAI's.
    if (annotations) keepFiles(asArray(annotations).filter(isFile), answer);
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
 * What was parsed of the request's files, which saves parsing them again. Kept where an application looks, and on a part of the message,
 * so that it goes back.
 */
function keepFiles(files: readonly unknown[], answer: ChatAnswer): void {
  if (files.length === 0) return;
  const all = (metadataOf(answer, openrouter)["annotations"] ??= []) as unknown[];
  for (const file of files) all.push(file);
  answer.part({ type: "text", text: "", providerMetadata: { openrouter: { annotations: files } } });
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
