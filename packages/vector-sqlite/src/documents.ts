import type { VectorDocument } from "@beluga/core";
import { similarity, vectorInputError } from "@beluga/core/provider";
import type { SqlValue } from "./database.js";
import { provider } from "./errors.js";
import { hasLoneSurrogate, rowsOf } from "./filter.js";
import { toBytes, toSinglePrecision } from "./values.js";

/** What the tables keep of one document; see `IndexTables`. */
export interface DocumentRows {
  readonly id: string;
  readonly content: string;
  readonly json: string;
  readonly values: readonly (readonly [key: string, value: SqlValue])[];
  readonly norm: number;
  readonly embedding: Uint8Array;
}

/**
 * Documents, which core has checked, as rows.
 *
 * @throws BelugaError `invalid_input` where SQLite could not keep something as it is.
 */
export function rowsOfDocuments(documents: readonly VectorDocument[]): DocumentRows[] {
  return documents.map(({ id, content, metadata = {}, embedding }, at) => {
    const path = `documents[${at}]`;
    const vector = toSinglePrecision(embedding, "vector.add", `${path}.embedding`);
    checkText(id, `${path}.id`);
    checkText(content, `${path}.content`);
    const values: [string, SqlValue][] = [];
    for (const [key, value] of Object.entries(metadata)) {
      checkText(key, `a key of ${path}.metadata`);
      for (const text of [value].flat())
        if (typeof text === "string") checkText(text, `${path}.metadata.${key}`);
      for (const row of rowsOf(value)) values.push([key, row]);
    }
    return {
      id,
      content,
      json: JSON.stringify(metadata),
      values,
      norm: Math.sqrt(similarity("dot", vector, vector)),
      embedding: toBytes(vector),
    };
  });
}

function checkText(text: string, path: string): void {
  if (!hasLoneSurrogate(text)) return;
  throw vectorInputError(provider, "vector.add", `${path}: a lone surrogate, which UTF-8 has no place for`);
}
