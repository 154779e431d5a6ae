import assert from "node:assert/strict";
import { type CallOptions, type VectorStore, filter } from "@beluga/core";
import { httpChecks } from "../call/checks.js";
import { registrationChecks } from "../call/registration.js";
import { type CallCheck, CallSuite, type Operation, type ProviderSpec, inputMark } from "../call/suite.js";
import type { Check } from "../check.js";
import type { Handler, Reply, ServedRequest, TestServer } from "../server.js";

/** How the suite speaks as the vendor, to break what it says. */
export interface VectorStoreHttp<Config extends object = object> extends Omit<
  ProviderSpec<VectorStore, Config>,
  "name" | "packageName"
> {
  /** The vendor's right answer to a search that finds one document, with the id `whale`, whatever was asked. */
  answer: Handler;
  /**
   * The vendor's answers to what comes before the first search: what the index is like, of two dimensions. No fault is put in them.
   */
  aside?(request: ServedRequest): Reply | undefined;
}

const search: Pick<Operation<VectorStore>, "op" | "registryOf" | "call" | "check"> = {
  op: "vector.search",
  registryOf: ({ vectorStores }) => vectorStores,
  call: (store, options: CallOptions = {}) =>
    store.search([1, 0], { ...options, k: 1, filter: filter.eq("text", `Wal 鯨 (${inputMark})`) }),
  check(result) {
    const ids = (result as readonly { id: string }[]).map(({ id }) => id);
    assert.deepEqual(ids, ["whale"], "the hits");
  },
};

/** The rules of every provider over HTTP, tried with a search. */
export function overHttpChecks(
  { name, packageName }: Pick<ProviderSpec<VectorStore>, "name" | "packageName">,
  http: VectorStoreHttp,
): Check[] {
  const spec = { ...http, name, packageName };
  const { answer, aside } = http;
  const operation: Operation<VectorStore> = { ...search, answer, ...(aside && { aside }) };
  const suiteOf = (server: TestServer): CallSuite<VectorStore> => new CallSuite(spec, operation, server);
  // A store has no model.
  const creation = registrationChecks(spec, operation).filter(({ name }) => !name.includes("the model"));
  const groups: Record<string, readonly CallCheck<VectorStore>[]> = { creation, ...httpChecks(spec) };
  return Object.entries(groups).flatMap(([group, checks]) =>
    checks.map(({ name, run }) => ({ group, name, run: (server) => run(suiteOf(server)) })),
  );
}
