import { embedderConformance } from "@beluga/conformance";
import type { EmbedInputType } from "@beluga/core";
import { describe, expect, test, vi } from "vitest";
import { type Pooling, type TransformersConfig, createTransformersEmbedder } from "./index.js";
import { describeModels, tinyModel } from "./testing/runtime.js";
import { type TinyModelOptions, hiddenStates, idsOf } from "./testing/tiny-model.js";

describeModels("the suite", async () => {
  embedderConformance({
    name: "transformers",
    packageName: "@beluga/embed-transformers",
    create: createTransformersEmbedder,
    config: {
      ...(await tinyModel()),
      pooling: "mean",
      matryoshka: true,
      prefixes: { query: "query: ", document: "passage: " },
    },
    inputTypes: ["query", "document"],
  });
});

/** What the plain computation gives for these tokens. */
function expected(tokens: readonly string[], pooling: Pooling = "mean", width = 64): number[] {
  const states = hiddenStates(idsOf(tokens), width);
  const place = (i: number): number[] => states.map((state) => state[i] ?? Number.NaN);
  const pooled: Readonly<Record<Pooling, (values: number[]) => number>> = {
    mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
    cls: ([first = Number.NaN]) => first,
    last_token: (values) => values.at(-1) ?? Number.NaN,
    max: (values) => Math.max(...values),
  };
  return Array.from({ length: width }, (_, i) => pooled[pooling](place(i)));
}

