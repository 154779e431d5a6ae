import { bedrockVariables } from "@beluga/bedrock";
import { type Embedder, type ProviderDefinition, embedders } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type BedrockEmbedderConfig, type BedrockEmbedderSettings, bedrockEmbedderConfig } from "./config.js";
import { bedrockEmbedder } from "./embedder.js";

export type { AwsCredentials } from "@beluga/bedrock";
export type { BedrockEmbedderConfig, BedrockEmbeddingModelId } from "./config.js";

const definition = {
  name: "bedrock",
  packageName,
  version,
  config: bedrockEmbedderConfig,
  env: bedrockVariables,
  create: (settings: BedrockEmbedderSettings) => bedrockEmbedder(settings),
} satisfies ProviderDefinition<Embedder>;

embedders.register(definition);

declare module "@beluga/core" {
  interface EmbedderProviders {
    bedrock: BedrockEmbedderConfig;
  }
}

/**
 * Embedding models on Amazon Bedrock: Amazon's Titan and Nova, and Cohere's.
 *
 * @throws BelugaError `auth_error` without credentials, `invalid_input` where the config is wrong or has no region, `unsupported` where the
 * model is none of these, or cannot do what the config asks for.
 * @see {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html | InvokeModel}
 */
export function createBedrockEmbedder(config: BedrockEmbedderConfig): Embedder {
  return instantiate(embedders, definition, config);
}
