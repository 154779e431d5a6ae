import {
  type EmbedInputType,
  type EmbedOptions,
  type EmbedResponse,
  type Embedder,
  type ProviderDefinition,
  embedders,
} from "@beluga/core";
import {
  type ConfigShape,
  type EmbedBatch,
  type EmbedCall,
  HttpClient,
  type HttpConfig,
  createEmbedder,
  httpConfig,
  httpURL,
  instantiate,
} from "@beluga/core/provider";
import * as z from "zod/mini";
import type { EmbedderSpec } from "../embedder.js";

/** What can be wrong with an embedder. */
export type Flaw =
  | "accepts anything"
  | "drops empty texts"
  | "forgets tokens"
  | "ignores dimensions"
  | "ignores inputType"
  | "ignores missing vectors"
  | "ignores the call's headers"
  | "ignores the call's time limits"
  | "ignores the signal"
  | "keeps the key in sight"
  | "keys in the URL"
  | "makes zeros of nothing"
  | "mixes up calls"
  | "numbers in arrays"
  | "order by arrival"
  | "puts the input in its errors"
  | "sends all at once"
  | "sends everything in one request"
  | "sends for nothing"
  | "tidies texts";

export interface AcmeEmbedderConfig extends HttpConfig {
  /** Default: `ACME_EMBED_API_KEY`. */
  apiKey?: string | undefined;
  model: string;
  /** Default: `https://acme.example`. */
  baseURL?: string | undefined;
}

const acmeConfig = z.strictObject({
  ...httpConfig,
  apiKey: z.string().check(z.minLength(1)),
  model: z.string(),
  baseURL: z._default(httpURL, "https://acme.example"),
} satisfies ConfigShape<AcmeEmbedderConfig>);

/** A made-up vendor's embedder, with one flaw or none. */
export function createAcmeEmbedder(config: AcmeEmbedderConfig, flaw?: Flaw): Embedder {
  return instantiate(
    embedders,
    { ...definition, create: (config: z.output<typeof acmeConfig>) => new AcmeEmbedder(config, flaw) },
    config,
  );
}

class AcmeEmbedder implements Embedder {
  readonly provider = "acme-embed";
  readonly model: string;
  readonly id: string;
  readonly dimensions = undefined;
  readonly limits: { maxBatchSize: number; maxBatchTokens: number };
  readonly config?: unknown;
  readonly #flaw: Flaw | undefined;
  readonly #key: string;
  readonly #http: HttpClient;
  #lastTexts: readonly string[] = [];

