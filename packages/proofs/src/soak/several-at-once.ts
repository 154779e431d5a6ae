interface Range {
  from: number;
  /** Not included. */
  to: number;
  atOnce: number;
  /** After how long a call hangs, in milliseconds. */
  patience: number;
}

/** Runs a task for each number, so many at a time. Gives up where some hang, and gives their numbers back. */
export async function severalAtOnce(
  { from, to, atOnce, patience }: Range,
  task: (number: number) => Promise<void>,
): Promise<number[]> {
  const underWay = new Map<number, number>();
  let next = from;
  const worker = async (): Promise<void> => {
    while (next < to) {
      const number = next++;
      underWay.set(number, performance.now());
      await task(number);
      underWay.delete(number);
    }
  };
  let watchdog: NodeJS.Timeout | undefined;
  const hanging = new Promise<number[]>((resolve) => {
    watchdog = setInterval(() => {
      const before = performance.now() - patience;
      const found = [...underWay].filter(([, began]) => began < before).map(([number]) => number);
      if (found.length === 0) return;
      next = to;
      resolve(found);
    }, patience / 4);
  });
  try {
    const all = Promise.all(Array.from({ length: atOnce }, worker));
    return await Promise.race([all.then(() => []), hanging]);
  } finally {
    clearInterval(watchdog);
  }
}
