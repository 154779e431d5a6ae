import type { EmbedInputType, Embedder } from "@beluga/core";
import { callChecks, checksOf } from "./call/checks.js";
import type { ProviderSpec } from "./call/suite.js";
import { type Check, testChecks } from "./check.js";
import { batchChecks } from "./embedder/batches.js";
import { inProcessChecks } from "./embedder/in-process.js";
import { inputChecks } from "./embedder/inputs.js";
import { optionChecks } from "./embedder/options.js";
import { type EmbedderCheck, EmbedderSuite, embedOperation } from "./embedder/suite.js";
import { vectorChecks } from "./embedder/vectors.js";
import type { ServedRequest } from "./server.js";

export type { ProviderSpec } from "./call/suite.js";

/** What the suite has to know of a provider of embedders. */
export interface EmbedderSpec<Config extends object = object> extends ProviderSpec<Embedder, Config> {
  /** How its vendor is spoken to. Absent for an embedder that runs in process: what is about HTTP does not apply to it then. */
  wire?: EmbedderWire;
  /** The vendor has no shorter vectors: `dimensions` is warned about, or refused with `unsupported`. It is honoured otherwise. */
  fixedDimensions?: boolean;
  /** Widths that the model can give. Default: 4 and 64. */
  dimensions?: readonly number[];
  /** The values of `inputType` that change what is sent; others have to be warned about. Absent where the model makes no difference. */
  inputTypes?: readonly EmbedInputType[];
  /** What a call without `inputType` is sent as, where the vendor has to be told one always. Default: as none of them. */
  defaultInputType?: EmbedInputType;
  /** The vendor refuses an empty text, and so does the provider, with `invalid_input`. It has a vector otherwise. */
  refusesEmptyText?: boolean;
}

/** One vendor's way to be asked for vectors, and to answer. */
export interface EmbedderWire {
  /** What a request asks for. */
  read(request: ServedRequest): {
    texts: readonly string[];
    /** The width, where the request says one. */
    dimensions?: number | undefined;
  };
  /** The body of the vendor's answer, to be sent as JSON. */
  write(answer: WireAnswer, request: ServedRequest): unknown;
  /** The vendor does not say which text a vector is for: they come in order. */
  unindexed?: boolean;
  /** The vendor does not report tokens. */
  unmetered?: boolean;
}

/** What the vendor is to answer. */
export interface WireAnswer {
  /** In this order, which is not always that of the texts. */
  vectors: readonly { index: number; values: Float32Array }[];
  /** How many tokens the texts had; `undefined` where the answer is not to say. */
  tokens: number | undefined;
}

/**
 * Tests an embedder with all that every one of them has to do, as tests of vitest.
 *
 * @example
 * ```ts
 * embedderConformance({
 *   name: "acme",
 *   packageName: "@acme/beluga-embed",
 *   create: createAcmeEmbedder,
 *   config: { model: "acme-embed-1" },
 *   secret: "acme-key-0123456789",
 *   wire: {
 *     read: ({ body }) => ({ texts: (body as { input: string[] }).input }),
 *     write: ({ vectors, tokens }) => ({
 *       data: vectors.map(({ index, values }) => ({ index, embedding: [...values] })),
 *       usage: { prompt_tokens: tokens },
 *     }),
 *   },
 * });
 * ```
 */
export function embedderConformance<Config extends object>(spec: EmbedderSpec<Config>): void {
  testChecks({ ...spec, capability: "embed" }, embedderChecks(spec));
}

/** The same as data. */
export function embedderChecks<Config extends object>(spec: EmbedderSpec<Config>): Check[] {
  const { wire } = spec;
  const embeds: Record<string, readonly EmbedderCheck[]> = {
    input: inputChecks(spec),
    options: optionChecks(spec),
    ...(wire ? { batches: batchChecks(), vectors: vectorChecks(wire) } : { "in process": inProcessChecks() }),
  };
  const suiteOf = (...args: Parameters<Check["run"]>): EmbedderSuite => new EmbedderSuite(spec, ...args);
  return [...checksOf(callChecks(spec, embedOperation(spec)), suiteOf), ...checksOf(embeds, suiteOf)];
}
