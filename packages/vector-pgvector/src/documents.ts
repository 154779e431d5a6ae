import type { StoredDocument } from "@beluga/core/provider";
import type { Query } from "./database.js";
import { vectorToBytes, vectorToText } from "./values.js";

/** What one statement holds at most: rows, and characters and bytes of them. Far under the 65,535 parameters of a statement. */
const maxRows = 500;
const maxSize = 4_000_000;

/** A row's four values, and how much they are. */
interface Row {
  readonly values: readonly [id: string, content: string, metadata: string, embedding: string | Uint8Array];
  readonly size: number;
}

/** Writes documents, of which none has the id of another, a statement for some hundreds of them. */
export async function writeDocuments(
  query: Query,
  table: string,
  documents: readonly StoredDocument[],
  takesBytes: boolean,
): Promise<void> {
  // In one order always: two that write the same documents in different ones would wait for each other for ever.
  const ordered = documents.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (const rows of batchesOf(ordered, takesBytes ? vectorToBytes : vectorToText)) {
    await query(
      insertStatement(table, rows.length),
      rows.flatMap(({ values }) => values),
    );
  }
}

function* batchesOf(
  documents: readonly StoredDocument[],
  encode: (vector: Float32Array) => string | Uint8Array,
): Generator<Row[]> {
  let rows: Row[] = [];
  let size = 0;
  for (const { id, content, metadata, embedding } of documents) {
    const values = [id, content, JSON.stringify(metadata), encode(embedding)] as const;
    const row = { values, size: values.reduce((sum, { length }) => sum + length, 0) };
    if (rows.length === maxRows || (rows.length > 0 && size + row.size > maxSize)) {
      yield rows;
      rows = [];
      size = 0;
    }
    rows.push(row);
    size += row.size;
  }
  if (rows.length > 0) yield rows;
}

function insertStatement(table: string, rows: number): string {
  const tuples = Array.from({ length: rows }, (_, row) => {
    const at = 4 * row;
    return `($${at + 1}, $${at + 2}, $${at + 3}::jsonb, $${at + 4}::vector)`;
  });
  return `INSERT INTO ${table} (id, content, metadata, embedding) VALUES ${tuples.join(", ")}
ON CONFLICT (id) DO UPDATE SET content = excluded.content, metadata = excluded.metadata, embedding = excluded.embedding`;
}
