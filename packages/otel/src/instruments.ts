import type { Counter, Histogram, Meter } from "@opentelemetry/api";

// Boundaries, units and descriptions are those of the conventions.
const seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const databaseSeconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const tokens = Array.from({ length: 14 }, (_, exponent) => 4 ** exponent);

export type Instruments = ReturnType<typeof createInstruments>;

export function createInstruments(meter: Meter) {
  const duration = (name: string, description: string, boundaries = seconds): Histogram =>
    meter.createHistogram(name, {
      description,
      unit: "s",
      advice: { explicitBucketBoundaries: boundaries },
    });
  const tokenDistribution = (name: string, description: string): Histogram =>
    meter.createHistogram(name, {
      description,
      unit: "{token}",
      advice: { explicitBucketBoundaries: tokens },
    });
  const tokenCounter = (name: string, description: string): Counter =>
    meter.createCounter(name, { description, unit: "{token}" });
  const operationDuration = duration("gen_ai.client.operation.duration", "GenAI operation duration.");
  const untilFirstChunk =
    "Time to receive the first chunk, measured from when the client issues the generation request to when the first chunk is received in the response stream.";

  return {
    inference: {
      duration: duration("gen_ai.client.inference.duration", "GenAI client inference operation duration."),
      timeToFirstChunk: duration("gen_ai.client.inference.time_to_first_chunk", untilFirstChunk),
      inputTokens: tokenCounter(
        "gen_ai.client.inference.usage.input_tokens",
        "The number of input (prompt) tokens used, including cached tokens.",
      ),
      outputTokens: tokenCounter(
        "gen_ai.client.inference.usage.output_tokens",
        "The number of output (completion) tokens used, including reasoning tokens.",
      ),
      cacheReadTokens: tokenCounter(
        "gen_ai.client.inference.usage.cache_read.input_tokens",
        "The number of input tokens served from a provider-managed cache.",
      ),
      cacheWriteTokens: tokenCounter(
        "gen_ai.client.inference.usage.cache_write.input_tokens",
        "The number of input tokens written to a provider-managed cache.",
      ),
      reasoningTokens: tokenCounter(
        "gen_ai.client.inference.usage.reasoning.output_tokens",
        "The number of output tokens used for reasoning.",
      ),
      inputTokensPerCall: tokenDistribution(
        "gen_ai.client.inference.operation.input_tokens",
        "The number of input (prompt) tokens used per inference operation.",
      ),
      outputTokensPerCall: tokenDistribution(
        "gen_ai.client.inference.operation.output_tokens",
        "The number of output (completion) tokens used per inference operation.",
      ),
    },
    embeddings: {
      duration: duration("gen_ai.client.embeddings.duration", "GenAI client embeddings operation duration."),
      inputTokensPerCall: tokenDistribution(
        "gen_ai.client.embeddings.operation.input_tokens",
        "The number of input tokens used per embeddings operation.",
      ),
    },
    /** Of the operations that have no metric of their own. */
    operation: { duration: operationDuration },
    database: {
      duration: duration(
        "db.client.operation.duration",
        "Duration of database client operations.",
        databaseSeconds,
      ),
    },
    /** As conventions 1.41 have them, for chat and embeddings. */
    legacy: {
      operationDuration,
      timeToFirstChunk: duration("gen_ai.client.operation.time_to_first_chunk", untilFirstChunk),
      tokenUsage: tokenDistribution("gen_ai.client.token.usage", "Number of input and output tokens used."),
    },
  };
}
