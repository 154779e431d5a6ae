import { cohereInputTypes, cohereVectors } from "@beluga/core/provider";
import type { BedrockEmbedderSettings } from "./config.js";
import type { ModelFamily } from "./families.js";

const cohere = {
  can: ["outputDtype", "truncate"],
  inputTypes: ["query", "document", "classification", "clustering"],
  vectors: (data, { outputDtype }) => cohereVectors(data, outputDtype),
} as const satisfies Partial<ModelFamily>;

/** {@link https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v3.html} */
export const cohere3: ModelFamily = {
  ...cohere,
  fullDimensions: 1_024,
  widths: "full",
  limits: { maxBatchSize: 96, maxInputTokens: 512 },
  body: (texts, call, settings) => ({
    ...bodyOf(texts, call, settings),
    truncate: settings.truncate,
    ...call.providerOptions,
  }),
};

/** {@link https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v4.html} */
export const cohere4: ModelFamily = {
  ...cohere,
  fullDimensions: 1_536,
  widths: [256, 512, 1_024, 1_536],
  limits: { maxBatchSize: 96, maxInputTokens: 128_000 },
  body: (texts, call, settings) => ({
    ...bodyOf(texts, call, settings),
    output_dimension: call.dimensions,
    truncate: sides[settings.truncate],
    ...call.providerOptions,
  }),
};

const sides = { NONE: "NONE", START: "LEFT", END: "RIGHT" } as const;

function bodyOf(
  texts: readonly string[],
  { inputType = "document" }: Parameters<ModelFamily["body"]>[1],
  { outputDtype }: BedrockEmbedderSettings,
): object {
  // A use has to be told always. What is embedded without a word of its use is stored, as a rule, to be found later.
  return { texts, input_type: cohereInputTypes[inputType], embedding_types: [outputDtype] };
}
