import {
  type ServedRequest,
  type TestServer,
  type VectorIndex,
  type VectorStoreSpec,
  startServer,
  vectorStoreConformance,
} from "@beluga/conformance";
import type { Filter, MetadataValue } from "@beluga/core";
import { afterAll, beforeAll, describe } from "vitest";
import { type QdrantConfig, createQdrantStore } from "./index.js";
import { qdrantHandler } from "./testing/qdrant-server.js";
import { numberAsSerde } from "./testing/serde-json.js";

/** What filters cannot say: see the README. */
function hasFilter(condition: Filter): boolean {
  if (!("key" in condition)) return true;
  if (/["\\]/.test(condition.key)) return false;
  return !(["gt", "gte", "lt", "lte"].includes(condition.op) && typeof condition.value === "string");
}

/** Numbers of which Qdrant changes the last of 16 or 17 digits are not refused; there is just nothing to be compared with them. */
function isKept(_key: string, value: MetadataValue): boolean {
  return [value]
    .flat()
    .every((item) => typeof item !== "number" || numberAsSerde(JSON.stringify(item)) === item);
}

const spec: Pick<VectorStoreSpec, "name" | "packageName" | "supports"> = {
  name: "qdrant",
  packageName: "@beluga/vector-qdrant",
  supports: { filter: hasFilter, metadata: isKept, normalizes: ["cosine"] },
};

function storesAt(config: () => QdrantConfig): Required<Pick<VectorStoreSpec, "create" | "reopen" | "open">> {
  const open = ({ name, metric, dimensions }: VectorIndex) =>
    createQdrantStore({ ...config(), index: name, metric, dimensions, exact: true });
  return {
    open,
    reopen: open,
    async create(index) {
      const store = open(index);
      await store.ensureIndex();
      return store;
    },
  };
}

describe("against the local server", () => {
  let server: TestServer;
  let url = "";
  const requests = new Map<string, number>();
  beforeAll(async () => {
    server = await startServer();
    const answer = qdrantHandler({ apiKey: "local-key" });
    url = server.route((request, count) => {
      const [, index = ""] = /^\/collections\/([^/?]+)/.exec(request.path) ?? [];
      requests.set(index, (requests.get(index) ?? 0) + 1);
      return answer(request, count);
    }).url;
  });
  afterAll(() => server.close());

  vectorStoreConformance({
    ...spec,
    ...storesAt(() => ({ baseURL: url, apiKey: "local-key" })),
    requests: ({ name }) => requests.get(name) ?? 0,
    http: {
      create: createQdrantStore,
      config: { metric: "dot" },
      secretOptional: true,
      secret: "qdrant-key-0123456789abcdefGHIJKLMNOP",
      errorBody: (message) => ({ status: { error: message }, time: 0.1 }),
      httpErrors: [
        {
          status: 401,
          body: "Invalid API key or JWT",
          code: "auth_error",
        },
        {
          status: 403,
          body: { status: { error: "Forbidden: Global access is required" }, time: 0.1 },
          code: "permission_denied",
        },
        {
          status: 404,
          body: { status: { error: "Not found: Collection `documents` doesn't exist!" }, time: 0.1 },
          code: "not_found",
        },
        {
          status: 429,
          body: {
            status: {
              error:
                "Rate limiting exceeded: Read rate limit exceeded: Operation requires 1 tokens but only 0.0 were available. Retry after 1s",
            },
            time: 0.1,
          },
          code: "rate_limit",
        },
        {
          status: 429,
          body: {
            status: {
              error:
                "Rate limiting exceeded: Read rate limit exceeded, request larger than rate limiter capacity, please try to split your request",
            },
            time: 0.1,
          },
          code: "rate_limit",
          retryable: false,
        },
        {
          status: 507,
          body: { status: { error: "Insufficient storage: disk usage is at 95%" }, time: 0.1 },
          code: "quota_exhausted",
        },
      ],
      answer: () => json({ result: { points: [whale] }, status: "ok", time: 0.1 }),
      aside: describesCollection,
    },
  });
});

const { BELUGA_LIVE_QDRANT: baseURL, BELUGA_LIVE_QDRANT_KEY: apiKey } = process.env;
const live: readonly QdrantConfig[] = baseURL === undefined ? [] : [{ baseURL, apiKey }];

describe.each(live)("against the server at BELUGA_LIVE_QDRANT", (config) => {
  const { create, open, ...stores } = storesAt(() => config);
  const made = new Set<string>();
  const remember = (index: VectorIndex): VectorIndex => {
    made.add(index.name);
    return index;
  };
  // Each run makes a collection, which takes a real server a while.
  vectorStoreConformance({
    ...spec,
    ...stores,
    create: (index) => create(remember(index)),
    open: (index) => open(remember(index)),
    runs: 20,
  });
  afterAll(async () => {
    for (const index of made) await createQdrantStore({ ...config, index }).dropIndex();
  });
});

const whale = {
  id: "2f2a3a4c-0a4e-5b6e-9d0c-2c1d1d2f7a11",
  version: 3,
  score: 0.5,
  payload: { id: "whale", content: "Belugas sing.", metadata: { text: "Wal" } },
};

function describesCollection({ method, path }: ServedRequest): ReturnType<typeof json> | undefined {
  if (method !== "GET" || !/^\/collections\/[^/]+$/.test(path)) return undefined;
  const config = { params: { vectors: { size: 2, distance: "Dot" } } };
  return json({ result: { status: "green", config }, status: "ok", time: 0.1 });
}

function json(body: unknown): { headers: Record<string, string>; body: string } {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
