import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://www.alibabacloud.com/help/en/model-studio/models}; any other name is accepted as well. */
export type QwenModelId =
  | "qwen3.8-max"
  | "qwen3.8-flash"
  | "qwen3.7-max"
  | "qwen3.7-plus"
  | "qwen3.7-flash"
  | "qwen3.6-plus"
  | "qwen3.6-flash"
  | "qwen3.5-plus"
  | "qwen3.5-flash"
  | "qwen3.5-omni-plus"
  | "qwen3-max"
  | "qwen3-coder-plus"
  | "qwen3-vl-plus"
  | "qwen-plus"
  | "qwen-flash"
  | (string & {});

/** {@link https://www.alibabacloud.com/help/en/model-studio/regions}: Singapore, Virginia, Beijing, Hong Kong. */
export type QwenRegion = keyof typeof regions;

/** Other regions, and the hosts of a workspace, have its id in their URL. */
export const regions = {
  international: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
  us: "https://dashscope-us.aliyuncs.com/compatible-mode/v1",
  china: "https://dashscope.aliyuncs.com/compatible-mode/v1",
  hongkong: "https://cn-hongkong.dashscope.aliyuncs.com/compatible-mode/v1",
} as const;

/** Options of `createQwen`. */
export interface QwenConfig extends HttpConfig {
  /** The region that the key belongs to; another one refuses it. Default: `international`. */
  region?: QwenRegion | undefined;
  /** Where the API is, with `/compatible-mode/v1` at the end, in place of the region's: of a workspace, or another region. */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: QwenModelId;
  /** The API key. Default: `DASHSCOPE_API_KEY`. */
  apiKey?: string | undefined;
}

export const qwenConfig = z.strictObject({
  ...httpConfig,
  region: z._default(z.enum(Object.keys(regions) as [QwenRegion, ...QwenRegion[]]), "international"),
  baseURL: z.optional(httpURL),
  model: modelName<QwenModelId>(),
  apiKey: filledString,
} satisfies ConfigShape<QwenConfig>);

export type QwenSettings = z.output<typeof qwenConfig>;
