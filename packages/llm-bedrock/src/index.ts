import { bedrockVariables } from "@beluga/bedrock";
import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type BedrockConfig, type BedrockSettings, bedrockConfig } from "./config.js";
import { createBedrockModel } from "./model.js";

export type { AwsCredentials } from "@beluga/bedrock";
export type { BedrockConfig, BedrockModelId } from "./config.js";

const definition = {
  name: "bedrock",
  packageName,
  version,
  config: bedrockConfig,
  env: bedrockVariables,
  create: (settings: BedrockSettings) => createBedrockModel({ ...settings, packageName, version }),
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    bedrock: BedrockConfig;
  }
}

/**
 * Models on Amazon Bedrock: Claude, Nova, Llama, Mistral, DeepSeek, gpt-oss, Qwen and others, all by the Converse API.
 *
 * @throws BelugaError `auth_error` without credentials, `invalid_input` where the config is wrong or has no region.
 * @see {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html | Converse}
 */
export function createBedrock(config: BedrockConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
