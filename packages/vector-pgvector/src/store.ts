import type { ManagedVectorStore } from "@beluga/core";
import { createVectorStore } from "@beluga/core/provider";
import type { PgvectorSettings } from "./config.js";
import { openDatabase } from "./database.js";
import { writeDocuments } from "./documents.js";
import { provider } from "./errors.js";
import { filters } from "./filter.js";
import { createTable, describeTable, dropTable, tableName } from "./schema.js";
import { searchExactly, searchIndex } from "./search.js";
import { Parameters, where } from "./statement.js";
import { lengthProblem, textProblem } from "./values.js";

export function openStore(settings: PgvectorSettings): ManagedVectorStore {
  const { index, metric, dimensions, indexing } = settings;
  const database = openDatabase(settings);
  const table = tableName(settings);
  return createVectorStore({
    provider,
    index,
    metric,
    dimensions,
    filters,
    // One transaction for each call, so that all of it is written or nothing.
    limits: { documents: Infinity, ids: Infinity },
    refuses: {
      text: textProblem,
      document: ({ embedding }) => lengthProblem(metric, embedding),
      // pgvector's indexes leave them out, so that they would never be found: https://github.com/pgvector/pgvector#troubleshooting
      zeroVectors: indexing !== "none" && metric === "cosine",
    },

    describe: (call) => database.run(call, (query) => describeTable(query, settings, call.op)),
    create: (_index, call) => database.transaction(call, (query) => createTable(query, settings, call.op)),
    drop: (call) => database.transaction(call, (query) => dropTable(query, settings)),

    upsert: (documents, call) =>
      database.transaction(call, (query) => writeDocuments(query, table, documents, database.takesBytes)),

    search: (nearest, call) =>
      indexing === "none"
        ? database.run(call, (query) => searchExactly(query, nearest, settings, call.op))
        : database.transaction(call, (query) => searchIndex(query, nearest, settings, call.op)),

    async deleteIds(ids, call) {
      await database.transaction(call, (query) =>
        query(`DELETE FROM ${table} WHERE id = ANY ($1::text[])`, [ids]),
      );
    },

    async deleteWhere(condition, call) {
      const parameters = new Parameters();
      const filter = where(condition, parameters, call.op);
      await database.transaction(call, (query) => query(`DELETE FROM ${table}${filter}`, parameters.values));
    },

    close: async () => database.close?.(),
  });
}
