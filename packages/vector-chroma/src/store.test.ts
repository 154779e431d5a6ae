import { type ServedRequest, type VectorIndex, vectorStoreConformance } from "@beluga/conformance";
import type { Filter, ManagedVectorStore, MetadataValue } from "@beluga/core";
import { afterAll, describe } from "vitest";
import { createChromaStore } from "./index.js";
import { serverForTests } from "./testing/server.js";
import { problemWithMetadata } from "./values.js";

const server = await serverForTests();
afterAll(() => server?.stop());

/** How many requests were sent for each index. */
const requests = new Map<string, number>();

function open({ name, metric, dimensions }: VectorIndex): ManagedVectorStore {
  return createChromaStore({
    baseURL: server?.url,
    index: name,
    metric,
    dimensions,
    fetch: (...request) => {
      requests.set(name, (requests.get(name) ?? 0) + 1);
      return fetch(...request);
    },
  });
}

async function create(index: VectorIndex): Promise<ManagedVectorStore> {
  const store = open(index);
  await store.ensureIndex();
  return store;
}

/** Whether Chroma's language has words for it. */
function hasFilter(part: Filter): boolean {
  switch (part.op) {
    case "and":
    case "or":
      return true;
    case "not":
    case "exists":
      return false;
    case "eq":
    case "ne":
    case "in":
    case "nin":
      return isKept(part.key, [part.value].flat());
    default:
      return typeof part.value === "number" && isKept(part.key, [part.value]);
  }
}

function isKept(key: string, values: readonly MetadataValue[]): boolean {
  return values.every((value) => problemWithMetadata(key, value) === undefined);
}

describe.skipIf(!server)("a real server", () => {
  vectorStoreConformance({
    name: "chroma",
    packageName: "@beluga/vector-chroma",
    create,
    open,
    reopen: open,
    requests: ({ name }) => requests.get(name) ?? 0,
    runs: 20,
    supports: {
      filter: hasFilter,
      metadata: (key, value) => isKept(key, [value]),
      // It keeps them at length 1, and their lengths.
      rounds: ["cosine"],
    },
    http: {
      create: createChromaStore,
      config: { index: "whales" },
      secret: "ck-0123456789abcdefGHIJKLMNOP",
      secretOptional: true,
      aside: ({ method }: ServedRequest) => (method === "GET" ? json(collection) : undefined),
      answer: () => json(nearest),
      errorBody: (message) => ({ error: "InvalidArgumentError", message }),
      httpErrors: [
        {
          status: 422,
          body: {
            error: "ChromaError",
            message:
              "Quota exceeded: 'Number of records' exceeded quota limit for action 'Upsert': current usage of 500 exceeds limit of 300.",
          },
          code: "quota_exhausted",
        },
        {
          status: 422,
          body: {
            error: "ChromaError",
            message: "Billing limit exceeded. Please increase your billing limit.",
          },
          code: "quota_exhausted",
        },
        {
          status: 404,
          body: { error: "NotFoundError", message: "Collection [whales] does not exists" },
          code: "not_found",
        },
        {
          status: 400,
          body: { error: "InvalidArgumentError", message: "Invalid where clause" },
          code: "invalid_input",
        },
        {
          status: 500,
          body: { error: "InternalError", message: "Error executing plan: Internal error: Error finding id" },
          code: "provider_unavailable",
        },
      ],
    },
  });
});

const collection = {
  id: "4daf4eb4-ec7e-449f-9006-1fedab621126",
  name: "whales",
  configuration_json: {
    hnsw: {
      space: "cosine",
      ef_construction: 100,
      ef_search: 100,
      max_neighbors: 16,
      resize_factor: 1.2,
      sync_threshold: 1000,
    },
    spann: null,
    embedding_function: null,
  },
  metadata: null,
  dimension: 2,
  tenant: "default_tenant",
  database: "default_database",
  log_position: 0,
  version: 0,
};

const nearest = {
  ids: [["whale"]],
  embeddings: null,
  documents: [["Belugas sing."]],
  uris: null,
  metadatas: [[{ lang: "en" }]],
  distances: [[0.25]],
  include: ["documents", "metadatas", "distances"],
};

function json(body: object): { headers: Record<string, string>; body: string } {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
