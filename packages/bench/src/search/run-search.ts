/**
 * The process in which one contender searches: `run-search.js CONTENDER SCENARIO`, the scenario as JSON. It says so when its index is built, and then
 * answers each message with a {@link SearchMeasurement}, until there is nobody to send one.
 */
import { type SearchContenderName, searchContenders } from "./contender.js";
import { SearchRun, type SearchScenario } from "./scenarios.js";

const [name, scenario = "{}"] = process.argv.slice(2);
const contender = await searchContenders[name as SearchContenderName]();
const run = await SearchRun.prepare(contender, JSON.parse(scenario) as SearchScenario);

process.on("message", () => {
  void run.measure().then((measurement) => process.send?.(measurement));
});
process.once("disconnect", () => void run.close());
process.send?.("ready");
