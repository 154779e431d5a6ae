/** Time limits of one call, in milliseconds. `Infinity` switches one off. */
export interface TimeoutOptions {
  /** The whole call: retries, middleware around it, and for a stream all of its parts. Default: none for streams, 10 minutes otherwise. */
  total?: number | undefined;
  /** From sending to the response's headers, for each attempt. Default: 5 minutes. */
  headers?: number | undefined;
  /** The longest gap between two reads of the body. Default: 5 minutes for streams, 1 minute otherwise. */
  idle?: number | undefined;
}

/** What every call of every capability takes. */
export interface CallOptions {
  /** Aborts the call, which then rejects with `signal.reason`, and closes its connection. */
  signal?: AbortSignal | undefined;
  /** Further HTTP headers of this call. */
  headers?: Readonly<Record<string, string>> | undefined;
  timeout?: TimeoutOptions | undefined;
}

/** A remark on a call that succeeded all the same: an option that the vendor cannot honour, a tool call that was cut, ... */
export interface Warning {
  /** `unsupported`: an option was not sent; `adjusted`: it was sent changed; `other`: see the message. */
  type: "unsupported" | "adjusted" | "other";
  /** The option's name, where the remark is on one: `topK`, `reasoning.budgetTokens`. */
  option?: string;
  message: string;
}

/** A JSON Schema, as a plain object: {@link https://json-schema.org}. */
export interface JSONSchema {
  readonly [keyword: string]: unknown;
}

/** What any schema library that follows {@link https://standardschema.dev | Standard Schema} gives: zod, valibot, arktype, ... */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** {@link https://standardschema.dev/json-schema | Standard JSON Schema}: absent where a library does not have it. */
    readonly jsonSchema?: { input(options: { target: string }): Record<string, unknown> } | undefined;
  };
}

/** The outcome of validating with a {@link StandardSchema}. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One problem that a {@link StandardSchema} found. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
