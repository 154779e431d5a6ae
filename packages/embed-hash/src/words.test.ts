import { expect, test } from "vitest";
import { countWords } from "./words.js";

test.each<[rule: string, text: string, counts: Record<string, number>]>([
  ["words in lower case, each with its count", "The whale, the WHALE. A whale!", { the: 2, whale: 3, a: 1 }],
  [
    "letters of every script, with their marks",
    "Größe Καλημέρα мир हिन्दी",
    { größe: 1, καλημέρα: 1, мир: 1, हिन्दी: 1 },
  ],
  ["composed and decomposed are the same", "caf\u00e9 cafe\u0301", { café: 2 }],
  ["compatibility forms are the same", "ﬁle Ｆｉｌｅ", { file: 2 }],
  ["camel case as a whole and in parts", "maxBatchSize", { maxbatchsize: 1, max: 1, batch: 1, size: 1 }],
  ["acronyms in camel case", "parseHTTPResponse", { parsehttpresponse: 1, parse: 1, http: 1, response: 1 }],
  [
    "letters and digits apart, but no single characters",
    "utf16le sha256 v1",
    { utf16le: 1, utf: 1, "16": 1, le: 1, sha256: 1, sha: 1, "256": 1, v1: 1 },
  ],
  ["a word with a capital is no identifier", "Whale", { whale: 1 }],
  ["snake, kebab and dotted names in parts", "max_batch-size.total", { max: 1, batch: 1, size: 1, total: 1 }],
  ["Chinese by pairs, and for half by characters", "鲸鱼图", { 鲸: 0.5, 鱼: 0.5, 图: 0.5, 鲸鱼: 1, 鱼图: 1 }],
  ["scripts next to each other apart", "Node服务", { node: 1, 服: 0.5, 务: 0.5, 服务: 1 }],
  [
    "Korean by pairs, so that a particle does not hide a word",
    "서버가",
    { 서: 0.5, 버: 0.5, 가: 0.5, 서버: 1, 버가: 1 },
  ],
  ["characters beyond 16 bits whole", "𠀋𠀌", { 𠀋: 0.5, 𠀌: 0.5, 𠀋𠀌: 1 }],
  ["without a word by characters", "-> 🐋 🐋", { "-": 1, ">": 1, "🐋": 2 }],
  ["nothing", " \n\t", {}],
])("%s", (_rule, text, counts) => {
  expect(Object.fromEntries(countWords(text))).toEqual(counts);
});
