// A small server that answers as Qdrant 1.19 does over its REST API, for the requests that the store sends: it keeps collections and points in
// memory, filters and scores them. It is written from the API's reference and, where that is silent, from Qdrant's source: the paths beside the rules
// are those of https://github.com/qdrant/qdrant/tree/v1.19.0. It is no Qdrant: there is no HNSW graph (every search is exact), payload indexes are
// names, and what it does not know it refuses.
import type { Handler, ServedRequest } from "@beluga/conformance";
import type * as z from "zod/mini";
import { type Collection, create, describe, query, remove, upsert } from "./collection.js";
import { Refusal, refuse, respond } from "./refusal.js";
import { createCollection, createFieldIndex, deletePoints, queryPoints, upsertPoints } from "./schemas.js";
import { SerdeError, parseAsSerde } from "./serde-json.js";

interface QdrantServerOptions {
  /** The key that requests need. Default: none. */
  apiKey?: string;
  /** The largest body, in bytes. Default: 32 MiB, as in `config/config.yaml`. */
  maxRequestSize?: number;
}

/** Answers the requests of a route of `startServer`; its collections are its own. */
export function qdrantHandler(options: QdrantServerOptions = {}): Handler {
  const collections = new Map<string, Collection>();
  return (request) => {
    try {
      authenticate(request, options);
      return respond(200, { result: answer(request, collections, options), status: "ok", time: 0.0001 });
    } catch (error) {
      if (error instanceof Refusal) return error.reply;
      throw error;
    }
  };
}

function answer(
  request: ServedRequest,
  collections: Map<string, Collection>,
  options: QdrantServerOptions,
): unknown {
  const { pathname, searchParams } = new URL(request.path, "http://localhost");
  const [, encoded = "", path = ""] = /^\/collections\/([^/]+)(.*)$/.exec(pathname) ?? [];
  const name = decodeURIComponent(encoded);
  const body = <Body>(schema: z.ZodMiniType<Body>): Body => read(request, schema, options);
  const collection = (): Collection => {
    const found = collections.get(name);
    if (found) return found;
    throw refuse(404, `Not found: Collection \`${name}\` doesn't exist!`);
  };
  const written = (write: () => void): unknown => {
    if (searchParams.get("wait") !== "true")
      throw refuse(400, "this server knows no writes that nobody waits for");
    write();
    return { operation_id: 0, status: "completed" };
  };
  switch (`${request.method} ${path}`) {
    case "GET ":
      return describe(collection());
    case "PUT ": {
      const created = create(name, body(createCollection));
      if (collections.has(name)) throw refuse(409, `Wrong input: Collection \`${name}\` already exists!`);
      collections.set(name, created);
      return true;
    }
    case "DELETE ":
      return collections.delete(name);
    case "PUT /index": {
      const { field_name: field, field_schema: schema } = body(createFieldIndex);
      return written(() =>
        collection().indexes.set(field, typeof schema === "string" ? schema : schema.type),
      );
    }
    case "PUT /points": {
      const { points } = body(upsertPoints);
      return written(() => upsert(collection(), points));
    }
    case "POST /points/query":
      return { points: query(collection(), body(queryPoints)) };
    case "POST /points/delete": {
      const selector = body(deletePoints);
      return written(() => remove(collection(), selector));
    }
    default:
      throw new Refusal({ status: 404 });
  }
}

/** `src/common/auth/mod.rs`, validate_request; `src/actix/auth.rs` answers with the words alone. */
function authenticate({ headers }: ServedRequest, { apiKey }: QdrantServerOptions): void {
  const key = headers["api-key"] ?? headers["authorization"]?.replace(/^Bearer /, "");
  if (apiKey === undefined || key === apiKey) return;
  const problem =
    key === undefined ? "Must provide an API key or an Authorization bearer token" : "Invalid API key or JWT";
  throw new Refusal({ status: 401, headers: { "content-type": "text/plain; charset=utf-8" }, body: problem });
}

/** `src/actix/mod.rs`, validation_error_handler; where serde says what it expected, its words are others. */
function read<Body>(
  request: ServedRequest,
  schema: z.ZodMiniType<Body>,
  { maxRequestSize = 32 * 2 ** 20 }: QdrantServerOptions,
): Body {
  const { byteLength } = request.bytes;
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? ""))
    throw refuse(400, "Content type error");
  if (byteLength > maxRequestSize)
    throw refuse(
      400,
      `JSON payload (${byteLength} bytes) is larger than allowed (limit: ${maxRequestSize} bytes).`,
    );
  let value: unknown;
  try {
    value = parseAsSerde(request.text);
  } catch (error) {
    if (error instanceof SerdeError) throw refuse(400, `Format error in JSON body: ${error.message}`);
    throw error;
  }
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const words = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  throw refuse(400, `Format error in JSON body: ${words}`);
}
