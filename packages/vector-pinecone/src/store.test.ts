import {
  type VectorIndex,
  type VectorStoreHttp,
  type VectorStoreSpec,
  startServer,
  vectorStoreConformance,
} from "@beluga/conformance";
import { type ManagedVectorStore, type VectorStore, filter } from "@beluga/core";
import { afterAll, describe } from "vitest";
import { type PineconeConfig, createPineconeStore } from "./index.js";
import { json } from "./testing/pinecone-error.js";
import { type PineconeOptions, pineconeServer } from "./testing/pinecone-server.js";

const server = await startServer();
afterAll(() => server.close());

/** What Pinecone cannot express, written apart from the store's own code. */
const supports: VectorStoreSpec["supports"] = {
  zeroVectors: false,
  id: (id) => id.length <= 40 || (id.length <= 512 && /^\p{ASCII}*$/u.test(id)),
  metadata: (key, value) =>
    isKey(key) && (!Array.isArray(value) || (value.length > 0 && typeof value[0] === "string")),
  filter(condition) {
    switch (condition.op) {
      case "and":
      case "or":
      case "not":
        return true;
      case "gt":
      case "gte":
      case "lt":
      case "lte":
        return isKey(condition.key) && typeof condition.value === "number";
      default:
        return isKey(condition.key);
    }
  },
};

function isKey(key: string): boolean {
  return !key.startsWith("$") && key !== "content";
}

/** As the service answers a search, and before it tells of the index. */
const http: VectorStoreHttp<PineconeConfig> = {
  create: createPineconeStore,
  config: { index: "docs" },
  secret: "pcsk_5Fg2h_0123456789abcdefGHIJKLMNOPqrstuvwxyz0123456789ABCD",
  aside({ method, path, base }) {
    if (method !== "GET") return undefined;
    return json({
      name: path.replace("/indexes/", ""),
      host: base,
      status: { ready: true, state: "Ready" },
      deployment: { deployment_type: "managed", cloud: "aws", region: "us-east-1" },
      schema: { fields: { _values: { type: "dense_vector", dimension: 2, metric: "cosine" } } },
      deletion_protection: "disabled",
    });
  },
  answer: () =>
    json(
      {
        matches: [{ id: "whale", score: 0.92, values: [], metadata: { content: "Wal" } }],
        namespace: "",
        usage: { readUnits: 1 },
      },
      200,
      { "x-pinecone-max-indexed-lsn": "4" },
    ),
  errorBody: (message) => ({ code: 3, message, details: [] }),
  httpErrors: [
    {
      status: 400,
      body: {
        code: 3,
        message: "Vector dimension 2 does not match the dimension of the index 3",
        details: [],
      },
      code: "invalid_input",
    },
    { status: 404, body: { code: 5, message: "Namespace not found", details: [] }, code: "not_found" },
    {
      status: 403,
      body: {
        error: { code: "FORBIDDEN", message: "Increase your quota or upgrade to create more indexes." },
        status: 403,
      },
      code: "quota_exhausted",
    },
    {
      status: 402,
      body: {
        error: {
          code: "PAYMENT_REQUIRED",
          message: "Request failed. Pay all past due invoices to lift restrictions on your account.",
        },
        status: 402,
      },
      code: "quota_exhausted",
    },
    {
      status: 429,
      body: {
        code: 8,
        message:
          "Request failed. You've reached the query QPS limit for namespace docs (100 QPS). Pace your queries, consider Dedicated Read Nodes for your index, or contact Pinecone Support to request a higher limit.",
        details: [],
      },
      code: "rate_limit",
    },
    {
      status: 429,
      body: {
        code: 8,
        message:
          "Request failed. You've reached your read unit limit for the current month. To continue reading data, upgrade your plan.",
        details: [],
      },
      code: "quota_exhausted",
    },
  ],
};

const identity = { name: "pinecone", packageName: "@beluga/vector-pinecone", supports };

/** Indexes of their own at a local server that is written from Pinecone's reference. */
function local(options: PineconeOptions, config: Partial<PineconeConfig> = {}): VectorStoreSpec {
  const { url: baseURL, apiKey, requestsAbout } = pineconeServer(server, options);
  const open = ({ name, metric, dimensions }: VectorIndex): ManagedVectorStore =>
    createPineconeStore({ baseURL, apiKey, index: name, metric, dimensions, ...config });
  return {
    ...identity,
    config: { baseURL, apiKey },
    open,
    async create(index) {
      const store = open(index);
      await store.ensureIndex();
      return store;
    },
    requests: ({ name }) => requestsAbout(name),
    runs: 30,
  };
}

describe("where $ne, $nin and $not do not hold for records without the key", () => {
  const spec = local({ missing: "do not match" }, { namespace: "conformance" });
  vectorStoreConformance({ ...spec, http, reopen: (index) => spec.open?.(index) as VectorStore });
});

describe("where they do, and where two searches come too early to see a write", () => {
  vectorStoreConformance({ ...local({ missing: "match", lag: 2 }), runs: 5 });
});

const { BELUGA_LIVE_PINECONE: apiKey } = process.env;

const live: readonly { apiKey: string }[] = apiKey === undefined ? [] : [{ apiKey }];

describe.each(live)("against the service, with the key in BELUGA_LIVE_PINECONE", ({ apiKey }) => {
  // One index for each metric and width, with a namespace for each index of the suite.
  const indexes = new Map<string, ManagedVectorStore>();
  afterAll(() => Promise.all([...indexes.values()].map((store) => store.dropIndex())));

  const create = async ({ name, metric, dimensions }: VectorIndex): Promise<ManagedVectorStore> => {
    const config = { apiKey, index: `beluga-${metric}-${dimensions}`, metric, dimensions };
    const index = indexes.get(config.index) ?? createPineconeStore(config);
    indexes.set(config.index, index);
    await index.ensureIndex();
    const store = createPineconeStore({ ...config, namespace: name });
    return {
      ...store,
      // Others use the index at the same time.
      dropIndex: (options) => store.delete({ filter: filter.and() }, options),
    };
  };
  vectorStoreConformance({ ...identity, config: { apiKey }, create, runs: 3 });
});
