import { type Filter, type MetadataValue, type Metric, matchesFilter } from "@beluga/core";
import { similarity } from "@beluga/core/provider";

interface Stored {
  id: string;
  content: string;
  metadata: Record<string, MetadataValue>;
  vector: number[];
}

interface Index {
  metric: Metric;
  dimensions: number;
  documents: Map<string, Stored>;
}

interface WireFilter {
  all?: WireFilter[];
  any?: WireFilter[];
  none?: [WireFilter];
  field?: string;
  is?: string;
  value?: unknown;
}

interface WireRequest {
  documents?: Stored[];
  vector?: number[];
  limit?: number;
  with_vectors?: boolean;
  ids?: string[];
  filter?: WireFilter;
}

/**
 * Acme's service in a few lines, so that the suite has something to search in: it speaks the wire, and does the work by brute force. Replace it by your vendor's
 * own server where that runs on a developer's machine.
 */
export class AcmeServer {
  readonly #indexes = new Map<string, Index>();

  /** Stands in for the network. */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const [, path = "", action] = /\/indexes(?:\/([^/]+)(?:\/(\w+))?)?$/.exec(request.url) ?? [];
    const name = decodeURIComponent(path);
    if (name === "") return this.#manage(request);
    const index = this.#indexes.get(name);
    if (request.method === "DELETE") return Response.json({ deleted: this.#indexes.delete(name) });
    if (!index) return Response.json({ error: { message: "no such index" } }, { status: 404 });
    const { metric, documents } = index;
    const body = (await request.json()) as WireRequest;

    if (action === "upsert")
      for (const document of body.documents ?? []) documents.set(document.id, document);
    const { filter, ids } = body;
    const matching = [...documents.values()].filter(
      ({ id, metadata }) =>
        (ids ? ids.includes(id) : true) && (filter ? matchesFilter(readFilter(filter), metadata) : true),
    );
    if (action === "delete") for (const { id } of matching) documents.delete(id);
    if (action !== "query") return Response.json({});
    const matches = matching
      .map(({ vector, ...document }) => ({
        ...document,
        distance: distanceOf(metric, body.vector ?? [], vector),
        ...(body.with_vectors && { vector }),
      }))
      .sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1))
      .slice(0, body.limit);
    return Response.json({ matches });
  };

  /** Lists the indexes, and makes new ones. */
  async #manage(request: Request): Promise<Response> {
    if (request.method === "GET") {
      const indexes = [...this.#indexes].map(([name, { metric, dimensions }]) => ({ name, metric, dimensions }));
      return Response.json({ indexes });
    }
    const { name, ...rest } = (await request.json()) as Pick<Index, "metric" | "dimensions"> & { name: string };
    if (this.#indexes.has(name)) return Response.json({ error: { message: "it is there" } }, { status: 409 });
    this.#indexes.set(name, { ...rest, documents: new Map() });
    return Response.json({});
  }
}

/** The answer to a search that finds one document; for the tests of what goes wrong over HTTP. */
export const oneMatch = { matches: [{ id: "whale", content: "Belugas sing.", metadata: {}, distance: 0.5 }] };

function distanceOf(metric: Metric, a: readonly number[], b: readonly number[]): number {
  const score = similarity(metric, Float32Array.from(a), Float32Array.from(b));
  if (metric === "cosine") return 1 - score;
  return metric === "dot" ? -score : 1 / score - 1;
}

function readFilter({ all, any, none, field = "", is, value }: WireFilter): Filter {
  if (all) return { op: "and", filters: all.map(readFilter) };
  if (any) return { op: "or", filters: any.map(readFilter) };
  if (none) return { op: "not", filter: readFilter(none[0]) };
  return { op: is, key: field, value } as Filter;
}
