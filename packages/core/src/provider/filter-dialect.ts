import { BelugaError } from "../errors.js";
import { type Filter, normalizeFilter } from "../filter.js";
import { vectorInputError } from "./vector-input.js";

/** A condition on one key. */
export type LeafFilter = Extract<Filter, { key: string }>;

/** A bound: what alone stands under a `not` once a filter is normalised. */
export type RangeFilter = Extract<Filter, { op: "gt" | "gte" | "lt" | "lte" }>;

/** Throws `unsupported`, with what the engine does not have in words that go on from "filter: ". */
export type RefuseFilter = (problem: string) => never;

/**
 * How an engine says filters. What it cannot say exactly as core's `matchesFilter` means it, it has to refuse: documents without the
 * key, values of other types and arrays included.
 */
export interface FilterDialect<Condition> {
  leaf(leaf: LeafFilter, refuse: RefuseFilter): Condition;
  /** All that a bound does not match: documents without the key and values of other types as well. Absent where the engine has none. */
  not?(range: RangeFilter, refuse: RefuseFilter): Condition;
  /** Of two at least. */
  and(conditions: readonly Condition[], refuse: RefuseFilter): Condition;
  /** Of two at least. */
  or(conditions: readonly Condition[], refuse: RefuseFilter): Condition;
}

/** What a filter comes to: it may match everything or nothing, whatever the documents, and then an engine need not be asked. */
export type CompiledFilter<Condition> =
  | { readonly matches: "all" }
  | { readonly matches: "none" }
  | { readonly matches: "some"; readonly condition: Condition };

interface CompileOptions {
  op: string;
  provider: string;
  /** What is wrong with a text that the engine cannot keep, so that no document has it. Default: nothing. */
  textProblem?(text: string): string | undefined;
}

/**
 * A filter in an engine's own terms.
 *
 * @throws BelugaError `invalid_input` where the filter is malformed, `unsupported` where the engine cannot say it.
 */
export function compileFilter<Condition>(
  filter: Filter | undefined,
  dialect: FilterDialect<Condition>,
  { op, provider, textProblem = () => undefined }: CompileOptions,
): CompiledFilter<Condition> {
  if (filter === undefined) return { matches: "all" };
  const refuse: RefuseFilter = (problem) => {
    throw new BelugaError({
      op,
      code: "unsupported",
      provider,
      message: `${provider} ${op}: filter: ${problem}`,
    });
  };
  const checked = <Leaf extends LeafFilter>(leaf: Leaf): Leaf => {
    for (const text of [leaf.key, leaf.value].flat()) {
      const problem = typeof text === "string" ? textProblem(text) : undefined;
      if (problem) throw vectorInputError(provider, op, `filter: ${problem}`);
    }
    return leaf;
  };
  const translate = (condition: Filter): Condition => {
    switch (condition.op) {
      case "and":
      case "or":
        return dialect[condition.op](condition.filters.map(translate), refuse);
      case "not":
        if (!dialect.not) return refuse(`there is no complement of "${condition.filter.op}"`);
        return dialect.not(checked(condition.filter as RangeFilter), refuse);
      default:
        return dialect.leaf(checked(condition), refuse);
    }
  };
  const normal = normalizeFilter(filter, op, provider);
  const isConstant = (normal.op === "and" || normal.op === "or") && normal.filters.length === 0;
  if (isConstant) return { matches: normal.op === "and" ? "all" : "none" };
  return { matches: "some", condition: translate(normal) };
}
