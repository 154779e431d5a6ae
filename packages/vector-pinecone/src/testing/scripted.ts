import type { ManagedVectorStore } from "@beluga/core";
import { type PineconeConfig, createPineconeStore } from "../index.js";

/** What is answered, by the request's path: JSON with status 200, or a whole response. Of several answers the last one serves all that follow. */
type Script = Readonly<Record<string, readonly (object | Response)[]>>;

interface Sent {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: unknown;
}

/** An index of two dimensions as the control plane describes it. */
export const docs = {
  name: "docs",
  host: "docs-abc123.svc.aped-4627-b74a.pinecone.io",
  status: { ready: true, state: "Ready" },
  deployment: { deployment_type: "managed", cloud: "aws", region: "us-east-1" },
  read_capacity: { mode: "OnDemand", status: { state: "Ready" } },
  schema: {
    fields: {
      _values: { type: "dense_vector", dimension: 2, metric: "cosine" },
      _sparse_values: { type: "sparse_vector" },
    },
  },
  tags: null,
  deletion_protection: "disabled",
};

/** Answers for an index that is there and empty. */
const standard: Script = {
  "/indexes/docs": [docs],
  "/indexes": [docs],
  "/vectors/upsert": [{ upsertedCount: 1 }],
  "/vectors/delete": [{}],
  "/query": [{ matches: [], namespace: "", usage: { readUnits: 1 } }],
  "/describe_index_stats": [{ namespaces: {}, dimension: 2, metric: "cosine", totalVectorCount: 0 }],
};

/** A store that is answered from a script, and the requests that it sends. */
export function scripted(
  script: Script = {},
  config: Partial<PineconeConfig> = {},
): { store: ManagedVectorStore; sent: Sent[] } {
  const sent: Sent[] = [];
  const counts = new Map<string, number>();
  const answers = { ...standard, ...script };
  const store = createPineconeStore({
    index: "docs",
    apiKey: "pcsk_test",
    maxRetries: 0,
    async fetch(input, init) {
      const request = new Request(input, init);
      const text = await request.text();
      const headers = Object.fromEntries(request.headers);
      sent.push({ method: request.method, url: request.url, headers, body: text && JSON.parse(text) });
      const path = new URL(request.url).pathname;
      const count = counts.get(path) ?? 0;
      counts.set(path, count + 1);
      const answer = answers[path]?.[count] ?? answers[path]?.at(-1);
      if (answer instanceof Response) return answer.clone();
      return answer ? Response.json(answer) : new Response("no such path", { status: 404 });
    },
    ...config,
  });
  return { store, sent };
}
