/**
 * What configs are described with: the part of {@link https://zod.dev/packages/mini | zod/mini} that they need, which is built into this package. An
 * application so installs no zod for its providers (6 MB), and loads none of its translations (40 ms at each start). It may have a zod of its own, of any
 * version; what it sets for all of zod by `z.config()` holds for this part as well.
 *
 * @example
 * ```ts
 * import * as z from "@beluga/core/schema";
 *
 * const acmeConfig = z.strictObject({ apiKey: z.string(), region: z._default(z.enum(["eu", "us"]), "eu") });
 * ```
 *
 * @packageDocumentation
 */
export {
  _default,
  array,
  boolean,
  custom,
  enum,
  int,
  literal,
  looseObject,
  maxLength,
  maximum,
  minLength,
  minimum,
  number,
  optional,
  pipe,
  prefault,
  record,
  refine,
  regex,
  strictObject,
  string,
  transform,
  union,
  unknown,
} from "zod/mini";
export type * from "zod/mini";
