import type { EmbedInputType, Embedder } from "@beluga/core";
import { type EmbedCall, type EmbedPrefixes, createEmbedder } from "@beluga/core/provider";
import { batchesOf } from "./batches.js";
import type { TransformersSettings } from "./config.js";
import { failure } from "./failure.js";
import { knownModel } from "./known-models.js";
import type { EmbeddingModel, Encoded } from "./model.js";
import { SharedModel } from "./shared-model.js";
import { layerNorm, normalize } from "./vectors.js";

/** An embedder whose model is in this process. */
export interface TransformersEmbedder extends Embedder {
  /** Frees the model's memory, once the run that is under way is done. What is asked for later fails with `invalid_input`. */
  close(): Promise<void>;
}

/** How long the event loop may have to wait for the tokenizer, in milliseconds (a single long text apart). */
const slice = 12;
/** The texts of so many runs are sorted by their length together. */
const runsSorted = 32;

export function transformersEmbedder(settings: TransformersSettings): TransformersEmbedder {
  const { model: name } = settings;
  const context = { provider: "transformers", model: name };
  const known = knownModel(name);
  const canShorten = settings.matryoshka ?? known?.widths !== undefined;
  const prefixes: EmbedPrefixes = {
    ...known?.prefixes,
    ...settings.prefixes,
  };
  const shared = new SharedModel(settings, context);
  let fullWidth = known?.dimensions;

  const embedder = createEmbedder({
    ...context,
    limits: { maxBatchSize: Infinity },
    fullDimensions: known?.dimensions,
    dimensions: settings.dimensions,
    widths: known && widthsOf(known.dimensions, canShorten, settings.matryoshka ? undefined : known.widths),
    inputTypes: (Object.keys(prefixes) as EmbedInputType[]).filter((type) => prefixes[type] !== undefined),

    async send(texts, call) {
      warnOfProviderOptions(call);
      const { signal } = call.http;
      const model = await shared.load(signal);
      const prefix = (call.inputType && prefixes[call.inputType]) ?? "";
      const embeddings = new Array<Float32Array>(texts.length);
      let inputTokens = 0;
      let cut = 0;
      const step = settings.maxBatchSize * runsSorted;
      for (let start = 0; start < texts.length; start += step) {
        const encoded = await encode(model, prefix, texts.slice(start, start + step), signal);
        const lengths = encoded.map(({ ids }) => ids.length);
        for (const batch of batchesOf(lengths, settings)) {
          const vectors = await shared.run(
            model,
            batch.map((at) => encoded[at] as Encoded),
            signal,
          );
          for (const [i, vector] of vectors.entries()) {
            fullWidth = vector.length;
            embeddings[start + (batch[i] as number)] = finish(vector, call.dimensions);
          }
        }
        for (const { ids, wasCut } of encoded) {
          inputTokens += ids.length;
          if (wasCut) cut++;
        }
      }
      warnOfTexts(call, model, cut, texts.length);
      return { embeddings, usage: { inputTokens, totalTokens: inputTokens } };
    },
  });

  const finish = (full: Float32Array, dimensions = full.length): Float32Array => {
    let vector = full;
    if (dimensions !== full.length) {
      if (!canShorten || dimensions > full.length) {
        const problem = canShorten ? `has 1 to ${full.length}` : `has ${full.length} and cannot change it`;
        throw failure(context, "unsupported", `dimensions: ${name} ${problem}`);
      }
      if (known?.layerNorm) layerNorm(vector);
      vector = vector.slice(0, dimensions);
    }
    if (settings.normalize) normalize(vector);
    return vector;
  };

  return {
    ...embedder,
    get dimensions() {
      return settings.dimensions ?? fullWidth;
    },
    get limits() {
      const { maxInputTokens = Infinity } = shared.loaded ?? settings;
      return { ...embedder.limits, ...(maxInputTokens < Infinity && { maxInputTokens }) };
    },
    close: () => shared.close(),
  };
}

function widthsOf(
  full: number,
  canShorten: boolean,
  known: readonly number[] | { readonly min: number; readonly max: number } | undefined,
): "full" | readonly number[] | { readonly min: number; readonly max: number } {
  return canShorten ? (known ?? { min: 1, max: full }) : "full";
}

/** The tokens of texts, with pauses, in which other work has its turn, and an abort or the time limit can arrive. */
async function encode(
  model: EmbeddingModel,
  prefix: string,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<Encoded[]> {
  const encoded: Encoded[] = [];
  let pauseAt = performance.now() + slice;
  for (const text of texts) {
    if (performance.now() >= pauseAt) {
      await nextTurn();
      pauseAt = performance.now() + slice;
    }
    signal.throwIfAborted();
    encoded.push(model.encode(prefix + text));
  }
  return encoded;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}

/** There is no request that they could be merged into. */
function warnOfProviderOptions({ providerOptions, warn }: EmbedCall): void {
  for (const key of Object.keys(providerOptions)) {
    const option = `providerOptions.${key}`;
    warn({ type: "unsupported", option, message: `transformers has no option ${key}` });
  }
}

function warnOfTexts({ warn }: EmbedCall, model: EmbeddingModel, cut: number, count: number): void {
  if (cut > 0) {
    const message = `${cut} of ${count} texts had more than ${model.maxInputTokens} tokens, and ended there`;
    warn({ type: "other", message });
  }
  if (model.pooledByGuess) {
    const message =
      "nothing says how this model's tokens become one vector: their mean was taken; set pooling to what its model card says";
    warn({ type: "other", option: "pooling", message });
  }
}
