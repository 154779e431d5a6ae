import type { Metric, SearchHit } from "@beluga/core";
import { compareHits, similarity } from "@beluga/core/provider";
import type { Database } from "./database.js";
import type { SqlCondition } from "./filter.js";
import type { IndexTables } from "./schema.js";
import { toBytes, toFloats, toText } from "./values.js";

/** A document that may be a hit, by its number. */
export interface Candidate extends Pick<SearchHit, "id" | "score"> {
  readonly document: number;
}

/**
 * The nearest `k` of the documents that match, exactly.
 *
 * sqlite-vec counts in single precision, fast. So it only picks the candidates: those whose distance may be among the least, given how far off it
 * may be. They are scored anew in double precision, and where more documents lie within that error than were picked (many with
 * the same score, say), all are.
 */
export function findNearest(
  database: Database,
  tables: IndexTables,
  condition: SqlCondition,
  query: Float32Array,
  k: number,
  threshold: number,
): Candidate[] {
  const { metric, vectors, documents } = tables;
  const best: Candidate[] = [];
  const offer = (row: Record<string, unknown>): void => {
    const score = similarity(metric, query, toFloats(row["embedding"]));
    if (score < threshold) return;
    best.push({ document: row["document"] as number, id: toText(row["id"]), score });
    if (best.length >= 2 * k + 1000) keepNearest(best, k);
  };

  const measure = measureOf(metric, query);
  if (measure) {
    // Some more than k, so that the error rarely reaches over them all.
    const limit = Math.min(2 * k + 32, 2 ** 31);
    const rows = database.all(
      `SELECT document, lowest, CAST(id AS BLOB) AS id, embedding
      FROM (SELECT document, ${measure.sql} AS lowest FROM ${vectors} WHERE ${condition.sql} ORDER BY lowest LIMIT ?)
      CROSS JOIN ${vectors} USING (document) CROSS JOIN ${documents} USING (document)`,
      measure.query,
      ...condition.values,
      limit,
    );
    for (const row of rows) offer(row);
    keepNearest(best, k);
    const least = Math.max(best.length < k ? -Infinity : (best.at(-1) as Candidate).score, threshold);
    const reached = rows.reduce((most, { lowest }) => Math.max(most, lowest as number), -Infinity);
    if (rows.length < limit || reached > measure.distanceOf(least)) return best;
    best.length = 0;
  }
  const all = `SELECT document, CAST(id AS BLOB) AS id, embedding
    FROM ${vectors} CROSS JOIN ${documents} USING (document) WHERE ${condition.sql}`;
  for (const row of database.each(all, ...condition.values)) offer(row);
  keepNearest(best, k);
  return best;
}

function keepNearest(candidates: Candidate[], k: number): void {
  candidates.sort(compareHits);
  if (candidates.length > k) candidates.length = k;
}

/** A distance that sqlite-vec can count. */
interface Measure {
  /** The least that the distance of a row can be, given the error. Its one parameter is `query`. */
  readonly sql: string;
  readonly query: Uint8Array;
  /** The distance that a score means. */
  distanceOf(score: number): number;
}

/** Within these, the squares that sqlite-vec sums up neither overflow nor vanish. */
const minNorm = 1e-12;
const maxNorm = 1e12;

/**
 * - cosine: `1 - cosine`;
 * - euclidean: the distance;
 * - dot: the negative dot product divided by the query's norm. sqlite-vec has no dot product, but the cosine, and the row has its norm.
 *
 * Rows whose norm is out of bounds come first, and are thereby scored exactly. `undefined` where the query itself is.
 */
function measureOf(metric: Metric, query: Float32Array): Measure | undefined {
  const norm = Math.sqrt(similarity("dot", query, query));
  // Of a sum of n products in single precision, times two: the norms have errors as well.
  const error = (2 * query.length + 16) * 2 ** -24;
  const farthest = "-9e999";
  if (metric === "euclidean") {
    if (norm > maxNorm) return undefined;
    return {
      sql: `CASE WHEN norm <= ${maxNorm} THEN vec_distance_L2(embedding, ?) * ${1 - error} - 1e-15 ELSE ${farthest} END`,
      query: toBytes(query),
      distanceOf: (score) => 1 / score - 1,
    };
  }
  if (norm < minNorm) return undefined;
  const unit = toBytes(query.map((component) => component / norm));
  const cosine = "vec_distance_cosine(embedding, ?)";
  const bounded = `norm BETWEEN ${minNorm} AND ${maxNorm}`;
  return metric === "cosine"
    ? {
        sql: `CASE WHEN ${bounded} THEN ${cosine} - ${error} WHEN norm = 0 THEN 1.0 ELSE ${farthest} END`,
        query: unit,
        distanceOf: (score) => 1 - score,
      }
    : {
        sql: `CASE WHEN ${bounded} THEN (${cosine} - 1 - ${error}) * norm WHEN norm = 0 THEN 0.0 ELSE ${farthest} END`,
        query: unit,
        distanceOf: (score) => -score / norm,
      };
}
