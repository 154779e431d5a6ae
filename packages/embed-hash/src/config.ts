import type { ConfigShape } from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** Wider than anything that helps, and small enough that a typing error does not take all memory. */
export const maxDimensions = 65_536;

/** Options of `createHashEmbedder`. */
export interface HashConfig {
  /**
   * The version of the algorithm. Vectors of one version compare with each other, on every machine and runtime, and with those of no
   * other. Default, and so far the only one: `v1`.
   */
  model?: "v1" | undefined;
  /**
   * The width of the vectors, from 1 to 65,536. Words share a slot by chance, the fewer slots the more often: below 512 the search gets
   * clearly worse, above 2,048 hardly better. Default: 1,024.
   */
  dimensions?: number | undefined;
}

export const hashConfig = z.strictObject({
  model: z._default(z.literal("v1"), "v1"),
  dimensions: z._default(z.int().check(z.minimum(1), z.maximum(maxDimensions)), 1_024),
} satisfies ConfigShape<HashConfig>);

export type HashSettings = z.output<typeof hashConfig>;
