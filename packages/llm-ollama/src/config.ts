import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  ollamaURL,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** Options of `createOllama`. */
export interface OllamaConfig extends HttpConfig {
  /**
   * Where Ollama listens: a URL, or as Ollama itself takes it, a host with or without a port (`gpu-box`, `:8080`). Default:
   * `OLLAMA_HOST`, or `http://127.0.0.1:11434`. Its cloud is `https://ollama.com`.
   */
  baseURL?: string | undefined;
  /** The name of a model that was pulled, with its tag where it has one: `qwen3`, `llama3.2:1b`. */
  model: string;
  /** Sent as a bearer token, which Ollama's cloud wants. Default: `OLLAMA_API_KEY`, and none where that is not set either. */
  apiKey?: string | undefined;
}

export const ollamaConfig = z.strictObject({
  ...httpConfig,
  baseURL: ollamaURL,
  model: filledString,
  apiKey: z.optional(filledString),
} satisfies ConfigShape<OllamaConfig>);

export type OllamaSettings = z.output<typeof ollamaConfig>;
