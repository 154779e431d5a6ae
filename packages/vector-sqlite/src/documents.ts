import { type StoredDocument, similarity } from "@beluga/core/provider";
import type { SqlValue } from "./database.js";
import { rowsOf } from "./filter.js";
import { toBytes } from "./values.js";

/** What the tables keep of one document; see `IndexTables`. */
export interface DocumentRows {
  readonly id: string;
  readonly content: string;
  readonly json: string;
  readonly values: readonly (readonly [key: string, value: SqlValue])[];
  readonly norm: number;
  readonly embedding: Uint8Array;
}

/** Checked documents as rows. */
export function rowsOfDocuments(documents: readonly StoredDocument[]): DocumentRows[] {
  return documents.map(({ id, content, metadata, embedding }) => ({
    id,
    content,
    json: JSON.stringify(metadata),
    values: Object.entries(metadata).flatMap(([key, value]) =>
      rowsOf(value).map((row) => [key, row] as const),
    ),
    norm: Math.sqrt(similarity("dot", embedding, embedding)),
    embedding: toBytes(embedding),
  }));
}
