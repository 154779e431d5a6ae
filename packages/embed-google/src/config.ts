import {
  type ConfigShape,
  type HttpConfig,
  type Token,
  filledString,
  httpConfig,
  httpURL,
  modelName,
  positiveInteger,
  readEnvironment,
  token,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/**
 * {@link https://ai.google.dev/gemini-api/docs/embeddings}; the `text-` models are Vertex AI's alone:
 * {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api}. Any other id is accepted as well.
 */
export type GoogleEmbeddingModelId =
  | "gemini-embedding-2"
  | "gemini-embedding-001"
  | "text-embedding-005"
  | "text-multilingual-embedding-002"
  | (string & {});

/** Options of `createGoogleEmbedder`. */
export interface GoogleEmbedderConfig extends HttpConfig {
  /**
   * Where the API is, with its version. Default: `https://generativelanguage.googleapis.com/v1beta`; with `vertex`,
   * `https://aiplatform.googleapis.com/v1/publishers/google`. A project's own address is
   * `https://LOCATION-aiplatform.googleapis.com/v1/projects/PROJECT/locations/LOCATION/publishers/google`.
   */
  baseURL?: string | undefined;
  /** The name of the model, with `models/` before it or without. */
  model: GoogleEmbeddingModelId;
  /**
   * The API key, sent as `x-goog-api-key`. Default: `GOOGLE_API_KEY`, or else `GEMINI_API_KEY`, in the order of Google's own libraries:
   * {@link https://ai.google.dev/gemini-api/docs/api-key}.
   */
  apiKey?: string | undefined;
  /**
   * An access token of Google Cloud in place of the key, which Vertex AI wants; of a function, the one that it gives before each request:
   * `() => auth.getAccessToken()` of `google-auth-library`.
   */
  token?: Token | undefined;
  /** Whether it is Vertex AI that answers, whose requests are others. Default: `false`. */
  vertex?: boolean | undefined;
  /**
   * The width of the vectors, from 1 to the model's full one; Google recommends 768, 1,536 and 3,072. A call's own `dimensions` goes before
   * it. Default: the full width.
   */
  dimensions?: number | undefined;
  /**
   * Bring the vectors that `gemini-embedding-001` has shortened to length 1, as Google advises; its full ones, and those of other models, have
   * it already. Default: `true`. {@link https://ai.google.dev/gemini-api/docs/embeddings#quality-for-smaller-dimensions}
   */
  normalize?: boolean | undefined;
  /**
   * Whether texts over the model's limit are cut, of which only Vertex AI tells in its answer. Default: `false`: they are refused. The
   * multimodal models of Vertex AI are not told unless it is set here, as their reference has it for text models only.
   */
  truncate?: boolean | undefined;
}

export const googleEmbedderConfig = z
  .strictObject({
    ...httpConfig,
    baseURL: z.optional(httpURL),
    model: modelName<GoogleEmbeddingModelId>(),
    // The registry has looked for `GOOGLE_API_KEY` before.
    apiKey: z.prefault(z.optional(filledString), () => readEnvironment("GEMINI_API_KEY")),
    token: z.optional(token),
    vertex: z._default(z.boolean(), false),
    dimensions: z.optional(positiveInteger),
    normalize: z._default(z.boolean(), true),
    truncate: z.optional(z.boolean()),
  } satisfies ConfigShape<GoogleEmbedderConfig>)
  .check(
    z.refine(({ apiKey, token }) => apiKey !== undefined || token !== undefined, {
      path: ["apiKey"],
      error: "expected a key, or token in its place",
    }),
  );

export type GoogleEmbedderSettings = z.output<typeof googleEmbedderConfig>;
