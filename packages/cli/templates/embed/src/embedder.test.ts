import { embedderConformance } from "@beluga/conformance";
import { createAcmeEmbedder } from "./index.js";

embedderConformance({
  name: "acme",
  packageName: "@beluga/embed-acme",
  create: createAcmeEmbedder,
  config: { model: "acme-embed-1" },
  secret: "acme-0123456789abcdef", // made up, of the form that the vendor's keys have
  inputTypes: ["query", "document"],
  wire: {
    read: ({ body }) => {
      const { input, dimensions } = body as { input: string[]; dimensions?: number };
      return { texts: input, dimensions };
    },
    write: ({ vectors, tokens }) => ({
      data: vectors.map(({ index, values }) => ({ index, vector: [...values] })),
      model: "acme-embed-1",
      usage: { tokens },
    }),
  },
});
