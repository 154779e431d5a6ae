import type { Check } from "../check.js";
import { abortChecks } from "./aborts.js";
import { bodyChecks } from "./bodies.js";
import { registrationChecks } from "./registration.js";
import { requestChecks } from "./requests.js";
import { retryChecks } from "./retries.js";
import { secretChecks } from "./secrets.js";
import { statusChecks } from "./statuses.js";
import type { CallCheck, Operation, Provided, ProviderSpec } from "./suite.js";
import { timeoutChecks } from "./timeouts.js";

/** All that an operation has to do that sends one request; of one that runs in process, how it is registered. */
export function callChecks<Instance extends Provided>(
  spec: ProviderSpec<Instance>,
  operation: Operation<Instance>,
): Record<string, readonly CallCheck<Instance>[]> {
  return {
    registration: registrationChecks(spec, operation),
    ...(operation.answer && httpChecks(spec)),
  };
}

/** What is about HTTP. */
export function httpChecks<Instance extends Provided>({
  httpErrors = [],
}: ProviderSpec<Instance>): Record<string, readonly CallCheck<Instance>[]> {
  return {
    requests: requestChecks(),
    "bodies that are not an answer": bodyChecks(),
    "HTTP errors": statusChecks(httpErrors),
    retries: retryChecks(),
    abort: abortChecks(),
    "time limits": timeoutChecks(),
    secrets: secretChecks(),
  };
}

/** Groups of rules as checks, each with a suite of its own. */
export function checksOf<Suite>(
  groups: Readonly<Record<string, readonly { name: string; run(suite: Suite): Promise<void> }[]>>,
  suiteOf: (...args: Parameters<Check["run"]>) => Suite,
): Check[] {
  return Object.entries(groups).flatMap(([group, checks]) =>
    checks.map(({ name, run }) => ({ group, name, run: (...args) => run(suiteOf(...args)) })),
  );
}
