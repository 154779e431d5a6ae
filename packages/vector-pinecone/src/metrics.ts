import type { Metric } from "@beluga/core";
import { toScore } from "@beluga/core/provider";

/**
 * What Pinecone calls the metrics, and what its scores come to.
 *
 * @see {@link https://docs.pinecone.io/guides/index-data/indexing-overview}: the score of `euclidean` is the square of the distance.
 */
export const metrics = {
  // Scores are approximate: equal vectors were seen to have 1.001.
  cosine: { name: "cosine", toScore: (score: number) => Math.max(-1, Math.min(1, score)) },
  dot: { name: "dotproduct", toScore: (score: number) => score },
  euclidean: { name: "euclidean", toScore: toScore.fromSquaredDistance },
} as const satisfies Record<Metric, { name: string; toScore: (score: number) => number }>;

export function metricOf(name: unknown): Metric | undefined {
  return (Object.keys(metrics) as Metric[]).find((metric) => metrics[metric].name === name);
}
