import { type VectorDocument, type VectorStore, importDocuments } from "@beluga/core";
import { type Corpus, rowsOf } from "./corpus.js";
import type { SearchIndex } from "./contender.js";

/** Any of Beluga's stores, filled and searched. */
export async function belugaIndex(store: VectorStore, corpus: Corpus): Promise<SearchIndex> {
  await importDocuments(store, documentsOf(corpus), { batchSize: 5_000 });
  return {
    async search(query, k) {
      const hits = await store.search(query, { k });
      return hits.map(({ id }) => Number(id));
    },
    close: () => store.close(),
  };
}

function* documentsOf(corpus: Corpus): Generator<VectorDocument> {
  for (const [row, embedding] of rowsOf(corpus)) yield { id: String(row), content: "", embedding };
}
