import { describe, expect, it } from "vitest";
import { type Middleware, applyMiddleware } from "./middleware.js";

interface Greeter {
  greet(name: string): string;
}

const greeter: Greeter = { greet: (name) => `Hello ${name}` };

function around(mark: string): Middleware<Greeter> {
  return (next) => ({ greet: (name) => `${mark}(${next.greet(`${name}${mark}`)})` });
}

describe("applyMiddleware", () => {
  it("puts the first outermost: it sees each call first, and its result last", () => {
    expect(applyMiddleware(greeter, around("a"), around("b"), around("c")).greet("")).toBe(
      "a(b(c(Hello abc)))",
    );
  });

  it("leaves the instance alone", () => {
    applyMiddleware(greeter, around("a"));
    expect(greeter.greet("you")).toBe("Hello you");
  });

  it("of none is the instance itself", () => {
    expect(applyMiddleware(greeter)).toBe(greeter);
  });
});
