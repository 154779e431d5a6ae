/**
 * What providers of Amazon Bedrock are built with.
 *
 * @packageDocumentation
 */
export { type BedrockClientOptions, bedrockClient, modelPath } from "./client.js";
export {
  type AwsCredentials,
  type BedrockConnection,
  bedrockConnection,
  bedrockModel,
  bedrockVariables,
} from "./config.js";
