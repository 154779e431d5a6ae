import { readEnvironment } from "@beluga/core/provider";
import { UsageError } from "./arguments.js";

/** The provider in an id that was typed: `openai` of `openai/gpt-5-mini`. @throws UsageError where there is none. */
export function providerOf(id: string, what: "model" | "embedder" | "store" | "reranker"): string {
  const [, provider] = /^([a-z0-9][a-z0-9-]*)(?:\/|$)/i.exec(id) ?? [];
  if (provider !== undefined && (what !== "model" || /\/./.test(id))) return provider;
  const examples = {
    model: "provider/model, as in anthropic/claude-sonnet-4-5",
    embedder: "provider/model, as in openai/text-embedding-3-small",
    store: "provider/index, as in pinecone/notes",
    reranker: "provider/model, as in cohere/rerank-v3.5",
  };
  throw new UsageError(`"${id}" is no ${what}: name it as ${examples[what]}`);
}

/** The embedder that is used where none is named. */
export function defaultEmbedder(): string {
  return readEnvironment("BELUGA_EMBEDDER") ?? "hash";
}

/** The reranker that is used where none is named. */
export function defaultReranker(): string | undefined {
  return readEnvironment("BELUGA_RERANKER");
}
