import type { Filter } from "@beluga/core";

/**
 * A filter as Acme writes it: {@link https://docs.acme.example/api/filters}. Its meaning is that of core's `matchesFilter`; where your vendor
 * differs (a missing key, an array, a number beside a string), write what comes to the same, or refuse it with `unsupported`.
 *
 * @param filter - In the form that `normalizeFilter` gives.
 */
export function wireFilter(filter: Filter): unknown {
  switch (filter.op) {
    case "and":
      return { all: filter.filters.map(wireFilter) };
    case "or":
      return { any: filter.filters.map(wireFilter) };
    case "not":
      return { none: [wireFilter(filter.filter)] };
    default:
      // As JSON, so that neither a key nor a value can become part of a query.
      return { field: filter.key, is: filter.op, value: filter.value };
  }
}

/** Whether a normalised filter matches nothing, whatever the documents: no request is needed then. */
export function matchesNothing(filter: Filter): boolean {
  return filter.op === "or" && filter.filters.length === 0;
}
