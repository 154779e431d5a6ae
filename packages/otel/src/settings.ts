import { readEnvironment } from "@beluga/core/provider";
import type { MeterProvider, TracerProvider } from "@opentelemetry/api";

/** What an observer may be told. */
export interface OtelOptions {
  /** Makes the spans. Default: the global one, as it is at each call. */
  tracerProvider?: TracerProvider | undefined;
  /** Makes the metrics. Default: the global one, as it is at each call. */
  meterProvider?: MeterProvider | undefined;
  /**
   * Spans of chat calls carry what was said: `gen_ai.system_instructions`, `gen_ai.input.messages` and `gen_ai.output.messages`. Default:
   * whether the environment variable `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` is `true`, `span_only` or `span_and_event` at
   * the call; else `false`.
   */
  captureContent?: boolean | undefined;
  /**
   * Also records what semantic conventions 1.41 call by another name, which most dashboards still read. Default: `true`, unless the
   * environment variable `OTEL_SEMCONV_STABILITY_OPT_IN` has `gen_ai_latest_experimental` in its list at the call.
   */
  legacyNames?: boolean | undefined;
}

/** The settings of one call. */
export interface Settings {
  readonly captureContent: boolean;
  readonly legacyNames: boolean;
}

export function settingsOf({ captureContent, legacyNames }: OtelOptions): Settings {
  return {
    captureContent: captureContent ?? capturesByEnvironment(),
    legacyNames: legacyNames ?? !wantsLatestOnly(),
  };
}

function capturesByEnvironment(): boolean {
  const value = readEnvironment("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT");
  return value !== undefined && ["true", "span_only", "span_and_event"].includes(value.toLowerCase());
}

function wantsLatestOnly(): boolean {
  const list = readEnvironment("OTEL_SEMCONV_STABILITY_OPT_IN")?.split(",");
  return list?.some((entry) => entry.trim() === "gen_ai_latest_experimental") ?? false;
}
