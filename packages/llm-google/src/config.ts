import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
  readEnvironment,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://ai.google.dev/gemini-api/docs/models}; any other id is accepted as well, and so is a resource name: `tunedModels/...`. */
export type GoogleModelId =
  | "gemini-4-argon"
  | "gemini-4-carbon"
  | "gemini-3.8-flash"
  | "gemini-3.7-flash"
  | "gemini-3.6-flash"
  | "gemini-3.5-flash"
  | "gemini-3.5-flash-lite"
  | "gemini-3.1-pro-preview"
  | "gemini-3.1-pro-preview-customtools"
  | "gemini-3.1-flash-lite"
  | "gemini-3.1-flash-image"
  | "gemini-3-flash-preview"
  | "gemini-3-pro-image"
  | "gemini-2.5-pro"
  | "gemini-2.5-flash"
  | "gemini-2.5-flash-lite"
  | "gemini-2.5-flash-image"
  | "gemini-pro-latest"
  | "gemini-flash-latest"
  | "gemini-flash-lite-latest"
  | "gemma-4-31b-it"
  | "gemma-4-26b-a4b-it"
  | (string & {});

/** Options of `createGoogle`. */
export interface GoogleConfig extends HttpConfig {
  /** Where the API is, with its version. Default: `https://generativelanguage.googleapis.com/v1beta`. */
  baseURL?: string | undefined;
  /** The name of the model, with `models/` before it or without. */
  model: GoogleModelId;
  /**
   * The API key, sent as `x-goog-api-key`. Default: `GOOGLE_API_KEY`, or else `GEMINI_API_KEY`, in the order of Google's own libraries:
   * {@link https://ai.google.dev/gemini-api/docs/api-key}.
   */
  apiKey?: string | undefined;
}

export const googleConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://generativelanguage.googleapis.com/v1beta"),
  model: modelName<GoogleModelId>(),
  // The registry has looked for `GOOGLE_API_KEY` before.
  apiKey: z.prefault(
    filledString,
    () => readEnvironment("GEMINI_API_KEY") as string, // an absent one is refused like any that is no string
  ),
} satisfies ConfigShape<GoogleConfig>);

export type GoogleSettings = z.output<typeof googleConfig>;
