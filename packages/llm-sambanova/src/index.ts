import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { name as packageName, version } from "../package.json";
import { type SambaNovaConfig, type SambaNovaSettings, sambaNovaConfig } from "./config.js";
import { sambaNovaWire } from "./wire.js";

export type { SambaNovaConfig, SambaNovaModelId } from "./config.js";

const definition = {
  name: "sambanova",
  packageName,
  version,
  config: sambaNovaConfig,
  env: {
    apiKey: "SAMBANOVA_API_KEY",
    baseURL: "SAMBA_NOVA_BASE_URL",
    integrationSource: "SAMBANOVA_INTEGRATION_SOURCE",
  },
  create: (settings: SambaNovaSettings) =>
    createOpenAIChatModel(sambaNovaWire({ ...settings, packageName, version })),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    sambanova: SambaNovaConfig;
  }
}

/**
 * The models that SambaNova serves.
 *
 * @throws BelugaError `auth_error` without a key, `invalid_input` where the config is wrong.
 * @see {@link https://docs.sambanova.ai/docs/api-reference/chat-completions/create-chat-based-completion | Chat completions}
 */
export function createSambaNova(config: SambaNovaConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
