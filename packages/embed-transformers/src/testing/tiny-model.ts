import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type OnnxNode, encodeOnnx } from "./onnx.js";

/** How a tiny model differs from the usual one. */
export interface TinyModelOptions {
  /** The width of its vectors. Default: 64. */
  width?: number;
  /** How many tokens it can take. Default: 128. */
  maxTokens?: number;
  /** What its tokenizer says of that. Default: the same. */
  tokenizerMaxTokens?: number;
  /** It is asked with the positions of tokens, and without segments, as decoders are. Default: `false`. */
  isDecoder?: boolean;
  /** What its graph gives. Default: `last_hidden_state`. */
  output?: "last_hidden_state" | "logits" | "sentence_embedding";
  /** The contents of further files, by their paths: `{ "1_Pooling/config.json": "{}" }`. */
  files?: Readonly<Record<string, string>>;
  /** Added to its `config.json`. */
  config?: object;
}

/**
 * Writes a model as transformers.js wants it into a folder: a graph of ONNX, a WordPiece tokenizer, and their configs. It is made up, always
 * the same, and needs no network. Each token becomes
 *
 *     its own vector + that of its segment + that of its position + the mean of all tokens' own vectors
 *
 * so that a wrong token, order, segment or attention mask shows. {@link hiddenStates} says the same in TypeScript.
 */
