import assert from "node:assert/strict";
import { inspect } from "node:util";
import type * as Core from "@beluga/core";
import { BelugaError, type CallOptions, type ErrorCode, type Registry } from "@beluga/core";
import type { HttpConfig } from "@beluga/core/provider";
import type { HttpError } from "../chat-model.js";
import type { ReportFeatures } from "../check.js";
import type { Handler, Reply, Route, ServedRequest, TestServer } from "../server.js";

/** What the suite of any capability has to know of a provider. */
export interface ProviderSpec<Instance, Config extends object = object> {
  /** Its name in the registry: `acme`. */
  name: string;
  /** `@acme/beluga-embed`. */
  packageName: string;
  /** The package's own function: `createAcmeEmbedder`. */
  create(config: Config): Instance;
  /** What this needs at least, beside the key: `{ model: "acme-1" }`. */
  config: NoInfer<Config>;
  /** A key of the vendor's form, made up. The suite sets it as `apiKey`, and looks for it in every error. Absent where there is no key. */
  secret?: string;
  /** The provider also works without its key, as with servers that people run themselves. */
  secretOptional?: boolean;
  /** Failures whose body says more than their status does. */
  httpErrors?: readonly HttpError[];
  /** A body of an error as the vendor writes it. Default: `{ error: { message } }`. */
  errorBody?(message: string, status: number): unknown;
}

/** What every instance of a provider says of itself. */
export interface Provided {
  readonly provider: string;
  readonly model?: string;
  readonly id: string;
}

/** One operation of a capability that sends one request and reads one whole answer. */
export interface Operation<Instance> {
  /** `embed.embed`. */
  op: string;
  /** The capability's registry, of one copy of core. */
  registryOf(core: typeof Core): AnyRegistry<Instance>;
  /** Makes the call that all is tried with; its input has {@link inputMark} in it. */
  call(instance: Instance, options?: CallOptions): Promise<unknown>;
  /** The vendor's right answer to that call. Absent for a provider that runs in process. */
  answer?: Handler;
  /** The vendor's answers to what has to be asked before that call. No fault of a check is in them. */
  aside?(request: ServedRequest): Reply | undefined;
  /** Throws where a result is not what the answer says. */
  check(result: unknown): void;
}

/** Stands in every input. No error may have it. */
export const inputMark = "input-7d1f3c";

/** What the suite sets in a provider's config. */
export type SuiteConfig = Pick<
  HttpConfig,
  "fetch" | "headers" | "limits" | "maxRetries" | "maxRetryWait" | "timeout"
> & {
  baseURL?: string;
  apiKey?: string | undefined;
};

/** One rule, as the files here write it. */
export interface CallCheck<Instance extends Provided> {
  name: string;
  run(suite: CallSuite<Instance>): Promise<void>;
}

/** One operation of one provider under test. */
export class CallSuite<Instance extends Provided> {
  readonly spec: ProviderSpec<Instance>;
  readonly operation: Operation<Instance>;
  readonly server: TestServer;
  readonly report: ReportFeatures;

  constructor(
    spec: ProviderSpec<Instance>,
    operation: Operation<Instance>,
    server: TestServer,
    report: ReportFeatures = () => {},
  ) {
    this.spec = spec;
    this.operation = operation;
    this.server = server;
    this.report = report;
  }

  /** A config with which nothing is retried, unless it is said here. */
  config(config: SuiteConfig = {}): Record<string, unknown> {
    if (!this.operation.answer) return { ...this.spec.config };
    return {
      ...(this.spec.secret !== undefined && { apiKey: this.spec.secret }),
      baseURL: "http://127.0.0.1:9/nowhere",
      maxRetries: 0,
      // So that what hangs, although it should not, fails its own check and not the whole run.
      timeout: { total: 15_000, headers: 10_000, idle: 10_000 },
      ...this.spec.config,
      ...config,
    };
  }

  create(config: SuiteConfig = {}): Instance {
    return this.spec.create(this.config(config));
  }

  /** The vendor's right answer. */
  get answer(): Handler {
    const { answer } = this.operation;
    assert.ok(answer, "this provider runs in process");
    return answer;
  }

