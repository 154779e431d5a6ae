import { type Hooks, addObserver } from "@beluga/core";
import { observe } from "./observer.js";
import type { OtelOptions } from "./settings.js";

export type { OtelOptions } from "./settings.js";

// Shared by all copies of this package in the process: a call is reported once.
const key = Symbol.for("@beluga/otel/v1");
const shared = globalThis as { [key]?: () => void };
shared[key] ??= addObserver(observe());

/**
 * An observer with settings of its own, for `addObserver`. It takes the place of the one that importing this package registered, so that
 * no call is reported twice.
 *
 * @example
 * ```ts
 * addObserver(createOtelObserver({ captureContent: true }));
 * ```
 */
export function createOtelObserver(options: OtelOptions = {}): Hooks {
  shared[key]?.();
  return observe(options);
}
