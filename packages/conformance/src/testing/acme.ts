import { type ChatModel, type MessagePart, type ProviderDefinition, chatModels } from "@beluga/core";
import {
  type ChatAnswer,
  type ChatCall,
  type ConfigShape,
  HttpClient,
  type HttpConfig,
  createChatModel,
  encodeBase64,
  feedFrames,
  httpConfig,
  instantiate,
} from "@beluga/core/provider";
import * as z from "zod/mini";

// A vendor that does not exist, with the smallest wire that has everything: to test the suite with, and broken on purpose in mutants.test.ts.

export interface AcmeConfig extends HttpConfig {
  model: string;
  /** Default: `ACME_API_KEY`. */
  apiKey?: string | undefined;
}

const acmeConfig = z.strictObject({
  ...httpConfig,
  model: z.string(),
  apiKey: z.string(),
} satisfies ConfigShape<AcmeConfig>);

type AcmeSettings = z.output<typeof acmeConfig>;

/** One event of a stream; a whole answer is `{ events }`. */
interface AcmeEvent {
  text?: string;
  thought?: string;
  call?: { number: number; id: string; name: string };
  arguments?: { number: number; json: string };
  end?: "done" | "limit" | "tools";
  usage?: { read: number; written: number };
  error?: { message: string };
}

const definition = {
  name: "acme",
  packageName: "@acme/beluga-llm",
  version: "1.2.3",
  config: acmeConfig,
  env: { apiKey: "ACME_API_KEY" },
  create({ apiKey, model, ...config }: AcmeSettings): ChatModel {
    const http = new HttpClient({
      ...config,
      baseURL: config.baseURL ?? "https://acme.example/v1",
      provider: "acme",
      packageName: "@acme/beluga-llm",
      version: "1.2.3",
      auth: { "x-acme-key": apiKey },
      refineError: ({ body }) =>
        JSON.stringify(body).includes("out of credit")
          ? { code: "quota_exhausted", retryable: false }
          : undefined,
    });
    const request = (call: ChatCall, stream: boolean) => {
      const { signal, headers, timeout } = call.options;
      return { op: call.op, model, signal, headers, timeout, body: bodyOf(call, stream) };
    };
    return createChatModel({
      provider: "acme",
      model,
      async generate(call, answer) {
        const { data } = await http.json("answer", request(call, false));
        const { events } = (data ?? {}) as { events?: AcmeEvent[] };
        if (!Array.isArray(events)) throw answer.invalid("a body without events");
        for (const event of events) read(event, answer);
      },
      async stream(call, answer) {
        const events = await http.events("answer", request(call, true));
        const onEvent = ({ data }: { data: string }): void => {
          const event = http.parse(data, call) as AcmeEvent | null;
          if (typeof event !== "object" || event === null) throw answer.invalid("an event that is no object");
          if (call.options.includeRaw) answer.raw(event);
          if (event.error) throw http.failure(call, event);
          read(event, answer);
        };
        return feedFrames(events, answer, onEvent, () => false);
      },
    });
  },
} satisfies ProviderDefinition<ChatModel>;

chatModels.register(definition);

export function createAcme(config: AcmeConfig): ChatModel {
  return instantiate(chatModels, definition, config);
}

declare module "@beluga/core" {
  interface ChatModelProviders {
    acme: AcmeConfig;
  }
}

const reasons = { done: "stop", limit: "length", tools: "tool-calls" } as const;

function read({ text, thought, call, arguments: args, end, usage }: AcmeEvent, answer: ChatAnswer): void {
  if (thought !== undefined) answer.reasoning(thought);
  if (text !== undefined) answer.text(text);
  if (call) answer.toolCallStart(call.number, call.id, call.name);
  if (args) answer.toolCallDelta(args.number, args.json);
  if (end) answer.finish(end, reasons[end]);
  if (usage) {
    const { read: inputTokens, written: outputTokens } = usage;
    answer.usage = { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens, raw: usage };
  }
}

function withBase64(part: MessagePart): MessagePart {
  return "data" in part && part.data instanceof Uint8Array
    ? { ...part, data: encodeBase64(part.data) }
    : part;
}

function bodyOf(
  { model, messages, options, tools, warn }: ChatCall,
  stream: boolean,
): Record<string, unknown> {
  const {
    maxTokens,
    temperature,
    topP,
    stopSequences,
    toolChoice,
    responseFormat,
    reasoning,
    providerOptions,
  } = options;
  for (const option of ["topK", "seed", "frequencyPenalty", "presencePenalty"] as const) {
    if (options[option] === undefined) continue;
    warn({ type: "unsupported", option, message: "acme has no such option; it was not sent" });
  }
  return {
    model,
    stream,
    messages: messages.map(({ content, ...message }) => ({
      ...message,
      content: typeof content === "string" ? content : content.map(withBase64),
    })),
    limit: maxTokens,
    temperature,
    topP,
    stop: stopSequences,
    ...(tools.length > 0 && { tools, toolChoice }),
    responseFormat,
    reasoning,
    ...providerOptions,
  };
}