  /** An instance whose requests get these answers, one each; the last one answers all that follow. */
  served(
    answers: readonly (Reply | Handler)[],
    config: SuiteConfig = {},
  ): { instance: Instance; route: Route } {
    const route = this.server.route((request, count) => {
      const answer = answers[Math.min(count, answers.length) - 1] ?? {};
      return typeof answer === "function" ? answer(request, count) : answer;
    });
    if (this.operation.aside) route.answerAside(this.operation.aside);
    return { instance: this.create({ ...config, baseURL: route.url }), route };
  }

  /** A call that has to give what the vendor answered. */
  async succeeds(instance: Instance, options?: CallOptions): Promise<void> {
    this.operation.check(await this.operation.call(instance, options));
  }

  /** A call that has to fail with a `BelugaError` as it should be: with the provider's marks on it, and without a key or the input. */
  async fails(
    instance: Instance,
    code: ErrorCode | readonly ErrorCode[],
    options?: CallOptions,
  ): Promise<BelugaError> {
    return this.failed(() => this.operation.call(instance, options), code);
  }

  async failed(run: () => Promise<unknown>, code: ErrorCode | readonly ErrorCode[]): Promise<BelugaError> {
    const { op } = this.operation;
    const error = await rejection(run, String(code));
    this.assertClean(error);
    assert.ok(BelugaError.is(error), `not a BelugaError: ${inspect(error)}`);
    assert.ok(
      [code].flat().includes(error.code),
      `${error.code} where ${String(code)} was expected (${error.message})`,
    );
    assert.deepEqual({ op: error.op, provider: error.provider }, { op, provider: this.spec.name });
    assert.ok(
      error.message.startsWith(`${this.spec.name} ${op}: `),
      `a message of another form: ${error.message}`,
    );
    return error;
  }

  /** An error of this status, with words of the vendor's. */
  failing(
    status: number,
    headers: Readonly<Record<string, string>> = {},
    message = "conformance says no",
  ): Reply {
    const body = JSON.stringify(this.errorBody(message, status));
    return { status, headers: { "content-type": "application/json", ...headers }, body };
  }

  /**
   * The first half of a right answer, and then: an end of the connection, or a stall.
   *
   * @param missing - Promise so many bytes more in a `content-length`.
   */
  half(end: "reset" | "close" | "stall", missing?: number): Reply {
    // The answer depends on the request, and half of an answer is no answer to any.
    const body = '{"object":"list","data":[{"index":0,"embedding":[0.125,';
    const headers = {
      "content-type": "application/json",
      ...(missing !== undefined && { "content-length": String(Buffer.byteLength(body) + missing) }),
    };
    return end === "stall" ? { headers, body: [body, Infinity] } : { headers, body: [body], end };
  }

  errorBody(message: string, status: number): unknown {
    return this.spec.errorBody?.(message, status) ?? { error: { message } };
  }

  /** Nothing of an error may hold what is secret. */
  assertClean(error: unknown): void {
    const views: Record<string, string> = {
      inspection: inspect(error, {
        depth: Infinity,
        showHidden: true,
        breakLength: Infinity,
        maxStringLength: Infinity,
      }),
    };
    if (error instanceof Error) {
      views["message"] = error.message;
      views["stack"] = error.stack ?? "";
      views["JSON"] = JSON.stringify(error) ?? "";
    }
    for (const [what, secret] of Object.entries({ key: this.spec.secret, input: inputMark })) {
      for (const [view, text] of Object.entries(views)) {
        assert.ok(
          secret === undefined || !text.includes(secret),
          `the ${what} stands in the ${view} of an error`,
        );
      }
    }
  }
}

/** What a call rejects with. */
export async function rejection(run: () => Promise<unknown>, expected: string): Promise<unknown> {
  return reasonOf(await outcomeOf(run), expected);
}

/** How a call ended; to start one that is looked at later, which may be after something else failed. */
export async function outcomeOf(run: () => Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
  const [outcome] = await Promise.allSettled([run()]);
  return outcome;
}

export function reasonOf(outcome: PromiseSettledResult<unknown>, expected: string): unknown {
  if (outcome.status === "rejected") return outcome.reason;
  return assert.fail(
    `no error (expected ${expected}), but ${inspect(outcome.value, { depth: 2, maxArrayLength: 3 })}`,
  );
}

/** Waits, in real time. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** Fails, in words, where something does not happen within five seconds. */
export async function soon<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `${what}: not within 5 s` })), 5000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A registry, as far as the suite uses one. */
type AnyRegistry<Instance> = Pick<
  Registry<Record<string, unknown>, Instance>,
  "get" | "list" | "register" | "createDynamic"
>;
