import type { Metric } from "@beluga/core";
import { type ConfigShape, filledString, positiveInteger } from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** Options of `createMemoryStore`. */
export interface MemoryConfig {
  /** How nearness is measured: `cosine`, `dot` or `euclidean`. Default: `cosine`. */
  metric?: Metric | undefined;
  /** The width of the vectors. Default: that of the first document. */
  dimensions?: number | undefined;
  /** A name, which stands in the store's `id` and means nothing else: each store has documents of its own. Default: `default`. */
  index?: string | undefined;
}

export const memoryConfig = z.strictObject({
  metric: z._default(z.enum(["cosine", "dot", "euclidean"]), "cosine"),
  dimensions: z.optional(positiveInteger),
  index: z._default(filledString, "default"),
} satisfies ConfigShape<MemoryConfig>);

export type MemorySettings = z.output<typeof memoryConfig>;
