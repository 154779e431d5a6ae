import { DatabaseSync } from "node:sqlite";
import { getLoadablePath } from "sqlite-vec";
import type { SearchContender } from "./contender.js";
import { rowsOf } from "./corpus.js";
import { temporaryFile } from "./temporary-file.js";

/** A table of blobs and a scan over it, without anything else: faster here than sqlite-vec's own virtual table. */
export const sqliteVec: SearchContender = {
  async build(corpus) {
    const { path, remove } = temporaryFile("bare.db");
    const database = new DatabaseSync(path, { allowExtension: true });
    database.loadExtension(getLoadablePath());
    database.exec("PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    database.exec("CREATE TABLE vectors (row INTEGER PRIMARY KEY, embedding BLOB NOT NULL)");
    const insert = database.prepare("INSERT INTO vectors (row, embedding) VALUES (?, ?)");
    database.exec("BEGIN");
    for (const [row, vector] of rowsOf(corpus)) insert.run(row, bytesOf(vector));
    database.exec("COMMIT");
    const nearest = database.prepare(
      "SELECT row FROM vectors ORDER BY vec_distance_cosine(embedding, ?) LIMIT ?",
    );
    return {
      search: async (query, k) => nearest.all(bytesOf(query), k).map(({ row }) => Number(row)),
      async close() {
        database.close();
        remove();
      },
    };
  },
};

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
