import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Reply, type ServedRequest, type TestServer, startServer } from "@beluga/conformance";
import { createHashEmbedder } from "@beluga/embed-hash";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Outcome, TemporaryFolder, beluga, packageFolder } from "./testing/run-cli.js";
import { type TestStore, testStores, testing } from "./testing/vendor-stores.js";
import {
  type Body,
  type EmbedWire,
  type RerankWire,
  embedWires,
  rerankWires,
} from "./testing/vendor-wires.js";

// `beluga ask` with every embedder, reranker and vector store of this repository, as somebody has them who installed them all. Vendors are asked at
// their own addresses, where a local server answers in their place: with vectors that know the words of a text, as those of embed-hash do.

const root = join(packageFolder, "../..");
const key = "a-key-0123456789abcdef";
/** Commands take their time where the machine is busy. */
const timeout = 120_000;

const question = "Where does the white whale live, and what wants water?";
const notes = {
  "cooking.txt": "Boil the pasta in salted water for nine minutes.",
  "gardening.md": "# Gardening\n\nTomatoes want sun and a lot of water.",
  "whales.md": "# Whales\n\n## Beluga\n\nThe beluga is a white whale. It lives in the Arctic.",
};
/** What is embedded and reranked of them. */
const texts: Readonly<Record<string, string>> = {
  "cooking.txt": notes["cooking.txt"],
  "gardening.md": `Gardening\n\n${notes["gardening.md"]}`,
  "whales.md": `Whales > Beluga\n\n${notes["whales.md"]}`,
};

let server: TestServer;
/** What the providers are called, by package. */
const names = new Map<string, string>();
/** All keys that they read, and what one of them needs beside its own. */
const environment: Record<string, string> = { INIT_CWD: root, OLLAMA_HOST: "", AWS_REGION: "us-east-1" };

beforeAll(async () => {
  server = await startServer();
  const { stdout } = await beluga(["providers", "--json"], { cwd: root });
  const rows = JSON.parse(stdout) as { name: string; package: string; keys: { variable: string }[] }[];
  for (const { name, package: from, keys } of rows) {
    names.set(from, name);
    for (const { variable } of keys) environment[variable] = key;
  }
}, timeout);

const folders: TemporaryFolder[] = [];
const stores = new Map<string, Promise<TestStore | string>>();
afterAll(async () => {
  for (const folder of folders) folder.remove();
  for (const starting of stores.values()) {
    const store = await starting;
    if (typeof store !== "string") await store.close?.();
  }
  await server.close();
});

describe("beluga ask embeds with", () => {
  const inProcess = ["embed-hash", "embed-transformers"];
  const vendors = packages("embed").filter((name) => !inProcess.includes(name));

  test.concurrent.for(vendors)("%s", { timeout }, async (name) => {
    const { id, width, read, servers, requests } = embedderOf(name);
    await expectToFind(["--embedder", id], { servers });
    const asked = requests.map(({ body }) => read(body as Body));
    expect(asked).toEqual([Object.values(texts), [question], [question]]);
    for (const { headers } of requests) expect(Object.values(headers).join("\n")).toContain(key);

    const { stdout } = await run(["embed", "white whale", "water", "--json", "--embedder", id], { servers });
    expect(JSON.parse(stdout)).toMatchObject({
      embedder: id,
      dimensions: width,
      embeddings: (await vectorsOf(["white whale", "water"], width)).map((vector) => [...vector]),
    });
  });

  test.concurrent("embed-hash", { timeout }, async () => {
    await expectToFind(["--embedder", "hash/v1"]);
  });

  test.concurrent("embed-transformers", { timeout }, async ({ skip }) => {
    const hub = await tinyModelHub();
    try {
      const args = ["ask", "The white whale", "--passages-only", "--embedder", `transformers/${hub.model}`];
      const setting = { servers: hub.servers, folder: writeNotes() };
      const first = await run(args, setting);
      const [missing] = /@huggingface\/transformers cannot be imported.*/.exec(first.stderr) ?? [];
      if (missing !== undefined) return skip(tell(missing));
      expect(first.stdout).toMatch(/^\[1\] 0\.\d\d {2}whales\.md:1 {2}Whales > Beluga\n/);
      const { length } = hub.requests;
      expect(length).toBeGreaterThan(0);
      const second = await run(args, setting);
      expect(second).toMatchObject({
        code: 0,
        stdout: first.stdout,
        stderr: expect.stringMatching(
          /^3 files: none changed \(.*index\.sqlite\)\nnothing says how this model's tokens become one vector: their mean was taken.*\n$/,
        ),
      });
      expect(hub.requests).toHaveLength(length);
    } finally {
      hub.close();
    }
  });
});

