import {
  BelugaError,
  type EmbedOptions,
  type EmbedResponse,
  type Embedder,
  type Warning,
} from "@beluga/core";
import { embedInBatches } from "@beluga/core/provider";
import { type HashSettings, maxDimensions } from "./config.js";
import { vectorOf } from "./vector.js";

/** How long the event loop may have to wait, in milliseconds (a single long text apart). */
const slice = 12;

export class HashEmbedder implements Embedder {
  readonly provider = "hash";
  readonly model: string;
  readonly id: string;
  readonly dimensions: number;
  readonly limits = { maxBatchSize: Infinity };

  constructor({ model, dimensions }: HashSettings) {
    this.model = model;
    this.id = `hash/${model}`;
    this.dimensions = dimensions;
  }

  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<EmbedResponse> {
    const dimensions = options.dimensions ?? this.dimensions;
    if (dimensions > maxDimensions) throw this.#invalid(`dimensions: expected at most ${maxDimensions}`);

    return embedInBatches(this, texts, options, warningsOf(options), async (texts, { signal }) => {
      const embeddings: Float32Array[] = [];
      let pauseAt = performance.now() + slice;
      for (const text of texts) {
        if (performance.now() >= pauseAt) {
          await nextTurn(); // in which an abort or the time limit can arrive
          pauseAt = performance.now() + slice;
        }
        signal?.throwIfAborted();
        embeddings.push(vectorOf(text, dimensions));
      }
      return { embeddings, usage: {} };
    });
  }

  #invalid(problem: string): BelugaError {
    const { provider, model } = this;
    const op = "embed.embed";
    return new BelugaError({
      op,
      code: "invalid_input",
      provider,
      model,
      message: `${provider} ${op}: ${problem}`,
    });
  }
}

/** There is no request that they could be merged into. */
function warningsOf({ providerOptions = {} }: EmbedOptions): Warning[] {
  return Object.keys(providerOptions).map((key) => ({
    type: "unsupported",
    option: `providerOptions.${key}`,
    message: "hash has no options of its own",
  }));
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}