  constructor(config: z.output<typeof acmeConfig>, flaw: Flaw | undefined) {
    const everything = flaw === "sends everything in one request";
    this.limits = { maxBatchSize: 10, maxBatchTokens: 5000 };
    this.model = config.model;
    this.id = `acme-embed/${config.model}`;
    this.#flaw = flaw;
    this.#key = config.apiKey;
    if (flaw === "keeps the key in sight") this.config = config;
    if (everything) this.#split = { maxBatchSize: Infinity, maxBatchTokens: Infinity };
    this.#http = new HttpClient({
      ...config,
      provider: this.provider,
      packageName: "@acme/beluga-embed",
      version: "1.0.0",
      ...(flaw !== "keys in the URL" && { auth: { "x-acme-key": config.apiKey } }),
    });
  }

  readonly #split: Embedder["limits"] | undefined;

  async embed(given: readonly string[], options: EmbedOptions = {}): Promise<EmbedResponse> {
    const has = (flaw: Flaw): boolean => this.#flaw === flaw;
    let texts = given;
    if (has("drops empty texts")) texts = given.filter((text) => text !== "");
    if (has("tidies texts"))
      texts = given.map((text) => (typeof text === "string" ? text.replaceAll("\n", " ") : text));
    if (has("accepts anything")) texts = [...given].map(String);
    if (has("sends for nothing") && texts.length === 0) {
      await this.#send(["nothing"], { http: { op: "embed.embed", signal: new AbortController().signal } });
    }
    if (has("mixes up calls")) this.#lastTexts = texts;
    await Promise.resolve();
    const used = {
      ...options,
      ...(has("ignores the signal") && { signal: undefined }),
      ...(has("ignores the call's time limits") && { timeout: undefined }),
      ...(has("ignores dimensions") && { dimensions: undefined }),
      ...(has("sends all at once") && { concurrency: 1000 }),
    };
    const inputTypes: readonly EmbedInputType[] = ["query", "document"];
    const embedder = createEmbedder({
      provider: this.provider,
      model: this.model,
      limits: this.#split ?? this.limits,
      inputTypes,
      send: (texts, call) =>
        this.#send(
          has("mixes up calls") ? this.#lastTexts.slice(0, texts.length) : texts,
          call,
          has("ignores the signal") ? undefined : call.http.signal,
        ),
    });
    try {
      const response = await embedder.embed(texts, used);
      if (has("numbers in arrays")) {
        return {
          ...response,
          embeddings: response.embeddings.map((vector) => [...vector]) as unknown as Float32Array[],
        };
      }
      return response;
    } catch (error) {
      if (has("puts the input in its errors") && error instanceof Error)
        error.message += ` (${texts.join()})`;
      throw error;
    }
  }

  async #send(
    texts: readonly string[],
    { http, ...options }: Pick<EmbedCall, "http"> & Partial<EmbedCall>,
    signal?: AbortSignal,
  ): Promise<EmbedBatch> {
    const has = (flaw: Flaw): boolean => this.#flaw === flaw;
    const { data } = await this.#http.json("embed", {
      ...http,
      signal,
      ...(has("ignores the call's headers") && { headers: undefined }),
      ...(has("keys in the URL") && { query: { key: this.#key } }),
      body: {
        model: this.model,
        texts,
        ...(options.dimensions !== undefined && { width: options.dimensions }),
        ...(options.inputType !== undefined && !has("ignores inputType") && { for: options.inputType }),
        ...options.providerOptions,
      },
    });
    const { vectors = [], tokens } = (data ?? {}) as {
      vectors?: { index: number; values: number[] }[];
      tokens?: number;
    };
    const embeddings: (Float32Array | undefined)[] = new Array(texts.length);
    for (const [at, { index, values }] of vectors.entries()) {
      const place = has("order by arrival") ? at : index;
      // One too many makes the list too long, one twice leaves a hole elsewhere: core finds both.
      embeddings[Number.isInteger(place) && place >= 0 ? place : texts.length] = vectorOf(values);
    }
    if (has("ignores missing vectors")) {
      for (let at = 0; at < texts.length; at++)
        embeddings[at] ??= new Float32Array(embeddings.find(Boolean)?.length ?? 8);
      embeddings.length = texts.length;
    }
    if (tokens === undefined || has("forgets tokens")) {
      return { embeddings, usage: has("makes zeros of nothing") ? { inputTokens: 0, totalTokens: 0 } : {} };
    }
    return { embeddings, usage: { inputTokens: tokens, totalTokens: tokens, raw: { tokens } } };
  }
}

/** JSON has no NaN: it becomes null, which must not become 0. */
function vectorOf(values: readonly (number | null)[]): Float32Array {
  return Float32Array.from(values, (value) => value ?? NaN);
}

const definition = {
  name: "acme-embed",
  packageName: "@acme/beluga-embed",
  version: "1.0.0",
  config: acmeConfig,
  env: { apiKey: "ACME_EMBED_API_KEY" },
  create: (config: z.output<typeof acmeConfig>) => new AcmeEmbedder(config, undefined),
} satisfies ProviderDefinition<Embedder>;

embedders.register(definition);

/** What the suite is told of it. */
export function acmeEmbedderSpec(
  create: (config: AcmeEmbedderConfig) => Embedder = createAcmeEmbedder,
): EmbedderSpec<AcmeEmbedderConfig> {
  return {
    name: "acme-embed",
    packageName: "@acme/beluga-embed",
    create,
    config: { model: "acme-1" },
    secret: "acme-3f9d0c7b5a1e4826",
    inputTypes: ["query", "document"],
    wire: {
      read: ({ body }) => {
        const { texts, width } = body as { texts: string[]; width?: number };
        return { texts, dimensions: width };
      },
      write: ({ vectors, tokens }) => ({
        vectors: vectors.map(({ index, values }) => ({ index, values: [...values] })),
        tokens,
      }),
    },
  };
}
