import * as z from "zod/mini";

export const memoryConfig = z.strictObject({
  /** How nearness is measured: `cosine`, `dot` or `euclidean`. Default: `cosine`. */
  metric: z._default(z.enum(["cosine", "dot", "euclidean"]), "cosine"),
  /** The width of the vectors. Default: that of the first document. */
  dimensions: z.optional(z.int().check(z.minimum(1))),
  /** A name, which stands in the store's `id` and means nothing else: each store has documents of its own. Default: `default`. */
  index: z._default(z.string().check(z.minLength(1)), "default"),
});

/** Options of {@link createMemoryStore}. */
export type MemoryConfig = z.input<typeof memoryConfig>;

export type MemorySettings = z.output<typeof memoryConfig>;
