/**
 * What the server answers, and what each contender must have read: computed from a number, so that both sides have it without sending it
 * twice. The form is that of OpenAI's own answers: {@link https://platform.openai.com/docs/api-reference/chat/streaming}.
 */

/** Pieces of text as a model produces them: a few characters each, and not all of them ASCII. */
const pieces = [
  " the",
  " whale",
  "s",
  " of",
  " the",
  " Arctic",
  ",",
  " grün",
  "licher",
  " Ozean",
  ".",
  "\n\n",
  ' "',
  "Yes",
  '"',
  " 東京",
];

const piece = (index: number): string => pieces[index % pieces.length] as string;

/** The text of a stream of so many chunks. */
export function textOf(chunks: number): string {
  return Array.from({ length: chunks }, (_, index) => piece(index)).join("");
}

/** The arguments of a tool call that comes in so many deltas: a file that the model writes. */
export function argumentsOf(deltas: number): { path: string; content: string } {
  return { path: "notes.md", content: textOf(deltas - 2) };
}

/** The answer to a call that is not streamed. */
export const shortAnswer =
  "The beluga is a small white whale of the Arctic. It is known for its songs, and for its round forehead.";

export const toolName = "write_file";
export const width = 1536;

/** One component of the vector of the text with this number: a float of 32 bits. */
export function component(text: number, index: number): number {
  // A hash of the two numbers, spread over [-0.05, 0.05) as the components of a real vector are.
  const hash = Math.imul(Math.imul(text + 1, 0x9e3779b1) ^ (index + 1), 0x85ebca6b);
  return Math.fround(((hash >>> 8) / 2 ** 24 - 0.5) / 10);
}

/** The texts to embed. The server reads its number from the first one of a request. */
export function textsToEmbed(count: number): string[] {
  return Array.from(
    { length: count },
    (_, index) => `${index}: a passage of a document about whales, as long as a sentence or two.`,
  );
}

/** The events of a text stream, each with its blank line, `[DONE]` included. */
export function textEvents(chunks: number): string[] {
  const deltas = Array.from({ length: chunks }, (_, index) => event({ content: piece(index) }));
  return [event({ role: "assistant", content: "", refusal: null }), ...deltas, ...closing("stop", chunks)];
}

/** The events of a tool call's stream. */
export function toolCallEvents(deltas: number): string[] {
  const delta = (text: string): string =>
    event({ tool_calls: [{ index: 0, function: { arguments: text } }] });
  // The texts are cut as they stand in JSON, so that joined they are the JSON of `argumentsOf`.
  const content = Array.from({ length: deltas - 2 }, (_, index) =>
    delta(JSON.stringify(piece(index)).slice(1, -1)),
  );
  const call = {
    index: 0,
    id: "call_Yv2hQbT0x1LwPzKq3nRs5dEf",
    type: "function",
    function: { name: toolName, arguments: "" },
  };
  return [
    event({ role: "assistant", content: null, tool_calls: [call], refusal: null }),
    delta('{"path":"notes.md","content":"'),
    ...content,
    delta('"}'),
    ...closing("tool_calls", deltas),
  ];
}

/** A whole answer, not streamed. */
export function completion(): string {
  return JSON.stringify({
    id: "chatcmpl-Be1ugaBenchmark0000000000000000",
    object: "chat.completion",
    created: 1_770_674_970,
    model: "gpt-4.1-mini-2025-04-14",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: shortAnswer, refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: usage(26),
    service_tier: "default",
    system_fingerprint: "fp_ad98c18a04",
  });
}

/** The vectors of so many texts from a number on, as base64 or as JSON numbers, whichever was asked for. */
export function embeddings(first: number, count: number, encoding: "base64" | "float"): string {
  const data = Array.from({ length: count }, (_, at) => {
    const vector = Float32Array.from({ length: width }, (_, index) => component(first + at, index));
    const embedding =
      encoding === "base64"
        ? Buffer.from(vector.buffer).toString("base64")
        : // OpenAI writes the shortest decimal number that is the same float of 32 bits; nine digits always are.
          Array.from(vector, (value) => Number(value.toPrecision(9)));
    return { object: "embedding", index: at, embedding };
  });
  const tokens = count * 16;
  return JSON.stringify({
    object: "list",
    data,
    model: "text-embedding-3-small",
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

function event(delta: object, finishReason: string | null = null): string {
  return chunk([{ index: 0, delta, logprobs: null, finish_reason: finishReason }], null);
}

function closing(finishReason: string, outputTokens: number): string[] {
  return [event({}, finishReason), chunk([], usage(outputTokens)), "data: [DONE]\n\n"];
}

function chunk(choices: object[], usage: object | null): string {
  const data = {
    id: "chatcmpl-Be1ugaBenchmark0000000000000000",
    object: "chat.completion.chunk",
    created: 1_770_674_970,
    model: "gpt-4.1-mini-2025-04-14",
    service_tier: "default",
    system_fingerprint: "fp_ad98c18a04",
    choices,
    usage,
    obfuscation: "uEEi97D0Ts0KuE",
  };
  return `data: ${JSON.stringify(data)}\n\n`;
}

function usage(outputTokens: number): object {
  return {
    prompt_tokens: 19,
    completion_tokens: outputTokens,
    total_tokens: 19 + outputTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
