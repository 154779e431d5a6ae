import { vectorStores } from "@beluga/core";
import "@beluga/vector-sqlite";
import { belugaIndex } from "./beluga.js";
import type { SearchContender } from "./contender.js";
import { temporaryFile } from "./temporary-file.js";

export const vectorSqlite: SearchContender = {
  async build(corpus) {
    const { path, remove } = temporaryFile("beluga.db");
    const index = await belugaIndex(vectorStores.create("sqlite", { path }), corpus);
    return {
      ...index,
      async close() {
        await index.close?.();
        remove();
      },
    };
  },
};
