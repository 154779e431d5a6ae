/** The log level of transformers.js; 50 is `LogLevel.NONE`. */
interface Logging {
  logLevel: number;
}

const silent = 50;
let running = 0;
let levelBefore = silent;

/**
 * Runs a model without transformers.js's log, as that prints the inputs of a run that fails: the tokens, which are the text. What failed is
 * thrown all the same.
 */
export async function quietly<T>(env: Logging, run: () => Promise<T>): Promise<T> {
  if (running++ === 0) {
    levelBefore = env.logLevel;
    env.logLevel = silent;
  }
  try {
    return await run();
  } finally {
    // Unless the application has set another in the meantime.
    if (--running === 0 && env.logLevel === silent) env.logLevel = levelBefore;
  }
}
