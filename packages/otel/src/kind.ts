import type { Call, CallTiming, Usage } from "@beluga/core";
import type { Attributes, Context } from "@opentelemetry/api";
import type { Instruments } from "./instruments.js";
import type { Settings } from "./settings.js";

/** What the calls of one kind look like to OpenTelemetry. */
export interface Kind {
  spanName(call: Call): string;
  /** What a sampler sees, and every metric carries. */
  identity(call: Call): Attributes;
  /** What else is known at the start. */
  request(call: Call, settings: Settings): Attributes;
  /** What is known at the end. */
  response(end: End, settings: Settings): Attributes;
  measure(
    instruments: Instruments,
    identity: Attributes,
    end: End,
    settings: Settings,
    context: Context,
  ): void;
}

/** How a call ended. */
export interface End extends CallTiming {
  /** Whether it succeeded. A stream that its reader left early neither succeeded nor failed. */
  readonly finished: boolean;
  readonly failure?: Failure;
  readonly result?: unknown;
  readonly usage?: Usage;
  /** The model that answered. */
  readonly model?: string;
}

export interface Failure {
  /** The code of a `BelugaError`; of other errors the name. */
  readonly type: string;
  readonly message?: string;
  /** The HTTP status. */
  readonly status?: number;
  /** What had arrived. */
  readonly partial?: unknown;
}

/** The attributes of a duration metric. */
export function withErrorType(attributes: Attributes, { failure }: End): Attributes {
  return failure ? { ...attributes, "error.type": failure.type } : attributes;
}
