import { inspect } from "node:util";
import type { ApiResult } from "./run.js";

/** The least share of each `api`'s recordings that has to pass. */
export type Floors = Readonly<Record<string, number>>;

/** Passed of all, cut to four places, so that it never promises more than there is. */
export function shareOf({ passed, failed, unsupported }: ApiResult): number {
  const total = passed.length + failed.length + unsupported.length;
  return total === 0 ? 0 : Math.floor((passed.length / total) * 10_000) / 10_000;
}

/** The table, the reasons of what is unsupported, and the failures. */
export function describeResults(results: readonly ApiResult[]): string {
  const read = results.filter(({ hasTarget }) => hasTarget);
  const unread = results.filter(({ hasTarget }) => !hasTarget);
  const lines = [row(["api", "passed", "failed", "unsupported", "share"])];
  for (const result of read) {
    const { api, passed, failed, unsupported } = result;
    lines.push(
      row([api, passed.length, failed.length, unsupported.length, `${(shareOf(result) * 100).toFixed(2)} %`]),
    );
  }
  if (unread.length > 0) {
    const names = unread.map(({ api, unsupported }) => `${api} (${unsupported.length})`);
    lines.push("", `no provider yet: ${names.join(", ")}`);
  }
  for (const { api, unsupported } of read) {
    for (const { id, reason } of unsupported) lines.push("", `unsupported ${api}: ${id}`, `  ${reason}`);
  }
  for (const { api, failed } of read) {
    for (const { id, differences, reasons } of failed) {
      lines.push("", `failed ${api}: ${id}`);
      for (const reason of reasons) lines.push(`  rule: ${reason}`);
      for (const { what, expected, actual } of differences) {
        lines.push(`  ${what}`, `    expected ${show(expected)}`, `    actual   ${show(actual)}`);
      }
    }
  }
  return lines.join("\n");
}

/** For machines: the counts of each `api`, and the ids of what did not pass. */
export function resultsAsJSON(results: readonly ApiResult[], seed: number): unknown {
  const apis = results.map((result) => {
    const { api, hasTarget, passed, failed, unsupported } = result;
    const counts = { passed: passed.length, failed: failed.length, unsupported: unsupported.length };
    const entry = {
      hasProvider: hasTarget,
      ...counts,
      share: shareOf(result),
      failures: failed.map(({ id }) => id),
    };
    return [api, { ...entry, unsupportedIds: unsupported.map(({ id }) => id) }];
  });
  return { seed, apis: Object.fromEntries(apis) as unknown };
}

/** What is under its floor, and what could have a higher one. */
export function compareWithFloors(
  results: readonly ApiResult[],
  floors: Floors,
): { problems: string[]; remarks: string[] } {
  const problems: string[] = [];
  const remarks: string[] = [];
  for (const [api, floor] of Object.entries(floors)) {
    const result = results.find((candidate) => candidate.api === api);
    const share = result ? shareOf(result) : 0;
    if (!result) problems.push(`${api}: no recordings, and its floor is ${floor}`);
    else if (share < floor) problems.push(`${api}: ${share} is under its floor of ${floor}`);
    else if (share > floor) remarks.push(`${api}: its floor of ${floor} can be raised to ${share}`);
  }
  for (const result of results) {
    if (result.hasTarget && floors[result.api] === undefined) {
      problems.push(`${result.api}: has no floor yet; it can be ${shareOf(result)}`);
    }
  }
  return { problems, remarks };
}

function row([api = "", ...numbers]: readonly (string | number)[]): string {
  return `${String(api).padEnd(26)}${numbers.map((value) => String(value).padStart(12)).join("")}`;
}

function show(value: unknown): string {
  const text = inspect(value, { depth: 8, breakLength: Infinity, maxStringLength: 600, maxArrayLength: 20 });
  return text.length > 1200 ? `${text.slice(0, 1200)}…` : text;
}
