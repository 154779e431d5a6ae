import type { BelugaError } from "@beluga/core";
import { type HttpCall, HttpClient, type VectorCall, asRecord } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import type { QdrantSettings } from "./config.js";
import { errorOf, provider, refineQdrantError } from "./errors.js";

/** What a request has beside what every request of a call has. */
type Request = Pick<HttpCall, "method" | "body" | "query">;

/** What came of a request. */
export interface QdrantAnswer {
  result: unknown;
  /** Makes the error for an answer that cannot be trusted. */
  invalid(problem: string): BelugaError;
}

/** Requests on one collection: {@link https://api.qdrant.tech}. */
export class QdrantClient {
  readonly #http: HttpClient;
  readonly #collection: string;

  constructor(settings: QdrantSettings) {
    const { index, apiKey } = settings;
    this.#collection = `collections/${encodeURIComponent(index)}`;
    this.#http = new HttpClient({
      ...settings,
      provider,
      packageName,
      version,
      auth: apiKey === undefined ? {} : { "api-key": apiKey },
      refineError: refineQdrantError,
    });
  }

  /** @param path - Under the collection's own; nothing for the collection itself. */
  async send(path: string, request: Request, call: VectorCall): Promise<QdrantAnswer> {
    const { data, response } = await this.#http.json(`${this.#collection}${path}`, {
      ...call.http,
      ...request,
    });
    const { status, result } = asRecord(data);
    const invalid = (problem: string): BelugaError => this.#http.invalid(call.http, problem, response);
    if (status === "ok") return { result, invalid };
    throw errorOf(data)
      ? this.#http.failure(call.http, data, response)
      : invalid('a response whose status is not "ok"');
  }

  /** Sends what changes points, and waits until searches see it. */
  async write(path: string, request: Request, call: VectorCall): Promise<void> {
    const { result, invalid } = await this.send(path, { ...request, query: { wait: "true" } }, call);
    const { status } = asRecord(result);
    if (status !== "completed")
      throw invalid(`a write that is ${JSON.stringify(status)}, and not "completed"`);
  }
}
