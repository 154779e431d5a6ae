import {
  type HttpClient,
  type IndexDescription,
  type ResponseInfo,
  type VectorCall,
  asRecord,
  isRecord,
} from "@beluga/core/provider";
import { clientOf, isNotFound, pineconeError } from "./client.js";
import { type PineconeSettings, hostURL } from "./config.js";
import { metricOf, metrics } from "./metrics.js";
import { poll } from "./poll.js";

/** An index as it was described, and how it is spoken to. */
export interface PineconeIndex extends IndexDescription {
  data: HttpClient;
  dimensions: number;
}

/** One index, as the control plane knows it. */
export class IndexControl {
  readonly #settings: PineconeSettings;
  readonly #http: HttpClient;
  readonly #path: string;

  constructor(settings: PineconeSettings) {
    this.#settings = settings;
    this.#http = clientOf(settings, settings.baseURL);
    this.#path = `indexes/${settings.index}`;
  }

  /** What the index is like; `undefined` where it is not there. Waits for one that is being made, and for the end of one that is being deleted. */
  async describe(call: VectorCall): Promise<PineconeIndex | undefined> {
    const { host, index, readyTimeout: limit, timeout } = this.#settings;
    if (host !== undefined) return this.#describeByHost(host, call);
    const what = `the index "${index}" to be ready`;
    const wait = { limit, total: timeout?.total, pause: 250, longestPause: 5_000, what };
    const { found } = await poll(call, wait, (call) => this.#ask(call));
    return found;
  }

  /** {@link https://docs.pinecone.io/reference/api/2026-07/control-plane/create_index} */
  async create(dimensions: number | undefined, call: VectorCall): Promise<void> {
    const { host, index, metric, cloud, region, deletionProtection } = this.#settings;
    if (host !== undefined) {
      const problem = "host: there is no index, and Pinecone gives a new one a host of its own";
      throw pineconeError(call, "invalid_input", problem);
    }
    if (dimensions === undefined)
      throw pineconeError(call, "invalid_input", "dimensions: a new index needs the width of its vectors");
    await this.#http.json("indexes", {
      ...call.http,
      body: {
        name: index,
        // The one schema that makes an index for the Vectors API.
        schema: {
          fields: { _values: { type: "dense_vector", dimension: dimensions, metric: metrics[metric].name } },
        },
        deployment: { deployment_type: "managed", cloud, region },
        ...(deletionProtection && { deletion_protection: "enabled" }),
      },
    });
  }

  /** {@link https://docs.pinecone.io/reference/api/2026-07/control-plane/delete_index} */
  async drop(call: VectorCall): Promise<void> {
    await unlessAbsent(() =>
      this.#http.json(this.#path, { ...call.http, method: "DELETE", allowEmpty: true }),
    );
  }

  /** {@link https://docs.pinecone.io/reference/api/2026-07/control-plane/describe_index}; `undefined` where it has to be asked again. */
  async #ask(call: VectorCall): Promise<{ found: PineconeIndex | undefined } | undefined> {
    const answer = await unlessAbsent(() => this.#http.json(this.#path, call.http));
    if (!answer) return { found: undefined };
    const { data, response } = answer;
    if (!isRecord(data)) throw this.#http.invalid(call.http, "an index that is no object", response);
    const { ready, state } = asRecord(data["status"]);
    if (state === "Failed" || state === "InitializationFailed" || state === "Disabled") {
      const problem = `the index "${this.#settings.index}" cannot be used: ${state}`;
      throw pineconeError(call, "provider_unavailable", problem, false);
    }
    // Before it is ready, its schema may still be empty.
    return ready === true && state !== "Terminating"
      ? { found: this.#read(data, call, response) }
      : undefined;
  }

  #read(model: Record<string, unknown>, call: VectorCall, response: ResponseInfo): PineconeIndex {
    const fields = asRecord(asRecord(model["schema"])["fields"]);
    if (!("_values" in fields)) {
      const kind = "_sparse_values" in fields ? "sparse vectors" : "the Documents API";
      const problem = `the index "${this.#settings.index}" is for ${kind}, and not for dense vectors by the Vectors API`;
      throw pineconeError(call, "unsupported", problem);
    }
    const { dimension, metric } = asRecord(fields["_values"]);
    const { host } = model;
    if (typeof host !== "string" || !URL.canParse(hostURL(host)) || typeof dimension !== "number")
      throw this.#http.invalid(call.http, "an index without its host or its dimension", response);
    return {
      data: clientOf(this.#settings, hostURL(host)),
      dimensions: dimension,
      metric: metricOf(metric),
    };
  }

  /** {@link https://docs.pinecone.io/reference/api/2026-07/data-plane/describeindexstats}: what the index says of itself. */
  async #describeByHost(host: string, call: VectorCall): Promise<PineconeIndex | undefined> {
    const data = clientOf(this.#settings, host);
    const stats = await unlessAbsent(() => data.json("describe_index_stats", { ...call.http, body: {} }));
    if (!stats) return undefined;
    const { dimension, metric } = asRecord(stats.data);
    if (typeof dimension !== "number")
      throw data.invalid(call.http, "an index without its dimension", stats.response);
    return { data, dimensions: dimension, metric: metricOf(metric) };
  }
}

/** The answer; `undefined` where what was asked for is not there. */
async function unlessAbsent<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
