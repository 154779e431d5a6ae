// What the local server is trusted for: that it refuses what Qdrant would refuse, and is as peculiar as Qdrant is.
import { type Route, type TestServer, startServer } from "@beluga/conformance";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createQdrantStore } from "../index.js";
import { qdrantHandler } from "./qdrant-server.js";
import { numberAsSerde, shortest } from "./serde-json.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

interface Answer {
  status: number;
  /** The words of an error, or the result. */
  says: unknown;
}

/** A server with one collection of two dimensions in which there are points with these payloads, 1, 2, ... */
async function serverWith(
  ...payloads: readonly object[]
): Promise<(request: string, body?: unknown) => Promise<Answer>> {
  const route: Route = server.route(qdrantHandler());
  const ask = async (request: string, body?: unknown): Promise<Answer> => {
    const [method = "", path] = request.split(" ");
    const response = await fetch(`${route.url}/collections/${path}`, {
      method,
      ...(body !== undefined && {
        headers: { "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    if (text === "") return { status: response.status, says: "" };
    const { status, result } = JSON.parse(text) as { status: { error?: string }; result?: unknown };
    return { status: response.status, says: status.error ?? result };
  };
  await ask("PUT docs", { vectors: { size: 2, distance: "Dot" } });
  const points = payloads.map((payload, at) => ({ id: at + 1, vector: [1, 0], payload }));
  await ask("PUT docs/points?wait=true", { points });
  return ask;
}

/** The numbers of the payloads that a filter matches. */
async function matching(filter: unknown, payloads: readonly object[]): Promise<unknown> {
  const ask = await serverWith(...payloads);
  const { says } = await ask("POST docs/points/query", { query: [1, 0], filter, limit: 100 });
  const { points } = says as { points?: { id: number }[] };
  return points ? points.map(({ id }) => id).sort((a, b) => a - b) : says;
}

/** A body of a write with this many levels of JSON: the point is within three, its payload in a fourth. */
function nested(levels: number): string {
  const lists = levels - 4;
  return `{"points":[{"id":1,"vector":[1,0],"payload":{"a":${"[".repeat(lists)}${"]".repeat(lists)}}}]}`;
}

describe("collections", () => {
  test("are created, described and deleted, and a name is there once", async () => {
    const ask = await serverWith();
    expect(await ask("PUT docs", { vectors: { size: 2, distance: "Dot" } })).toEqual({
      status: 409,
      says: "Wrong input: Collection `docs` already exists!",
    });
    const { says } = await ask("GET docs");
    expect(says).toMatchObject({
      status: "green",
      config: { params: { vectors: { size: 2, distance: "Dot" } } },
    });
    expect(await ask("DELETE docs")).toEqual({ status: 200, says: true });
    expect(await ask("DELETE docs")).toEqual({ status: 200, says: false });
    expect(await ask("GET docs")).toEqual({
      status: 404,
      says: "Not found: Collection `docs` doesn't exist!",
    });
  });

  test.each([
    [
      { vectors: { size: 0, distance: "Dot" } },
      422,
      "Validation error in JSON body: [vectors.size: value 0 invalid, must be from 1 to 65536]",
    ],
    [{ vectors: { size: 2, distance: "dot" } }, 400, "Format error in JSON body"],
    [{ vectors: { size: 2 } }, 400, "Format error in JSON body"],
    [{ vectors: { size: 2, distance: "Dot" }, shards: 1 }, 400, "Format error in JSON body"],
  ])("%j is refused", async (body, status, words) => {
    const ask = await serverWith();
    expect(await ask("PUT other", body)).toEqual({ status, says: expect.stringContaining(words) });
  });
});

describe("requests", () => {
  test.each<[string, string, unknown, string]>([
    [
      "an id that is neither integer nor UUID",
      "PUT docs/points?wait=true",
      { points: [{ id: "a", vector: [1, 0] }] },
      'value "a" is not a valid point ID, valid values are either an unsigned integer or a UUID',
    ],
    ["a negative id", "POST docs/points/delete?wait=true", { points: [-1] }, "Format error in JSON body"],
    [
      "a vector of another width",
      "PUT docs/points?wait=true",
      { points: [{ id: 1, vector: [1] }] },
      "Wrong input: Vector dimension error: expected dim: 2, got 1",
    ],
    [
      "a query of another width",
      "POST docs/points/query",
      { query: [1] },
      "Wrong input: Vector dimension error: expected dim: 2, got 1",
    ],
    [
      "a vector's name that is unknown",
      "POST docs/points/query",
      { query: [1, 0], using: "x" },
      "Wrong input: Not existing vector name error: x",
    ],
    [
      "a field that is unknown",
      "POST docs/points/query",
      { query: [1, 0], top: 3 },
      "Format error in JSON body",
    ],
    [
      "a float to match",
      "POST docs/points/query",
      { query: [1, 0], filter: { must: [{ key: "a", match: { value: 1.5 } }] } },
      "Format error in JSON body: filter.must.0",
    ],
    [
      "truth values to match any of",
      "POST docs/points/query",
      { query: [1, 0], filter: { must: [{ key: "a", match: { any: [true] } }] } },
      "Format error in JSON body: filter.must.0",
    ],
    [
      "texts and integers in one list",
      "POST docs/points/query",
      { query: [1, 0], filter: { must: [{ key: "a", match: { any: ["a", 1] } }] } },
      "Format error in JSON body: filter.must.0",
    ],
    [
      "a text as bound",
      "POST docs/points/query",
      { query: [1, 0], filter: { must: [{ key: "a", range: { gt: "a" } }] } },
      "Format error in JSON body: filter.must.0",
    ],
    [
      "a path that is none",
      "POST docs/points/query",
      { query: [1, 0], filter: { must: [{ key: "a b", match: { value: 1 } }] } },
      "Format error in JSON body: filter.must.0",
    ],
    [
      "a clause that is unknown",
      "POST docs/points/query",
      { query: [1, 0], filter: { all: [] } },
      "Format error in JSON body",
    ],
    ["what is no JSON", "POST docs/points/query", "{query", "Format error in JSON body: expected value"],
    [
      "half of a surrogate pair",
      "POST docs/points/query",
      '{"query":[1,0],"using":"\\ud800"}',
      "lone leading surrogate in hex escape",
    ],
    ["a write that is not waited for", "PUT docs/points", { points: [] }, "nobody waits for"],
  ])("%s is refused", async (_fault, request, body, words) => {
    const ask = await serverWith();
    expect(await ask(request, body)).toEqual({ status: 400, says: expect.stringContaining(words) });
  });

  test("may nest 127 levels of JSON, and no more", async () => {
    const ask = await serverWith();
    expect(await ask("PUT docs/points?wait=true", nested(127))).toMatchObject({ status: 200 });
    expect(await ask("PUT docs/points?wait=true", nested(128))).toEqual({
      status: 400,
      says: expect.stringContaining("recursion limit exceeded"),
    });
  });

  test("are refused over the size that is allowed", async () => {
    const route = server.route(qdrantHandler({ maxRequestSize: 100 }));
    const store = createQdrantStore({ baseURL: route.url, dimensions: 2 });
    await store.ensureIndex();
    const large = { id: "a", content: "x".repeat(200), embedding: [1, 0] };
    await expect(store.add([large])).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(
        /JSON payload \(\d+ bytes\) is larger than allowed \(limit: 100 bytes\)\./,
      ),
    });
  });

  test("need the key, where there is one", async () => {
    const baseURL = server.route(qdrantHandler({ apiKey: "key-1" })).url;
    for (const [apiKey, words] of [
      // Core takes its end for a key.
      [undefined, "Must provide an API key or an Authorization ***"],
      ["key-2", "Invalid API key or JWT"],
    ] as const) {
      await expect(createQdrantStore({ baseURL, apiKey }).search([1])).rejects.toMatchObject({
        code: "auth_error",
        message: `qdrant vector.search: 401: ${words}`,
      });
    }
  });

  test("of strict mode need an index of the right type for what they filter on", async () => {
    const config = {
      baseURL: server.route(qdrantHandler()).url,
      dimensions: 2,
      collectionOptions: { strict_mode_config: { enabled: true, unindexed_filtering_retrieve: false } },
    };
    const without = createQdrantStore(config);
    await without.ensureIndex();
    const search = {
      filter: {
        op: "and",
        filters: [
          { op: "eq", key: "lang", value: "en" },
          { op: "gt", key: "year", value: 1 },
        ],
      },
    } as const;
    await expect(without.search([1, 0], search)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining(
        'Index required but not found for "metadata.lang" of one of the following types: [keyword]',
      ),
    });
    const indexed = createQdrantStore({ ...config, payloadIndexes: { lang: "keyword", year: "float" } });
    await indexed.ensureIndex();
    expect(await without.search([1, 0], search)).toEqual([]);
  });
});

describe("filters", () => {
  const key = "a";

  test.each<[string, unknown, object[], number[]]>([
    ["an empty should matches everything", { should: [] }, [{}, { a: 1 }], [1, 2]],
    ["an empty filter matches everything", {}, [{}, { a: 1 }], [1, 2]],
    [
      "a match is of one type",
      { must: [{ key, match: { value: 1 } }] },
      [{ a: 1 }, { a: "1" }, { a: true }, { a: [2, 1] }],
      [1, 4],
    ],
    [
      "a range is of numbers",
      { must: [{ key, range: { gte: 1 } }] },
      [{ a: 1 }, { a: "2" }, { a: 0.5 }, { a: [0, 1.5] }, {}],
      [1, 4],
    ],
    [
      "bounds hold for one element together",
      { must: [{ key, range: { gt: 1, lt: 3 } }] },
      [{ a: [0, 4] }, { a: [0, 2] }],
      [2],
    ],
    [
      "must_not matches what lacks the key",
      { must_not: [{ key, match: { value: "x" } }] },
      [{ a: "x" }, { a: ["x"] }, {}, { a: null }],
      [3, 4],
    ],
    [
      "a key is empty without a value, with null and with an empty list, but not with a list of null",
      { must: [{ is_empty: { key } }] },
      [{}, { a: null }, { a: [] }, { a: [null] }, { a: "" }, { a: {} }],
      [1, 2, 3],
    ],
    [
      "a dot goes into an object, and quotes keep it from that",
      { must: [{ key: "a.b", match: { value: 1 } }] },
      [{ a: { b: 1 } }, { "a.b": 1 }],
      [1],
    ],
    [
      "quotes keep a dot from going into an object",
      { must: [{ key: '"a.b"', match: { value: 1 } }] },
      [{ a: { b: 1 } }, { "a.b": 1 }],
      [2],
    ],
  ])("%s", async (_rule, filter, payloads, expected) => {
    expect(await matching(filter, payloads)).toEqual(expected);
  });
});

describe("numbers", () => {
  test("of up to 15 digits are kept, and some of 17 are not, as with serde_json", () => {
    for (const number of [
      0.1,
      0.3,
      0.1 + 0.2,
      1e21,
      2 ** 53,
      -(2 ** 60),
      4032266097344588000,
      5e-324,
      1e-7,
      123456.789012345,
    ])
      expect(numberAsSerde(JSON.stringify(number))).toBe(number);
    expect(numberAsSerde(JSON.stringify(Number.MAX_VALUE))).toBe(Number.MAX_VALUE);
    // https://github.com/serde-rs/json/issues/1336 has both of these, by their bits.
    expect(numberAsSerde("1.5777777777770001")).toBe(1.577777777777);
  });

  test("of single precision are written with the digits that they need", () => {
    const numbers = [0.1, Math.SQRT1_2, 1, 16777216, 3.4028234663852886e38, 1e-45, -0.25].map(Math.fround);
    expect(numbers.map(shortest)).toEqual([0.1, 0.70710677, 1, 16777216, 3.4028235e38, 1e-45, -0.25]);
    expect(numbers.map(shortest).map(Math.fround)).toEqual(numbers);
  });

  test("that Qdrant changes in their last place come back changed, and are found by what was given", async () => {
    const store = createQdrantStore({ baseURL: server.route(qdrantHandler()).url, dimensions: 2 });
    await store.ensureIndex();
    const number = 1.5777777777770001;
    await store.add([{ id: "a", content: "", metadata: { number }, embedding: [1, 0] }]);
    const [hit] = await store.search([1, 0], { filter: { op: "eq", key: "number", value: number } });
    expect(hit?.metadata).toEqual({ number: 1.577777777777 });
  });
});

/** The score of a vector for a query, in a collection that measures by the cosine. */
async function scoreOf(vector: readonly number[], query: readonly number[]): Promise<number | undefined> {
  const ask = await serverWith();
  await ask("PUT cosines", { vectors: { size: 2, distance: "Cosine" } });
  await ask("PUT cosines/points?wait=true", { points: [{ id: 1, vector }] });
  const { says } = await ask("POST cosines/points/query", { query });
  return (says as { points: { score: number }[] }).points[0]?.score;
}

describe("the cosine", () => {
  test("is of vectors brought to the length of 1, except those of hardly any length", async () => {
    expect(await scoreOf([30, 40], [3, 4])).toBeCloseTo(1, 6);
    expect(await scoreOf([0, 0], [3, 4])).toBe(0);
    expect(await scoreOf([3e-4, 0], [5, 0])).toBeCloseTo(3e-4, 6);
  });
});
