import type { FilterDialect, LeafFilter } from "@beluga/core/provider";

/** A filter as Acme writes it: {@link https://docs.acme.example/api/filters}. As JSON, so that neither a key nor a value can become part of a query. */
export type WireFilter =
  | { all: readonly WireFilter[] }
  | { any: readonly WireFilter[] }
  | { none: readonly [WireFilter] }
  | { field: string; is: LeafFilter["op"]; value: unknown };

/**
 * What each filter is in Acme's words. Its meaning is that of core's `matchesFilter`; where your vendor differs (a missing key, an array, a number
 * beside a string), write what comes to the same, or refuse it: `leaf: (leaf, refuse) => refuse("...")`.
 */
export const dialect: FilterDialect<WireFilter> = {
  leaf: ({ op, key, value }) => ({ field: key, is: op, value }),
  not: ({ op, key, value }) => ({ none: [{ field: key, is: op, value }] }),
  and: (conditions) => ({ all: conditions }),
  or: (conditions) => ({ any: conditions }),
};
