import { vectorStores } from "@beluga/core";
import "@beluga/vector-sqlite";
import { belugaIndex } from "./beluga.js";
import type { SearchContender } from "./contender.js";
import { temporaryFile } from "./temporary-file.js";

export const vectorSqlite: SearchContender = {
  build: (corpus) => belugaIndex(vectorStores.create("sqlite", { path: temporaryFile("beluga.db") }), corpus),
};
