import { AssertionError } from "node:assert";
import { BelugaError } from "@beluga/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chatModelChecks } from "./chat-model.js";
import { setPatience } from "./chat-model/suite.js";
import { startServer } from "./server.js";
import { acmeSpec } from "./testing/acme-spec.js";
import { mutants } from "./testing/mutants.js";

// The suite itself is tested: each way of doing it wrong has to be noticed, and by the check that is there for it.

const server = await startServer();
beforeAll(() => setPatience(300));
afterAll(() => server.close());

describe.concurrent.each(mutants)("a provider that $wrong", ({ create, noticedBy }) => {
  const checks = chatModelChecks(acmeSpec(create));

  test.each(noticedBy)("is noticed by %s", async (name) => {
    const check = checks.find((candidate) => `${candidate.group}: ${candidate.name}` === name);
    if (!check) throw new Error(`there is no check "${name}"`);
    await expect(check.run(server)).rejects.toSatisfy(isFinding);
  });
});

/** What an assertion found, or what the provider itself threw where it should not; anything else is a mistake of the suite. */
function isFinding(error: unknown): boolean {
  return error instanceof AssertionError || BelugaError.is(error);
}

async function fails(name: string, change: object): Promise<void> {
  const spec = { ...acmeSpec(), ...change };
  const check = chatModelChecks(spec).find((candidate) => candidate.name === name);
  if (!check) throw new Error(`there is no check "${name}"`);
  await expect(check.run(server)).rejects.toSatisfy(isFinding);
}

describe("a spec", () => {
  test("of another package is noticed", () =>
    fails("it is registered under its name, with its package and version", {
      packageName: "@other/package",
    }));

  test("without the vendor's key is noticed", () =>
    fails("a missing key is an auth_error when it is created, and names the option and the variable", {
      secret: undefined,
    }));

  test("that forgets an option that is not honoured is noticed", () =>
    fails("the options that it warns about are those of the spec", { unsupported: ["topK"] }));

  test.each([
    ["text", (name: string) => name.startsWith("a tool call")],
    ["parallel tool calls", (name: string) => name !== "parallel tool calls"],
    ["the token limit", (name: string) => name !== "a tool call cut by the token limit"],
  ])("whose exchanges do not show %s is noticed", (_, keep) =>
    fails("the exchanges show what they have to", {
      exchanges: acmeSpec().exchanges.filter(({ name }) => keep(name)),
    }),
  );

  test("that takes any frame for the end is noticed", () =>
    fails("a stream that ends after it is complete ends normally, whatever is missing then", {
      completes: () => true,
    }));
});
