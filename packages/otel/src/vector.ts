import type { Call } from "@beluga/core";
import type { Attributes } from "@opentelemetry/api";
import { type End, type Kind, withErrorType } from "./kind.js";

/** From a provider's name here to its `db.system.name`, where the two differ; all other names stay as they are. */
const systemNames: ReadonlyMap<string, string> = new Map([["pgvector", "postgresql"]]);

/**
 * The calls of vector stores, by the {@link https://opentelemetry.io/docs/specs/semconv/db/database-spans/ | conventions for databases}.
 * Several documents in one call are operands of one operation, and no batch.
 */
export const vector: Kind = {
  spanName: (call) => [operationOf(call), collectionOf(call)].join(" ").trim(),

  identity(call) {
    const collection = collectionOf(call);
    return {
      "db.system.name": systemNames.get(call.provider) ?? call.provider,
      "db.operation.name": operationOf(call),
      ...(collection !== undefined && { "db.collection.name": collection }),
    };
  },

  request: () => ({}),

  response: statusAttributes,

  measure({ database }, identity, end, _settings, context) {
    const attributes = withErrorType({ ...identity, ...statusAttributes(end) }, end);
    database.duration.record(end.duration / 1000, attributes, context);
  },
};

/** `search` of `vector.search`. */
function operationOf({ op }: Call): string {
  return op.slice(op.indexOf(".") + 1);
}

/** The index, `notes` of `pinecone/notes`. */
function collectionOf({ id = "" }: Call): string | undefined {
  const slash = id.indexOf("/");
  return slash < 0 ? undefined : id.slice(slash + 1);
}

/** The HTTP status is what a store that is asked over HTTP has for a status code. */
function statusAttributes({ failure }: End): Attributes {
  return failure?.status === undefined ? {} : { "db.response.status_code": String(failure.status) };
}
