import { type Embedder, type ProviderDefinition, embedders } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type OpenAIEmbedderConfig, type OpenAIEmbedderSettings, openAIEmbedderConfig } from "./config.js";
import { openAIEmbedder } from "./embedder.js";

export type { OpenAIEmbedderConfig, OpenAIEmbeddingModelId } from "./config.js";

const definition = {
  name: "openai",
  packageName,
  version,
  config: openAIEmbedderConfig,
  env: {
    apiKey: "OPENAI_API_KEY",
    baseURL: "OPENAI_BASE_URL",
    organization: "OPENAI_ORG_ID",
    project: "OPENAI_PROJECT_ID",
  },
  create: (settings: OpenAIEmbedderSettings) => openAIEmbedder(settings),
} satisfies ProviderDefinition<Embedder>;

embedders.register(definition);

declare module "@beluga/core" {
  interface EmbedderProviders {
    openai: OpenAIEmbedderConfig;
  }
}

/**
 * OpenAI's embedding models, and those of any server that speaks the same wire.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong, `unsupported` where the model cannot shorten
 * its vectors to `dimensions`.
 * @see {@link https://platform.openai.com/docs/api-reference/embeddings/create | Create embeddings}
 */
export function createOpenAIEmbedder(config: OpenAIEmbedderConfig): Embedder {
  return instantiate(embedders, definition, config);
}
