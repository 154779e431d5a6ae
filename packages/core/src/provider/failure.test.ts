import { describe, expect, it } from "vitest";
import { describeCause } from "./failure.js";

describe("describeCause", () => {
  it.each<[string, unknown, string]>([
    [
      "the innermost cause, as fetch only says that it failed",
      new TypeError("fetch failed", { cause: new Error("socket hang up") }),
      "socket hang up",
    ],
    [
      "the code, where the message does not",
      Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" }),
      "UND_ERR_SOCKET other side closed",
    ],
    [
      "the code once",
      Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" }),
      "connect ECONNREFUSED 127.0.0.1:1",
    ],
    [
      "the code alone, where there is no message",
      Object.assign(new AggregateError([]), { code: "ECONNREFUSED" }),
      "ECONNREFUSED",
    ],
    ["what is no error", "lost", "lost"],
    [
      "no address, as it may hold a key",
      new TypeError("Invalid URL: https://user:pass@host/?key=1 (given)"),
      "Invalid URL: [URL] (given)",
    ],
    [
      "no address of another protocol either",
      new Error("redis://user:pass@host:6379 refused"),
      "[URL] refused",
    ],
  ])("says %s", (_what, cause, words) => {
    expect(describeCause(cause)).toBe(words);
  });

  it("comes to an end with a cause that is its own", () => {
    const error = new Error("round");
    error.cause = error;
    expect(describeCause(error)).toBe("round");
  });
});
