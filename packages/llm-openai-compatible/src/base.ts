/**
 * The base of providers that speak the OpenAI chat wire. It registers nothing.
 *
 * @packageDocumentation
 */
export { withVersion } from "./base-url.js";
export { createOpenAIChatModel } from "./model.js";
export { ReasoningDetails } from "./reasoning-details.js";
export { dataURL } from "@beluga/core/provider";
export { isStrict, warnUnsupported } from "./request.js";
export { metadataOf, readUsage, uniqueSources } from "./stream.js";
export {
  type Effort,
  type OpenAIChatWire,
  type OptionNames,
  type WireBody,
  defaultOptionNames,
} from "./wire.js";
