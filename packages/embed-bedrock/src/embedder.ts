import { bedrockClient, modelPath } from "@beluga/bedrock";
import { BelugaError, type Embedder, type Usage } from "@beluga/core";
import {
  type ResponseInfo,
  asCount,
  asRecord,
  createEmbedder,
  inputUsage,
  readVector,
} from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import type { BedrockEmbedderSettings } from "./config.js";
import { type ModelFamily, familyOf } from "./families.js";

export function bedrockEmbedder(settings: BedrockEmbedderSettings): Embedder {
  const { model, dimensions } = settings;
  const { can: _, body, vectors, isTruncated, ...traits } = checkedFamily(settings);
  const http = bedrockClient({ ...settings, packageName, version, op: "embed.create" });
  return createEmbedder({
    provider: "bedrock",
    model,
    dimensions,
    ...traits,

    async send(texts, call) {
      const request = { ...call.http, body: body(texts, call, settings) };
      const { data, response } = await http.json(modelPath(model, "invoke"), request);
      const invalid = (problem: string): BelugaError => http.invalid(call.http, problem, response);
      const found = vectors(data, settings);
      if (!found) {
        const { message } = asRecord(data);
        // In spite of its status.
        throw typeof message === "string"
          ? http.failure(call.http, data, response)
          : invalid("a response without vectors");
      }
      if (isTruncated?.(data)) {
        const message = `a text was longer than ${traits.limits.maxInputTokens} tokens, and not all of it was read`;
        call.warn({ type: "other", message });
      }
      const embeddings = found.map((vector, at) => readVector(vector, `vector ${at}`, invalid));
      return { embeddings, usage: usageOf(data, response) };
    },
  });
}

/** The family of the model, which has to be able to do what the config asks for. */
function checkedFamily({
  model,
  baseModel = model,
  outputDtype,
  truncate,
}: BedrockEmbedderSettings): ModelFamily {
  const family = familyOf(baseModel);
  if (!family) {
    throw unsupported(
      model,
      `${baseModel} is none of the Titan, Nova and Cohere models that embed texts; baseModel says what an ARN stands for`,
    );
  }
  if (outputDtype !== "float" && !family.can.includes("outputDtype"))
    throw unsupported(model, `outputDtype: ${baseModel} has float only`);
  if (truncate !== "NONE" && !family.can.includes("truncate"))
    throw unsupported(model, `truncate: ${baseModel} does not cut texts`);
  return family;
}

function unsupported(model: string, problem: string): BelugaError {
  const op = "embed.create";
  const message = `bedrock ${op}: ${problem}`;
  return new BelugaError({ op, code: "unsupported", provider: "bedrock", model, message });
}

const tokenHeader = "x-amzn-bedrock-input-token-count";

/** Titan tells its tokens in the body; for all models they stand in a header. */
function usageOf(data: unknown, { headers }: ResponseInfo): Usage {
  const { inputTextTokenCount } = asRecord(data);
  const inBody = asCount(inputTextTokenCount);
  if (inBody !== undefined) return inputUsage(inBody, { inputTextTokenCount });
  const inHeader = headers.get(tokenHeader);
  if (inHeader === null || !/^\d+$/.test(inHeader)) return {};
  return inputUsage(Number(inHeader), { [tokenHeader]: Number(inHeader) });
}
