import { type Attributes, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

/** A span, without what differs from run to run. */
interface ToldSpan {
  name: string;
  kind: string;
  status: { code: string; message?: string };
  attributes: Attributes;
}

/** A metric's points: how many values there were, and where they are no times, their sum. */
type ToldMetrics = Record<string, { attributes: Attributes; count?: number; sum?: number }[]>;

/** The real SDK, which keeps in memory what it exports. */
export interface Sdk {
  tracerProvider: TracerProvider;
  meterProvider: MeterProvider;
  /** What has ended so far, as the SDK exports it. */
  exported(): ReadableSpan[];
  spans(): ToldSpan[];
  metricData(): Promise<MetricData[]>;
  metrics(): Promise<ToldMetrics>;
  stop(): Promise<void>;
}

export function startSdk({ sampler }: { sampler?: Sampler } = {}): Sdk {
  const spanExporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({
    ...(sampler && { sampler }),
    spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })],
  });
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: 1_000_000,
    exportTimeoutMillis: 1_000_000,
  });
  const meterProvider = new MeterProvider({ readers: [reader] });

  const sdk: Sdk = {
    tracerProvider,
    meterProvider,
    exported: () => spanExporter.getFinishedSpans(),
    spans: () => sdk.exported().map(told),
    async metricData() {
      metricExporter.reset();
      await meterProvider.forceFlush();
      return metricExporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
    },
    async metrics() {
      return Object.fromEntries(
        (await sdk.metricData()).map((metric) => [metric.descriptor.name, pointsOf(metric)]),
      );
    },
    async stop() {
      await tracerProvider.shutdown();
      await meterProvider.shutdown();
    },
  };
  return sdk;
}

function told({ name, kind, status, attributes }: ReadableSpan): ToldSpan {
  return {
    name,
    kind: SpanKind[kind],
    status: { ...status, code: SpanStatusCode[status.code] },
    attributes,
  };
}

function pointsOf({ descriptor, dataPointType, dataPoints }: MetricData): ToldMetrics[string] {
  return dataPoints.map(({ attributes, value }) => {
    if (dataPointType !== DataPointType.HISTOGRAM) return { attributes, sum: value as number };
    const { count, sum } = value as { count: number; sum: number };
    return { attributes, count, ...(descriptor.unit !== "s" && { sum }) };
  });
}
