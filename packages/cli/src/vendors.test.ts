import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  type ChatExchange,
  type TestServer,
  bytesOf,
  headersOf,
  loadExchanges,
  startServer,
} from "@beluga/conformance";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { beluga, packageFolder } from "./testing/run-cli.js";

// Every vendor of this repository, as somebody has them who installed them all.

const root = join(packageFolder, "../..");
const packages = readdirSync(join(root, "packages")).filter((folder) => folder.startsWith("llm-"));

/** What a vendor needs beside its keys. */
const settings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bedrock: { AWS_REGION: "us-east-1" },
};

interface Row {
  name?: string;
  package: string;
  keys: { variable: string }[];
  problem?: string;
}

let server: TestServer;
let rows: Row[];
beforeAll(async () => {
  server = await startServer();
  const { stdout } = await beluga(["providers", "--json"], { cwd: root });
  rows = JSON.parse(stdout) as Row[];
});
afterAll(() => server.close());

test("beluga providers lists every package of a provider, and none has a problem", () => {
  const providers = readdirSync(join(root, "packages")).filter((name) =>
    /^(llm|embed|rerank|vector)-/.test(name),
  );
  expect(rows.map(({ package: name }) => name).sort()).toEqual(providers.map((name) => `@beluga/${name}`));
  expect(rows.filter(({ problem }) => problem !== undefined)).toEqual([]);
});

describe("beluga chat answers with", () => {
  test.for(packages)("%s", async (folder) => {
    const { name = "", keys = [] } = rows.find(({ package: found }) => found === `@beluga/${folder}`) ?? {};
    const { stream = {}, expected } = plainExchange(folder);
    const route = server.route({ headers: headersOf(stream), body: bytesOf(stream) });
    const env = Object.fromEntries(keys.map(({ variable }) => [variable, "a-key-0123456789abcdef"]));
    const args = ["chat", "Hello", "--model", `${name}/${modelOf(name)}`, "--base-url", route.url];
    const outcome = await beluga(args, { cwd: root, env: { ...env, ...settings[name] } });
    const { stderr } = outcome;
    expect({ ...outcome, stdout: outcome.stdout.trim() }).toEqual({
      code: 0,
      stdout: expected.text?.trim(),
      stderr,
    });
    expect(route.requests.map(({ method }) => method)).toEqual(["POST"]);
  });
});

/** Some vendors' names have a slash of their own. */
function modelOf(provider: string): string {
  return provider === "openai" ? "gpt-5-mini" : "vendor/model-1";
}

/** Of a vendor with several wires, the one that it speaks where it is not told otherwise. */
const wires: Readonly<Record<string, string>> = {
  "llm-azure": "responses",
  "llm-bifrost": "chat",
  "llm-litellm": "chat",
  "llm-openai": "responses",
  "llm-perplexity": "agent",
};

/** A streamed text, in the vendor's own form. */
function plainExchange(folder: string): ChatExchange {
  const testdata = join(root, "packages", folder, "testdata", wires[folder] ?? "");
  const plain = loadExchanges(testdata).find(
    ({ stream, expected }) => stream && expected.text && !expected.toolCalls && !expected.error,
  );
  if (!plain) throw new Error(`${folder} has no exchange with a streamed text in its testdata`);
  return plain;
}
