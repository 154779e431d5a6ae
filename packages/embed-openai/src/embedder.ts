import { BelugaError, type EmbedOptions, type EmbedResponse, type Embedder } from "@beluga/core";
import { HttpClient, embedInBatches, refineOpenAIError } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type OpenAIEmbedderSettings, defaultBaseURL } from "./config.js";
import { readEmbeddings } from "./response.js";

/** {@link https://platform.openai.com/docs/guides/embeddings#embedding-models} */
const widths: Readonly<Record<string, number>> = {
  "text-embedding-3-small": 1_536,
  "text-embedding-3-large": 3_072,
  "text-embedding-ada-002": 1_536,
};

export class OpenAIEmbedder implements Embedder {
  readonly provider = "openai";
  readonly model: string;
  readonly id: string;
  readonly dimensions: number | undefined;
  /** {@link https://platform.openai.com/docs/api-reference/embeddings/create#embeddings-create-input} */
  readonly limits: { maxBatchSize: number; maxInputTokens: number; maxBatchTokens: number };
  readonly #settings: OpenAIEmbedderSettings;
  readonly #http: HttpClient;

  constructor(settings: OpenAIEmbedderSettings) {
    const { model, apiKey, organization, project, baseURL } = settings;
    this.#settings = settings;
    this.model = model;
    this.id = `openai/${model}`;
    this.limits = { maxBatchSize: settings.maxBatchSize, maxInputTokens: 8_192, maxBatchTokens: 300_000 };
    this.#checkDimensions(settings.dimensions, "embed.create");
    // Elsewhere the same name may stand for another model.
    this.dimensions = settings.dimensions ?? (baseURL === defaultBaseURL ? widths[model] : undefined);
    this.#http = new HttpClient({
      ...settings,
      provider: "openai",
      packageName,
      version,
      auth: {
        authorization: `Bearer ${apiKey}`,
        ...(organization !== undefined && { "openai-organization": organization }),
        ...(project !== undefined && { "openai-project": project }),
      },
      refineError: refineOpenAIError,
    });
  }

  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<EmbedResponse> {
    this.#checkDimensions(options.dimensions, op);
    const empty = Array.isArray(texts) ? texts.indexOf("") : -1;
    if (empty >= 0) throw this.#error(op, "invalid_input", `texts[${empty}]: OpenAI refuses an empty text`);

    const asked = options.dimensions ?? this.#settings.dimensions;
    const expected = { ...options, dimensions: asked ?? this.dimensions };
    return embedInBatches(this, texts, expected, [], async (input, { signal, headers, timeout }) => {
      const { data, response } = await this.#http.json("embeddings", {
        op,
        model: this.model,
        signal,
        headers,
        timeout,
        body: {
          model: this.model,
          input,
          encoding_format: this.#settings.encodingFormat,
          // Even its own width would be an error there.
          ...(asked !== undefined && !this.#isFixed && { dimensions: asked }),
          ...options.providerOptions,
        },
      });
      return readEmbeddings(data, input.length, (problem) =>
        this.#http.invalid({ op, model: this.model }, problem, response),
      );
    });
  }

  /** Whether the model came before OpenAI's `dimensions`. */
  get #isFixed(): boolean {
    return this.model === "text-embedding-ada-002";
  }

  #checkDimensions(dimensions: number | undefined, op: string): void {
    if (dimensions === undefined || !this.#isFixed || dimensions === widths[this.model]) return;
    throw this.#error(
      op,
      "unsupported",
      `dimensions: ${this.model} has ${widths[this.model]} and cannot shorten them`,
    );
  }

  #error(op: string, code: "invalid_input" | "unsupported", problem: string): BelugaError {
    const { provider, model } = this;
    return new BelugaError({ op, code, provider, model, message: `${provider} ${op}: ${problem}` });
  }
}

const op = "embed.embed";
