import type { Reply, Route, ServedRequest, TestServer } from "@beluga/conformance";
import * as z from "zod/mini";
import type { MissingKeys } from "./filter.js";
import { Namespace } from "./namespace.js";
import { PineconeError, controlError, json, unauthorized } from "./pinecone-error.js";
import {
  type CreateIndexRequest,
  createIndexRequest,
  deleteRequest,
  queryRequest,
  statsRequest,
  upsertRequest,
} from "./request-schemas.js";

/** How the server behaves where the reference leaves room. */
export interface PineconeOptions {
  /** Default: a key of its own. */
  apiKey?: string;
  /** How many queries come too early to see a write. Default: 0. */
  lag?: number;
  /** How often an index that was just created, or deleted, is still on its way. Default: 0. */
  slowness?: number;
  /** Whether a record without the key satisfies `$ne`, `$nin` and `$not`. Default: `do not match`. */
  missing?: MissingKeys;
}

export interface PineconeServer {
  /** Where the control plane is. Hosts of indexes lie under it. */
  readonly url: string;
  readonly apiKey: string;
  readonly route: Route;
  /** How many requests were about an index, on both planes. */
  requestsAbout(index: string): number;
}

/**
 * Pinecone's API, as far as a vector store needs it, written from the reference of the version 2026-07: control plane and data plane, with records
 * that are kept, filtered and scored for real. What the reference refuses, or does not document, it refuses.
 *
 * @see {@link https://docs.pinecone.io/reference/api/introduction}
 */
export function pineconeServer(server: TestServer, options: PineconeOptions = {}): PineconeServer {
  const { apiKey = "pcsk_test", lag = 0, slowness = 0, missing = "do not match" } = options;
  const indexes = new Map<string, Index>();
  const counts = new Map<string, number>();

  const answer = (request: ServedRequest): Reply => {
    const [, about = ""] = /^\/(?:hosts|indexes)\/([^/]+)/.exec(request.path) ?? [];
    counts.set(about, (counts.get(about) ?? 0) + 1);
    if (request.headers["api-key"] !== apiKey) return unauthorized();
    if (request.headers["x-pinecone-api-version"] !== "2026-07")
      return { status: 400, headers: { "content-type": "text/plain" }, body: "unknown API version" };
    const [, name = "", operation] = /^\/hosts\/([^/]+)(\/.*)$/.exec(request.path) ?? [];
    if (operation === undefined) return control(request);
    try {
      return data(indexes.get(name), operation, request);
    } catch (error) {
      if (error instanceof PineconeError) return error.reply;
      throw error;
    }
  };

  /** {@link https://docs.pinecone.io/reference/api/2026-07/control-plane/create_index} and its neighbours. */
  const control = (request: ServedRequest): Reply => {
    const { method, path } = request;
    if (method === "POST" && path === "/indexes") return create(request);
    const [, name = ""] = /^\/indexes\/([^/]+)$/.exec(path) ?? [];
    const index = indexes.get(name);
    if (index?.isGone) indexes.delete(name);
    if (!index || index.isGone) return controlError(404, "NOT_FOUND", `Index ${name} not found.`);
    if (method === "GET") return json(index.describe());
    if (method !== "DELETE") return controlError(404, "NOT_FOUND", `no ${method} ${path}`);
    if (index.isProtected) {
      const message =
        "Deletion protection is enabled for this index. Disable deletion protection before retrying.";
      return controlError(403, "FORBIDDEN", message);
    }
    index.terminate();
    return { status: 202 };
  };

  const create = ({ body }: ServedRequest): Reply => {
    const { data: request, error } = z.safeParse(createIndexRequest, body);
    if (!request) return controlError(422, "UNPROCESSABLE_ENTITY", wordsOf(error));
    const { name, deployment } = request;
    if (deployment && !/^[a-z]+-[a-z]+-?\d$/.test(deployment.region)) {
      const message = `Resource cloud: ${deployment.cloud} region: ${deployment.region} not found.`;
      return controlError(404, "NOT_FOUND", message);
    }
    const there = indexes.get(name);
    if (there && !there.isGone) return controlError(409, "ALREADY_EXISTS", "Resource already exists.");
    const index = new Index(request, `${route.url}/hosts/${name}`, { lag, missing, slowness });
    indexes.set(name, index);
    return json(index.describe(), 201);
  };

  const route = server.route(answer);
  return { url: route.url, apiKey, route, requestsAbout: (index) => counts.get(index) ?? 0 };
}

