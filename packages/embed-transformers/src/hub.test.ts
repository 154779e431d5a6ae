import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Reply, type Route, type TestServer, startServer } from "@beluga/conformance";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type TransformersConfig, createTransformersEmbedder } from "./index.js";
import { describeModels, temporaryFolder } from "./testing/runtime.js";
import { writeTinyModel } from "./testing/tiny-model.js";

describeModels("a model of the hub", async () => {
  const { env } = await import("@huggingface/transformers");
  const files = await temporaryFolder();
  await writeTinyModel(files);
  let server: TestServer;
  let hub: Route;
  /** What the hub says in place of a file. */
  let instead: Reply | undefined;
  let insteadOfWeights: Reply | undefined;
  let number = 0;

  beforeAll(async () => {
    server = await startServer();
    const { remoteHost } = env;
    return async () => {
      env.remoteHost = remoteHost;
      await server.close();
    };
  });
  beforeEach(() => {
    instead = undefined;
    insteadOfWeights = undefined;
    hub = server.route(async ({ path }) => {
      const body = await readFile(join(files, path.replace(/^.*\/resolve\/[^/]*\//, ""))).catch(
        () => undefined,
      );
      if (instead) return instead;
      if (insteadOfWeights && path.endsWith(".onnx")) return insteadOfWeights;
      return body ? { body } : { status: 404, body: "Entry not found" };
    });
    env.remoteHost = hub.url;
  });

  /** A model that nobody has asked for yet, because transformers.js remembers what it knows of one. */
  async function newModel(): Promise<TransformersConfig> {
    return { model: `beluga/tiny-${number++}`, cacheDir: await temporaryFolder(), pooling: "mean" };
  }
  const asked = (): string[] => [...new Set(hub.requests.map(({ path }) => path))].toSorted();

  test("is downloaded into the cache, from where it is taken without a request from then on", async () => {
    const config = await newModel();
    const vector = await vectorOf(config);
    expect(vector).toHaveLength(64);
    const from = `/${config.model}/resolve/main`;
    expect(asked()).toEqual(
      ["config.json", "onnx/model.onnx", "tokenizer.json", "tokenizer_config.json"].map(
        (file) => `${from}/${file}`,
      ),
    );
    const requests = hub.requests.length;
    expect(await vectorOf(config)).toEqual(vector);
    expect(await vectorOf({ ...config, localOnly: true })).toEqual(vector);
    expect(hub.requests).toHaveLength(requests);
  });

  test("that another process downloaded is taken from the cache without a request", async () => {
    const config = await newModel();
    await writeTinyModel(join(config.cacheDir ?? "", config.model));
    expect(await vectorOf(config)).toHaveLength(64);
    expect(await vectorOf({ ...config, localOnly: true })).toHaveLength(64);
    expect(hub.requests).toEqual([]);
  });

  test("is asked for only what the cache lacks", async () => {
    const config = await newModel();
    const vector = await vectorOf(config);
    await rm(join(config.cacheDir ?? "", config.model, "onnx"), { recursive: true });
    const requests = hub.requests.length;
    expect(await vectorOf(config)).toEqual(vector);
    expect(hub.requests.slice(requests).map(({ path }) => path)).toEqual([
      `/${config.model}/resolve/main/onnx/model.onnx`,
    ]);
  });

  test("can be had of a revision, which is kept apart", async () => {
    const config = { ...(await newModel()), revision: "v1.0" };
    await vectorOf(config);
    expect(asked()).toContain(`/${config.model}/resolve/v1.0/onnx/model.onnx`);
    const requests = hub.requests.length;
    await vectorOf({ ...config, localOnly: true });
    expect(hub.requests).toHaveLength(requests);
    await expect(vectorOf({ ...config, revision: "main", localOnly: true })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("is not asked for with localOnly, nor with a folder of models", async () => {
    const config = await newModel();
    const { cacheDir, ...rest } = config;
    for (const local of [
      { ...config, localOnly: true },
      { ...rest, modelFolder: cacheDir },
      { ...rest, localOnly: true },
    ]) {
      await expect(vectorOf(local)).rejects.toMatchObject({
        code: "not_found",
        message: expect.stringContaining(config.model),
      });
    }
    expect(hub.requests).toEqual([]);
  });

  test.each<[answer: string, reply: Reply, code: string, retryable: boolean]>([
    ["404", { status: 404 }, "not_found", false],
    ["401, which it says of what does not exist as well", { status: 401 }, "not_found", false],
    ["403", { status: 403 }, "permission_denied", false],
    ["400", { status: 400 }, "invalid_input", false],
    ["429", { status: 429 }, "rate_limit", true],
    ["408", { status: 408 }, "timeout", true],
    ["500", { status: 500 }, "provider_unavailable", true],
    ["503", { status: 503 }, "provider_unavailable", true],
    ["504", { status: 504 }, "timeout", true],
    ["418", { status: 418 }, "invalid_input", false],
    [
      "half a file",
      { headers: { "content-length": "999" }, body: ["{"], end: "close" },
      "provider_unavailable",
      true,
    ],
    ["nothing, and closes the connection", { end: "reset" }, "provider_unavailable", true],
  ])("that answers %s is an error, and the next call asks again", async (_answer, reply, code, retryable) => {
    const embedder = createTransformersEmbedder(await newModel());
    instead = reply;
    await expect(embedder.embed(["whale"])).rejects.toMatchObject({
      code,
      retryable,
      op: "embed.embed",
      provider: "transformers",
      message: expect.stringMatching(/^transformers embed.embed: /),
    });
    instead = undefined;
    expect((await embedder.embed(["whale"])).embeddings).toHaveLength(1);
  });

  test("that is not there is provider_unavailable", async () => {
    env.remoteHost = "http://127.0.0.1:9";
    await expect(vectorOf(await newModel())).rejects.toMatchObject({
      code: "provider_unavailable",
      retryable: true,
      message: expect.stringContaining("the hub cannot be reached"),
    });
  });

  test("that comes as a page of HTML is an error that says where transformers.js keeps that", async () => {
    const config = await newModel();
    const folder = `${config.cacheDir}/${config.model}`;
    instead = { body: "<!doctype html><h1>Sign in</h1>" };
    const damaged = {
      code: "invalid_response",
      message: expect.stringContaining(
        `the model's files cannot be used (where they came damaged, delete ${folder}): Unexpected token '<'`,
      ),
    };
    await expect(vectorOf(config)).rejects.toMatchObject(damaged);
    instead = undefined;
    await expect(vectorOf(config)).rejects.toMatchObject(damaged);
    await rm(folder, { recursive: true });
    expect(await vectorOf(config)).toHaveLength(64);
  });

  test("whose connection breaks in the middle of the weights leaves nothing behind", async () => {
    const weights = await readFile(join(files, "onnx/model.onnx"));
    const embedder = createTransformersEmbedder(await newModel());
    insteadOfWeights = {
      headers: { "content-length": String(weights.length) },
      body: [weights.subarray(0, 1_000)],
      end: "close",
    };
    await expect(embedder.embed(["whale"])).rejects.toMatchObject({ code: "provider_unavailable" });
    insteadOfWeights = undefined;
    expect((await embedder.embed(["whale"])).embeddings).toHaveLength(1);
  });

  test("is kept in cacheDir also where the runtime has a web cache, as Deno does", async () => {
    env.useBrowserCache = true;
    const config = await newModel();
    await vectorOf(config);
    expect(env.useBrowserCache).toBe(false);
    expect((await stat(join(config.cacheDir ?? "", config.model, "onnx/model.onnx"))).size).toBeGreaterThan(
      0,
    );
  });

  test("cannot be kept in a folder where the runtime has none", async () => {
    env.useFSCache = false;
    try {
      await expect(vectorOf(await newModel())).rejects.toMatchObject({
        code: "invalid_input",
        message: "transformers embed.embed: cacheDir: there are no folders here",
      });
    } finally {
      env.useFSCache = true;
    }
  });

  test("cannot be kept where the cache's folder is none", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined); // transformers.js says so too
    const cacheDir = join(await temporaryFolder(), "file");
    await writeFile(cacheDir, "");
    await expect(vectorOf({ ...(await newModel()), cacheDir })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("the cache cannot be written, set cacheDir to a folder that can"),
    });
  });
});

async function vectorOf(config: TransformersConfig): Promise<Float32Array | undefined> {
  return (await createTransformersEmbedder(config).embed(["whale"])).embeddings[0];
}
