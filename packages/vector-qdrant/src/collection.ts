import type { Metric } from "@beluga/core";
import { type IndexDescription, asRecord } from "@beluga/core/provider";
import type { QdrantAnswer } from "./client.js";
import type { QdrantSettings } from "./config.js";
import { qdrantError } from "./errors.js";

/** {@link https://qdrant.tech/documentation/manage-data/collections/ | Qdrant's names}; it has Manhattan besides. */
const distances = { cosine: "Cosine", dot: "Dot", euclidean: "Euclid" } as const satisfies Record<
  Metric,
  string
>;

/** The body that creates a collection: {@link https://api.qdrant.tech/api-reference/collections/create-collection}. */
export function collectionOf(
  { metric, dimensions }: { metric: Metric; dimensions: number | undefined },
  { vectorName, vectorOptions, collectionOptions }: QdrantSettings,
  op: string,
): Record<string, unknown> {
  if (dimensions === undefined)
    throw qdrantError(op, "invalid_input", "dimensions: a new collection needs the width of its vectors");
  const vector = { size: dimensions, distance: distances[metric], ...vectorOptions };
  return { vectors: vectorName === undefined ? vector : { [vectorName]: vector }, ...collectionOptions };
}

/** What a collection is like: {@link https://api.qdrant.tech/api-reference/collections/get-collection}. */
export function describeCollection(
  { result, invalid }: QdrantAnswer,
  { index, vectorName }: QdrantSettings,
  op: string,
): IndexDescription {
  const { vectors } = asRecord(asRecord(asRecord(result)["config"])["params"]);
  // Either what the one vector without a name is like, or what each is, by name.
  const named = typeof asRecord(vectors)["size"] === "number" ? { "": vectors } : asRecord(vectors);
  const vector = named[vectorName ?? ""];
  if (vector === undefined) {
    const problem = `the collection "${index}" has no ${nameOf(vectorName ?? "")}`;
    const names = Object.keys(named).map(nameOf).join(", ") || "no vectors";
    throw qdrantError(op, "invalid_input", `vectorName: ${problem}; it has ${names}`);
  }
  const { size, distance } = asRecord(vector);
  if (typeof size !== "number" || typeof distance !== "string")
    throw invalid("a collection that does not say what its vectors are like");
  const metric = (Object.keys(distances) as Metric[]).find((metric) => distances[metric] === distance);
  if (!metric) throw qdrantError(op, "unsupported", `the collection "${index}" measures by ${distance}`);
  return { dimensions: size, metric };
}

function nameOf(vector: string): string {
  return vector === "" ? "vector without a name" : `vector "${vector}"`;
}
