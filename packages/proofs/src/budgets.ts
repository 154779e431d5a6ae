import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Size } from "./sizes.js";

/** By the package's name: the most bytes that a program with core and it may weigh. */
export type Budgets = Record<string, Size>;

const file = join(import.meta.dirname, "../budgets.json");

export function readBudgets(): Budgets {
  return JSON.parse(readFileSync(file, "utf8")) as Budgets;
}

export function writeBudgets(budgets: Budgets): void {
  const sorted = Object.fromEntries(Object.entries(budgets).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(sorted, undefined, 2)}\n`);
}

/** What is written for a measured size. Compression differs by some bytes from machine to machine, and a mended bug costs some: one per cent is left. */
export function budgetFor({ total, withoutZod }: Size): Size {
  return { total: roundedUp(total), withoutZod: roundedUp(withoutZod) };
}

function roundedUp(bytes: number): number {
  return Math.ceil((bytes * 1.01) / 100) * 100;
}

/** So much may be left of a budget: what was saved beyond it would be lost again unseen. */
const slack = 0.05;

/** Why a measured size does not fit its budget. Empty where it does. */
export function problemsOf(size: Size, budget: Size | undefined): string[] {
  const mend = "`npm run sizes -- --update` writes the budgets anew";
  if (!budget) return [`there is no budget: ${mend}`];
  return (["total", "withoutZod"] as const).flatMap((part) => {
    const [bytes, most] = [size[part], budget[part]];
    if (bytes > most)
      return [`${part}: ${bytes} bytes are above the budget of ${most}: ${mend}, where it is worth it`];
    if (bytes < most * (1 - slack))
      return [`${part}: ${bytes} bytes are far below the budget of ${most}: ${mend}, to keep the gain`];
    return [];
  });
}
