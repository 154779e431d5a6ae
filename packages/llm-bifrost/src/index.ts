import { type ChatModel, type ProviderDefinition, chatModels } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { createOpenAIChatModel } from "@beluga/llm-openai-compatible/base";
import { createOpenAIResponsesModel } from "@beluga/llm-openai-compatible/responses";
import { name as packageName, version } from "../package.json";
import { type BifrostConfig, type BifrostSettings, bifrostConfig } from "./config.js";
import { chatWire, responsesWire } from "./wires.js";

export type { BifrostConfig } from "./config.js";

const definition = {
  name: "bifrost",
  packageName,
  version,
  config: bifrostConfig,
  // https://docs.getbifrost.ai/quickstart/cli/contexts#environment-variables-and-ci
  env: { apiKey: "BIFROST_VIRTUAL_KEY", baseURL: "BIFROST_BASE_URL" },
  create({ api, apiKey, baseURL, ...settings }: BifrostSettings) {
    const gateway = {
      ...settings,
      provider: "bifrost",
      packageName,
      version,
      baseURL: withVersion(baseURL),
      ...(apiKey !== undefined && { auth: { "x-bf-vk": apiKey } }),
    };
    return api === "responses"
      ? createOpenAIResponsesModel({ ...gateway, ...responsesWire })
      : createOpenAIChatModel({ ...gateway, ...chatWire });
  },
} satisfies ProviderDefinition<ChatModel>;

/** The URL of Bifrost's own tools, and so `BIFROST_BASE_URL`, ends before the version. */
function withVersion(baseURL: string): string {
  const url = baseURL.replace(/\/+$/, "");
  return /\/v\d+$/.test(url) ? url : `${url}/v1`;
}

chatModels.register(definition);

declare module "@beluga/core" {
  interface ChatModelProviders {
    bifrost: BifrostConfig;
  }
}

/**
 * The models behind a Bifrost gateway.
 *
 * @throws BelugaError `invalid_input` where the config is wrong.
 * @see {@link https://docs.getbifrost.ai/api-reference/chat-completions/create-a-chat-completion | Chat completions}
 */
export function createBifrost(config: BifrostConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}
