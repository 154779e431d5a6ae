/**
 * The base of providers that speak OpenAI's Responses wire. It registers nothing.
 *
 * @packageDocumentation
 */
export { refineResponsesError } from "./responses-errors.js";
export { type ModelTraits, openAIModelTraits } from "./responses-models.js";
export { createOpenAIResponsesModel } from "./responses-model.js";
export { type OpenAIResponsesWire, defaultResponsesOptionNames } from "./responses-wire.js";
