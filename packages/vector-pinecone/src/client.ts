import { HttpClient, type VectorCall, asRecord } from "@beluga/core/provider";
import { BelugaError, type ErrorCode } from "@beluga/core";
import { name as packageName, version } from "../package.json";
import type { PineconeSettings } from "./config.js";
import { refinePineconeError } from "./errors.js";

export const provider = "pinecone";

/**
 * That of the official Node SDK 9.0.0, the newest when this was written.
 *
 * @see {@link https://docs.pinecone.io/reference/api/versioning}
 */
const apiVersion = "2026-07";

/** Speaks to the control plane, or to an index. */
export function clientOf(settings: PineconeSettings, baseURL: string): HttpClient {
  return new HttpClient({
    ...settings,
    baseURL,
    provider,
    packageName,
    version,
    auth: { "api-key": settings.apiKey },
    headers: { "x-pinecone-api-version": apiVersion, ...settings.headers },
    refineError: refinePineconeError,
    isError: isPineconeError,
  });
}

/** What looks like an error of an index is one, whatever its status. */
function isPineconeError(body: unknown): boolean {
  const { code, message } = asRecord(body);
  return typeof code === "number" && typeof message === "string";
}

/** An error of this package's own, about something that was not sent, or not by the vendor's words. */
export function pineconeError(
  { op }: Pick<VectorCall, "op">,
  code: ErrorCode,
  problem: string,
  retryable?: boolean,
): BelugaError {
  return new BelugaError({ op, code, provider, message: `${provider} ${op}: ${problem}`, retryable });
}

export function isNotFound(error: unknown): error is BelugaError {
  return BelugaError.is(error) && error.code === "not_found";
}
