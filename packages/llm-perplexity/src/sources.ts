import { type ChatAnswer, asRecord } from "@beluga/core/provider";

/** Adds pages that a search found to the sources of an answer, each once. */
export function pageReader(answer: ChatAnswer): (page: unknown) => void {
  const known = new Set<unknown>(answer.response().sources.map(({ url }) => url));
  return (page) => {
    const { url, title, snippet, ...rest } = asRecord(page);
    if (typeof url !== "string" || known.has(url)) return;
    known.add(url);
    answer.source({
      url,
      ...(typeof title === "string" && title !== "" && { title }),
      ...(typeof snippet === "string" && snippet !== "" && { text: snippet }),
      // The text may refer to a page by its `id`: "[1]".
      ...(Object.keys(rest).length > 0 && { providerMetadata: { perplexity: rest } }),
    });
  };
}
