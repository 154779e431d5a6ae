import { expect, test } from "vitest";
import type { Warning } from "../common.js";
import { type EmbedPrefixes, embedPrefixes, withPrefix } from "./embed-prefixes.js";

const texts = ["one", "two"];
const prefixes: EmbedPrefixes = { query: "query: ", document: "" };

function prefixed(inputType: Parameters<typeof withPrefix>[1]["inputType"], given?: EmbedPrefixes): unknown {
  const warnings: Warning[] = [];
  return [
    withPrefix(texts, { inputType, warn: (warning) => void warnings.push(warning) }, given),
    ...warnings,
  ];
}

test("a text has the prefix of what its vector is for, which may be none", () => {
  expect(prefixed("query", prefixes)).toEqual([["query: one", "query: two"]]);
  expect(prefixed("document", prefixes)).toEqual([texts]);
  expect(prefixed(undefined, prefixes)).toEqual([texts]);
});

test("where nothing is said of a use, the texts stay as they are, with a warning", () => {
  const warning = {
    type: "unsupported",
    option: "inputType",
    message: 'inputType: the model was not told of clustering, as there is none in "prefixes"',
  };
  expect(prefixed("clustering", prefixes)).toEqual([texts, warning]);
  expect(prefixed("clustering")).toEqual([texts, warning]);
});

test.each([
  [{}, true],
  [prefixes, true],
  [{ classification: "c", clustering: undefined }, true],
  [{ search: "query: " }, false],
  [{ query: 1 }, false],
])("in a config, %o is right: %o", (value, expected) => {
  expect(embedPrefixes.safeParse(value).success).toBe(expected);
});
