import { type Embedder, type ProviderDefinition, embedders } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type HashConfig, type HashSettings, hashConfig } from "./config.js";
import { hashEmbedder } from "./embedder.js";

export type { HashConfig } from "./config.js";

const definition = {
  name: "hash",
  packageName,
  version,
  config: hashConfig,
  create: (settings: HashSettings) => hashEmbedder(settings),
} satisfies ProviderDefinition<Embedder>;

embedders.register(definition);

declare module "@beluga/core" {
  interface EmbedderProviders {
    hash: HashConfig;
  }
}

/**
 * An embedder that runs in this process and needs no model, no key and no network. Its vectors say which words two texts share, and which
 * words are spelled alike; they know nothing of meaning.
 *
 * @throws BelugaError `invalid_input` where the config is wrong.
 * @see {@link https://alex.smola.org/papers/2009/Weinbergeretal09.pdf | Feature hashing}
 */
export function createHashEmbedder(config: HashConfig = {}): Embedder {
  return instantiate(embedders, definition, config);
}
