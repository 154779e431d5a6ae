import type { Source } from "@beluga/core";
import { type ChatAnswer, asArray, asCount, asRecord, isRecord } from "@beluga/core/provider";
import {
  ReasoningDetails,
  type WireBody,
  metadataOf,
  uniqueSources,
} from "@beluga/llm-openai-compatible/base";

type Fields = Readonly<WireBody>;

const bifrost = { provider: "bifrost" };

/** Reads what Bifrost adds to an answer: details of reasoning, sources, who answered and what it cost. */
export function readExtras(answer: ChatAnswer): (chunk: Fields) => void {
  const details = new ReasoningDetails(answer, "bifrost");
  const addSource = uniqueSources(answer);
  return (chunk) => {
    readEnvelope(answer, chunk);
    readUsage(answer, chunk, "prompt_tokens_details");
    const { search_results: results, citations } = chunk;
    if (results) for (const result of asArray(results)) addResult(asRecord(result), addSource);
    if (citations) for (const url of asArray(citations)) if (typeof url === "string") addSource({ url });

    const choice = asArray(chunk["choices"])[0];
    if (!isRecord(choice) || (choice["index"] ?? 0) !== 0) return;
    if (choice["log_probs"]) readLogprobs(answer, asRecord(choice["log_probs"]));
    const { delta, message } = choice;
    const { reasoning_details: pieces } = asRecord(delta ?? message);
    // Last, as they open the reasoning whose words are read next.
    if (pieces) for (const piece of asArray(pieces)) details.add(asRecord(piece), isRecord(delta));
  };
}

export function readResponseExtras(answer: ChatAnswer): (response: Fields) => void {
  return (response) => {
    readEnvelope(answer, response);
    readUsage(answer, response, "input_tokens_details");
  };
}

/** Who answered, how long it took, whether it came from the cache: {@link https://docs.getbifrost.ai/providers/request-options}. */
function readEnvelope(answer: ChatAnswer, { extra_fields: fields }: Fields): void {
  if (isRecord(fields)) Object.assign((metadataOf(answer, bifrost)["extraFields"] ??= {}), fields);
}

/** The counts of the cache have names of their own: {@link https://docs.getbifrost.ai/providers/supported-providers/anthropic#field-mapping}. */
function readUsage(answer: ChatAnswer, { usage }: Fields, detailsField: string): void {
  if (!isRecord(usage)) return;
  const { cached_read_tokens: read, cached_write_tokens: written } = asRecord(usage[detailsField]);
  const cachedInputTokens = asCount(read);
  const cacheWriteTokens = asCount(written);
  answer.usage = {
    ...answer.usage,
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
    ...(cacheWriteTokens !== undefined && { cacheWriteTokens }),
  };
  if (usage["cost"]) metadataOf(answer, bifrost)["cost"] = usage["cost"];
}

/** What a search of Perplexity's found, of which the citations are the addresses alone. */
function addResult(
  { url, title, snippet }: Fields,
  addSource: (source: Source & { url: string }) => void,
): void {
  if (typeof url !== "string") return;
  addSource({
    url,
    ...(typeof title === "string" && { title }),
    ...(typeof snippet === "string" && { text: snippet }),
  });
}

/** As OpenAI's, under another name. */
function readLogprobs(answer: ChatAnswer, { content }: Fields): void {
  const all = (metadataOf(answer, bifrost)["logprobs"] ??= []) as unknown[];
  for (const token of asArray(content)) all.push(token);
}
