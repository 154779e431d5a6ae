/** `npm run soak`: see the README. */
import { parseArgs } from "node:util";
import { newSeed } from "@beluga/conformance";
import { createClients } from "./clients.js";
import { describeCheckpoint, describeReport } from "./report.js";
import { forkServer } from "./server-process.js";
import { soak } from "./soak.js";

const { values } = parseArgs({
  options: {
    streams: { type: "string", default: "50000" },
    "at-once": { type: "string", default: "200" },
    seed: { type: "string", default: String(newSeed()) },
  },
});
const streams = wholeNumber(values.streams);
const atOnce = wholeNumber(values["at-once"]);
const seed = wholeNumber(values.seed);

console.log(`${streams} streams, ${atOnce} calls at a time, on Node ${process.versions.node}.`);
console.log(`To repeat it: npm run soak -- --streams ${streams} --at-once ${atOnce} --seed ${seed}\n`);
const server = await forkServer(seed);
try {
  const clients = createClients(server);
  const report = await soak({
    seed,
    streams,
    atOnce,
    server,
    clients,
    onCheckpoint: (checkpoint) => console.log(describeCheckpoint(checkpoint)),
  });
  console.log(`\n${describeReport(report, streams)}`);
  for (const problem of report.problems) console.log(`PROBLEM ${problem}`);
  console.log(report.problems.length === 0 ? "ok" : "FAILED");
  process.exitCode = report.problems.length === 0 ? 0 : 1;
} finally {
  server.close();
}
// What is left behind may keep the process alive for ever.
if (process.exitCode !== 0) process.exit();

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`"${text}" is no whole number above 0.`);
  process.exit(2);
}
