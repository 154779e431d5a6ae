import type { EmbedCall, EmbedDriver } from "@beluga/core/provider";
import type { BedrockEmbedderSettings } from "./config.js";
import { cohere3, cohere4 } from "./cohere.js";
import { nova } from "./nova.js";
import { titan1, titan2 } from "./titan.js";

/** Models that are asked in one way, and answer in one way: Bedrock hands bodies on as they are. */
export interface ModelFamily extends Pick<
  EmbedDriver,
  "fullDimensions" | "inputTypes" | "limits" | "refusesEmptyText" | "widths"
> {
  /** Options of the config that it has. */
  can: readonly ("outputDtype" | "truncate")[];
  /** What asks for the vectors of these texts. */
  body(texts: readonly string[], call: EmbedCall, settings: BedrockEmbedderSettings): object;
  /** The vectors of an answer, as they came; `undefined` where it is none. */
  vectors(data: unknown, settings: BedrockEmbedderSettings): readonly unknown[] | undefined;
  /** Whether an answer says that a text was cut. */
  isTruncated?(data: unknown): boolean;
}

const families: readonly (readonly [names: RegExp, family: ModelFamily])[] = [
  [/\bamazon\.titan-embed-text-v2\b/, titan2],
  [/\bamazon\.titan-embed-(text-v1|g1-text-02)\b/, titan1],
  [/\bcohere\.embed-(english|multilingual)-v3\b/, cohere3],
  [/\bcohere\.embed-v4\b/, cohere4],
  [/\bamazon\.nova-2-multimodal-embeddings\b/, nova],
];

/** The family of a model, by its id or by an ARN that has the id in it. */
export function familyOf(model: string): ModelFamily | undefined {
  return families.find(([names]) => names.test(model))?.[1];
}
