/** `npm run sizes`: what each package weighs. With `--update` it becomes the budget, and what the README says of ours. */
import { parseArgs } from "node:util";
import { type Budgets, budgetFor, problemsOf, readBudgets, writeBudgets } from "./budgets.js";
import { type Compared, ours, weighOurs } from "./compared.js";
import { readFigures, writeFigures } from "./figures.js";
import { everythingInstalled, weighedPackages } from "./packages.js";
import { weigh } from "./sizes.js";
import { withRegistry } from "./with-registry.js";

const { values: options } = parseArgs({ options: { update: { type: "boolean", default: false } } });
const before = readBudgets();
const budgets: Budgets = {};
console.log("Bytes of core with each package in a program: minified, gzip -9.\n");
console.log(row("", "total", "without zod", "budget", "other packages' parts"));

await withRegistry(async (place) => {
  await using project = await everythingInstalled(place);
  for (const name of weighedPackages()) {
    const { total, withoutZod, parts } = await weigh(project.folder, name);
    const current = before[name];
    const fits = problemsOf({ total, withoutZod }, current).length === 0;
    // What still fits stays as it is, so that a small change does not change every line.
    budgets[name] = fits && current ? current : budgetFor({ total, withoutZod });
    const others = Object.entries(parts).map(([other, bytes]) => `${other} ${bytes}`);
    const budget = fits ? "ok" : `was ${current?.withoutZod ?? "missing"}`;
    console.log(row(name, String(total), String(withoutZod), budget, others.join(", ")));
  }
  if (!options.update) return;
  writeBudgets(budgets);
  const figures = readFigures();
  for (const [name, packages] of Object.entries(ours())) {
    // How long it takes to start is left as it was: `npm run figures` measures that.
    figures.compared[name] = {
      ...(figures.compared[name] as Compared),
      ...(await weighOurs(project, packages)),
    };
  }
  writeFigures(figures);
});

function row(name: string, total: string, withoutZod: string, budget: string, others: string): string {
  return (
    name.padEnd(34) +
    total.padStart(7) +
    withoutZod.padStart(13) +
    `   ${budget.padEnd(12)} ${others}`
  ).trimEnd();
}
