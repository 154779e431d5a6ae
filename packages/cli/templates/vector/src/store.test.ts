import { vectorStoreConformance } from "@beluga/conformance";
import { createAcmeStore } from "./index.js";
import { AcmeServer } from "./testing/server.js";

const server = new AcmeServer();

vectorStoreConformance({
  name: "acme",
  packageName: "@beluga/vector-acme",
  config: { index: "any", dimensions: 3, apiKey: "acme-0123456789abcdef" },
  create({ name, metric, dimensions }) {
    server.createIndex(name, metric);
    return createAcmeStore({
      index: name,
      metric,
      dimensions,
      apiKey: "acme-0123456789abcdef", // made up
      fetch: server.fetch,
    });
  },
});
