import type { Metric } from "@beluga/core";
import type { IndexDescription } from "@beluga/core/provider";
import type { PgvectorSettings } from "./config.js";
import type { Query } from "./database.js";
import { storeError } from "./errors.js";
import { quoteIdentifier } from "./identifier.js";

/** The operator class and the distance operator of each metric: {@link https://github.com/pgvector/pgvector#querying}. */
export const operators: Readonly<Record<Metric, { readonly distance: string; readonly opclass: string }>> = {
  cosine: { distance: "<=>", opclass: "vector_cosine_ops" },
  dot: { distance: "<#>", opclass: "vector_ip_ops" },
  euclidean: { distance: "<->", opclass: "vector_l2_ops" },
};

/** What pgvector's indexes take at most. */
export const maxIndexedDimensions = 2_000;

/** The table's name as SQL. */
export function tableName({ schema, index }: Pick<PgvectorSettings, "schema" | "index">): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(index)}`;
}

/** What the table is like, where there is one. */
export async function describeTable(
  query: Query,
  settings: PgvectorSettings,
  op: string,
): Promise<IndexDescription | undefined> {
  const [row] = await query(
    `SELECT a.atttypmod AS dimensions, obj_description(c.oid, 'pg_class') AS comment, (${extensionVersion}) AS version
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'embedding' AND NOT a.attisdropped
WHERE n.nspname = $1 AND c.relname = $2`,
    [settings.schema, settings.index],
  );
  if (!row) return undefined;
  if (row["dimensions"] === null)
    throw storeError(op, "invalid_input", `the table "${settings.index}" has no column "embedding"`);
  checkVersion(row["version"], settings, op);
  const dimensions = Number(row["dimensions"]);
  const metric = metricIn(row["comment"]);
  // -1 of a column that takes vectors of any width.
  return { dimensions: dimensions > 0 ? dimensions : undefined, metric };
}

/** Creates the table, and the extension where it is missing. */
export async function createTable(query: Query, settings: PgvectorSettings, op: string): Promise<void> {
  const { metric, dimensions, indexing } = settings;
  if (dimensions === undefined)
    throw storeError(op, "invalid_input", "dimensions: a new index needs the width of its vectors");
  const table = tableName(settings);
  // Two that create the extension at the same time would fail one of them. The lock ends with the transaction.
  await query("SELECT pg_advisory_xact_lock(7233946012)");
  await query("CREATE EXTENSION IF NOT EXISTS vector");
  const [extension] = await query(extensionVersion);
  checkVersion(extension?.["version"], settings, op);
  await query(
    `CREATE TABLE ${table} (id text COLLATE "C" PRIMARY KEY, content text NOT NULL, metadata jsonb NOT NULL, embedding vector(${dimensions}) NOT NULL)`,
  );
  await query(`COMMENT ON TABLE ${table} IS '${comment} ${metric}'`);
  if (indexing !== "none")
    await query(
      `CREATE INDEX ON ${table} USING ${indexing} (embedding ${operators[metric].opclass})${parameters(settings)}`,
    );
}

export async function dropTable(query: Query, settings: PgvectorSettings): Promise<void> {
  await query(`DROP TABLE IF EXISTS ${tableName(settings)}`);
}

/** What the table is told to remember the metric by, which pgvector itself leaves to the queries. */
const comment = "A vector store of Beluga. Metric:";

function metricIn(text: unknown): Metric | undefined {
  const metric = typeof text === "string" ? text.split(`${comment} `)[1] : undefined;
  return metric !== undefined && Object.hasOwn(operators, metric) ? (metric as Metric) : undefined;
}

/** `WITH (m = 16)`, of those that are set. The schema of the config has made sure that they are numbers. */
function parameters({ indexing, hnsw, ivfflat }: PgvectorSettings): string {
  const values =
    indexing === "hnsw" ? { m: hnsw.m, ef_construction: hnsw.efConstruction } : { lists: ivfflat.lists };
  const set = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} = ${value}`],
  );
  return set.length === 0 ? "" : ` WITH (${set.join(", ")})`;
}

const extensionVersion = "SELECT extversion AS version FROM pg_extension WHERE extname = 'vector'";

/** Iterative scans, without which an index may find too few, came with 0.8; before 0.5 cosines went beyond 1. */
function checkVersion(version: unknown, { indexing }: PgvectorSettings, op: string): void {
  const needed = indexing === "none" ? 5 : 8;
  const [major = 0, minor = 0] = String(version).split(".").map(Number);
  if (major > 0 || minor >= needed) return;
  throw storeError(
    op,
    "unsupported",
    `pgvector is of version ${String(version)}, and 0.${needed} or newer is needed`,
  );
}
