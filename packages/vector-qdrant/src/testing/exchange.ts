import type { ManagedVectorStore } from "@beluga/core";
import nock from "nock";
import { type QdrantConfig, createQdrantStore } from "../index.js";

/** A request as it was sent. */
export interface Sent {
  /** `PUT /collections/documents/points?wait=true`. */
  request: string;
  headers: Headers;
  body: unknown;
}

const origin = "http://localhost:6333";

export const collection = (vectors: object = { size: 2, distance: "Cosine" }): object =>
  success({ status: "green", config: { params: { vectors, shard_number: 1 } }, payload_schema: {} });

export const success = (result: unknown): object => ({ result, status: "ok", time: 0.0001 });

/**
 * Makes calls of a store, answered by nock, and gives what they sent.
 *
 * @param answers - Bodies for requests, by what they begin with: `POST /collections/documents/points/query`. Default: Qdrant's right answers, from a
 * collection of two dimensions in which nothing is found.
 */
export async function sentBy(
  config: QdrantConfig,
  call: (store: ManagedVectorStore) => Promise<unknown>,
  answers: Readonly<Record<string, object | (() => [status: number, body: object])>> = {},
): Promise<Sent[]> {
  const sent: Sent[] = [];
  const scope = nock(config.baseURL ?? origin).persist();
  for (const method of ["GET", "PUT", "POST", "DELETE"]) {
    scope.intercept(/^/, method).reply(async (incoming: Request) => {
      const { pathname, search } = new URL(incoming.url);
      const request = `${method} ${pathname}${search}`;
      const text = await incoming.text();
      const body: unknown = text === "" ? undefined : JSON.parse(text);
      sent.push({ request, headers: incoming.headers, body });
      const [, own] = Object.entries(answers).find(([beginning]) => request.startsWith(beginning)) ?? [];
      if (typeof own === "function") return own();
      return [200, own ?? rightAnswer(request)];
    });
  }
  try {
    await call(createQdrantStore(config));
  } finally {
    nock.cleanAll();
  }
  return sent;
}

function rightAnswer(request: string): object {
  if (/\/query/.test(request)) return success({ points: [] });
  if (/\/(points|index)/.test(request)) return success({ operation_id: 7, status: "completed" });
  return request.startsWith("GET") ? collection() : success(true);
}
