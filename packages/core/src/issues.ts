import type { StandardIssue } from "./common.js";

/** One line for all: `messages[0].role: expected string; unknown "modle"`. */
export function describeIssues(issues: readonly StandardIssue[]): string {
  return issues
    .map((issue) => (issue.path?.length ? `${formatPath(issue.path)}: ${wordsOf(issue)}` : wordsOf(issue)))
    .join("; ");
}

/** Where the problems are, at most ten places, without a word on what they are: that may quote the value. */
export function describePaths(issues: readonly StandardIssue[]): string {
  const places = issues.map(({ path }) => (path?.length ? formatPath(path) : "its root"));
  return [...new Set(places)].slice(0, 10).join(", ");
}

/** Whether the issue is on this member itself of what was validated. */
export function isIssueOf({ path }: StandardIssue, key: string): boolean {
  return path?.length === 1 && path.map(keyOf)[0] === key;
}

type Path = NonNullable<StandardIssue["path"]>;

function keyOf(step: Path[number]): PropertyKey {
  return typeof step === "object" ? step.key : step;
}

function formatPath(path: Path): string {
  return path
    .map(keyOf)
    .map((key, at) => (typeof key === "number" ? `[${key}]` : `${at > 0 ? "." : ""}${String(key)}`))
    .join("");
}

/** What zod's issues have beside their message. */
interface ZodIssue extends StandardIssue {
  code?: string;
  expected?: string;
  values?: readonly unknown[];
  format?: string;
  keys?: readonly string[];
  origin?: string;
  minimum?: number | bigint;
  maximum?: number | bigint;
  inclusive?: boolean;
}

/** zod/mini brings no words, and says of every problem only this. */
const wordless = "Invalid input";

function wordsOf(issue: StandardIssue): string {
  if (issue.message !== wordless) return issue.message;
  const {
    code,
    expected,
    values = [],
    format,
    keys = [],
    origin,
    minimum,
    maximum,
    inclusive,
  } = issue as ZodIssue;
  const unit = origin === "string" ? " characters" : origin === "array" ? " items" : "";
  switch (code) {
    case "invalid_type":
      return `expected ${expected}`;
    case "invalid_value":
      return `expected ${values.map(quote).join(" or ")}`;
    case "invalid_format":
      return `expected ${format}`;
    case "unrecognized_keys":
      return `unknown ${keys.map(quote).join(", ")}`;
    case "too_small":
      return `expected ${inclusive ? "at least" : "more than"} ${minimum}${unit}`;
    case "too_big":
      return `expected ${inclusive ? "at most" : "less than"} ${maximum}${unit}`;
    default:
      return wordless;
  }
}

function quote(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