/** {@link https://docs.pinecone.io/reference/api/2026-07/data-plane/upsert} and its neighbours. */
function data(index: Index | undefined, operation: string, { method, bytes, body }: ServedRequest): Reply {
  if (!index?.isReady) throw new PineconeError(404, 5, "index not found");
  if (method !== "POST") throw new PineconeError(404, 12, `no ${method} ${operation}`);
  // {@link https://docs.pinecone.io/reference/api/database-limits/operation-limits#upsert-limits}. The smaller of what "2 MB" may mean.
  if (bytes.byteLength > 2_000_000) {
    const message = `Error, message length too large: found ${bytes.byteLength} bytes, the limit is: 2000000 bytes`;
    throw new PineconeError(400, 11, message);
  }
  switch (operation) {
    case "/vectors/upsert": {
      const request = parse(upsertRequest, body);
      for (const { values } of request.vectors) index.checkWidth(values);
      return index.madeNamespace(request.namespace).upsert(request);
    }
    case "/query": {
      const request = parse(queryRequest, body);
      index.checkWidth(request.vector);
      return (index.namespace(request.namespace) ?? index.newNamespace()).query(request);
    }
    case "/vectors/delete": {
      const request = parse(deleteRequest, body);
      const namespace = index.namespace(request.namespace);
      // In these words from the service.
      if (!namespace?.isThere) throw new PineconeError(404, 5, "Namespace not found");
      if ("ids" in request) return namespace.deleteIds(request.ids);
      return "filter" in request ? namespace.deleteWhere(request.filter) : namespace.deleteAll();
    }
    case "/describe_index_stats":
      parse(statsRequest, body);
      return json({ ...index.stats(), indexFullness: 0, vectorType: "dense" });
    default:
      throw new PineconeError(404, 12, `no ${operation}`);
  }
}

interface IndexOptions {
  lag: number;
  missing: MissingKeys;
  slowness: number;
}

class Index {
  readonly #request: CreateIndexRequest;
  readonly #host: string;
  readonly #options: IndexOptions;
  readonly #namespaces = new Map<string, Namespace>();
  #state: "Initializing" | "Ready" | "Terminating" = "Initializing";
  /** How often it is still described as being on its way. */
  #steps: number;

  constructor(request: CreateIndexRequest, host: string, options: IndexOptions) {
    this.#request = request;
    this.#host = host;
    this.#options = options;
    this.#steps = options.slowness;
    if (this.#steps === 0) this.#state = "Ready";
  }

  get isReady(): boolean {
    return this.#state === "Ready";
  }

  get isGone(): boolean {
    return this.#state === "Terminating" && this.#steps <= 0;
  }

  get isProtected(): boolean {
    return this.#request.deletion_protection === "enabled";
  }

  terminate(): void {
    this.#state = "Terminating";
    this.#steps = this.#options.slowness;
  }

  /** {@link https://docs.pinecone.io/reference/api/2026-07/control-plane/describe_index}. The schema stays empty until the index is ready. */
  describe(): unknown {
    const { name, schema, deployment, deletion_protection: protection = "disabled" } = this.#request;
    const described = {
      name,
      host: this.#host,
      status: { ready: this.isReady, state: this.#state },
      deployment: deployment ?? { deployment_type: "managed", cloud: "aws", region: "us-east-1" },
      read_capacity: { mode: "OnDemand", status: { state: "Ready" } },
      // An index of the Vectors API always reports both.
      schema: { fields: this.isReady ? { ...schema.fields, _sparse_values: { type: "sparse_vector" } } : {} },
      tags: null,
      deletion_protection: protection,
    };
    if (this.#steps > 0) this.#steps--;
    if (this.#state === "Initializing" && this.#steps === 0) this.#state = "Ready";
    return described;
  }

  stats(): { dimension: number; metric: string; namespaces: object; totalVectorCount: number } {
    const { dimension, metric } = this.#request.schema.fields._values;
    return { dimension, metric, namespaces: {}, totalVectorCount: 0 };
  }

  namespace(name = "__default__"): Namespace | undefined {
    return this.#namespaces.get(name || "__default__");
  }

  /** Namespaces come into being with their first upsert; a query of another finds nothing. */
  madeNamespace(name = "__default__"): Namespace {
    const namespace = this.namespace(name) ?? this.newNamespace();
    this.#namespaces.set(name || "__default__", namespace);
    return namespace;
  }

  newNamespace(): Namespace {
    const { lag, missing } = this.#options;
    return new Namespace({ metric: this.#request.schema.fields._values.metric, lag, missing });
  }

  checkWidth(values: readonly number[]): void {
    const { dimension } = this.#request.schema.fields._values;
    if (values.length === dimension) return;
    const problem = `Vector dimension ${values.length} does not match the dimension of the index ${dimension}`;
    throw new PineconeError(400, 3, problem);
  }
}

/** The body itself, where it fits: zod's own copy has no key `__proto__`. */
function parse<T>(schema: z.ZodMiniType<T>, body: unknown): T {
  const { error } = z.safeParse(schema, body);
  if (error) throw new PineconeError(400, 3, wordsOf(error));
  return body as T;
}

function wordsOf(error: z.core.$ZodError): string {
  return z.prettifyError(error);
}
