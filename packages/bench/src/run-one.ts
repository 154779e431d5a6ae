/**
 * The process in which one contender is measured in one scenario: `run-one.js CONTENDER SCENARIO ORIGIN`, the scenario by its place in the
 * list. For each size that it is sent it does one round, and answers with a {@link Measurement}.
 */
import { type ContenderName, contenders } from "./contender.js";
import { median } from "./median.js";
import { type Measurement, type Scenario, scenarios } from "./scenarios.js";
import { baseURLOf } from "./server.js";

const [contenderName, place, origin = ""] = process.argv.slice(2);
const { connect } = await contenders[contenderName as ContenderName]();
const scenario = scenarios[Number(place)] as Scenario;

process.on("message", (size: number) => {
  void measure(size).then((measurement) => process.send?.(measurement));
});
process.send?.("ready");

async function measure(size: number): Promise<Measurement> {
  const client = connect(baseURLOf(origin, scenario.plan(size)));
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const { units, firstPieces, check } = await scenario.run(client, size);
  const wall = (performance.now() - start) * 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const peakMemory = process.resourceUsage().maxRSS / 1024;
  check();
  return {
    cpu: (user + system) / units,
    wall: wall / units,
    firstPiece: firstPieces && median(firstPieces),
    peakMemory,
  };
}
