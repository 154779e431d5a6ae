import type { ChatModel, ChatOptions } from "../chat.js";

const identityKey = Symbol.for("@beluga/model-identity/v1");

type Identified = { [identityKey]?: () => unknown };

/**
 * What decides a model's answers beside the arguments of the call: its id, the tools bound to it, defaults, the models behind it. Two
 * models that share a cache are told apart by it. A model that does not say is its `id`.
 */
export function identityOf(model: ChatModel): unknown {
  return (model as Identified)[identityKey]?.() ?? model.id;
}

/** The model, saying its {@link identityOf | identity}. By a function, as it holds what no console is to print. */
export function identified(model: ChatModel, identity: unknown): ChatModel {
  return Object.assign(model, { [identityKey]: () => identity });
}

/** The options that may decide an answer, without those that only say how it is fetched. */
export function decidingOptions(options: ChatOptions): ChatOptions {
  const { signal: _signal, headers: _headers, timeout: _timeout, includeRaw: _raw, ...deciding } = options;
  return deciding;
}
