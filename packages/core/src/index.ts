export type * from "./chat.js";
export type * from "./common.js";
export type * from "./embedder.js";
export * from "./errors.js";
export { type Filter, type FilterValue, filter, matchesFilter } from "./filter.js";
export { type Call, type CallTiming, type Hooks, addObserver, composeHooks, withHooks } from "./hooks.js";
export * from "./middleware.js";
// All of it, because an `export { name }` could not be augmented.
export * from "./registries.js";
export { type ProviderDefinition, type Registry, defineRegistry } from "./registry.js";
export type * from "./reranker.js";
export type { Metric } from "./score.js";
export { type Tool, type ToolContext, tool, withJSONSchema } from "./tools.js";
export * from "./usage.js";
export type * from "./vector-store.js";
export type * from "./voice.js";
