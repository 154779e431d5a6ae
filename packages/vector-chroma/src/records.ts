import type { BelugaError, MetadataValue } from "@beluga/core";
import { asArray, asRecord, asText } from "@beluga/core/provider";

/** A record of a collection. */
export interface ChromaRecord {
  readonly id: string;
  readonly content: string;
  /** As it stands there, other tools' values included. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Where it was asked for, as Chroma counts it. */
  readonly distance: number | undefined;
  /** Where it was asked for. */
  readonly embedding: Float32Array | undefined;
}

/** What an answer includes beside the ids: a column each. */
export type Column = "documents" | "metadatas" | "distances" | "embeddings";

type Invalid = (problem: string) => BelugaError;

/** The columns of an answer to `query`, which has a list of each for every query, of which there was one. */
export function columnsOfQuery(data: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(asRecord(data)).map(([name, lists]) => [name, asArray(lists)[0]]));
}

/**
 * The records of an answer that includes these columns. All is counted: no record gets what is another's.
 *
 * @param width - That of their embeddings, where these are included.
 */
export function readRecords(
  columns: Readonly<Record<string, unknown>>,
  include: readonly Column[],
  invalid: Invalid,
  width = 0,
): ChromaRecord[] {
  const ids = idsOf(columns, invalid);
  const column = (name: Column): readonly unknown[] | undefined => {
    if (!include.includes(name)) return undefined;
    const values = asArray(columns[name]);
    if (values.length === ids.length) return values;
    throw invalid(`a response with ${values.length} ${name} for ${ids.length} ids`);
  };
  const documents = column("documents");
  const metadatas = column("metadatas");
  const distances = column("distances");
  const embeddings = column("embeddings");
  return ids.map((id, at) => ({
    id,
    content: asText(documents?.[at]),
    metadata: asRecord(metadatas?.[at]),
    distance: distances && distanceOf(distances[at], id, invalid),
    embedding: embeddings && vectorOf(embeddings[at], id, invalid, width),
  }));
}

function idsOf({ ids }: Readonly<Record<string, unknown>>, invalid: Invalid): string[] {
  if (Array.isArray(ids) && ids.every((id) => typeof id === "string")) return ids;
  throw invalid("a response without a list of ids");
}

/** What of a record's metadata Beluga has: other tools may keep `null` or a sparse vector there, which is left out. */
export function metadataOf(metadata: ChromaRecord["metadata"]): Record<string, MetadataValue> {
  const known = Object.entries(metadata).filter(([, value]) => isMetadataValue(value));
  return Object.fromEntries(known) as Record<string, MetadataValue>;
}

function isMetadataValue(value: unknown): boolean {
  if (Array.isArray(value))
    return ["string", "number"].some((type) => value.every((element) => typeof element === type));
  return ["string", "number", "boolean"].includes(typeof value);
}

function distanceOf(distance: unknown, id: string, invalid: Invalid): number {
  if (typeof distance === "number") return distance;
  throw invalid(`the record ${JSON.stringify(id)} has no distance`);
}

function vectorOf(numbers: unknown, id: string, invalid: Invalid, width: number): Float32Array {
  const isVector = Array.isArray(numbers) && numbers.length === width;
  // A null would become 0.
  if (isVector && numbers.every((number) => typeof number === "number")) return Float32Array.from(numbers);
  throw invalid(`the record ${JSON.stringify(id)} has no embedding of ${width} numbers`);
}
