import type { Metric } from "@beluga/core";
import type { ConfigShape } from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** Options of `createSqliteStore`. */
export interface SqliteConfig {
  /**
   * The file, which is made where it is missing (its folder is not); relative to the working folder. `:memory:` keeps everything in memory,
   * for tests. Tables of others in the same file are left alone.
   */
  path: string;
  /** The name of the index; one file holds any number of them. Default: `documents`. */
  index?: string | undefined;
  /**
   * How nearness is measured: `cosine`, `dot` or `euclidean`. The file remembers it, and another than it has is refused. Default: that of the
   * index, and `cosine` for a new one.
   */
  metric?: Metric | undefined;
  /** The width of the vectors. The file remembers it, and another than it has is refused. Default: that of the first document. */
  dimensions?: number | undefined;
  /** Opens an index that is there already, and refuses to change it. Default: `false`. */
  readOnly?: boolean | undefined;
}

/** SQLite keeps text as UTF-8, which has no place for half of a surrogate pair. */
const name = z.string().check(
  z.minLength(1),
  z.refine((value) => !/\p{Surrogate}/u.test(value), "Invalid string: it has a lone surrogate"),
);

export const sqliteConfig = z.strictObject({
  path: name.check(z.refine((path) => !path.includes("\0"), "Invalid path: it has a NUL")),
  index: z._default(name, "documents"),
  metric: z.optional(z.enum(["cosine", "dot", "euclidean"])),
  dimensions: z.optional(z.int().check(z.minimum(1), z.maximum(65_536))),
  readOnly: z._default(z.boolean(), false),
} satisfies ConfigShape<SqliteConfig>);

export type SqliteSettings = z.output<typeof sqliteConfig>;
