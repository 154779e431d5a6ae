import { type BaseEmbedding, SimpleVectorStore, TextNode, VectorStoreQueryMode } from "llamaindex";
import type { SearchContender } from "./contender.js";
import { rowsOf } from "./corpus.js";

export const llamaIndex: SearchContender = {
  async build(corpus) {
    // It wants an embedder, and asks nothing of it where vectors come ready.
    const store = new SimpleVectorStore({ embeddingModel: {} as BaseEmbedding });
    await store.add(
      Array.from(rowsOf(corpus), ([row, vector]) => {
        return new TextNode({ id_: String(row), text: "", embedding: [...vector] });
      }),
    );
    return {
      async search(query, k) {
        const { ids } = await store.query({
          queryEmbedding: [...query],
          similarityTopK: k,
          mode: VectorStoreQueryMode.DEFAULT,
        });
        return ids.map(Number);
      },
    };
  },
};
