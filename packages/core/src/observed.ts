import type { Hooks } from "./hooks.js";

/** A call of one method of an instance that is about to be made. */
export interface Invocation {
  target: object;
  key: PropertyKey;
  method: Method;
  args: unknown[];
  /** The capability's short name, where it is known. */
  capability: string | undefined;
}

type Method = (...args: unknown[]) => unknown;

/**
 * The observers of this process, of every copy of this package, and what makes a call with them watching: whoever adds the first one brings it
 * along, so that a program without observers neither runs nor carries it.
 */
export interface Observers {
  readonly all: Set<Hooks>;
  watch(invocation: Invocation, observers: Iterable<Hooks>): unknown;
}

const observersKey = Symbol.for("@beluga/observers/v1");
const table = globalThis as { [observersKey]?: Observers };

/** The observers of this process; those given where there are none yet. */
export function observersOr(first: Observers): Observers {
  return (table[observersKey] ??= first);
}

/** The same instance, with its calls reported to the observers that are there at the time of each. */
export function observed<T extends object>(instance: T, capability: string): T {
  return intercept(
    instance,
    (invocation) => {
      const observers = table[observersKey];
      return observers?.all.size ? observers.watch(invocation, observers.all) : proceed(invocation);
    },
    capability,
  );
}

/** Makes the call. */
export function proceed({ target, method, args }: Invocation): unknown {
  return method.apply(target, args);
}

const capabilityKey = Symbol.for("@beluga/capability");

/**
 * A proxy whose methods are called by `invoke`, those of what `bindTools` gives as well. A proxy, because it keeps everything else of the
 * instance as it is: private fields, `instanceof`, members of one vendor alone.
 */
export function intercept<T extends object>(
  target: T,
  invoke: (invocation: Invocation) => unknown,
  capability = (target as { [capabilityKey]?: string })[capabilityKey],
): T {
  const methods = new Map<PropertyKey, { of: unknown; wrapped: Method }>();
  // A proxy has to give the members of a frozen target as they are; those that its target inherits it need not.
  return new Proxy(Object.isFrozen(target) ? (Object.create(target) as T) : target, {
    get(_target, key) {
      if (key === capabilityKey) return capability;
      const method: unknown = Reflect.get(target, key, target);
      if (typeof method !== "function" || key === "constructor") return method;
      let known = methods.get(key);
      // Wrapped again where it was replaced: by a test's spy, say.
      if (known?.of !== method) {
        const wrapped = (...args: unknown[]): unknown => {
          const invocation = { target, key, method: method as Method, args, capability };
          return key === "bindTools"
            ? intercept(proceed(invocation) as object, invoke, capability)
            : invoke(invocation);
        };
        methods.set(key, (known = { of: method, wrapped }));
      }
      return known.wrapped;
    },
  });
}
