import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rerankerChecks, rerankerConformance } from "./reranker.js";
import { type TestServer, startServer } from "./server.js";
import { type Flaw, acmeRerankerSpec, createAcmeReranker } from "./testing/acme-reranker.js";

rerankerConformance(acmeRerankerSpec());

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** For each flaw, rules that have to find it. */
const flaws: Record<Flaw, string[]> = {
  "accepts anything": ["input: what is no query or no list of texts is invalid_input, and says which it is"],
  "forgets tokens": ["results: the usage is the vendor's, and absent where it reports none"],
  "ignores missing results": ["results: one result too few is invalid_response"],
  "ignores providerOptions": ["options: providerOptions go into the request as they stand"],
  "ignores the signal": ["abort: before the headers: the connection is closed"],
  "ignores topN": ["options: topN is asked of the vendor; it may be more than there are documents"],
  "keeps the order of arrival": [
    "results: the best is first, whatever the order of arrival; scores are the vendor's, 0 and negative ones too",
  ],
  "makes zeros of nothing": ["results: the usage is the vendor's, and absent where it reports none"],
  "puts the input in its errors": ["secrets: a vendor that repeats the request in its error"],
  "sends for nothing": ["input: of no documents there are no results, and nothing is sent"],
  "tidies texts": [
    "input: the query and the documents are sent unchanged, in their order, and the same one twice",
  ],
};

describe("a reranker that", () => {
  test.each(Object.entries(flaws))(
    "%s is found out",
    async (flaw, rules) => {
      const spec = acmeRerankerSpec((config) => createAcmeReranker(config, flaw as Flaw));
      const checks = rerankerChecks(spec).filter(({ group, name }) => rules.includes(`${group}: ${name}`));
      expect(checks).toHaveLength(rules.length);
      for (const { run } of checks) await expect(run(server)).rejects.toBeInstanceOf(Error);
    },
    20_000,
  );
});
