import { orAbort } from "@beluga/core/provider";
import type { TransformersSettings } from "./config.js";
import { type FailureContext, failure } from "./failure.js";
import { loadModel } from "./loading.js";
import type { EmbeddingModel, Encoded } from "./model.js";

/** The one model of an embedder, which all of its calls use: loaded by the first, freed at the end. */
export class SharedModel {
  readonly #settings: TransformersSettings;
  readonly #context: FailureContext;
  #loading: Promise<EmbeddingModel> | undefined;
  #loaded: EmbeddingModel | undefined;
  #isClosed = false;
  /** The end of the last run so far. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(settings: TransformersSettings, context: FailureContext) {
    this.#settings = settings;
    this.#context = context;
  }

  /** The model, once it is there. */
  get loaded(): EmbeddingModel | undefined {
    return this.#loaded;
  }

  /** Waits for the model. One loading serves all calls, and goes on when one of them is aborted; a failed one is tried again by the next call. */
  async load(signal: AbortSignal): Promise<EmbeddingModel> {
    this.#checkOpen();
    this.#loading ??= this.#load();
    return orAbort(this.#loading, signal);
  }

  /** One run at a time: ONNX Runtime uses all cores for one, and several at once would only need more memory. */
  run(model: EmbeddingModel, texts: readonly Encoded[], signal: AbortSignal): Promise<Float32Array[]> {
    return this.#inTurn(() => {
      signal.throwIfAborted();
      this.#checkOpen();
      return model.run(texts);
    });
  }

  /** Frees the model, once the run that is under way is done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#inTurn(async () => {
      // What failed to load has nothing to free, and its callers know.
      const [loading] = await Promise.allSettled([this.#loading]);
      this.#loading = undefined;
      this.#loaded = undefined;
      if (loading.status === "fulfilled") await loading.value?.dispose();
    });
  }

  async #load(): Promise<EmbeddingModel> {
    try {
      return (this.#loaded = await loadModel(this.#settings, this.#context));
    } catch (error) {
      this.#loading = undefined;
      throw error;
    }
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(run);
    this.#last = Promise.allSettled([turn]);
    return turn;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw failure(this.#context, "invalid_input", "the embedder is closed");
  }
}
