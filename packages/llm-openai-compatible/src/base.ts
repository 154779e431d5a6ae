/**
 * The base of providers that speak the OpenAI chat wire. It registers nothing.
 *
 * @packageDocumentation
 */
export { type OpenAIChatWire, type OptionNames, createOpenAIChatModel } from "./model.js";
export { defaultOptionNames } from "./request.js";
export { readUsage } from "./stream.js";