export async function writeTinyModel(folder: string, options: TinyModelOptions = {}): Promise<void> {
  const {
    maxTokens = 128,
    tokenizerMaxTokens = maxTokens,
    isDecoder,
    output,
    width,
    config,
    files,
  } = options;
  const json: Record<string, unknown> = {
    "config.json": {
      model_type: isDecoder ? "qwen3" : "bert",
      hidden_size: width ?? 64,
      max_position_embeddings: maxTokens,
      vocab_size: vocabulary.length,
      ...config,
    },
    "tokenizer_config.json": {
      tokenizer_class: isDecoder ? "PreTrainedTokenizer" : "BertTokenizer",
      padding_side: isDecoder ? "left" : "right",
      model_max_length: tokenizerMaxTokens,
      do_lower_case: true,
      unk_token: "[UNK]",
      sep_token: "[SEP]",
      pad_token: "[PAD]",
      cls_token: "[CLS]",
      mask_token: "[MASK]",
    },
    "tokenizer.json": tokenizer(),
  };
  const contents = {
    ...Object.fromEntries(Object.entries(json).map(([path, value]) => [path, JSON.stringify(value)])),
    "onnx/model.onnx": graph(tables(width, maxTokens), output, isDecoder),
    ...files,
  };
  for (const [path, content] of Object.entries(contents)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** What the model makes of one text's tokens, one after the other. */
export function hiddenStates(ids: readonly number[], width = 64, maxTokens = 128): Float32Array[] {
  const { words, segments, positions } = tables(width, maxTokens);
  const mean = new Float32Array(width);
  for (const id of ids) for (let i = 0; i < width; i++) mean[i] = at(mean, i) + at(words, id * width + i);
  return ids.map((id, token) =>
    Float32Array.from({ length: width }, (_, i) => {
      const own = at(words, id * width + i) + at(segments, i) + at(positions, (token + 1) * width + i);
      return own + at(mean, i) / ids.length;
    }),
  );
}

/** The ids of tokens, as the vocabulary spells them: `["[CLS]", "whale", "##s", "[SEP]"]`. */
export function idsOf(tokens: readonly string[]): number[] {
  return tokens.map((token) => {
    const id = vocabulary.indexOf(token);
    if (id < 0) throw new Error(`the tiny model has no token ${token}`);
    return id;
  });
}

const letters = "a b c d e f g h i j k l m n o p q r s t u v w x y z 0 1 2 3 4 5 6 7 8 9".split(" ");
const words =
  "the whale white der wal a of it was best worst times query passage search document and sea ship captain sails old";

const vocabulary: readonly string[] = [
  ..."[UNK] [PAD] [CLS] [SEP] [MASK]".split(" "),
  ...letters,
  ...letters.map((letter) => `##${letter}`),
  ...". , : ; ! ? ' \" ( ) - _ | < > { } / \\ 鯨 世 界 🐋".split(" "),
  ...words.split(" ").filter((word) => word.length > 1),
];

interface Tables {
  width: number;
  words: Float32Array;
  segments: Float32Array;
  /** Counted from 1; 0 is for padding in front. */
  positions: Float32Array;
}

function tables(width = 64, maxTokens = 128): Tables {
  const random = new Random(7);
  const table = (rows: number): Float32Array =>
    // In 64ths, so that sums are exact and do not depend on the order of their terms.
    Float32Array.from({ length: rows * width }, () => (random.below(129) - 64) / 64);
  return { width, words: table(vocabulary.length), segments: table(2), positions: table(maxTokens + 1) };
}

function graph(
  { width, words, segments, positions }: Tables,
  output = "last_hidden_state",
  isDecoder = false,
): Uint8Array {
  const rows = (data: Float32Array): { dims: number[]; data: Float32Array } => ({
    dims: [data.length / width, width],
    data,
  });
  const tokens = { type: "int64", dims: ["batch", "tokens"] } as const;
  const pooled = output === "sentence_embedding";
  return encodeOnnx({
    inputs: {
      input_ids: tokens,
      attention_mask: tokens,
      ...(isDecoder ? { position_ids: tokens } : { token_type_ids: tokens }),
    },
    outputs: {
      [output]: { type: "float", dims: pooled ? ["batch", width] : ["batch", "tokens", width] },
    },
    initializers: {
      words: rows(words),
      segments: rows(segments),
      positions: rows(positions),
      first: { dims: [1], data: BigInt64Array.of(0n) },
      second: { dims: [1], data: BigInt64Array.of(1n) },
      third: { dims: [1], data: BigInt64Array.of(2n) },
      alongTokens: { dims: [], data: BigInt64Array.of(1n) },
    },
    nodes: [
      node("Gather", "words input_ids", "word"),
      ...(isDecoder
        ? [node("Gather", "segments first", "segment"), node("Add", "position_ids alongTokens", "place")]
        : [
            node("Gather", "segments token_type_ids", "segment"),
            node("CumSum", "attention_mask alongTokens", "place"),
          ]),
      node("Gather", "positions place", "position"),
      node("Cast", "attention_mask", "float_mask", { to: 1 }),
      node("Unsqueeze", "float_mask third", "mask"),
      node("Mul", "word mask", "real_words"),
      node("ReduceSum", "real_words second", "sum", { keepdims: 1 }),
      node("ReduceSum", "mask second", "count", { keepdims: 1 }),
      node("Div", "sum count", "mean"),
      ...(pooled
        ? [node("Squeeze", "mean second", output)]
        : [
            node("Add", "word segment", "word_segment"),
            node("Add", "word_segment position", "own"),
            node("Add", "own mean", output),
          ]),
    ],
  });
}

function node(operator: string, inputs: string, output: string, attributes = {}): OnnxNode {
  return { operator, inputs: inputs.split(" "), output, attributes };
}

function tokenizer(): object {
  const special = (content: string): object => ({ id: vocabulary.indexOf(content), content, special: true });
  const template = (id: string): object => ({ id, ids: [vocabulary.indexOf(id)], tokens: [id] });
  return {
    version: "1.0",
    added_tokens: vocabulary.slice(0, 5).map(special),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [
        { SpecialToken: { id: "[CLS]", type_id: 0 } },
        { Sequence: { id: "A", type_id: 0 } },
        { SpecialToken: { id: "[SEP]", type_id: 0 } },
      ],
      pair: [],
      special_tokens: { "[CLS]": template("[CLS]"), "[SEP]": template("[SEP]") },
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
    },
  };
}

/** The same numbers on every machine. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }
}

/** An element that has to be there. */
function at(values: Float32Array, index: number): number {
  const value = values[index];
  if (value === undefined) throw new Error(`the tiny model has no number ${index}`);
  return value;
}
