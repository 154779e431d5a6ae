/**
 * The runs that texts of these lengths (in tokens) need, each as the places of its texts. Texts of like length go together, so that little is padded;
 * the longest come first, so that memory which does not suffice shows at once.
 */
export function batchesOf(
  lengths: readonly number[],
  { maxBatchSize, maxBatchTokens }: { maxBatchSize: number; maxBatchTokens: number },
): number[][] {
  const sorted = lengths.map((_, at) => at).sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0));
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const at of sorted) {
    // All are padded to the length of the first.
    const longest = lengths[batch[0] ?? at] ?? 0;
    const isFull = batch.length === maxBatchSize || (batch.length + 1) * longest > maxBatchTokens;
    if (isFull && batch.length > 0) {
      batches.push(batch);
      batch = [];
    }
    batch.push(at);
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}
