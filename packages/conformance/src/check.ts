import { afterAll, beforeAll, describe, test } from "vitest";
import { type TestServer, startServer } from "./server.js";

/** One rule that a provider has to keep, as data: so that the suite itself can be tested, and run elsewhere than in vitest. */
export interface Check {
  /** What it is about: `retries`. */
  readonly group: string;
  /** The rule, in words: `no retry for 401`. Together with the group it is there only once. */
  readonly name: string;
  /** Throws where the provider breaks the rule. */
  run(server: TestServer, report?: ReportFeatures): Promise<void>;
}

/** What was seen of a provider on the way: by name, whether it has a feature, or what is to be said of it. */
export type Features = Readonly<Record<string, boolean | string>>;

export type ReportFeatures = (features: Features) => void;

/** Whom the features are of. */
export interface Subject {
  /** The prefix of such packages: `llm`. */
  capability: string;
  name: string;
  packageName: string;
}

declare module "vitest" {
  interface TaskMeta {
    /** From which the table of capabilities is made. */
    beluga?: Subject & { features: Features };
  }
}

/** The checks as tests of vitest, side by side, all against one server. Features go into the report of the run, as `meta.beluga`. */
export function testChecks({ capability, name, packageName }: Subject, checks: readonly Check[]): void {
  describe(`${name} conforms`, () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await startServer();
    });
    afterAll(() => server.close());
    for (const group of new Set(checks.map((check) => check.group))) {
      describe.concurrent(group, () => {
        for (const check of checks.filter((check) => check.group === group)) {
          test(
            check.name,
            ({ task }) => {
              const report = (features: Features): void => {
                const before = task.meta.beluga?.features;
                task.meta.beluga = { capability, name, packageName, features: { ...before, ...features } };
              };
              return check.run(server, report);
            },
            30_000,
          );
        }
      });
    }
  });
}
