/** Milliseconds after which a run time is killed that has not ended: before the test's own limit, so that it never outlives the test. */
export const timeLimit = 30_000;
