import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type GoogleConfig, type GoogleSettings, googleConfig } from "./config.js";
import { createGoogleModel } from "./model.js";

export type { GoogleConfig, GoogleModelId } from "./config.js";

const definition = {
  name: "google",
  packageName,
  version,
  config: googleConfig,
  env: { apiKey: "GOOGLE_API_KEY" },
  create: (settings: GoogleSettings) => createGoogleModel({ ...settings, packageName, version }),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    google: GoogleConfig;
  }
}

/**
 * Google's Gemini models.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://ai.google.dev/api/generate-content | Generating content}
 */
export function createGoogle(config: GoogleConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