function normalized(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function expectNear(vector: Float32Array | undefined, numbers: readonly number[]): void {
  expect(vector).toHaveLength(numbers.length);
  const off = numbers.map((value, i) => Math.abs(value - (vector?.[i] ?? Number.NaN)));
  expect(Math.max(...off)).toBeLessThan(1e-6);
}

async function embedOne(config: TransformersConfig, text: string, inputType?: EmbedInputType) {
  const { embeddings, ...rest } = await createTransformersEmbedder(config).embed([text], { inputType });
  return { vector: embeddings[0], ...rest };
}

const sentence = "The white whale's sea.";
const sentenceTokens = ["[CLS]", "the", "white", "whale", "'", "s", "sea", ".", "[SEP]"];

describeModels("a vector", () => {
  test.each(["mean", "cls", "last_token", "max"] as const)(
    "is what the model's formula says, pooled by %s",
    async (pooling) => {
      const config = { ...(await tinyModel()), pooling };
      const raw = expected(sentenceTokens, pooling);
      expectNear((await embedOne({ ...config, normalize: false }, sentence)).vector, raw);
      expectNear((await embedOne(config, sentence)).vector, normalized(raw));
    },
  );

  test.each(["mean", "cls", "last_token", "max"] as const)(
    "is the same alone and among longer texts, pooled by %s",
    async (pooling) => {
      const embedder = createTransformersEmbedder({ ...(await tinyModel()), pooling });
      const texts = [
        "whale",
        "the old captain sails the sea ".repeat(9),
        sentence,
        "",
        "the ship ".repeat(30),
      ];
      const { embeddings } = await embedder.embed(texts);
      for (const [at, text] of texts.entries()) {
        const alone = (await embedder.embed([text])).embeddings[0] ?? [];
        expectNear(embeddings[at], [...alone]);
      }
    },
  );

  test("of a decoder, whose tokenizer pads in front, is the same alone and among longer texts", async () => {
    const config = await tinyModel({ isDecoder: true });
    const embedder = createTransformersEmbedder({ ...config, pooling: "last_token", normalize: false });
    const { embeddings } = await embedder.embed([sentence, "the old captain sails ".repeat(9), "whale"]);
    expectNear(embeddings[0], expected(sentenceTokens, "last_token"));
    expectNear(embeddings[2], expected(["[CLS]", "whale", "[SEP]"], "last_token"));
  });

  test("comes from a run that is padded at the end, with the tokenizer's token, and masked there", async () => {
    const { PreTrainedModel } = await import("@huggingface/transformers");
    const runs = vi.spyOn(PreTrainedModel.prototype, "forward");
    const embedder = createTransformersEmbedder({ ...(await tinyModel()), pooling: "mean" });
    await embedder.embed(["", "whale"]);
    const inputs = Object.entries(runs.mock.calls[0]?.[0] as Record<string, { data: BigInt64Array }>);
    const [cls = 0, whale = 0, sep = 0, pad = 0] = idsOf(["[CLS]", "whale", "[SEP]", "[PAD]"]);
    expect(Object.fromEntries(inputs.map(([name, { data }]) => [name, Array.from(data, Number)]))).toEqual({
      input_ids: [cls, whale, sep, cls, sep, pad],
      attention_mask: [1, 1, 1, 1, 1, 0],
      token_type_ids: [0, 0, 0, 0, 0, 0],
    });
  });

  test("has its text's place, whatever the lengths of the texts and the size of a run", async () => {
    const texts = Array.from(
      { length: 150 },
      (_, i) => "sea ".repeat((i * 37) % 23) + "whale ".repeat(i % 5),
    );
    const config = { ...(await tinyModel()), pooling: "mean" } as const;
    const runs = [{}, { maxBatchSize: 1 }, { maxBatchSize: 7, maxBatchTokens: 30 }].map((limits) =>
      createTransformersEmbedder({ ...config, ...limits }).embed(texts),
    );
    const [usual, ...others] = await Promise.all(runs);
    for (const other of others) expect(other).toEqual(usual);
    expect(usual?.embeddings[3]).toEqual((await embedOne(config, texts[3] ?? "")).vector);
  });

  test("is the model's own where its graph gives sentence_embedding, unless the config says otherwise", async () => {
    const config = await tinyModel({ output: "sentence_embedding" });
    const { vector, warnings } = await embedOne(config, "whale");
    expect([vector?.length, warnings]).toEqual([64, []]);
    await expect(embedOne({ ...config, pooling: "cls" }, "whale")).rejects.toMatchObject({
      code: "invalid_response",
      message:
        "transformers embed.embed: the model gives sentence_embedding, and no last_hidden_state: is it one for embeddings?",
    });
  });

  test("cannot be had from a model that is not for embeddings", async () => {
    await expect(embedOne(await tinyModel({ output: "logits" }), "whale")).rejects.toMatchObject({
      code: "invalid_response",
      message: expect.stringContaining("the model gives logits, and no last_hidden_state"),
    });
  });
});

/** A model whose folder says how it is pooled, in sentence-transformers' form. */
function modes(mode: string, more: Readonly<Record<string, string>> = {}): TinyModelOptions {
  const config = {
    word_embedding_dimension: 64,
    pooling_mode_cls_token: false,
    pooling_mode_mean_tokens: false,
    include_prompt: true,
    [mode]: true,
  };
  return { files: { "1_Pooling/config.json": JSON.stringify(config), ...more } };
}

describeModels("pooling", () => {
  const warning = {
    type: "other",
    option: "pooling",
    message: expect.stringContaining("their mean was taken"),
  };
  test("nobody said, is mean, with a warning", async () => {
    const { vector, warnings } = await embedOne(await tinyModel(), sentence);
    expectNear(vector, normalized(expected(sentenceTokens)));
    expect(warnings).toEqual([warning]);
  });

  test.each([
    ["pooling_mode_cls_token", "cls"],
    ["pooling_mode_mean_tokens", "mean"],
    ["pooling_mode_lasttoken", "last_token"],
    ["pooling_mode_max_tokens", "max"],
  ] as const)("is read from the model's 1_Pooling/config.json: %s", async (mode, pooling) => {
    const { vector, warnings } = await embedOne(await tinyModel(modes(mode)), sentence);
    expectNear(vector, normalized(expected(sentenceTokens, pooling)));
    expect(warnings).toEqual([]);
  });

  test("of a known model is what its authors say, which the model's own files and the config go before", async () => {
    const name = "bge-small-en-v1.5";
    const known = await tinyModel({ name, width: 384 });
    const { vector, warnings } = await embedOne(known, sentence);
    expectNear(vector, normalized(expected(sentenceTokens, "cls", 384)));
    expect(warnings).toEqual([]);
    const other = await tinyModel({ name, width: 384, ...modes("pooling_mode_max_tokens") });
    expectNear((await embedOne(other, sentence)).vector, normalized(expected(sentenceTokens, "max", 384)));
    const own = await embedOne({ ...other, pooling: "last_token" }, sentence);
    expectNear(own.vector, normalized(expected(sentenceTokens, "last_token", 384)));
  });

  test("of a kind that is not there is refused", async () => {
    const config = await tinyModel(modes("pooling_mode_weightedmean_tokens"));
    await expect(embedOne(config, "whale")).rejects.toMatchObject({
      code: "unsupported",
      message:
        "transformers embed.embed: pooling: 1_Pooling/config.json wants weightedmean_tokens; to have its vectors all the same, set pooling to one that there is",
    });
    const { vector } = await embedOne({ ...config, pooling: "mean" }, sentence);
    expectNear(vector, normalized(expected(sentenceTokens)));
  });

  test("is not all where a dense layer follows, so that is refused, unless the graph does all of it", async () => {
    const dense = modes("pooling_mode_mean_tokens", { "2_Dense/config.json": "{}" });
    const whole = await embedOne(await tinyModel({ ...dense, output: "sentence_embedding" }), "whale");
    expect([whole.vector?.length, whole.warnings]).toEqual([64, []]);
    const config = await tinyModel(dense);
    await expect(embedOne(config, "whale")).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("pooling: 2_Dense, which belongs after it, is not in the ONNX file"),
    });
  });
});

