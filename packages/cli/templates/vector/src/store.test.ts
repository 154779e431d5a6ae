import { type VectorIndex, vectorStoreConformance } from "@beluga/conformance";
import type { ManagedVectorStore } from "@beluga/core";
import { createAcmeStore } from "./index.js";
import { AcmeServer, oneMatch } from "./testing/server.js";

const server = new AcmeServer();
const apiKey = "acme-0123456789abcdef"; // made up, of the form that the vendor's keys have

const open = ({ name: index, metric, dimensions }: VectorIndex): ManagedVectorStore =>
  createAcmeStore({ index, metric, dimensions, apiKey, fetch: server.fetch });

vectorStoreConformance({
  name: "acme",
  packageName: "@beluga/vector-acme",
  config: { index: "any", apiKey },
  open,
  async create(index) {
    const store = open(index);
    await store.ensureIndex();
    return store;
  },
  http: {
    create: createAcmeStore,
    config: { index: "whales" },
    secret: apiKey,
    answer: () => ({ headers: { "content-type": "application/json" }, body: JSON.stringify(oneMatch) }),
    aside: ({ method }) =>
      method === "GET"
        ? {
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ indexes: [{ name: "whales", metric: "cosine", dimensions: 2 }] }),
          }
        : undefined,
  },
});
