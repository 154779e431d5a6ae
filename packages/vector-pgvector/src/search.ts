import type { MetadataValue, Metric, SearchHit } from "@beluga/core";
import { type VectorQuery, vectorInputError } from "@beluga/core/provider";
import type { PgvectorSettings } from "./config.js";
import type { Query } from "./database.js";
import { provider } from "./errors.js";
import type { Condition } from "./filter.js";
import { operators, tableName } from "./schema.js";
import { Parameters, where } from "./statement.js";
import { lengthProblem, vectorFromText, vectorToText } from "./values.js";

/** From pgvector's distance to the score. With a vector of zeros the cosine distance is NaN, where the score is 0. */
const scores: Readonly<Record<Metric, (distance: string) => string>> = {
  cosine: (distance) => `1 - coalesce(nullif(${distance}, 'NaN'), 1)`,
  dot: (distance) => `0 - (${distance})`,
  euclidean: (distance) => `1 / (1 + (${distance}))`,
};

type Nearest = VectorQuery<Condition>;

/**
 * The nearest, all of them by the score and the id. An index of pgvector is never used for this: it serves the order by a distance and by nothing
 * else.
 */
export function searchExactly(
  query: Query,
  nearest: Nearest,
  settings: PgvectorSettings,
  op: string,
): Promise<SearchHit[]> {
  return search(query, nearest, settings, op, 'score DESC, id COLLATE "C"');
}

/**
 * What an index of pgvector finds. The filter is applied to what the index gives, and it is asked on until there are `k` that match; it gives up
 * after a while ({@link https://github.com/pgvector/pgvector#iterative-index-scans}), and then every document is looked at.
 */
export async function searchIndex(
  query: Query,
  nearest: Nearest,
  settings: PgvectorSettings,
  op: string,
): Promise<SearchHit[]> {
  const options = searchOptions(settings);
  const calls = options.map((_, at) => `set_config($${2 * at + 1}, $${2 * at + 2}, true)`);
  await query(`SELECT ${calls.join(", ")}`, options.flat());
  const hits = await search(query, nearest, settings, op, distanceOf(settings.metric));
  return hits.length < nearest.k ? searchExactly(query, nearest, settings, op) : hits;
}

/** The vector is the first parameter of every search. */
function distanceOf(metric: Metric): string {
  return `embedding ${operators[metric].distance} $1::vector`;
}

function searchOptions({ indexing, hnsw, ivfflat }: PgvectorSettings): [name: string, value: string][] {
  const options: [string, string | number | undefined][] =
    indexing === "hnsw"
      ? [
          ["hnsw.iterative_scan", "strict_order"],
          ["hnsw.ef_search", hnsw.efSearch],
        ]
      : [
          ["ivfflat.iterative_scan", "relaxed_order"],
          ["ivfflat.probes", ivfflat.probes],
        ];
  return options.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
}

async function search(
  query: Query,
  { vector, k, condition, includeEmbeddings }: Nearest,
  settings: PgvectorSettings,
  op: string,
  order: string,
): Promise<SearchHit[]> {
  const { metric } = settings;
  const problem = lengthProblem(metric, vector);
  if (problem) throw vectorInputError(provider, op, `query: ${problem}`);
  const parameters = new Parameters();
  parameters.bind(vectorToText(vector));
  const limit = parameters.bind(String(Math.min(k, Number.MAX_SAFE_INTEGER)));
  const filter = where(condition, parameters, op);
  // In two steps, so that only what is found is turned into text.
  const rows = await query(
    `SELECT id, content, metadata::text AS metadata, score${includeEmbeddings ? ", embedding::text AS embedding" : ""}
FROM (
  SELECT id, content, metadata, embedding, ${scores[metric](distanceOf(metric))} AS score
  FROM ${tableName(settings)}${filter}
  ORDER BY ${order}
  LIMIT ${limit}
) AS nearest`,
    parameters.values,
  );
  return rows.map(({ id, content, metadata, score, embedding }) => ({
    id: id as string,
    content: content as string,
    metadata: JSON.parse(metadata as string) as Record<string, MetadataValue>,
    score: Number(score),
    ...(includeEmbeddings && { embedding: vectorFromText(embedding) }),
  }));
}