describeModels("tokens", () => {
  test("are counted as the model read them, padding not", async () => {
    const embedder = createTransformersEmbedder({ ...(await tinyModel()), pooling: "mean" });
    const { usage } = await embedder.embed(["whale", "", sentence]);
    expect(usage).toEqual({ inputTokens: 3 + 2 + 9, totalTokens: 14 });
  });

  test("that are too many are cut, the tokenizer's own last one excepted, with a warning that says how many", async () => {
    const config = { ...(await tinyModel({ maxTokens: 8 })), pooling: "last_token" } as const;
    const embedder = createTransformersEmbedder(config);
    const long = "the old captain sails the white sea";
    const { embeddings, usage, warnings } = await embedder.embed([long, "whale", `${long} ${long}`, long]);
    const kept = ["[CLS]", "the", "old", "captain", "sails", "the", "white", "[SEP]"];
    expectNear(embeddings[0], normalized(expected(kept, "last_token")));
    expect(embeddings[2]).toEqual(embeddings[0]);
    expect(usage.inputTokens).toBe(8 + 3 + 8 + 8);
    expect(warnings).toEqual([
      { type: "other", message: "3 of 4 texts had more than 8 tokens, and ended there" },
    ]);
  });

  test.each<[rule: string, options: TinyModelOptions, maxInputTokens: number | undefined, limit: number]>([
    ["what the tokenizer says", { maxTokens: 128, tokenizerMaxTokens: 16 }, undefined, 16],
    [
      "the model's positions, where the tokenizer does not know",
      { tokenizerMaxTokens: 1e30 },
      undefined,
      128,
    ],
    ["what the config says", { tokenizerMaxTokens: 16 }, 12, 12],
    ["also above what the tokenizer says", { tokenizerMaxTokens: 16 }, 20, 20],
    [
      "two less than RoBERTa has positions",
      { tokenizerMaxTokens: 512, config: { model_type: "roberta" } },
      undefined,
      126,
    ],
  ])("may be as many as %s", async (_rule, options, maxInputTokens, limit) => {
    const embedder = createTransformersEmbedder({
      ...(await tinyModel(options)),
      pooling: "mean",
      ...(maxInputTokens !== undefined && { maxInputTokens }),
    });
    expect(embedder.limits).toEqual({
      maxBatchSize: Infinity,
      ...(maxInputTokens !== undefined && { maxInputTokens }),
    });
    const { usage } = await embedder.embed(["sea ".repeat(200)]);
    expect(usage.inputTokens).toBe(limit);
    expect(embedder.limits).toEqual({ maxBatchSize: Infinity, maxInputTokens: limit });
  });

  test("may be any number where nobody knows a limit", async () => {
    const unknown = { tokenizerMaxTokens: 1e30, config: { max_position_embeddings: undefined } };
    const embedder = createTransformersEmbedder({ ...(await tinyModel(unknown)), pooling: "mean" });
    expect((await embedder.embed(["sea ".repeat(126)])).usage.inputTokens).toBe(128);
    expect(embedder.limits).toEqual({ maxBatchSize: Infinity });
  });

  test("that a tokenizer cannot make are an error without the text", async () => {
    const { PreTrainedTokenizer } = await import("@huggingface/transformers");
    const embedder = createTransformersEmbedder({ ...(await tinyModel()), pooling: "mean" });
    await embedder.embed(["whale"]);
    vi.spyOn(PreTrainedTokenizer.prototype, "_call").mockImplementation((text) => {
      throw new Error(`cannot tokenize ${String(text)}`);
    });
    await expect(embedder.embed(["a secret"])).rejects.toMatchObject({
      code: "invalid_response",
      message: "transformers embed.embed: the tokenizer failed on a text",
    });
  });

  test("cannot be more than the model has positions for, nor fewer than the tokenizer's own", async () => {
    const config = await tinyModel();
    for (const [maxInputTokens, problem] of [
      [129, "the model has positions for 128"],
      [2, "2 of them are the tokenizer's own, expected more"],
    ] as const) {
      await expect(embedOne({ ...config, maxInputTokens }, "whale")).rejects.toMatchObject({
        code: "invalid_input",
        message: `transformers embed.embed: maxInputTokens: ${problem}`,
      });
    }
  });
});

