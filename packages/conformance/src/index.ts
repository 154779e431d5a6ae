/**
 * The tests that every provider of Beluga passes, and what they are made with.
 *
 * @packageDocumentation
 */
export * from "./chat-model.js";
export { type Check, type Features, type ReportFeatures, type Subject, testChecks } from "./check.js";
export * from "./embedder.js";
export { type EventStreamMessage, encodeEventMessages } from "./event-stream.js";
export * from "./exchange.js";
export * from "./memory-fetch.js";
export { type Random, newSeed, seededRandom } from "./random.js";
export type * from "./replay/target.js";
export { type OpenAIChatRequests, openAIChatRequests } from "./requests/openai-chat.js";
export type { SchemaChanges } from "./requests/openai-chat-schema.js";
export * from "./reranker.js";
export * from "./sent-json.js";
export * from "./sent-request.js";
export * from "./server.js";
export { secondCore } from "./second-core.js";
export {
  type VectorIndex,
  type VectorStoreSpec,
  type VectorStoreSupport,
  vectorStoreChecks,
  vectorStoreConformance,
} from "./vector-store.js";
export type { VectorStoreHttp } from "./vector-store/over-http.js";
