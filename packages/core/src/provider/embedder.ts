import type { Warning } from "../common.js";
import type { EmbedInputType, EmbedOptions, Embedder } from "../embedder.js";
import { BelugaError, type ErrorCode } from "../errors.js";
import { type EmbedBatch, embedInBatches } from "./embed-batches.js";
import type { HttpCall } from "./http.js";

/** What a vendor does differently from the others: how it is asked, and how its answers are read. */
export interface EmbedDriver {
  readonly provider: string;
  readonly model: string;
  readonly limits: Embedder["limits"];
  /** The width that the model's vectors have unless another is asked for, where it is known. */
  readonly fullDimensions?: number | undefined;
  /** The width that the config asks for. */
  readonly dimensions?: number | undefined;
  /**
   * The widths that the model can give: its full one alone, those of a list, or a range. Others are refused with `unsupported`. Absent where they
   * are not known: then the vendor has the last word.
   */
  readonly widths?: "full" | readonly number[] | { readonly min: number; readonly max: number } | undefined;
  /**
   * The values of `inputType` that the model knows; others are warned about. Default: none, of a model that makes no difference between the uses of
   * a text, and so serves them all.
   */
  readonly inputTypes?: readonly EmbedInputType[] | undefined;
  /** The vendor refuses an empty text, so it is not sent. Default: `false`. */
  readonly refusesEmptyText?: boolean | undefined;
  /** Sends one request, and reads its answer. */
  send(texts: readonly string[], call: EmbedCall): Promise<EmbedBatch>;
}

/** One request of a checked call, as providers get it. */
export interface EmbedCall {
  /** What an HTTP request takes over from the call, to which its body is added. */
  http: Pick<HttpCall, "op" | "model" | "headers" | "timeout"> & { signal: AbortSignal };
  /** Absent where it makes no difference to the model. */
  inputType: EmbedInputType | undefined;
  /** The width to ask for: the call's, or the config's. Absent where the model has only its own, or that will do. */
  dimensions: number | undefined;
  /** To be merged into the body, last. */
  providerOptions: Readonly<Record<string, unknown>>;
  /** Adds to the `warnings` of the response; the same of several requests only once. */
  warn(warning: Warning): void;
}

const op = "embed.embed";

/**
 * An {@link Embedder} from what is the vendor's own. Adds all that is the same for every vendor: checks of texts and options, requests by the
 * vendor's limits, a few at a time, vectors in order and counted.
 *
 * @throws BelugaError `unsupported` where the model does not have the config's `dimensions`.
 */
export function createEmbedder(driver: EmbedDriver): Embedder {
  const { provider, model, limits, widths, fullDimensions, inputTypes = [] } = driver;
  const fail = (code: ErrorCode, problem: string): BelugaError =>
    new BelugaError({ op, code, provider, model, message: `${provider} ${op}: ${problem}` });
  const problem = problemWithWidth(driver, driver.dimensions);
  if (problem) {
    const message = `${provider} embed.create: ${problem}`;
    throw new BelugaError({ op: "embed.create", code: "unsupported", provider, model, message });
  }

  const embedder: Embedder = {
    provider,
    model,
    id: `${provider}/${model}`,
    dimensions: driver.dimensions ?? fullDimensions,
    limits,

    async embed(texts, options = {}) {
      if (Object(options) !== options) throw fail("invalid_input", "options: expected an object");
      options.signal?.throwIfAborted();
      checkInput(driver, texts, options, fail);
      const warnings: Warning[] = [];
      const warn = (warning: Warning): void => {
        if (!warnings.some(({ message }) => message === warning.message)) warnings.push(warning);
      };
      const { headers, timeout, inputType, dimensions = driver.dimensions, providerOptions = {} } = options;
      const isKnown = inputType === undefined || inputTypes.includes(inputType);
      if (!isKnown && inputTypes.length > 0) {
        const message = `inputType: ${model} knows ${inputTypes.join(", ")}, and not ${inputType}`;
        warn({ type: "unsupported", option: "inputType", message });
      }
      if (texts.length === 0) return { embeddings: [], usage: {}, model, warnings };
      const send = (batch: readonly string[], signal: AbortSignal): Promise<EmbedBatch> =>
        driver.send(batch, {
          http: { op, model, signal, headers, timeout },
          inputType: isKnown ? inputType : undefined,
          dimensions: widths === "full" ? undefined : dimensions,
          providerOptions,
          warn,
        });
      const result = await embedInBatches(embedder, texts, options, send, fail);
      return { embeddings: result.embeddings, usage: result.usage, model: result.model ?? model, warnings };
    },
  };
  return embedder;
}

const allInputTypes: readonly EmbedInputType[] = ["query", "document", "classification", "clustering"];

function checkInput(
  driver: EmbedDriver,
  texts: readonly string[],
  options: EmbedOptions,
  fail: (code: ErrorCode, problem: string) => BelugaError,
): void {
  const invalid = (problem: string): BelugaError => fail("invalid_input", problem);
  if (!Array.isArray(texts)) throw invalid("texts: expected an array of strings");
  for (const [at, text] of (texts as readonly string[]).entries()) {
    if (typeof text !== "string") throw invalid(`texts[${at}]: expected a string`);
    if (text === "" && driver.refusesEmptyText)
      throw invalid(`texts[${at}]: the vendor refuses an empty text`);
  }
  for (const option of ["dimensions", "concurrency"] as const) {
    const value = options[option];
    if (value !== undefined && !(Number.isInteger(value) && value > 0))
      throw invalid(`${option}: expected a positive integer`);
  }
  if (options.inputType !== undefined && !allInputTypes.includes(options.inputType))
    throw invalid(`inputType: expected ${allInputTypes.join(", ")}`);
  const problem = problemWithWidth(driver, options.dimensions);
  if (problem) throw fail("unsupported", problem);
}

function problemWithWidth(
  { model, widths, fullDimensions: full }: EmbedDriver,
  asked: number | undefined,
): string | undefined {
  if (asked === undefined || asked === full || widths === undefined) return undefined;
  if (widths === "full")
    return `dimensions: ${model} has ${full ?? "a width of its own"} and cannot change it`;
  const fits = "min" in widths ? asked >= widths.min && asked <= widths.max : widths.includes(asked);
  return fits
    ? undefined
    : `dimensions: ${model} has ${"min" in widths ? `${widths.min} to ${widths.max}` : widths.join(", ")}`;
}
