import { type ChatAnswer, asArray, asCount, asRecord } from "@beluga/core/provider";
import { metadataOf } from "@beluga/llm-openai-compatible/base";
import { pageReader } from "./sources.js";

type Fields = Readonly<Record<string, unknown>>;

/** The counts of the cache, which are part of the input, have other names than OpenAI's. */
export function readUsage(raw: unknown, answer: ChatAnswer): void {
  const { cost, input_tokens_details: details } = asRecord(raw);
  const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = asRecord(details);
  const cachedInputTokens = asCount(read);
  const cacheWriteTokens = asCount(written);
  answer.usage = {
    ...answer.usage,
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
    ...(cacheWriteTokens !== undefined && { cacheWriteTokens }),
  };
  if (cost) metadataOf(answer, { provider: "perplexity" })["cost"] = cost;
}

/**
 * What Perplexity's tools found is there as items of the answer, which stand on empty parts; citations in the text are seldom.
 * {@link https://docs.perplexity.ai/docs/agent-api/tools/web-search}
 */
export function readSources(answer: ChatAnswer): void {
  const { content } = answer.response().message;
  const readPage = pageReader(answer);
  for (const part of asArray(content)) {
    const { providerMetadata } = asRecord(part);
    for (const page of pagesOf(asRecord(asRecord(providerMetadata)["perplexity"]))) readPage(page);
  }
}

function pagesOf({ type, results, contents }: Fields): readonly unknown[] {
  switch (type) {
    case "search_results":
    case "people_search_results":
      return asArray(results);
    case "fetch_url_results":
      return asArray(contents);
    case "finance_results":
      return asArray(results)
        .flatMap((result) => asArray(asRecord(result)["sources"]))
        .map((url) => ({ url }));
    default:
      return [];
  }
}
