import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type AcmeConfig, type AcmeSettings, acmeConfig } from "./config.js";
import { createAcmeModel } from "./model.js";

export type { AcmeConfig, AcmeModelId } from "./config.js";

const definition = {
  name: "acme",
  packageName,
  version,
  config: acmeConfig,
  env: { apiKey: "ACME_API_KEY" },
  create: (settings: AcmeSettings) => createAcmeModel({ ...settings, packageName, version }),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    "acme": AcmeConfig;
  }
}

/**
 * Acme's chat models.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://docs.acme.example/api/answers}
 */
export function createAcme(config: AcmeConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
