import type { ChatModel, ChatOptions, Message } from "@beluga/core";
import { describeUsage, remark, streamAnswer } from "../answering.js";
import { UsageError, defineSpec, helpOf, parseArguments } from "../arguments.js";
import type { Context } from "../context.js";
import { describeFailure } from "../failure.js";
import { loaderOf } from "../loader.js";
import { chooseModel } from "../model-choice.js";

const spec = defineSpec({
  usage: "chat [message]",
  description: `Talks with a chat model. With a message, or one piped in, it answers once; without, it goes on until an
empty line or Ctrl-D. A lone dash in the message stands for what is piped in.`,
  options: {
    model: {
      value: "provider/model",
      short: "m",
      description: "Default: BELUGA_MODEL, or the first at hand",
    },
    "base-url": { value: "url", description: "Where your own server is, for openai-compatible/<model>" },
    system: { value: "text", short: "s", description: "Instructions for the whole conversation" },
    temperature: { value: "number", type: "number", description: "How freely the model chooses its words" },
    "max-tokens": { value: "count", type: "count", description: "The most tokens of one answer" },
    usage: { description: "Tell the tokens that each answer took" },
    json: { description: "Print the answer as JSON" },
  },
  examples: [
    'beluga chat "Why is the sky blue?"',
    'git diff | beluga chat "Review this change:" -',
    "beluga chat --model openai-compatible/qwen3 --base-url http://127.0.0.1:8080/v1",
  ],
});

export async function run(args: readonly string[], context: Context): Promise<void> {
  const { options, positionals } = parseArguments(spec, args);
  const { terminal, signal } = context;
  if (options.help) return terminal.line(helpOf(spec));

  const message = await messageOf(positionals, context);
  if (message === undefined && options.json) throw new UsageError("--json needs a message");
  const choice = await chooseModel({
    id: options.model,
    baseURL: options["base-url"],
    loader: loaderOf(context),
    signal,
  });
  if (!choice.model) throw new Error(choice.missing);
  const chatOptions: ChatOptions = {
    signal,
    temperature: options.temperature,
    maxTokens: options["max-tokens"],
  };
  const conversation: Message[] =
    options.system === undefined ? [] : [{ role: "system", content: options.system }];
  if (message === undefined)
    return converse(choice.model, conversation, chatOptions, options.usage === true, context);

  conversation.push({ role: "user", content: message });
  if (!options.json) return answer(choice.model, conversation, chatOptions, options.usage === true, context);
  const response = await choice.model.generate(conversation, chatOptions);
  remark(response, terminal);
  const { text, reasoning, model, finishReason, refusal, warnings } = response;
  const { raw, ...usage } = response.usage;
  terminal.json({
    text,
    reasoning,
    model,
    finishReason,
    ...(refusal !== undefined && { refusal }),
    usage,
    warnings,
  });
}

/** What was typed behind the command or is piped in; `undefined` where someone sits there to be asked. */
async function messageOf(words: readonly string[], { terminal }: Context): Promise<string | undefined> {
  if (words.includes("-") || (words.length === 0 && terminal.isPiped)) {
    const piped = await terminal.readAll();
    const parts = words.length === 0 ? [piped] : words.map((word) => (word === "-" ? `\n${piped}` : word));
    const message = parts.join(" ").trim();
    if (message === "") throw new UsageError("there is no message: pass one, or pipe it in");
    return message;
  }
  if (words.length > 0) return words.join(" ");
  if (!terminal.isInteractive) throw new UsageError("there is no message: pass one, or pipe it in");
  return undefined;
}

async function converse(
  model: ChatModel,
  conversation: Message[],
  options: ChatOptions,
  showUsage: boolean,
  context: Context,
): Promise<void> {
  const { terminal, signal } = context;
  terminal.note(`${model.id} · an empty line or Ctrl-D ends`);
  for (;;) {
    const typed = await terminal.ask("> ", signal);
    if (typed === undefined) return;
    conversation.push({ role: "user", content: typed });
    try {
      await answer(model, conversation, options, showUsage, context);
    } catch (error) {
      signal.throwIfAborted();
      // One failed answer is no reason to lose the conversation.
      conversation.pop();
      terminal.error(describeFailure(error));
    }
    terminal.line();
  }
}

/** Answers the last message, and adds the answer to the conversation. */
async function answer(
  model: ChatModel,
  conversation: Message[],
  options: ChatOptions,
  showUsage: boolean,
  { terminal }: Context,
): Promise<void> {
  const started = performance.now();
  const response = await streamAnswer(model, conversation, options, terminal);
  conversation.push(response.message);
  if (!showUsage) return;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  terminal.note(`${describeUsage(response.usage)} · ${response.model} · ${seconds} s`);
}
