import { BelugaError } from "@beluga/core";
import { type Authenticate, type OutgoingRequest, readEnvironment } from "@beluga/core/provider";
import { AwsV4Signer } from "aws4fetch";
import type { BedrockClientOptions } from "./client.js";
import { type AwsCredentials, isCredentials } from "./config.js";

/** The part of a client's options that is about who calls. */
export interface Authentication {
  auth: Record<string, string> | Authenticate;
  /** Those in use, also where a function gave them: read when an error is made. */
  secrets: readonly string[];
}

/**
 * How requests prove who sends them: by credentials that were passed, by an API key, or by the environment's credentials.
 *
 * @throws BelugaError `auth_error` where there is nothing of all that, `invalid_input` where there is no region to sign for.
 */
export function authenticationOf(options: BedrockClientOptions, region: string | undefined): Authentication {
  const { apiKey } = options;
  if (options.credentials === undefined && apiKey !== undefined)
    return { auth: { authorization: `Bearer ${apiKey}` }, secrets: [] };
  const credentials = options.credentials ?? environmentCredentials();
  if (credentials === undefined) {
    throw configError(
      options,
      "auth_error",
      'no credentials: pass the option "apiKey" or "credentials", or set the environment variable AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    );
  }
  if (region === undefined) throw missingRegion(options);
  const secrets: string[] = [];
  const current =
    typeof credentials === "function" ? kept(() => ask(credentials)) : () => Promise.resolve(credentials);
  return {
    secrets,
    async auth(request) {
      const { accessKeyId, secretAccessKey, sessionToken } = await current();
      for (const secret of [secretAccessKey, sessionToken ?? ""])
        if (!secrets.includes(secret)) secrets.push(secret);
      // Calls with the ones before may be under way.
      secrets.splice(0, secrets.length - 6);
      return signature(request, { accessKeyId, secretAccessKey, sessionToken }, region);
    },
  };
}

/** The error where a region is needed and none is known. */
export function missingRegion(options: BedrockClientOptions): BelugaError {
  return configError(
    options,
    "invalid_input",
    'no region: pass the option "region", or set the environment variable AWS_REGION or AWS_DEFAULT_REGION',
  );
}

/**
 * The headers of AWS's Signature Version 4: {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html}.
 *
 * By aws4fetch: 6 kB on WebCrypto alone, so that it runs wherever there is a `fetch`. AWS's own `@smithy/signature-v4` is 20 kB and more,
 * and imports `node:crypto` and `node:fs` everywhere but in a browser. As for all services but S3, the path is encoded once more for the
 * signature than in the URL.
 */
export async function signature(
  { method, url, body }: OutgoingRequest,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
  region: string,
  time: Date = new Date(),
): Promise<Record<string, string>> {
  if (signingKeys.size > 100) signingKeys.clear();
  const { headers } = await new AwsV4Signer({
    method,
    url,
    body: typeof body === "string" ? body : "",
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    service: "bedrock",
    region,
    datetime: time.toISOString().replaceAll(/[:-]|\.\d+/g, ""),
    cache: signingKeys,
  }).sign();
  return Object.fromEntries(headers);
}

/**
 * The keys that are derived from a secret for a day and a region, which takes longer than all else of a signature. Emptied now and then, as temporary
 * credentials change every hour.
 */
const signingKeys = new Map<string, ArrayBuffer>();

/** As long before the expiration as AWS's own SDKs: there is time for a request to be sent, and for clocks that differ. */
const margin = 5 * 60_000;

/** Asks once for all who wait, and again when the answer is about to expire. An answer without expiration is not kept: it may be any age. */
export function kept(ask: () => Promise<AwsCredentials>): () => Promise<AwsCredentials> {
  let held: { credentials: AwsCredentials; until: number } | undefined;
  let asking: Promise<AwsCredentials> | undefined;
  return async () => {
    if (held && Date.now() < held.until) return held.credentials;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    const credentials = await asking;
    const { expiration } = credentials;
    held = expiration && { credentials, until: expiration.getTime() - margin };
    return credentials;
  };
}

async function ask(provider: () => Promise<AwsCredentials>): Promise<AwsCredentials> {
  const credentials: unknown = await provider();
  if (!isCredentials(credentials))
    throw new TypeError("the function gave no accessKeyId and secretAccessKey");
  return credentials;
}

function environmentCredentials(): AwsCredentials | undefined {
  const accessKeyId = readEnvironment("AWS_ACCESS_KEY_ID");
  const secretAccessKey = readEnvironment("AWS_SECRET_ACCESS_KEY");
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: readEnvironment("AWS_SESSION_TOKEN") };
}

function configError(
  { op, model }: BedrockClientOptions,
  code: "auth_error" | "invalid_input",
  problem: string,
): BelugaError {
  return new BelugaError({ op, code, provider: "bedrock", model, message: `bedrock ${op}: ${problem}` });
}