describe("beluga ask reranks with", () => {
  test.concurrent.for(packages("rerank"))("%s", { timeout }, async (name) => {
    const { id, model, topN, servers, requests } = rerankerOf(name);
    const folder = writeNotes();
    const nearest = (await ask([], { folder })).passages;
    const ranked = (await ask(["--rerank", id, "-k", "2"], { servers, folder })).passages;
    expect(ranked).toEqual([
      { ...nearest[2], score: 0.3 },
      { ...nearest[1], score: 0.2 },
    ]);
    const documents = nearest.map(({ source }) => texts[source]);
    expect(requests.map(({ body }) => body)).toEqual([
      expect.objectContaining({ model, query: question, documents, [topN]: 2 }),
    ]);
    for (const { headers } of requests) expect(Object.values(headers).join("\n")).toContain(key);
  });
});

describe("beluga ask keeps passages in", () => {
  test.concurrent.for(packages("vector"))("%s", { timeout }, async (name, { skip }) => {
    const store = await storeOf(name);
    if (typeof store === "string") return skip(tell(store));
    const folder = writeNotes();
    const args = ["--store", store.id];
    const setting = { ...store, folder };
    const { isInMemory = false, takesAnyWidth = false } = store;
    await expectToFind(args, setting, !isInMemory);

    folder.write("notes/whales.md", "# Whales\n\nThe narwhal has a tusk, and is no white whale.\n");
    rmSync(join(folder.path, "notes/cooking.txt"));
    const { index, passages } = await ask(args, setting);
    expect(index).toMatchObject(
      isInMemory
        ? { files: 2, embedded: 2, added: 2 }
        : { files: 2, embedded: 1, changed: 1, unchanged: 1, removed: 1 },
    );
    expect(passages.map(({ source, line }) => `${source}:${line}`)).toEqual([
      "whales.md:1",
      "gardening.md:1",
    ]);
    expect(JSON.stringify(passages)).not.toMatch(/Arctic|pasta/);

    const { id, servers, requests } = embedderOf("embed-openai");
    const other = await run(["ask", question, "--passages-only", "--json", ...args, "--embedder", id], {
      ...setting,
      servers: { ...store.servers, ...servers },
    });
    if (takesAnyWidth) {
      expect(JSON.parse(other.stdout)).toMatchObject({ index: { files: 2, embedded: 2, embedder: id } });
    } else {
      expect(other).toMatchObject({ code: 1, stderr: expect.stringMatching(otherWidth) });
      expect(requests).toEqual([]);
    }
  });

  const otherWidth =
    /^beluga: \w+ vector\.ensureIndex: dimensions: the index "passages\w*" has 1024, and the config says 1536 \(an index is for .*\)\n$/;
});

