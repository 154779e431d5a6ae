import type * as Transformers from "@huggingface/transformers";
import type { Pooling, TransformersSettings } from "./config.js";
import { type FailureContext, failure } from "./failure.js";
import { quietly } from "./quietly.js";
import { type HiddenStates, pool } from "./vectors.js";

/** How vectors are pooled, and who says so (`guess`: nobody); or why they cannot be. */
export type PoolingChoice = { pooling: Pooling; by: "config" | "model" | "guess" } | { problem: string };

/** The tokens of one text. */
export interface Encoded {
  ids: readonly number[];
  /** Absent where the model has no segments. */
  segments: readonly number[] | undefined;
  wasCut: boolean;
}

type Outputs = Readonly<Record<string, Transformers.Tensor | undefined>>;

interface Parts {
  library: typeof Transformers;
  config: Transformers.PretrainedConfig;
  tokenizer: Transformers.PreTrainedTokenizer;
  model: Transformers.PreTrainedModel;
  pooling: PoolingChoice;
  settings: TransformersSettings;
  context: FailureContext;
}

/** A tokenizer and a session of ONNX Runtime. */
export class EmbeddingModel {
  /** The most tokens of a text. */
  readonly maxInputTokens: number;
  /** Whether the pooling that is used was nobody's choice; known after the first run. */
  pooledByGuess = false;
  readonly #parts: Parts;
  /** How many of a text's last tokens are the tokenizer's own, as `[SEP]` is. */
  readonly #closing: number;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { opening, closing } = this.#specialTokens();
    this.#closing = closing;
    this.maxInputTokens = this.#maxTokens();
    if (this.maxInputTokens <= opening + closing) {
      const problem = `maxInputTokens: ${opening + closing} of them are the tokenizer's own, expected more`;
      throw failure(parts.context, "invalid_input", problem);
    }
  }

  encode(text: string): Encoded {
    const { tokenizer } = this.#parts;
    const { input_ids: ids, token_type_ids: segments } = this.#tokens(text);
    // Nothing, where a tokenizer adds no tokens of its own; a model wants at least one.
    if (ids.length === 0)
      return { ids: [tokenizer.pad_token_id ?? 0], segments: segments && [0], wasCut: false };
    if (ids.length <= this.maxInputTokens) return { ids, segments, wasCut: false };
    return { ids: this.#cut(ids), segments: segments && this.#cut(segments), wasCut: true };
  }

  /** The vectors of several texts, as the model gives them, pooled. */
  async run(texts: readonly Encoded[]): Promise<Float32Array[]> {
    const { context, pooling: choice } = this.#parts;
    let outputs: Outputs = {};
    try {
      outputs = await this.#outputs(texts);
      const { sentence_embedding: sentences, last_hidden_state: tokens = outputs["token_embeddings"] } =
        outputs;
      // What the model does itself, it does to the end.
      if (sentences && !("by" in choice && choice.by === "config")) {
        const [, width] = this.#dims(sentences, "sentence_embedding", [texts.length, undefined]);
        const data = floats(sentences);
        return texts.map((_, at) => data.slice(at * width, (at + 1) * width));
      }
      if (!tokens) {
        const problem = `the model gives ${Object.keys(outputs).join(", ")}, and no last_hidden_state: is it one for embeddings?`;
        throw failure(context, "invalid_response", problem);
      }
      if ("problem" in choice) {
        const problem = `pooling: ${choice.problem}; to have its vectors all the same, set pooling to one that there is`;
        throw failure(context, "unsupported", problem);
      }
      this.pooledByGuess = choice.by === "guess";
      const [, length, width] = this.#dims(tokens, "last_hidden_state", [texts.length, undefined, undefined]);
      const states: HiddenStates = { data: floats(tokens), length, width };
      return texts.map(({ ids }, at) => pool(states, at, ids.length, choice.pooling));
    } finally {
      for (const tensor of Object.values(outputs)) tensor?.dispose();
    }
  }

  async dispose(): Promise<void> {
    await this.#parts.model.dispose();
  }

  #tokens(text: string): { input_ids: number[]; token_type_ids?: number[] } {
    const { tokenizer, context } = this.#parts;
    try {
      return tokenizer(text, { return_tensor: false });
    } catch (cause) {
      // Without its words, in which the text may be.
      throw failure(context, "invalid_response", "the tokenizer failed on a text", { cause });
    }
  }

  async #outputs(texts: readonly Encoded[]): Promise<Outputs> {
    const { library, model, context } = this.#parts;
    try {
      return await quietly(library.env, () => model(this.#inputs(texts)));
    } catch (cause) {
      const problem = `the model failed: ${String(cause).slice(0, 2_000)}`;
      throw failure(context, "invalid_response", problem, { cause });
    }
  }

  /** Padding goes to the end, also where the tokenizer puts it in front: then positions are those that a text has alone, whatever the model. */
  #inputs(texts: readonly Encoded[]): Record<string, Transformers.Tensor> {
    const { library, tokenizer } = this.#parts;
    const length = Math.max(...texts.map(({ ids }) => ids.length));
    const tensor = (values: (text: Encoded) => readonly number[], padding: number): Transformers.Tensor => {
      const data = new BigInt64Array(texts.length * length).fill(BigInt(padding));
      for (const [at, text] of texts.entries()) {
        let next = at * length;
        for (const value of values(text)) data[next++] = BigInt(value);
      }
      return new library.Tensor("int64", data, [texts.length, length]);
    };
    return {
      input_ids: tensor(({ ids }) => ids, tokenizer.pad_token_id ?? 0),
      attention_mask: tensor(({ ids }) => ids.map(() => 1), 0),
      ...(texts[0]?.segments && { token_type_ids: tensor(({ segments = [] }) => segments, 0) }),
    };
  }

  /** As tokenizers do in Python; transformers.js's own truncation cuts the last tokens off, and with them `[SEP]`, or the one that is pooled. */
  #cut(values: readonly number[]): number[] {
    const kept = values.slice(0, this.maxInputTokens - this.#closing);
    return [...kept, ...values.slice(values.length - this.#closing)];
  }

  /** How many tokens the tokenizer puts around those of a text. */
  #specialTokens(): { opening: number; closing: number } {
    const [whole, own] = [true, false].map(
      (add) => this.#parts.tokenizer("a", { add_special_tokens: add, return_tensor: false }).input_ids,
    ) as [number[], number[]];
    const opening = whole.findIndex((_, start) => own.every((id, at) => whole[start + at] === id));
    return opening < 0
      ? { opening: 0, closing: 0 }
      : { opening, closing: whole.length - opening - own.length };
  }

  #maxTokens(): number {
    const { config, tokenizer, settings, context } = this.#parts;
    const { maxInputTokens: asked } = settings;
    // Those of RoBERTa are counted from behind the one of padding.
    const unused = config.model_type !== null && countsFromPadding.has(config.model_type) ? 2 : 0;
    const positions = (config.max_position_embeddings ?? Infinity) - unused;
    if (asked !== undefined && asked > positions) {
      throw failure(context, "invalid_input", `maxInputTokens: the model has positions for ${positions}`);
    }
    const limit = Math.min(asked ?? Number(tokenizer.model_max_length), positions);
    return limit < 1e9 ? limit : Infinity; // where nobody knows, tokenizers say 10 to the power of 30
  }

  /** The dimensions of a tensor, of which some are given. */
  #dims<const Expected extends readonly (number | undefined)[]>(
    { dims }: Transformers.Tensor,
    name: string,
    expected: Expected,
  ): { [At in keyof Expected]: number } {
    const fits = dims.length === expected.length && dims.every((dim, at) => dim === (expected[at] ?? dim));
    if (fits) return dims as { [At in keyof Expected]: number };
    const problem = `the model gives ${name} of ${dims.join(" x ")}, expected ${expected.map((dim) => dim ?? "any").join(" x ")}`;
    throw failure(this.#parts.context, "invalid_response", problem);
  }
}

const countsFromPadding: ReadonlySet<string> = new Set(["roberta", "xlm-roberta", "camembert", "mpnet"]);

/** The numbers of a tensor, also where the model counts in halves. */
function floats(tensor: Transformers.Tensor): Float32Array {
  return tensor.to("float32").data as Float32Array;
}
