import { BelugaError, type ErrorCode } from "@beluga/core";
import { expect, test } from "vitest";
import { describeFailure } from "./failure.js";

test.each<[op: string, code: ErrorCode, described: string]>([
  [
    "llm.stream",
    "context_length",
    "too long (ask for fewer passages (-k), or take a model with a longer context)",
  ],
  ["embed.embed", "context_length", "too long"],
  [
    "vector.ensureIndex",
    "invalid_input",
    "too long (an index is for the vectors of one embedder: name another one in --store, and it is made)",
  ],
  ["vector.add", "invalid_input", "too long"],
])("what can be done about a %s that fails with %s", (op, code, described) => {
  expect(describeFailure(new BelugaError({ op, code, message: "too\n  long" }))).toBe(described);
});
