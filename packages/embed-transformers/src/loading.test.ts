import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { expect, test, vi } from "vitest";
import { createTransformersEmbedder } from "./index.js";
import { describeModels, temporaryFolder, tinyModel } from "./testing/runtime.js";
import { writeTinyModel } from "./testing/tiny-model.js";

test("importing the package loads neither transformers.js nor ONNX Runtime, and what cannot be imported is an error of the first call", async () => {
  vi.resetModules();
  const load = vi.fn(() => {
    throw new Error("no native part for this machine");
  });
  vi.doMock("@huggingface/transformers", load);
  try {
    const { createTransformersEmbedder } = await import("./index.js");
    const embedder = createTransformersEmbedder({ model: "tiny", modelFolder: "/nowhere" });
    expect(await embedder.embed([])).toMatchObject({ embeddings: [] });
    expect(load).not.toHaveBeenCalled();
    await expect(embedder.embed(["whale"])).rejects.toMatchObject({
      code: "provider_unavailable",
      retryable: false,
      message: expect.stringMatching(
        /^transformers embed.embed: @huggingface\/transformers cannot be imported: /,
      ),
    });
    await embedder.close();
  } finally {
    vi.doUnmock("@huggingface/transformers");
    vi.resetModules();
  }
});

describeModels("loading", async () => {
  const { AutoModel, env } = await import("@huggingface/transformers");

  // Before anything has failed, because a path is another one then.
  test("a folder is found by a relative path, also by one that could be an id on the hub", async () => {
    const { model, modelFolder } = await tinyModel();
    const before = process.cwd();
    process.chdir(dirname(modelFolder));
    try {
      const embedder = createTransformersEmbedder({
        model,
        modelFolder: basename(modelFolder),
        pooling: "mean",
      });
      expect((await embedder.embed(["whale"])).embeddings).toHaveLength(1);
    } finally {
      process.chdir(before);
    }
  });

  test("happens at the first call, once for all that come meanwhile", async () => {
    const loads = vi.spyOn(AutoModel, "from_pretrained");
    const embedder = createTransformersEmbedder({ ...(await tinyModel()), pooling: "mean" });
    expect(loads).not.toHaveBeenCalled();
    const [one, other] = await Promise.all([embedder.embed(["whale"]), embedder.embed(["whale"])]);
    expect(one).toEqual(other);
    await embedder.embed(["whale"]);
    expect(loads).toHaveBeenCalledTimes(1);
  });

  test("that failed is tried again by the next call", async () => {
    const modelFolder = await temporaryFolder();
    const embedder = createTransformersEmbedder({ model: "late", modelFolder, pooling: "mean" });
    const folder = join(modelFolder, "late");
    await expect(embedder.embed(["whale"])).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("a file of the model is missing"),
    });
    await writeTinyModel(folder);
    // transformers.js remembers these two by their path.
    for (const file of ["tokenizer_config.json", "tokenizer.json", "onnx/model.onnx"]) {
      await rm(join(folder, file));
      const missing = await embedder.embed(["whale"]).catch((error: unknown) => error);
      expect(missing).toMatchObject({ code: "not_found", message: expect.stringContaining(file) });
      await writeTinyModel(folder);
    }
    expect((await embedder.embed(["whale"])).embeddings).toHaveLength(1);
  });

  test.each(["config.json", "tokenizer_config.json", "tokenizer.json", "onnx/model.onnx"])(
    "a broken file is invalid_response: %s",
    async (file) => {
      const config = await tinyModel({ files: { [file]: '{"broken": ' } });
      const embedder = createTransformersEmbedder(config);
      await expect(embedder.embed(["whale"])).rejects.toMatchObject({
        code: "invalid_response",
        provider: "transformers",
        model: "tiny",
        retryable: false,
        message: expect.stringMatching(/^transformers embed.embed: the model's files cannot be used: /),
      });
      await writeTinyModel(join(config.modelFolder, "tiny"));
      expect((await embedder.embed(["whale"])).embeddings).toHaveLength(1);
    },
  );

  test("weights in a file of their own that is missing are not waited for", async () => {
    const config = await tinyModel({
      config: { "transformers.js_config": { use_external_data_format: true } },
    });
    await expect(createTransformersEmbedder(config).embed(["whale"])).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("onnx/model.onnx_data"),
    });
  });

  test("a precision that the model does not have, and a device that this runtime does not have, are errors", async () => {
    const config = await tinyModel();
    await expect(
      createTransformersEmbedder({ ...config, dtype: "q4" }).embed(["whale"]),
    ).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("model_q4.onnx"),
    });
    await expect(
      createTransformersEmbedder({ ...config, device: "wasm" }).embed(["whale"]),
    ).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("the model cannot run here: Unsupported device"),
    });
  });

  test("a folder of models is invalid_input where transformers.js may not read files, as in a browser", async () => {
    env.allowLocalModels = false;
    try {
      await expect(createTransformersEmbedder(await tinyModel()).embed(["whale"])).rejects.toMatchObject({
        code: "invalid_input",
        message: expect.stringContaining("env.allowLocalModels=false"),
      });
    } finally {
      env.allowLocalModels = true;
    }
  });

  test("the options of the session reach ONNX Runtime", async () => {
    const sessionOptions = { graphOptimizationLevel: "no such level" };
    const embedder = createTransformersEmbedder({ ...(await tinyModel()), sessionOptions });
    await expect(embedder.embed(["whale"])).rejects.toMatchObject({
      message: expect.stringContaining("graphOptimizationLevel"),
    });
  });

  test("an abort ends one call at once, and the loading goes on for the others", async () => {
    const load = AutoModel.from_pretrained.bind(AutoModel);
    let open: (() => void) | undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const loads = vi.spyOn(AutoModel, "from_pretrained").mockImplementation(async (...options) => {
      await opened;
      return load(...options);
    });
    const embedder = createTransformersEmbedder({ ...(await tinyModel()), pooling: "mean" });
    const controller = new AbortController();
    const reason = { why: "abort" };
    const aborted = embedder.embed(["whale"], { signal: controller.signal });
    const other = embedder.embed(["whale"]);
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    await expect(embedder.embed(["whale"], { timeout: { total: 1 } })).rejects.toMatchObject({
      code: "timeout",
    });
    open?.();
    expect((await other).embeddings).toHaveLength(1);
    expect(loads).toHaveBeenCalledTimes(1);
  });

  test("a loading that fails after its only call was aborted disturbs nobody", async () => {
    const embedder = createTransformersEmbedder({ model: "none", modelFolder: await temporaryFolder() });
    const controller = new AbortController();
    const aborted = embedder.embed(["whale"], { signal: controller.signal });
    controller.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    await embedder.close(); // waits for the loading
  });
});

