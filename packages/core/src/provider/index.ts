/**
 * What provider packages are built with.
 *
 * @packageDocumentation
 */
export { isStandardSchema, toJSONSchema, type ToolDeclaration } from "../tools.js";
export { compareCodePoints, normalizeFilter } from "../filter.js";
export { readEnvironment } from "../environment.js";
export { instantiate, isCredential } from "../registry.js";
export { similarity, toScore } from "../score.js";
export * from "./base64.js";
export { ChatAnswer } from "./chat-answer.js";
export { type ChatEventReader, feedEvents } from "./chat-events.js";
export { type ChatCall, type ChatDriver, type ChatFeed, createChatModel, feedFrames } from "./chat-model.js";
export * from "./cohere.js";
export type { EmbedBatch } from "./embed-batches.js";
export { type EmbedPrefixes, embedPrefixes, withPrefix } from "./embed-prefixes.js";
export { type EmbedCall, type EmbedDriver, createEmbedder } from "./embedder.js";
export { readEmbeddingList, readVector } from "./embedding-list.js";
export * from "./frames.js";
export type { ResponseInfo } from "./exchange.js";
export type { ErrorRefinement, RefineError, VendorFailure } from "./failure.js";
export type { FrameReader } from "./frame-reader.js";
export { refineGoogleError } from "./google-errors.js";
export * from "./http.js";
export {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
  positiveInteger,
} from "./http-config.js";
export { refineHuggingFaceError } from "./huggingface-errors.js";
export { inputUsage, readInputUsage } from "./input-usage.js";
export * from "./ollama.js";
export { refineOpenAIError, reportsDetail } from "./openai-errors.js";
export * from "./reranker.js";
export { orAbort } from "./parallel.js";
export { redact, vendorMessage } from "./redact.js";
export { newToolCallId } from "./tool-call-id.js";
export * from "./token.js";
export * from "./filter-dialect.js";
export {
  type IndexDescription,
  type StoredDocument,
  type VectorCall,
  type VectorDriver,
  type VectorLimits,
  type VectorQuery,
  type VectorRefusals,
  checkStorable,
  createVectorStore,
  loneSurrogate,
  stored,
} from "./vector-store.js";
export { checkDocuments, checkSearch, compareHits, vectorInputError } from "./vector-input.js";
export * from "./wire.js";
