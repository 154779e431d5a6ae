import { afterAll, beforeAll, describe, test } from "vitest";
import { type TestServer, startServer } from "./server.js";

/** One rule that a provider has to keep, as data: so that the suite itself can be tested, and run elsewhere than in vitest. */
export interface Check {
  /** What it is about: `retries`. */
  readonly group: string;
  /** The rule, in words: `no retry for 401`. Together with the group it is there only once. */
  readonly name: string;
  /** Throws where the provider breaks the rule. */
  run(server: TestServer): Promise<void>;
}

/** The checks as tests of vitest, side by side, all against one server. */
export function testChecks(title: string, checks: readonly Check[]): void {
  describe(title, () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await startServer();
    });
    afterAll(() => server.close());
    for (const group of new Set(checks.map((check) => check.group))) {
      describe.concurrent(group, () => {
        for (const { name, run } of checks.filter((check) => check.group === group)) {
          test(name, () => run(server), 30_000);
        }
      });
    }
  });
}
