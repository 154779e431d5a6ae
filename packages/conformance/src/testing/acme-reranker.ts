import { type ProviderDefinition, type RerankOptions, type Reranker, rerankers } from "@beluga/core";
import {
  type ConfigShape,
  HttpClient,
  type HttpConfig,
  asRecord,
  createReranker,
  httpConfig,
  httpURL,
  instantiate,
  readRerankResults,
} from "@beluga/core/provider";
import * as z from "zod/mini";
import type { RerankerSpec } from "../reranker.js";

/** What can be wrong with a reranker. */
export type Flaw =
  | "accepts anything"
  | "forgets tokens"
  | "ignores missing results"
  | "ignores providerOptions"
  | "ignores the signal"
  | "ignores topN"
  | "keeps the order of arrival"
  | "makes zeros of nothing"
  | "puts the input in its errors"
  | "sends for nothing"
  | "tidies texts";

export interface AcmeRerankerConfig extends HttpConfig {
  /** Default: `ACME_RERANK_API_KEY`. */
  apiKey?: string | undefined;
  model: string;
  /** Default: `https://acme.example`. */
  baseURL?: string | undefined;
}

const acmeConfig = z.strictObject({
  ...httpConfig,
  apiKey: z.string().check(z.minLength(1)),
  model: z.string(),
  baseURL: z._default(httpURL, "https://acme.example"),
} satisfies ConfigShape<AcmeRerankerConfig>);

type Settings = z.output<typeof acmeConfig>;

/** A made-up vendor's reranker, with one flaw or none. */
export function createAcmeReranker(config: AcmeRerankerConfig, flaw?: Flaw): Reranker {
  return instantiate(
    rerankers,
    { ...definition, create: (settings: Settings) => withFlaw(acmeReranker(settings, flaw), flaw) },
    config,
  );
}

function acmeReranker(settings: Settings, flaw?: Flaw): Reranker {
  const { model, apiKey } = settings;
  const http = new HttpClient({
    ...settings,
    provider: "acme-rerank",
    packageName: "@acme/beluga-rerank",
    version: "1.0.0",
    auth: { "x-acme-key": apiKey },
  });
  return createReranker({
    provider: "acme-rerank",
    model,
    maxDocuments: 50,
    async send(query, documents, { http: call, topN, providerOptions }) {
      const { data, response } = await http.json("rerank", {
        ...call,
        ...(flaw === "ignores the signal" && { signal: undefined }),
        body: {
          model,
          query,
          documents: flaw === "tidies texts" ? documents.map((text) => text.trim()) : documents,
          ...(flaw !== "ignores topN" && { topN }),
          ...(flaw !== "ignores providerOptions" && providerOptions),
        },
      });
      const { results, tokens } = asRecord(data);
      const found = readRerankResults(results, "results", (problem) => http.invalid(call, problem, response));
      if (flaw === "ignores missing results") {
        for (const index of documents.keys())
          if (!found.some((result) => result.index === index)) found.push({ index, score: -1 });
      }
      if (typeof tokens !== "number" || flaw === "forgets tokens") {
        return { results: found, usage: flaw === "makes zeros of nothing" ? { inputTokens: 0 } : {} };
      }
      return { results: found, usage: { inputTokens: tokens, totalTokens: tokens, raw: { tokens } } };
    },
  });
}

/** Flaws that the front of core would not let pass. */
function withFlaw(reranker: Reranker, flaw: Flaw | undefined): Reranker {
  const rerank = async (query: string, documents: readonly string[], options?: RerankOptions) => {
    if (flaw === "accepts anything")
      return reranker.rerank([query].join(), [...documents].map(String), options);
    if (flaw === "sends for nothing" && documents.length === 0)
      await reranker.rerank("q", ["nothing"], options);
    const response = await reranker.rerank(query, documents, options).catch((error: unknown) => {
      if (flaw === "puts the input in its errors" && error instanceof Error) error.message += query;
      throw error;
    });
    if (flaw === "keeps the order of arrival") response.results.sort((a, b) => a.index - b.index);
    return response;
  };
  return flaw === undefined ? reranker : { ...reranker, rerank };
}

const definition = {
  name: "acme-rerank",
  packageName: "@acme/beluga-rerank",
  version: "1.0.0",
  config: acmeConfig,
  env: { apiKey: "ACME_RERANK_API_KEY" },
  create: (settings: Settings) => acmeReranker(settings),
} satisfies ProviderDefinition<Reranker>;

rerankers.register(definition);

/** What the suite is told of it. */
export function acmeRerankerSpec(
  create: (config: AcmeRerankerConfig) => Reranker = createAcmeReranker,
): RerankerSpec<AcmeRerankerConfig> {
  return {
    name: "acme-rerank",
    packageName: "@acme/beluga-rerank",
    create,
    config: { model: "acme-1" },
    secret: "acme-3f9d0c7b5a1e4826",
    maxDocuments: 50,
    wire: {
      read: ({ body }) => body as { query: string; documents: string[]; topN?: number },
      write: ({ results, tokens }) => ({
        results: results.map(({ index, score }) => ({ index, relevance_score: score })),
        tokens,
      }),
    },
  };
}
