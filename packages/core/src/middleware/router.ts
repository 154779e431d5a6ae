import type { ChatModel } from "../chat.js";
import { optionError } from "./check.js";
import { isOfOneModel } from "./fallback.js";
import { type Choose, inFrontOf } from "./front.js";

/**
 * How a {@link router} chooses.
 *
 * - `round-robin`: each in turn.
 * - `{ weights }`: in turn, each as often as its weight says, well mixed; one number a model, in their order. 0 is never.
 * - `least-latency`: the one that was quickest of late, by a moving average: of the time to the first part for streams, of the whole call
 *   for `generate`. Models that were not measured yet come first. Every 20th call goes to the one that was asked longest ago, so that a
 *   model that has recovered is noticed. A failure of a model counts as 30 seconds.
 */
export type RouterStrategy = "round-robin" | "least-latency" | { readonly weights: readonly number[] };

export interface RouterOptions {
  /** Default: `round-robin`. */
  strategy?: RouterStrategy | undefined;
}

/**
 * A model that hands each call on to one of several.
 *
 * An error of the chosen model is thrown as it is; around a router, {@link retry} makes the next attempt on the next choice. Bound tools
 * reach all models, and the models bound to tools share their turns and measurements with the original. It goes by the name `router`, with
 * the ids of the models as its `model`; `response.model` says who answered.
 *
 * @example
 * ```ts
 * const model = applyMiddleware(
 *   router([chatModels.create("openai", { model: "gpt-5-mini" }), chatModels.create("azure", { model: "my-gpt" })], { strategy: "least-latency" }),
 *   retry(),
 * );
 * ```
 *
 * @throws BelugaError `invalid_input` where there is no model, or the weights do not fit.
 */
export function router(
  models: readonly ChatModel[],
  { strategy = "round-robin" }: RouterOptions = {},
): ChatModel {
  if (models.length === 0) throw optionError("router", "models: expected at least one");
  const model = models.map(({ id }) => id).join(",");
  return inFrontOf(
    models,
    { provider: "router", model, id: `router/${model}` },
    chooserOf(strategy, models.length),
  );
}

function chooserOf(strategy: RouterStrategy, count: number): Choose {
  if (strategy === "least-latency") return leastLatency(count);
  if (strategy === "round-robin") return weighted(Array.from({ length: count }, () => 1));
  if (typeof strategy !== "object" || strategy === null)
    throw optionError("router", "strategy: expected round-robin, least-latency or { weights }");
  checkWeights(strategy.weights, count);
  return weighted(strategy.weights);
}

function checkWeights(weights: readonly number[], count: number): void {
  if (!Array.isArray(weights) || weights.length !== count)
    throw optionError("router", `strategy.weights: expected ${count} numbers, one for each model`);
  if (
    !weights.every((weight) => Number.isFinite(weight) && weight >= 0) ||
    !weights.some((weight) => weight > 0)
  )
    throw optionError("router", "strategy.weights: expected numbers of at least 0, and one above");
}

/**
 * Smooth weighted round-robin: each model earns its weight with every call, and the richest pays for all of it.
 * {@link https://nginx.org/en/docs/http/ngx_http_upstream_module.html | nginx} does the same.
 */
function weighted(weights: readonly number[]): Choose {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const credits = weights.map(() => 0);
  return async (attempt) => {
    for (const [at, weight] of weights.entries()) credits[at] = (credits[at] as number) + weight;
    const at = credits.indexOf(Math.max(...credits));
    credits[at] = (credits[at] as number) - total;
    return attempt(at);
  };
}

/** How much the newest measurement counts in the average. */
const newest = 0.3;
/** In milliseconds: what a failure counts as. */
const failureLatency = 30_000;
/** One call in so many goes to a model only to measure it. */
const exploreEvery = 20;

interface Measured {
  average: number | undefined;
  /** The number of the call that was the last to ask this model; 0 is none. */
  askedAt: number;
}

function leastLatency(count: number): Choose {
  // Apart, as the time to a first part says nothing on the time to a whole answer.
  const latencies = { "llm.generate": new Latencies(count), "llm.stream": new Latencies(count) };
  return async (attempt, call) => {
    const of = latencies[call.op];
    const at = of.choose();
    const began = performance.now();
    try {
      const answer = await attempt(at);
      if (!call.signal?.aborted) of.record(at, performance.now() - began);
      return answer;
    } catch (error) {
      if (!call.signal?.aborted && isOfOneModel(error)) of.record(at, failureLatency);
      throw error;
    }
  };
}

class Latencies {
  readonly #models: Measured[];
  #calls = 0;

  constructor(count: number) {
    this.#models = Array.from({ length: count }, () => ({ average: undefined, askedAt: 0 }));
  }

  choose(): number {
    this.#calls++;
    const unmeasured = this.#models.filter(({ average }) => average === undefined);
    const chosen =
      unmeasured.length > 0 || this.#calls % exploreEvery === 0
        ? leastBy(unmeasured.length > 0 ? unmeasured : this.#models, ({ askedAt }) => askedAt)
        : leastBy(this.#models, ({ average = 0 }) => average);
    chosen.askedAt = this.#calls;
    return this.#models.indexOf(chosen);
  }

  record(at: number, latency: number): void {
    const model = this.#models[at] as Measured;
    model.average =
      model.average === undefined ? latency : model.average + newest * (latency - model.average);
  }
}

/** The first of the least. */
function leastBy<T>(items: readonly T[], rank: (item: T) => number): T {
  return items.reduce((least, item) => (rank(item) < rank(least) ? item : least));
}
