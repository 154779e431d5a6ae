import { type ChatAnswer, asArray, asRecord } from "@beluga/core/provider";
import { metadataOf } from "@beluga/llm-openai-compatible/base";

type Fields = Readonly<Record<string, unknown>>;

/** Reads what Fireworks adds to an answer where the request asks for it: {@link https://docs.fireworks.ai/api-reference/post-chatcompletions}. */
export function readExtras(answer: ChatAnswer): (chunk: Fields) => void {
  return ({ perf_metrics: metrics, prompt_token_ids: promptIds, choices }) => {
    if (metrics) metadataOf(answer, fireworks)["perfMetrics"] = metrics;
    if (promptIds) metadataOf(answer, fireworks)["promptTokenIds"] = promptIds;
    const { raw_output: output, token_ids: ids, logprobs } = asRecord(asArray(choices)[0]);
    if (output) metadataOf(answer, fireworks)["rawOutput"] = output;
    if (ids) for (const id of asArray(ids)) listIn(answer, "tokenIds").push(id);
    if (logprobs) readLogprobs(asRecord(logprobs), answer);
  };
}

/** With a number as `logprobs` they are lists beside each other. They are kept as OpenAI writes them, as with `true`. */
function readLogprobs({ content, tokens, token_logprobs: values }: Fields, answer: ChatAnswer): void {
  if (content) return; // OpenAI's form, which the base reads
  const all = listIn(answer, "logprobs");
  for (const [at, token] of asArray(tokens).entries()) all.push({ token, logprob: asArray(values)[at] });
}

function listIn(answer: ChatAnswer, name: string): unknown[] {
  return (metadataOf(answer, fireworks)[name] ??= []) as unknown[];
}

const fireworks = { provider: "fireworks" };
