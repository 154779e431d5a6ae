import type { Embedder } from "@beluga/core";
import { createEmbedder } from "@beluga/core/provider";
import { type HashSettings, maxDimensions } from "./config.js";
import { vectorOf } from "./vector.js";

/** How long the event loop may have to wait, in milliseconds (a single long text apart). */
const slice = 12;

export function hashEmbedder({ model, dimensions }: HashSettings): Embedder {
  return createEmbedder({
    provider: "hash",
    model,
    dimensions,
    widths: { min: 1, max: maxDimensions },
    limits: { maxBatchSize: Infinity },

    async send(texts, call) {
      // There is no request that they could be merged into.
      for (const key of Object.keys(call.providerOptions)) {
        const option = `providerOptions.${key}`;
        call.warn({ type: "unsupported", option, message: `hash has no option ${key}` });
      }
      const embeddings: Float32Array[] = [];
      let pauseAt = performance.now() + slice;
      for (const text of texts) {
        if (performance.now() >= pauseAt) {
          await nextTurn(); // in which an abort or the time limit can arrive
          pauseAt = performance.now() + slice;
        }
        call.http.signal.throwIfAborted();
        embeddings.push(vectorOf(text, call.dimensions ?? dimensions));
      }
      return { embeddings, usage: {} };
    },
  });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}