describeModels("prefixes", () => {
  test("are those of a known model, by the input type", async () => {
    const config = await tinyModel({ name: "e5-small-v2", width: 384 });
    const texts = { query: "query: whale", document: "passage: whale", classification: "query: whale" };
    for (const [inputType, text] of Object.entries(texts)) {
      const prefixed = await embedOne(config, "whale", inputType as EmbedInputType);
      expect(prefixed).toEqual(await embedOne(config, text));
    }
    expect((await embedOne(config, "whale")).vector).not.toEqual(
      (await embedOne(config, "whale", "query")).vector,
    );
  });

  test("that the authors want nowhere are none, without a warning; of what they do not say there is one", async () => {
    const config = await tinyModel({ name: "bge-small-en-v1.5", width: 384 });
    const plain = await embedOne(config, "whale");
    expect(await embedOne(config, "whale", "document")).toEqual(plain);
    const { vector, warnings } = await embedOne(config, "whale", "clustering");
    expect([vector, warnings]).toEqual([
      plain.vector,
      [{ type: "unsupported", option: "inputType", message: expect.stringContaining("clustering") }],
    ]);
  });

  test("of the config replace them one by one", async () => {
    const config = { ...(await tinyModel({ name: "e5-small-v2", width: 384 })), prefixes: { query: "the " } };
    expect(await embedOne(config, "whale", "query")).toEqual(await embedOne(config, "the whale"));
    expect(await embedOne(config, "whale", "document")).toEqual(await embedOne(config, "passage: whale"));
  });
});

