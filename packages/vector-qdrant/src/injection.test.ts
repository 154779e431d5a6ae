import { type TestServer, startServer } from "@beluga/conformance";
import { type Filter, type VectorDocument, filter, matchesFilter } from "@beluga/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createQdrantStore } from "./index.js";
import { qdrantHandler } from "./testing/qdrant-server.js";

/** Texts that would reach something else, were a key or a value ever read as more than that. */
const attacks = [
  "owner.name",
  "owner[]",
  "owner[0].name",
  "[]",
  "owner.",
  ".owner",
  "..",
  "*",
  "$",
  "$score",
  "../content",
  "metadata.owner",
  "content",
  "id",
  '"',
  '"owner"',
  'owner" ,"match":{"value":"x"}},{"key":"x',
  'x"."owner',
  "\\",
  '\\"',
  "\\u0022",
  "\u0000",
  '{"must":[]}',
  "[]}]}",
  "}, {",
  "true",
  "null",
  "is_empty",
  "must_not",
  "__proto__",
  "constructor",
  "%22",
  "＂owner＂",
  "\u2028",
];

const owned = (id: string, metadata: VectorDocument["metadata"] = {}): VectorDocument => ({
  id,
  content: "x",
  metadata: { owner: "me", ...metadata },
  embedding: [1, 0],
});

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

test("keys and values are only ever compared, as the reference does", async () => {
  const store = createQdrantStore({ baseURL: server.route(qdrantHandler()).url, dimensions: 2 });
  await store.ensureIndex();
  const documents = [
    owned("plain"),
    ...attacks.map((text) => owned(`key ${text}`, { [text]: "x" })),
    ...attacks.map((text) => owned(`value ${text}`, { owner: text })),
    ...attacks.map((text) => owned(`list ${text}`, { owner: ["a", text] })),
  ];
  await store.add(documents);
  const idsOf = async (condition: Filter): Promise<string[]> =>
    (await store.search([1, 0], { k: 1_000, filter: condition })).map(({ id }) => id).sort();
  const expected = (condition: Filter): string[] =>
    documents
      .filter(({ metadata }) => matchesFilter(condition, metadata))
      .map(({ id }) => id)
      .sort();

  for (const text of attacks) {
    const byKey = [filter.eq(text, "x"), filter.ne(text, "x"), filter.exists(text), filter.gt(text, 0)];
    const byValue = [
      filter.eq("owner", text),
      filter.ne("owner", text),
      filter.in("owner", [text, "me"]),
      filter.nin("owner", [text, "a"]),
    ];
    for (const condition of /["\\]/.test(text) ? [] : byKey) {
      expect([condition, await idsOf(condition)]).toEqual([condition, expected(condition)]);
    }
    for (const condition of /["\\]/.test(text) ? byKey : []) {
      await expect(idsOf(condition)).rejects.toMatchObject({ code: "unsupported" });
    }
    for (const condition of byValue) {
      expect([condition, await idsOf(condition)]).toEqual([condition, expected(condition)]);
    }
  }
  // All of it is still there, and goes by what it is called.
  expect(await idsOf(filter.and())).toEqual(documents.map(({ id }) => id).sort());
  await store.delete({ ids: attacks });
  expect(await idsOf(filter.and())).toHaveLength(documents.length);
  await store.delete({ ids: documents.map(({ id }) => id) });
  expect(await idsOf(filter.and())).toEqual([]);
});
