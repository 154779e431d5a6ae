import { vectorStores } from "@beluga/core";
import "@beluga/vector-memory";
import { belugaIndex } from "./beluga.js";
import type { SearchContender } from "./contender.js";

export const vectorMemory: SearchContender = {
  build: (corpus) => belugaIndex(vectorStores.create("memory"), corpus),
};
