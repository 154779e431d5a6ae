import { HttpClient, type HttpClientOptions, readEnvironment } from "@beluga/core/provider";
import { authenticationOf, missingRegion } from "./authentication.js";
import type { BedrockConnection } from "./config.js";
import { refineBedrockError } from "./errors.js";

/** What a client is made of: a provider's config, and whose it is. */
export interface BedrockClientOptions
  extends BedrockConnection, Pick<HttpClientOptions, "packageName" | "version"> {
  model: string;
  /** What is made with it, for errors: `llm.create`. */
  op: string;
}

/**
 * The client of Bedrock's runtime API, which signs its requests.
 *
 * @throws BelugaError `auth_error` without credentials, `invalid_input` where there is no region, and one is needed.
 */
export function bedrockClient(options: BedrockClientOptions): HttpClient {
  const region = options.region ?? readEnvironment("AWS_DEFAULT_REGION");
  return new HttpClient({
    ...options,
    ...authenticationOf(options, region),
    provider: "bedrock",
    baseURL: options.baseURL ?? endpoint(options, region),
    refineError: refineBedrockError,
  });
}

/** The path of one of a model's operations. An id has colons, and an ARN slashes, which are no part of the path. */
export function modelPath(model: string, operation: string): string {
  return `model/${encodeURIComponent(model)}/${operation}`;
}

/** {@link https://docs.aws.amazon.com/general/latest/gr/bedrock.html} */
function endpoint(options: BedrockClientOptions, region: string | undefined): string {
  if (region === undefined) throw missingRegion(options);
  const domain = region.startsWith("eusc-") ? "amazonaws.eu" : "amazonaws.com";
  return `https://bedrock-runtime.${region}.${domain}`;
}
