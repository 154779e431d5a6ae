import { type ChatAnswer, asArray, asCount, asRecord, asText } from "@beluga/core/provider";
import { type WireBody, metadataOf, uniqueSources } from "@beluga/llm-openai-compatible/base";

/** Begins to read what Model Studio adds to an answer: tokens written to the cache, audio, and what a search found. */
export function readExtras(answer: ChatAnswer): (chunk: Readonly<WireBody>) => void {
  const addSource = uniqueSources(answer);
  return (chunk) => {
    const { usage, choices, search_info: found } = chunk;
    if (usage) readCacheWrite(asRecord(usage), answer);
    const choice = asRecord(asArray(choices)[0]);
    const message = asRecord(choice["delta"] ?? choice["message"]);
    if (message["audio"]) readAudio(message, answer);
    // Alibaba says that this API gives no sources yet; they are read as its other API has them.
    // https://www.alibabacloud.com/help/en/model-studio/web-search
    const search = found ?? message["search_info"];
    if (search)
      for (const result of asArray(asRecord(search)["search_results"])) readResult(result, addSource);
  };
}

/** {@link https://www.alibabacloud.com/help/en/model-studio/context-cache} */
function readCacheWrite(usage: Readonly<WireBody>, answer: ChatAnswer): void {
  const cacheWriteTokens = asCount(asRecord(usage["prompt_tokens_details"])["cache_creation_input_tokens"]);
  if (cacheWriteTokens !== undefined) answer.usage = { ...answer.usage, cacheWriteTokens };
}

/** Of older models the text is the transcript of the audio: {@link https://www.alibabacloud.com/help/en/model-studio/qwen-omni}. */
function readAudio({ audio, content }: Readonly<WireBody>, answer: ChatAnswer): void {
  if (!content) answer.text(asText(asRecord(audio)["transcript"]));
  const all = (metadataOf(answer, { provider: "qwen" })["audio"] ??= {}) as Record<string, unknown>;
  for (const [field, value] of Object.entries(asRecord(audio)))
    all[field] = field === "data" || field === "transcript" ? asText(all[field]) + asText(value) : value;
}

function readResult(result: unknown, addSource: ReturnType<typeof uniqueSources>): void {
  const { url, title } = asRecord(result);
  if (typeof url === "string" && url !== "") addSource({ url, ...(typeof title === "string" && { title }) });
}