test("the store, the embedder, the reranker and the model may each be another's", { timeout }, async () => {
  const voyage = embedderOf("embed-voyage");
  const cohere = rerankerOf("rerank-cohere");
  const postgres = (await storeOf("vector-pgvector")) as TestStore;
  const chat = server.route({ headers: { "content-type": "text/event-stream" }, body: answer });
  const folder = writeNotes();
  const args = ["ask", question, "--store", "pgvector/notes", "--embedder", voyage.id, "--rerank", cohere.id];
  const model = ["--model", "openai-compatible/m", "--base-url", chat.url];
  const setting = { ...postgres, servers: { ...voyage.servers, ...cohere.servers }, folder };
  const first = await run([...args, ...model], setting);
  expect(first).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      /^\[1\] 0\.30 {2}\w+\.\w+:1[^]*\[2\] 0\.20 {2}\w+\.\w+:1[^]*\[3\] 0\.10 {2}whales\.md:1[^]*\nopenai-compatible\/m\nIn the Arctic \[3\]\.\n$/,
    ),
    stderr: "Indexing ...\n3 files: 3 new; 3 passages embedded with voyage/voyage-3.5 (pgvector/notes)\n",
  });
  expect(await run([...args, ...model], setting)).toEqual({
    ...first,
    stderr: "3 files: none changed (pgvector/notes)\n",
  });
  const purposes = voyage.requests.map(({ body }) => (body as Body)["input_type"]);
  expect(purposes).toEqual(["document", "query", "query"]);
  expect(voyage.id).toBe("voyage/voyage-3.5");
  expect(cohere.id).toBe("cohere/rerank-v3.5");
});

const answer = [{ content: "In the Arctic [3]." }, {}]
  .map((delta, at) => ({
    id: "c1",
    model: "m",
    choices: [{ index: 0, delta, finish_reason: at ? "stop" : null }],
  }))
  .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
  .join("");

/** The folders of a capability's packages. */
function packages(capability: string): string[] {
  return readdirSync(join(root, "packages")).filter((name) => name.startsWith(`${capability}-`));
}

function writeNotes(): TemporaryFolder {
  const folder = new TemporaryFolder();
  folders.push(folder);
  for (const [path, text] of Object.entries(notes)) folder.write(`notes/${path}`, `${text}\n`);
  return folder;
}

interface Setting {
  /** Which local address stands in for which origin. */
  servers?: Readonly<Record<string, string>> | undefined;
  env?: Readonly<Record<string, string>> | undefined;
  folder?: TemporaryFolder;
}

const redirect = pathToFileURL(join(packageFolder, "src/testing/redirect-fetch.mjs")).href;

/** Two commands run at a time, of however many tests. */
const lanes = [Promise.resolve(), Promise.resolve()];
let turn = 0;

function run(
  args: readonly string[],
  { servers = {}, env, folder = writeNotes() }: Setting,
): Promise<Outcome> {
  const outcome = (lanes[turn % 2] as Promise<void>).then(() =>
    beluga(args, {
      cwd: join(folder.path, "notes"),
      env: {
        ...environment,
        ...env,
        NODE_OPTIONS: `--import ${redirect}`,
        BELUGA_TEST_SERVERS: JSON.stringify(servers),
      },
    }),
  );
  lanes[turn++ % 2] = outcome.then(
    () => undefined,
    () => undefined,
  );
  return outcome;
}

interface AskOutput {
  passages: { source: string; line: number; score: number; text: string }[];
  index: object;
}

async function ask(args: readonly string[], setting: Setting): Promise<AskOutput> {
  const { code, stdout, stderr } = await run(
    ["ask", question, "--passages-only", "--json", ...args],
    setting,
  );
  expect({ code, remarks: stderr.replace("Indexing ...\n", "") }).toEqual({ code: 0, remarks: "" });
  return JSON.parse(stdout) as AskOutput;
}

