/** An id for a tool call of a vendor that gives none; results are matched by it. */
export function newToolCallId(): string {
  return `call_${crypto.randomUUID().replaceAll("-", "")}`;
}
