import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate, refineHuggingFaceError } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { name as packageName, version } from "../package.json";
import { type HuggingFaceConfig, type HuggingFaceSettings, huggingFaceConfig } from "./config.js";

export type { HuggingFaceConfig, HuggingFaceModelId } from "./config.js";

const definition = {
  name: "huggingface",
  packageName,
  version,
  config: huggingFaceConfig,
  env: { apiKey: "HF_TOKEN" },
  create({ apiKey, billTo, ...settings }: HuggingFaceSettings) {
    return createOpenAIChatModel({
      ...settings,
      provider: "huggingface",
      packageName,
      version,
      auth: {
        authorization: `Bearer ${apiKey}`,
        // https://huggingface.co/docs/inference-providers/pricing#billing-for-team-and-enterprise-organizations
        ...(billTo !== undefined && { "x-hf-bill-to": billTo }),
      },
      optionNames: { maxTokens: "max_tokens" },
      media: ["image"],
      refineError: refineHuggingFaceError,
    });
  },
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    huggingface: HuggingFaceConfig;
  }
}

/**
 * The models that Hugging Face's Inference Providers serve, by way of its router.
 *
 * @throws BelugaError `auth_error` without a token, `invalid_input` where the config is wrong.
 * @see {@link https://huggingface.co/docs/inference-providers/tasks/chat-completion | Chat Completion}
 */
export function createHuggingFace(config: HuggingFaceConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
