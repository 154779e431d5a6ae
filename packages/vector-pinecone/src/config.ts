import type { Metric } from "@beluga/core";
import { type ConfigShape, type HttpConfig, filledString, httpConfig, httpURL } from "@beluga/core/provider";
import * as z from "@beluga/core/schema";
import { isIdentifier } from "./record-id.js";

/** Options of `createPineconeStore`. */
export interface PineconeConfig extends HttpConfig {
  /** The name of the index: `a-z`, `0-9` and `-`, at most 45 characters. */
  index: string;
  /** The API key. Default: `PINECONE_API_KEY`. */
  apiKey?: string | undefined;
  /** The namespace of the index: ASCII, at most 512 characters. Comes into being with the first document. Default: the index's own, without a name. */
  namespace?: string | undefined;
  /**
   * The index's own address, as its console page shows it (`docs-abc123.svc.aped-1234.pinecone.io`), for keys that may not use the control plane, and to
   * save its one request. Default: asked for at the control plane.
   */
  host?: string | undefined;
  /** Where the control plane is. Default: `PINECONE_CONTROLLER_HOST`, or `https://api.pinecone.io`. */
  baseURL?: string | undefined;
  /** How nearness is measured: `cosine`, `dot` or `euclidean`. An index that has another is refused. Default: `cosine`. */
  metric?: Metric | undefined;
  /** The width of the vectors, which `ensureIndex` needs to create an index. An index that has another is refused. Default: that of the index. */
  dimensions?: number | undefined;
  /** The cloud that `ensureIndex` creates an index in. Default: `aws`. */
  cloud?: "aws" | "gcp" | "azure" | (string & {}) | undefined;
  /** The region of the cloud that `ensureIndex` creates an index in. Default: `us-east-1`. */
  region?: string | undefined;
  /** `ensureIndex` creates an index that cannot be deleted before this is switched off. Default: `false`. */
  deletionProtection?: boolean | undefined;
  /** The key of a record's metadata that keeps the document's text; no document may have it in its own metadata. Default: `content`. */
  contentKey?: string | undefined;
  /**
   * Pinecone answers a write before searches can see it.
   *
   * - `session`: a search of this store, and a delete by filter, sees all that this store has written: where Pinecone's log sequence numbers say that
   *   it came too early, it is repeated.
   * - `eventual`: the first answer counts.
   *
   * What other stores write is seen when Pinecone has indexed it, as a rule after seconds. Default: `session`.
   */
  consistency?: "session" | "eventual" | undefined;
  /** How long a search waits for what was written before, in milliseconds; then it is a `timeout`. Default: 60,000. */
  consistencyTimeout?: number | undefined;
  /** How long an index may take to come into being, in milliseconds; then it is a `timeout`. Default: 300,000. */
  readyTimeout?: number | undefined;
}

const notEmpty = filledString;
const milliseconds = z.number().check(z.minimum(0));

/** {@link https://docs.pinecone.io/reference/api/database-limits/identifier-limits} */
const indexName = z.string().check(z.regex(/^[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?$/));
const namespace = z
  .string()
  .check(z.maxLength(512), z.refine(isIdentifier, "Invalid string: it has more than ASCII in it"));

const host = z.pipe(z.pipe(notEmpty, z.transform(hostURL)), httpURL);

/** The address of a host, which Pinecone gives without a scheme. */
export function hostURL(host: string): string {
  return /^https?:\/\//.test(host) ? host : `https://${host}`;
}

export const pineconeConfig = z.strictObject({
  ...httpConfig,
  index: indexName,
  apiKey: notEmpty,
  namespace: z.optional(namespace),
  host: z.optional(host),
  baseURL: z._default(httpURL, "https://api.pinecone.io"),
  metric: z._default(z.enum(["cosine", "dot", "euclidean"]), "cosine"),
  dimensions: z.optional(z.int().check(z.minimum(1), z.maximum(20_000))),
  cloud: z._default(notEmpty, "aws"),
  region: z._default(notEmpty, "us-east-1"),
  deletionProtection: z._default(z.boolean(), false),
  contentKey: z._default(notEmpty.check(z.regex(/^[^$]/)), "content"),
  consistency: z._default(z.enum(["session", "eventual"]), "session"),
  consistencyTimeout: z._default(milliseconds, 60_000),
  readyTimeout: z._default(milliseconds, 300_000),
} satisfies ConfigShape<PineconeConfig>);

export type PineconeSettings = z.output<typeof pineconeConfig>;
