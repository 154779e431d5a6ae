import { MemoryVectorStore } from "@langchain/classic/vectorstores/memory";
import type { SearchContender } from "./contender.js";
import { rowsOf } from "./corpus.js";

/** Vectors come ready: nothing is embedded here. */
const embeddings = {
  embedQuery: () => Promise.reject(new Error("no text is embedded here")),
  embedDocuments: () => Promise.reject(new Error("no text is embedded here")),
};

export const langchain: SearchContender = {
  async build(corpus) {
    const store = new MemoryVectorStore(embeddings);
    const vectors = Array.from(rowsOf(corpus), ([, vector]) => [...vector]);
    await store.addVectors(
      vectors,
      vectors.map((_, row) => ({ pageContent: "", metadata: { row } })),
    );
    return {
      async search(query, k) {
        const hits = await store.similaritySearchVectorWithScore([...query], k);
        return hits.map(([{ metadata }]) => Number(metadata["row"]));
      },
    };
  },
};
