/** Wraps an instance of a capability in another of the same interface. */
export type Middleware<T> = (next: T) => T;

/**
 * Wraps an instance in middleware; the first is the outermost, and sees each call first.
 *
 * @example
 * ```ts
 * const model = applyMiddleware(
 *   chatModels.create("openai", { model: "gpt-5-mini" }),
 *   logging, withHooks({ onFinish }),
 * );
 * ```
 */
export function applyMiddleware<T>(instance: T, ...middleware: readonly Middleware<T>[]): T {
  return middleware.reduceRight((next, wrap) => wrap(next), instance);
}
