import { type ProviderDefinition, embedders } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type TransformersConfig, type TransformersSettings, transformersConfig } from "./config.js";
import { type TransformersEmbedder, transformersEmbedder } from "./embedder.js";

export type {
  Pooling,
  TransformersConfig,
  TransformersDevice,
  TransformersDtype,
  TransformersModelId,
} from "./config.js";
export type { TransformersEmbedder } from "./embedder.js";

const definition = {
  name: "transformers",
  packageName,
  version,
  config: transformersConfig,
  create: (settings: TransformersSettings) => transformersEmbedder(settings),
} satisfies ProviderDefinition<TransformersEmbedder>;

embedders.register(definition);

declare module "@beluga/core" {
  interface EmbedderProviders {
    transformers: TransformersConfig;
  }
}

/**
 * Embedding models in this process, by ONNX Runtime and transformers.js. The model is loaded by the first call of `embed`, from a folder or
 * from the Hugging Face hub.
 *
 * @throws BelugaError `invalid_input` where the config is wrong, `unsupported` where the model cannot shorten its vectors to `dimensions`.
 * And from `embed`, where the model cannot be loaded: `not_found`, `permission_denied`, `provider_unavailable`, `invalid_response`, `unsupported`.
 * @see {@link https://huggingface.co/docs/transformers.js | Transformers.js}
 */
export function createTransformersEmbedder(config: TransformersConfig): TransformersEmbedder {
  return instantiate(embedders, definition, config);
}
