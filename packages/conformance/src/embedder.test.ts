import { type EmbedOptions, type EmbedResponse, type Embedder, embedders } from "@beluga/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { embedderChecks, embedderConformance } from "./embedder.js";
import { type TestServer, startServer } from "./server.js";
import {
  type AcmeEmbedderConfig,
  type Flaw,
  acmeEmbedderSpec,
  createAcmeEmbedder,
} from "./testing/acme-embedder.js";

embedderConformance(acmeEmbedderSpec());

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** The rules that an embedder breaks, of those whose group and name match. */
async function broken(create: (config: AcmeEmbedderConfig) => Embedder, which: RegExp): Promise<string[]> {
  const checks = embedderChecks(acmeEmbedderSpec(create)).map((check) => ({
    ...check,
    title: `${check.group}: ${check.name}`,
  }));
  const chosen = checks.filter(({ title }) => which.test(title));
  const failed = await Promise.all(
    chosen.map(({ title, run }) =>
      run(server).then(
        () => undefined,
        () => title,
      ),
    ),
  );
  expect(chosen, `no rule matches ${which}`).not.toEqual([]);
  return failed.filter((title) => title !== undefined);
}

/** For each flaw, rules that have to find it. */
const flaws: Record<Flaw, string[]> = {
  "accepts anything": ["input: what is no text is invalid_input, and says which it is"],
  "drops empty texts": ["input: an empty text has a vector like any other"],
  "forgets tokens": [
    "batches: usage is that of all requests together, and absent where the vendor reports none",
  ],
  "ignores dimensions": [
    "options: dimensions is honoured, with no warning",
    "options: another width than was asked for is invalid_response",
  ],
  "ignores inputType": [
    "options: every inputType works: it changes what is sent where the vendor has it, and is warned about where not",
  ],
  "ignores missing vectors": [
    "vectors: no vector at all is invalid_response",
    "vectors: one vector too few is invalid_response",
    "vectors: one vector too many is invalid_response",
    "vectors: the same index twice is invalid_response",
    "vectors: an index past the end is invalid_response",
    "vectors: a vector that is missing in one of several requests fails the call",
    "bodies that are not an answer: JSON that is no answer is invalid_response",
  ],
  "ignores the call's headers": [
    "requests: the headers of the config and of the call are sent, the call's on top",
  ],
  "ignores the call's time limits": [
    "time limits: headers that do not come (the limit of the call): timeout, and the connection is closed",
    "batches: the total time limit of a call holds for all of its requests together",
  ],
  "ignores the signal": [
    "abort: before the call: nothing is sent",
    "abort: before the headers: the connection is closed",
    "batches: the first failure ends the call, closes the other connections and sends nothing more",
    "batches: an abort ends all requests that are under way, and no other is sent",
  ],
  "keeps the key in sight": ["secrets: an instance that is logged"],
  "keys in the URL": [
    "registration: the key is read from the environment when it is created, and sent in a header",
  ],
  "makes zeros of nothing": [
    "batches: usage is that of all requests together, and absent where the vendor reports none",
  ],
  "mixes up calls": ["batches: calls at the same time do not mix"],
  "numbers in arrays": ["batches: one text, as many as fit in a request, and one more"],
  "order by arrival": [
    "batches: the order is that of the vendor's index, not of its list",
    "vectors: the same index twice is invalid_response",
  ],
  "puts the input in its errors": ["HTTP errors: 400 is invalid_input, with a body and without"],
  "sends all at once": ["batches: no more requests at once than concurrency says, which is 4 by default"],
  "sends everything in one request": [
    "batches: one text, as many as fit in a request, and one more",
    "batches: texts too long for one request together are sent apart",
  ],
  "sends for nothing": ["batches: no text gives no vector, without a request"],
  "tidies texts": ["input: texts are sent unchanged, and the same text twice has two vectors"],
};

// What hangs is given five seconds by the rule that finds it.
describe.concurrent("an embedder that", { timeout: 30_000 }, () => {
  test.each(Object.entries(flaws) as [Flaw, string[]][])("%s is found out", async (flaw, rules) => {
    const which = new RegExp(rules.map((rule) => `^${escape(rule)}$`).join("|"));
    expect(await broken((config) => createAcmeEmbedder(config, flaw), which)).toEqual(
      expect.arrayContaining(rules),
    );
  });

  test("is no more than a fetch is found out in every chapter", async () => {
    const failed = await broken((config) => new Naive(config), /^(?!time limits|abort)/);
    const chapters = new Set(failed.map((title) => title.split(":")[0] ?? ""));
    expect(chapters).toEqual(
      new Set([
        "registration",
        "requests",
        "bodies that are not an answer",
        "HTTP errors",
        "retries",
        "secrets",
        "input",
        "options",
        "batches",
        "vectors",
      ]),
    );
  });
});

test("an embedder in process that is not the same twice, and does not listen, is found out", async () => {
  let calls = 0;
  embedders.register({ ...acme(), name: "restless", packageName: "@acme/restless" });
  const checks = embedderChecks({
    name: "restless",
    packageName: "@acme/restless",
    config: {},
    create: (): Embedder => ({
      provider: "restless",
      model: "m",
      id: "restless/m",
      dimensions: 2,
      limits: { maxBatchSize: Infinity },
      embed: async (texts) => ({
        embeddings: texts.map(() => Float32Array.of(1, ++calls)),
        usage: {},
        model: "m",
        warnings: [],
      }),
    }),
  });
  const failed: string[] = [];
  for (const { group, name, run } of checks)
    if (group === "in process") await run(server).catch(() => failed.push(name));
  expect(failed).toEqual([
    "a text has the same vector always: in another instance, alone, and among others in any order",
    "what a caller does to a vector changes no other",
    "an abort before the call, and in the middle of many texts, rejects with the signal's reason",
    "many texts let other work have its turn, and keep to the total time limit",
  ]);
});

/** What one writes in five minutes. */
class Naive implements Embedder {
  readonly provider = "acme-embed";
  readonly model = "acme-1";
  readonly id = "acme-embed/acme-1";
  readonly dimensions = undefined;
  readonly limits = { maxBatchSize: 10 };
  readonly config: AcmeEmbedderConfig;

  constructor(config: AcmeEmbedderConfig) {
    this.config = config;
  }

  async embed(texts: readonly string[], { signal }: EmbedOptions = {}): Promise<EmbedResponse> {
    const response = await fetch(`${this.config.baseURL}/embed`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-acme-key": this.config.apiKey ?? "" },
      body: JSON.stringify({ texts }),
      signal: signal ?? null,
    });
    if (!response.ok)
      throw new Error(`${response.status} for ${JSON.stringify(texts)}: ${await response.text()}`);
    const { vectors, tokens } = (await response.json()) as {
      vectors: { values: number[] }[];
      tokens: number;
    };
    return {
      embeddings: vectors.map(({ values }) => Float32Array.from(values)),
      usage: { inputTokens: tokens, totalTokens: tokens },
      model: this.model,
      warnings: [],
    };
  }
}

function acme(): NonNullable<ReturnType<typeof embedders.get>> {
  const definition = embedders.get("acme-embed");
  if (!definition) throw new Error("acme-embed is not registered");
  return definition;
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
