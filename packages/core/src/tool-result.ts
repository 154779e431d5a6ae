import type { ToolCallPart, ToolMessage } from "./chat.js";
import { describeIssues } from "./issues.js";
import { isRecord } from "./provider/wire.js";
import { type Tool, isStandardSchema } from "./tools.js";

/** What came of a call of a tool. */
export interface ToolResult {
  toolCall: ToolCallPart;
  /** What the model is told. */
  message: ToolMessage;
  /** What `execute` returned. */
  output?: unknown;
  /** What `execute`, or the schema, threw. Absent where the tool was not there, or its arguments did not fit. */
  error?: unknown;
}

/** Runs one call. Never rejects: what goes wrong is for the model to read. */
export async function runTool(
  toolCall: ToolCallPart,
  tools: readonly Tool[],
  signal: AbortSignal,
): Promise<ToolResult> {
  const { id: toolCallId, name: toolName } = toolCall;
  const message = (content: ToolMessage["content"]): ToolMessage => ({
    role: "tool",
    toolCallId,
    toolName,
    content,
  });
  const failed = (content: string): ToolResult => ({
    toolCall,
    message: { ...message(content), isError: true },
  });

  const tool = tools.find(({ name }) => name === toolName);
  if (!tool)
    return failed(`There is no tool "${toolName}". There is: ${tools.map(({ name }) => name).join(", ")}`);
  try {
    const args = await checkArguments(tool, toolCall.arguments);
    if (args.problem !== undefined) return failed(`The arguments are not valid: ${args.problem}`);
    const output: unknown = await tool.execute?.(args.value, { toolCallId, signal });
    return { toolCall, message: message(contentOf(output)), ...(output !== undefined && { output }) };
  } catch (error) {
    return { ...failed(messageOf(error)), error };
  }
}

/** What the tool's schema makes of the arguments. */
async function checkArguments(
  { parameters }: Tool,
  args: unknown,
): Promise<{ value: unknown; problem?: undefined } | { problem: string }> {
  if (!isStandardSchema(parameters)) return { value: args };
  const result = await parameters["~standard"].validate(args);
  return result.issues ? { problem: describeIssues(result.issues) } : { value: result.value };
}

/** @throws TypeError where the output cannot be written as JSON without a loss. */
function contentOf(output: unknown): ToolMessage["content"] {
  if (output === undefined) return "";
  if (typeof output === "string") return output;
  if (Array.isArray(output) && output.length > 0 && output.every(isPart)) return output;
  let json: string | undefined;
  if (!isOpaque(output)) {
    try {
      json = JSON.stringify(output);
    } catch (error) {
      throw new TypeError("The tool's result cannot be written as JSON", { cause: error });
    }
  }
  if (json === undefined) throw new TypeError("The tool's result cannot be written as JSON");
  return json;
}

type ToolResultPart = Exclude<ToolMessage["content"], string>[number];

function isPart(value: unknown): value is ToolResultPart {
  if (!isRecord(value)) return false;
  const { type, text, mediaType, data, url } = value;
  if (type === "text") return typeof text === "string";
  if (type !== "image" && type !== "file") return false;
  const hasData = typeof data === "string" || data instanceof Uint8Array;
  return typeof mediaType === "string" && hasData !== (typeof url === "string");
}

/** What JSON would make `{}` of, or a list of numbered bytes: a `Map`, a generator, a typed array. */
function isOpaque(output: unknown): boolean {
  if (typeof output !== "object" || output === null || Array.isArray(output) || "toJSON" in output)
    return false;
  return Symbol.iterator in output || Symbol.asyncIterator in output;
}

/** An error's message, never its stack. */
function messageOf(error: unknown): string {
  if (typeof error === "string" && error !== "") return error;
  const message = isRecord(error) && error["message"];
  return typeof message === "string" && message !== "" ? message : "The tool failed";
}