/** Two runs find the passage that the question is about. The second embeds nothing but the question, where the passages are kept. */
async function expectToFind(args: readonly string[], setting: Setting = {}, areKept = true): Promise<void> {
  const folder = setting.folder ?? writeNotes();
  const first = await ask(args, { ...setting, folder });
  const everything = { files: 3, embedded: 3, added: 3, unchanged: 0, rebuilt: false };
  expect(first.index).toMatchObject(everything);
  expect(first.passages.map(({ source }) => source).sort()).toEqual(Object.keys(notes));
  expect(first.passages[0]).toEqual({
    source: "whales.md",
    heading: "Whales > Beluga",
    line: 1,
    endLine: 5,
    score: expect.any(Number) as number,
    text: notes["whales.md"],
  });
  const second = await ask(args, { ...setting, folder });
  expect(second.index).toMatchObject(
    areKept ? { files: 3, embedded: 0, added: 0, unchanged: 3, rebuilt: false } : everything,
  );
  expect(second.passages).toEqual(first.passages);
}

type StandIn<Wire> = Wire & {
  /** As options take it. */
  id: string;
  servers: Record<string, string>;
  requests: readonly ServedRequest[];
};

/** A server in the place of a vendor that has one address. */
function standIn<Wire extends { model: string; address: string }>(
  name: string,
  wire: Wire | undefined,
  answer: (wire: Wire, body: Body) => unknown,
): StandIn<Wire> {
  if (!wire) throw new Error(`src/testing/vendor-wires.ts does not say how ${name} is asked`);
  const { origin, pathname } = new URL(wire.address);
  const route = server.route(async ({ path, body }) =>
    path === pathname ? json(await answer(wire, body as Body)) : { status: 404 },
  );
  const id = `${names.get(`@beluga/${name}`)}/${wire.model}`;
  return { ...wire, id, servers: { [origin]: route.url }, requests: route.requests };
}

function embedderOf(name: string): StandIn<EmbedWire> {
  return standIn(name, embedWires[name], async ({ read, write, width }, body) =>
    write(await vectorsOf(read(body), width)),
  );
}

/** The last document is the best. */
function rerankerOf(name: string): StandIn<RerankWire> {
  return standIn(name, rerankWires[name], ({ topN, results }, { documents, [topN]: most }) => ({
    [results]: (documents as string[])
      .map((_, index) => ({ index, relevance_score: (index + 1) / 10 }))
      .toReversed()
      .slice(0, most as number),
  }));
}

function json(body: unknown): Reply {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

async function vectorsOf(texts: readonly string[], dimensions: number): Promise<Float32Array[]> {
  return (await createHashEmbedder({ dimensions }).embed(texts)).embeddings;
}

function storeOf(name: string): Promise<TestStore | string> {
  const start = testStores[name];
  if (!start) throw new Error(`src/testing/vendor-stores.ts does not say how ${name} is started`);
  const store = stores.get(name) ?? start(server, key);
  stores.set(name, store);
  return store;
}

/** The hub of Hugging Face, with one model, that is forgotten again where transformers.js keeps what it has downloaded. */
async function tinyModelHub(): Promise<
  Pick<StandIn<unknown>, "servers" | "requests"> & { model: string; close(): void }
> {
  interface TinyModel {
    writeTinyModel(folder: string): Promise<void>;
  }
  const { writeTinyModel } = await testing<TinyModel>("embed-transformers", "tiny-model.ts");
  const files = new TemporaryFolder();
  folders.push(files);
  await writeTinyModel(files.path);
  const model = `beluga/tiny-${process.pid}`;
  const route = server.route(({ path }) => {
    const file = join(files.path, path.replace(`/${model}/resolve/main/`, ""));
    return existsSync(file) ? { body: readFileSync(file) } : { status: 404 };
  });
  const library = join(root, "packages/embed-transformers/node_modules/@huggingface/transformers");
  return {
    model,
    servers: { "https://huggingface.co": route.url },
    requests: route.requests,
    close: () => rmSync(join(library, ".cache", model), { recursive: true, force: true }),
  };
}

/** Skips are seen in no report. */
function tell(reason: string): string {
  process.stderr.write(`Skipped: ${reason}\n`);
  return reason;
}
