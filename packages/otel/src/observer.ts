import { BelugaError, type Call, type Hooks } from "@beluga/core";
import {
  type Attributes,
  type Context,
  type Meter,
  type MeterProvider,
  type Span,
  SpanKind,
  SpanStatusCode,
  context,
  createNoopMeter,
  metrics,
  trace,
} from "@opentelemetry/api";
import { name as packageName, version } from "../package.json";
import { chat } from "./chat.js";
import { embeddings } from "./embeddings.js";
import { type Instruments, createInstruments } from "./instruments.js";
import type { End, Failure, Kind } from "./kind.js";
import { other } from "./other.js";
import { type OtelOptions, type Settings, settingsOf } from "./settings.js";
import { vector } from "./vector.js";

/** A call that is under way. */
interface Running {
  readonly kind: Kind;
  readonly identity: Attributes;
  readonly span: Span;
  /** The caller's context, with the span in it. */
  readonly context: Context;
  readonly instruments: Instruments | undefined;
  readonly settings: Settings;
}

/** Hooks that make a span and metrics of each call. */
export function observe(options: OtelOptions = {}): Hooks {
  const running = new WeakMap<Call, Running>();

  const end = (call: Call, describe: () => End): void => {
    const it = running.get(call);
    if (!it) return;
    running.delete(call);
    const how = describe();
    const { kind, identity, span, instruments, settings } = it;
    if (instruments) kind.measure(instruments, identity, how, settings, it.context);
    try {
      if (span.isRecording()) describeEnd(span, kind, how, settings);
    } finally {
      span.end();
    }
  };

  return {
    onStart(call) {
      // Core calls this at once from where the call is made, or a stream is first read, so the context is the one that is active there.
      const parent = context.active();
      const kind = kindOf(call.op);
      const identity = kind.identity(call);
      const tracer = (options.tracerProvider ?? trace.getTracerProvider()).getTracer(packageName, version);
      const span = tracer.startSpan(
        kind.spanName(call),
        { kind: SpanKind.CLIENT, attributes: identity },
        parent,
      );
      const instruments = instrumentsOf(options.meterProvider ?? metrics.getMeterProvider());
      if (!span.isRecording() && !instruments) return;
      const settings = settingsOf(options);
      running.set(call, {
        kind,
        identity,
        span,
        context: trace.setSpan(parent, span),
        instruments,
        settings,
      });
      if (span.isRecording()) span.setAttributes(kind.request(call, settings));
    },
    onFinish: (call, outcome) => end(call, () => ({ ...outcome, finished: true })),
    onError: (call, { error, ...timing }) =>
      end(call, () => ({ ...timing, finished: false, failure: failureOf(error) })),
    // A call that its caller aborted rejects like any other that failed; leaving a stream's loop throws nothing.
    onAbort: (call, { reason, ...timing }) =>
      end(call, () => ({
        ...timing,
        finished: false,
        ...(reason !== undefined && { failure: failureOf(reason) }),
      })),
  };
}

function kindOf(op: string): Kind {
  if (op === "llm.generate" || op === "llm.stream") return chat;
  if (op === "embed.embed") return embeddings;
  return op.startsWith("vector.") ? vector : other;
}

function describeEnd(span: Span, kind: Kind, how: End, settings: Settings): void {
  const { failure } = how;
  if (failure) {
    span.setAttribute("error.type", failure.type);
    span.setStatus({
      code: SpanStatusCode.ERROR,
      ...(failure.message !== undefined && { message: failure.message }),
    });
  }
  span.setAttributes(kind.response(how, settings));
}

function failureOf(error: unknown): Failure {
  // Only the words of a `BelugaError` are known to hold neither keys nor prompts.
  if (BelugaError.is(error)) {
    const { code, message, status, partial } = error;
    return { type: code, message, ...(status !== undefined && { status }), partial };
  }
  return { type: error instanceof Error ? error.name : "_OTHER" };
}

const instrumentsByProvider = new WeakMap<MeterProvider, Instruments | undefined>();

/**
 * The instruments of a provider; none where no SDK is there. Looked up at each call, because the API has no proxy for metrics: what the
 * global provider gives before an SDK is registered does nothing for ever.
 */
function instrumentsOf(provider: MeterProvider): Instruments | undefined {
  if (!instrumentsByProvider.has(provider)) {
    const meter: Meter = provider.getMeter(packageName, version);
    instrumentsByProvider.set(provider, meter === createNoopMeter() ? undefined : createInstruments(meter));
  }
  return instrumentsByProvider.get(provider);
}