describeModels("dimensions", () => {
  const mean = { pooling: "mean" } as const;

  test("of a model that can are cut, and the vector brought to the length 1 again", async () => {
    const config = { ...(await tinyModel()), ...mean, matryoshka: true };
    const cut = normalized(expected(sentenceTokens).slice(0, 16));
    const { embeddings } = await createTransformersEmbedder(config).embed([sentence], { dimensions: 16 });
    expectNear(embeddings[0], cut);
    const short = createTransformersEmbedder({ ...config, dimensions: 16 });
    expect(short.dimensions).toBe(16);
    expect((await short.embed([sentence])).embeddings).toEqual(embeddings);
    await expect(short.embed([sentence], { dimensions: 65 })).rejects.toMatchObject({
      code: "unsupported",
      message: "transformers embed.embed: dimensions: tiny has 1 to 64",
    });
  });

  test("of a model of which nothing is known are its own", async () => {
    const embedder = createTransformersEmbedder({ ...(await tinyModel()), ...mean });
    expect(embedder.dimensions).toBeUndefined();
    await expect(embedder.embed(["whale"], { dimensions: 16 })).rejects.toMatchObject({
      code: "unsupported",
      message: "transformers embed.embed: dimensions: tiny has 64 and cannot change it",
    });
    expect(embedder.dimensions).toBe(64);
    expect((await embedder.embed(["whale"], { dimensions: 64 })).warnings).toEqual([]);
  });

  test("of nomic-embed-text-v1.5 are cut after its layer norm", async () => {
    const config = await tinyModel({ name: "nomic-embed-text-v1.5", width: 768 });
    const embedder = createTransformersEmbedder(config);
    const full = expected(sentenceTokens, "mean", 768);
    const mean = full.reduce((sum, value) => sum + value, 0) / 768;
    const centred = full.map((value) => value - mean);
    expectNear(
      (await embedder.embed([sentence], { dimensions: 64 })).embeddings[0],
      normalized(centred.slice(0, 64)),
    );
    expectNear((await embedder.embed([sentence])).embeddings[0], normalized(full));
  });
});

describe("a known model", () => {
  const nowhere = { modelFolder: "/nowhere" };

  test("has its width before it is loaded, under any owner's name", () => {
    const widths = [
      "bge-small-en-v1.5",
      "Xenova/bge-small-en-v1.5",
      "onnx-community/BGE-small-en-v1.5-ONNX",
    ].map((model) => createTransformersEmbedder({ ...nowhere, model }).dimensions);
    expect(widths).toEqual([384, 384, 384]);
  });

  test("is refused other widths than it has, before it is loaded", async () => {
    const create = (model: string, dimensions: number): unknown =>
      createTransformersEmbedder({ ...nowhere, model, dimensions });
    expect(() => create("Xenova/all-MiniLM-L6-v2", 128)).toThrow(
      "transformers embed.create: dimensions: Xenova/all-MiniLM-L6-v2 has 384 and cannot change it",
    );
    expect(() => create("onnx-community/embeddinggemma-300m-ONNX", 100)).toThrow(/has 128, 256, 512, 768/);
    expect(() => create("onnx-community/Qwen3-Embedding-0.6B-ONNX", 31)).toThrow(/has 32 to 1024/);
    create("onnx-community/embeddinggemma-300m-ONNX", 256);
    await expect(
      createTransformersEmbedder({ ...nowhere, model: "Xenova/gte-small" }).embed(["a"], { dimensions: 128 }),
    ).rejects.toMatchObject({ code: "unsupported" });
  });

  test("is shortened, or not, where the config says so", () => {
    const gemma = { ...nowhere, model: "embeddinggemma-300m", dimensions: 100 };
    expect(() => createTransformersEmbedder(gemma)).toThrow(/has 128, 256, 512, 768/);
    expect(createTransformersEmbedder({ ...gemma, matryoshka: true }).dimensions).toBe(100);
    const model = "Xenova/all-MiniLM-L6-v2";
    expect(
      createTransformersEmbedder({ ...nowhere, model, matryoshka: true, dimensions: 100 }).dimensions,
    ).toBe(100);
    expect(() =>
      createTransformersEmbedder({
        ...nowhere,
        model: "nomic-embed-text-v1.5",
        matryoshka: false,
        dimensions: 100,
      }),
    ).toThrow(/cannot change it/);
  });
});
