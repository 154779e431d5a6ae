import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://docs.sambanova.ai/docs/en/models/sambacloud-models}; any other id is accepted as well. */
export type SambaNovaModelId =
  | "DeepSeek-V3.1"
  | "DeepSeek-V3.2"
  | "gemma-4-31B-it"
  | "gpt-oss-120b"
  | "Meta-Llama-3.3-70B-Instruct"
  | "MiniMax-M2.7"
  | "MiniMax-M3"
  | (string & {});

/** Options of `createSambaNova`. */
export interface SambaNovaConfig extends HttpConfig {
  /**
   * Where the API is, with its version at the end: SambaCloud, or a SambaStack of one's own. Default: `SAMBA_NOVA_BASE_URL`, or
   * `https://api.sambanova.ai/v1`.
   */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: SambaNovaModelId;
  /** The API key. Default: `SAMBANOVA_API_KEY`. */
  apiKey?: string | undefined;
  /** The name of the application, to which SambaNova attributes the use. Default: `SAMBANOVA_INTEGRATION_SOURCE`, or none. */
  integrationSource?: string | undefined;
}

export const sambaNovaConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://api.sambanova.ai/v1"),
  model: modelName<SambaNovaModelId>(),
  apiKey: filledString,
  integrationSource: z.optional(filledString),
} satisfies ConfigShape<SambaNovaConfig>);

export type SambaNovaSettings = z.output<typeof sambaNovaConfig>;
