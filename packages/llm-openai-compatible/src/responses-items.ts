type Fields = Readonly<Record<string, unknown>>;

/** What of an item comes in pieces: the words of a message, and the two kinds of reasoning. */
export type Kind = "output_text" | "summary_text" | "reasoning_text";

/** An item of the output, as far as it was read. */
export interface Item {
  /** As the last event has it that shows the item. */
  fields: Fields;
  isDone: boolean;
  /** How many characters of each kind were read. */
  readonly read: Record<Kind, number>;
  refusal: string;
  /** How many of its annotations are sources already. */
  sources: number;
  /** Of a call: its number among all calls, once it has begun, and how many characters of its input were read. */
  call: number | undefined;
  input: number;
  /** Whether a part of the message stands for it. */
  hasPart: boolean;
}

export function newItem(fields: Fields): Item {
  return {
    fields,
    isDone: false,
    read: { output_text: 0, summary_text: 0, reasoning_text: 0 },
    refusal: "",
    sources: 0,
    call: undefined,
    input: 0,
    hasPart: false,
  };
}

export function isCall({ type }: Fields): boolean {
  return type === "function_call" || type === "custom_tool_call";
}

// What is kept of an item with its parts, so that it goes back as it was.

export function messageFields({ type: _, role: _role, content: _content, ...rest }: Fields): Fields {
  return told(rest);
}

export function reasoningFields({
  type: _,
  summary: _summary,
  content: _content,
  encrypted_content: _encrypted,
  ...rest
}: Fields): Fields {
  return told(rest);
}

/** With the text of the arguments where it is not what would be written of the parsed ones: it goes back as the model wrote it. */
export function callFields({ type, call_id: _, name: _name, input: _input, ...rest }: Fields): Fields {
  const { arguments: text, ...others } = rest;
  return {
    ...(type === "custom_tool_call" && { type }),
    ...told(others),
    ...(typeof text === "string" && isWrittenOtherwise(text) && { arguments: text }),
  };
}

function isWrittenOtherwise(json: string): boolean {
  try {
    return JSON.stringify(JSON.parse(json)) !== json;
  } catch {
    return false; // such a call is an error, or cut
  }
}

/** Without what says nothing: `null`, who made it, and that it was made. */
function told(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([name, value]) =>
        value !== null && name !== "created_by" && !(name === "status" && value !== "incomplete"),
    ),
  );
}
