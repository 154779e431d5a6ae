import type { BelugaError, Embedder, Usage } from "@beluga/core";
import type { EmbedCall } from "@beluga/core/provider";

/** One of the ways in which Google's models are asked for vectors. */
export interface Wire {
  /** Where it is spoken unless the config says otherwise. */
  baseURL: string;
  /** Below the base URL. */
  path: string;
  limits: Embedder["limits"];
  body(texts: readonly string[], asked: Asked): unknown;
  read(data: unknown, invalid: (problem: string) => BelugaError): WireAnswer;
}

/** What is asked for beside the texts. */
export interface Asked extends Pick<EmbedCall, "dimensions" | "providerOptions"> {
  /** Absent where the model is told in the text, or it makes no difference. */
  taskType: string | undefined;
}

/** What an answer says. */
export interface WireAnswer {
  /** In the order of the texts. */
  embeddings: readonly Float32Array[];
  usage: Usage;
  /** One of the texts was cut. */
  isTruncated: boolean;
}

/** `models/gemini-embedding-2`: a name that says of what kind it is (`models/`, `publishers/`) stays as it is. */
export function resourceName(model: string): string {
  return model.includes("/") ? model : `models/${model}`;
}

/** The path of one of a model's methods. */
export function methodPath(model: string, method: string): string {
  return `${resourceName(model).split("/").map(encodeURIComponent).join("/")}:${method}`;
}
