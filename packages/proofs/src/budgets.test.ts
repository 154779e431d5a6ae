import { expect, test } from "vitest";
import { budgetFor, problemsOf } from "./budgets.js";

const budget = { total: 20_000, withoutZod: 10_000 };

test("what fits its budget has no problem", () => {
  expect(problemsOf({ total: 19_500, withoutZod: 10_000 }, budget)).toEqual([]);
});

test("a byte above is a problem, and so is a gain that the budget would not keep", () => {
  expect(problemsOf({ total: 20_001, withoutZod: 9_499 }, budget)).toEqual([
    "total: 20001 bytes are above the budget of 20000: `npm run sizes -- --update` writes the budgets anew, where it is worth it",
    "withoutZod: 9499 bytes are far below the budget of 10000: `npm run sizes -- --update` writes the budgets anew, to keep the gain",
  ]);
});

test("a package without a budget is a problem", () => {
  expect(problemsOf(budget, undefined)).toEqual([
    "there is no budget: `npm run sizes -- --update` writes the budgets anew",
  ]);
});

test("a budget that is written fits what was measured, with one per cent left", () => {
  expect(budgetFor({ total: 19_900, withoutZod: 9_000 })).toEqual({ total: 20_100, withoutZod: 9_100 });
});
