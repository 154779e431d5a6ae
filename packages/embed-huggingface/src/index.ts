import { type Embedder, type ProviderDefinition, embedders } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import {
  type HuggingFaceEmbedderConfig,
  type HuggingFaceEmbedderSettings,
  huggingFaceEmbedderConfig,
} from "./config.js";
import { huggingFaceEmbedder } from "./embedder.js";

export type { HuggingFaceEmbedderConfig, HuggingFaceEmbeddingModelId } from "./config.js";

const definition = {
  name: "huggingface",
  packageName,
  version,
  config: huggingFaceEmbedderConfig,
  env: { apiKey: "HF_TOKEN" },
  create: (settings: HuggingFaceEmbedderSettings) => huggingFaceEmbedder(settings),
} satisfies ProviderDefinition<Embedder>;

embedders.register(definition);

declare module "@beluga/core" {
  interface EmbedderProviders {
    huggingface: HuggingFaceEmbedderConfig;
  }
}

/**
 * The embedding models of the Hub that Hugging Face serves itself, as hf-inference.
 *
 * @throws BelugaError `auth_error` without a token, `invalid_input` where the config is wrong.
 * @see {@link https://huggingface.co/docs/inference-providers/tasks/feature-extraction | Feature extraction}
 */
export function createHuggingFaceEmbedder(config: HuggingFaceEmbedderConfig): Embedder {
  return instantiate(embedders, definition, config);
}