describeModels("closing", async () => {
  const { AutoModel, PreTrainedModel } = await import("@huggingface/transformers");
  const closed = {
    code: "invalid_input",
    message: "transformers embed.embed: the embedder is closed",
  };

  test("frees the session once, after the run that is under way, and ends what would run later", async () => {
    const events: string[] = [];
    const { prototype } = PreTrainedModel;
    const { forward, dispose } = prototype;
    const embedder = createTransformersEmbedder({ ...(await tinyModel()), pooling: "mean", maxBatchSize: 1 });
    let closing: Promise<void> | undefined;
    vi.spyOn(prototype, "forward").mockImplementation(async function (this: typeof prototype, inputs) {
      events.push("run");
      closing = embedder.close();
      const outputs: unknown = await forward.call(this, inputs);
      events.push("done");
      return outputs;
    });
    vi.spyOn(prototype, "dispose").mockImplementation(function (this: typeof prototype) {
      events.push("freed");
      return dispose.call(this);
    });
    await expect(embedder.embed(["the whale", "whale", "sea"])).rejects.toMatchObject(closed);
    await expect(embedder.embed(["whale"])).rejects.toMatchObject(closed);
    await embedder.close();
    await closing;
    expect(events).toEqual(["run", "done", "freed"]);
  });

  test("waits for a loading, and frees what it brought", async () => {
    const dispose = vi.spyOn(PreTrainedModel.prototype, "dispose");
    const embedder = createTransformersEmbedder({ ...(await tinyModel()), pooling: "mean" });
    const load = AutoModel.from_pretrained.bind(AutoModel);
    let closing: Promise<void> | undefined;
    vi.spyOn(AutoModel, "from_pretrained").mockImplementation((...options) => {
      closing = embedder.close();
      return load(...options);
    });
    await expect(embedder.embed(["whale"])).rejects.toMatchObject(closed);
    await closing;
    expect(dispose).toHaveBeenCalledTimes(1);
  });

  test("is nothing where nothing was loaded", async () => {
    const embedder = createTransformersEmbedder({ model: "none", modelFolder: await temporaryFolder() });
    expect(await embedder.close()).toBeUndefined();
  });
});

describeModels("a run that fails", async () => {
  const { LogLevel, env } = await import("@huggingface/transformers");

  test("is an error that, like the console, has nothing of the text in it", async () => {
    const printed = (["error", "warn", "log"] as const).map((method) => vi.spyOn(console, method));
    env.logLevel = LogLevel.WARNING;
    // More tokens than the graph has positions for, which its config denies.
    const config = await tinyModel({
      maxTokens: 8,
      tokenizerMaxTokens: 100,
      config: { max_position_embeddings: 100 },
    });
    const embedder = createTransformersEmbedder({ ...config, pooling: "mean" });
    const failures = await Promise.allSettled([
      embedder.embed(["the old captain sails the white sea and the ship"]),
      embedder.embed(["whale ".repeat(20)]),
    ]);
    for (const failure of failures) {
      expect(failure).toMatchObject({
        status: "rejected",
        reason: {
          code: "invalid_response",
          message: expect.stringMatching(/^transformers embed.embed: the model failed: .*out of data bounds/),
        },
      });
    }
    expect(printed.flatMap((spy) => spy.mock.calls)).toEqual([]);
    expect(env.logLevel).toBe(LogLevel.WARNING);
    expect((await embedder.embed(["whale"])).embeddings).toHaveLength(1);
  });
});

describeModels("many texts", async () => {
  const { PreTrainedModel } = await import("@huggingface/transformers");

  test("let other work have its turn while they are tokenized", async () => {
    const embedder = createTransformersEmbedder({ ...(await tinyModel()), pooling: "mean" });
    await embedder.embed(["whale"]);
    const firstRun = vi.spyOn(PreTrainedModel.prototype, "forward");
    let turns = 0;
    const timer = setInterval(() => {
      if (firstRun.mock.calls.length === 0) turns++;
    }, 1);
    try {
      await embedder.embed(new Array<string>(1_000).fill("the old captain sails the white sea ".repeat(30)));
    } finally {
      clearInterval(timer);
    }
    expect(turns).toBeGreaterThan(1);
  });
});
