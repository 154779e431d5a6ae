import { openAIChatRequests } from "@beluga/conformance";
import * as z from "zod/mini";

/** {@link https://docs.x.ai/developers/rest-api-reference/inference/chat-completions} */
export const xaiRequests = openAIChatRequests({
  provider: "xai",
  without: [
    "audio",
    "function_call",
    "functions",
    "logit_bias",
    "metadata",
    "modalities",
    "prediction",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "store",
    "verbosity",
  ],
  fields: {
    deferred: z.boolean(),
    reasoning_effort: z.enum(["none", "low", "medium", "high", "xhigh"]),
    search_parameters: z.looseObject({ mode: z.nullish(z.enum(["off", "on", "auto"])) }),
    top_logprobs: z.int().check(z.gte(0), z.lte(8)),
  },
});
