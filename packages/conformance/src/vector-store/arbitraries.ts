import type { Filter, FilterValue, MetadataValue, SearchOptions, VectorDocument } from "@beluga/core";
import * as fc from "fast-check";

/**
 * Texts that have broken query builders: quotes of every kind, comment and template marks, paths, wildcards, names of columns, of
 * JavaScript's own members, and control characters. Also used as ids, contents, and keys and values of metadata and filters.
 */
export const hostileTexts: readonly string[] = [
  "",
  " ",
  "'",
  '"',
  "`",
  "\\",
  "\\'",
  "''",
  "'; DROP TABLE documents; --",
  "' OR '1'='1",
  '" OR ""="',
  '"}, "$or": [{}], "x": {"',
  "1) OR (1=1",
  "a.b",
  "a[0]",
  "$",
  "$.x",
  "$ne",
  '$."x"',
  "#>>'{a}'",
  "%",
  "_",
  "*",
  "?",
  "?1",
  ":key",
  "@param",
  "{{x}}",
  "${x}",
  "{a|b}",
  "[(1 +inf]",
  "-- ",
  "/* */",
  "\n",
  "\t",
  "\u0001",
  "null",
  "true",
  "1",
  "NaN",
  "k",
  "id",
  "rowid",
  "metadata",
  "__proto__",
  "constructor",
  "toString",
  "ümlaut",
  "u\u0308mlaut",
  "日本語",
  "🦊",
  "👩‍👩‍👧",
  "\uFFFD",
  "\uFB00",
  "\u{10FFFF}",
  "x".repeat(5_000),
];

/**
 * Whether the run time reads a key back from JSON as it was. Once Node 24 or 26 has parsed a key that ends with a backslash, it takes keys
 * such as `"\n"` for that one: {@link https://github.com/nodejs/node/issues/63785}. So no document has such a key, or others fail at random.
 */
export function isReadableKey(key: string): boolean {
  return !key.endsWith("\\");
}

/** What a store under test can hold and be asked for; see `supports` of its spec. */
export interface Expressible {
  id(id: string): boolean;
  metadata(key: string, value: MetadataValue): boolean;
  zeroVectors: boolean;
}

// Well-formed, and without NUL: what becomes of the rest has a test of its own. Not fast-check's own "binary", which is a table of 84 MB.
const surrogates = { from: 0xd800, count: 0x800 };
const anyCharacter = fc
  .integer({ min: 1, max: 0x10ffff - surrogates.count })
  .map((point) => String.fromCodePoint(point < surrogates.from ? point : point + surrogates.count));
const anyText = fc.string({ unit: anyCharacter, maxLength: 6 });
const text = fc.oneof(
  fc.constantFrom("a", "b", "B", "z", "\uFFFD", "🦊"),
  fc.constantFrom(...hostileTexts),
  anyText,
);
const number = fc.oneof(
  fc.constantFrom(
    0,
    1,
    -1,
    2,
    1.5,
    0.1 + 0.2,
    1e-7,
    1e21,
    2 ** 53,
    -(2 ** 60),
    4032266097344588000,
    Number.MAX_VALUE,
    Number.MIN_VALUE,
  ),
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
);
const key = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "A", "a.b", "🦊") },
  { weight: 2, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 1, arbitrary: anyText },
);

/** Few different values, so that filters find something, and a wide tail. */
const scalar: fc.Arbitrary<FilterValue> = fc.oneof(
  fc.constantFrom<FilterValue>("a", "b", "1", "true", 0, 1, true, false),
  text,
  number,
  fc.boolean(),
);
const metadataValue: fc.Arbitrary<MetadataValue> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(fc.oneof(fc.constantFrom("a", "b", "1"), text), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(fc.constantFrom(0, 1, 2), number), { maxLength: 3 }) },
);

function metadataArbitrary(supports: Expressible): fc.Arbitrary<Record<string, MetadataValue>> {
  return fc
    .array(fc.tuple(key, metadataValue), { maxLength: 5 })
    .map((entries) =>
      Object.fromEntries(
        entries.filter(([key, value]) => isReadableKey(key) && supports.metadata(key, value)),
      ),
    );
}

/** Small whole numbers give equal scores, opposite and zero vectors; the others give all that lies between. */
export function vectorArbitrary(
  dimensions: number,
  { zeroVectors }: Pick<Expressible, "zeroVectors">,
): fc.Arbitrary<Float32Array> {
  const component = fc.oneof(
    fc.integer({ min: -2, max: 2 }),
    fc.integer({ min: -4096, max: 4096 }).map((n) => n / 1024),
  );
  return fc.array(component, { minLength: dimensions, maxLength: dimensions }).map((components) => {
    const vector = Float32Array.from(components, (component) => component + 0);
    if (!zeroVectors && vector.every((component) => component === 0)) vector[0] = 1;
    return vector;
  });
}

/** Few ids, so that documents are replaced and deleted. */
const id = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("a", "b", "c", "d", "\uFFFD", "🦊") },
  { weight: 1, arbitrary: text.filter((id) => id !== "") },
);

export function documentArbitrary(dimensions: number, supports: Expressible): fc.Arbitrary<VectorDocument> {
  return fc.record(
    {
      id: id.filter((id) => supports.id(id)),
      content: text,
      metadata: metadataArbitrary(supports),
      embedding: vectorArbitrary(dimensions, supports),
    },
    { requiredKeys: ["id", "content", "embedding"], noNullPrototype: true },
  );
}

const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ op: fc.constantFrom("eq", "ne"), key, value: scalar }),
  fc.record({
    op: fc.constantFrom("gt", "gte", "lt", "lte"),
    key,
    value: fc.oneof(fc.constantFrom("a", 0, 1), text, number),
  }),
  fc.record({ op: fc.constantFrom("in", "nin"), key, value: fc.array(scalar, { maxLength: 4 }) }),
  fc.record({ op: fc.constant("exists" as const), key, value: fc.boolean() }),
);

/** Filters up to a depth: 1 is a leaf. */
export function filterArbitrary(depth: number): fc.Arbitrary<Filter> {
  if (depth <= 1) return leaf;
  const inner = filterArbitrary(depth - 1);
  return fc.oneof(
    { weight: 2, arbitrary: leaf },
    {
      weight: 2,
      arbitrary: fc.record({ op: fc.constantFrom("and", "or"), filters: fc.array(inner, { maxLength: 3 }) }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant("not"), filter: inner }) },
  );
}

/** One call of a store. */
export type Operation =
  | { op: "add"; documents: VectorDocument[] }
  | { op: "delete"; selection: { ids: string[] } | { filter: Filter } }
  | { op: "search"; query: Float32Array; options: SearchOptions };

export function operationArbitrary(dimensions: number, supports: Expressible): fc.Arbitrary<Operation> {
  const filter = filterArbitrary(4);
  const options = fc.record(
    {
      k: fc.integer({ min: 1, max: 12 }),
      filter,
      threshold: fc.oneof(fc.constantFrom(-1, 0, 0.5, 1), fc.double({ min: -2, max: 2, noNaN: true })),
      includeEmbeddings: fc.boolean(),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        op: fc.constant("add" as const),
        documents: fc.array(documentArbitrary(dimensions, supports), { maxLength: 6 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant("delete" as const),
        selection: fc.oneof(
          fc.record({ ids: fc.array(id, { maxLength: 3 }) }),
          fc.record({ filter: filterArbitrary(3) }),
        ),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        op: fc.constant("search" as const),
        query: vectorArbitrary(dimensions, supports),
        options,
      }),
    },
  );
}
