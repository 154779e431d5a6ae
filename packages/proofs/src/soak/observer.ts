import { type Call, addObserver } from "@beluga/core";
import type { Problems } from "./problems.js";

/** Watches all calls, as a tracer does. What it gives back stops that, and looks whether each call that began has ended just once. */
export function countCalls(problems: Problems): () => void {
  const open = new Set<Call>();
  const onEnd = (call: Call): void => {
    if (!open.delete(call))
      problems.add(`an observer saw a second end of ${call.op}, or one without a start`);
  };
  const stop = addObserver({
    onStart: (call) => void open.add(call),
    onFinish: onEnd,
    onError: onEnd,
    onAbort: onEnd,
  });
  return () => {
    stop();
    if (open.size > 0) problems.add(`an observer saw no end of ${open.size} calls`);
  };
}
