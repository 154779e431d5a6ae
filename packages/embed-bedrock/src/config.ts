import { type BedrockConnection, bedrockConnection, bedrockModel } from "@beluga/bedrock";
import { type ConfigShape, positiveInteger } from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/**
 * {@link https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html}. Before some of them goes the area whose regions may serve
 * the request, `us.`, `eu.` or `global.`. Other ids and ARNs of Titan's, Cohere's and Nova's models are accepted as well.
 */
export type BedrockEmbeddingModelId =
  | "amazon.titan-embed-text-v2:0"
  | "amazon.titan-embed-text-v1"
  | "amazon.nova-2-multimodal-embeddings-v1:0"
  | "cohere.embed-v4:0"
  | "us.cohere.embed-v4:0"
  | "eu.cohere.embed-v4:0"
  | "global.cohere.embed-v4:0"
  | "cohere.embed-english-v3"
  | "cohere.embed-multilingual-v3"
  | (string & {});

/** Options of `createBedrockEmbedder`. */
export interface BedrockEmbedderConfig extends BedrockConnection {
  /** The id of a model or of an inference profile, or the ARN of either, or of provisioned throughput. */
  model: BedrockEmbeddingModelId;
  /**
   * The id of the model that an ARN stands for, where the ARN does not say it, as of an application inference profile: requests are written as
   * this one takes them.
   */
  baseModel?: BedrockEmbeddingModelId | undefined;
  /**
   * The width of the vectors: 256, 512 or 1,024 of Titan 2; 256, 512, 1,024 or 1,536 of Cohere 4; 256, 384, 1,024 or 3,072 of Nova. A call's
   * own `dimensions` goes before it. Default: the model's full width.
   */
  dimensions?: number | undefined;
  /**
   * What the numbers are. `int8` are whole numbers from -128 to 127, as they are for an index of such vectors: near to the direction of the
   * `float` ones, but not of length 1, so the two do not belong into one index. Cohere's models have them. Default: `float`.
   */
  outputDtype?: "float" | "int8" | undefined;
  /**
   * What is done with a text that is longer than the model's context: nothing, which makes it an error, or its `START` or `END` is left out.
   * Titan's models can do nothing else. Default: `NONE`.
   */
  truncate?: "NONE" | "START" | "END" | undefined;
}

export const bedrockEmbedderConfig = z.strictObject({
  ...bedrockConnection,
  model: bedrockModel<BedrockEmbeddingModelId>(),
  baseModel: z.optional(bedrockModel<BedrockEmbeddingModelId>()),
  dimensions: z.optional(positiveInteger),
  outputDtype: z._default(z.enum(["float", "int8"]), "float"),
  truncate: z._default(z.enum(["NONE", "START", "END"]), "NONE"),
} satisfies ConfigShape<BedrockEmbedderConfig>);

export type BedrockEmbedderSettings = z.output<typeof bedrockEmbedderConfig>;
