import { expect, test } from "vitest";
import { bearer, token } from "./token.js";

const request = { method: "POST", url: "https://acme.example", body: "{}" };

test("a token is sent as it is; of a function, the one that it gives before each request", async () => {
  expect(bearer("token-1")).toEqual({ authorization: "Bearer token-1" });
  let count = 0;
  for (const give of [() => `token-${++count}`, async () => `token-${++count}`]) {
    const auth = bearer(give);
    if (typeof auth !== "function") throw new Error("expected a function");
    expect([await auth(request), await auth(request)]).toEqual([
      { authorization: `Bearer token-${count - 1}` },
      { authorization: `Bearer token-${count}` },
    ]);
  }
});

test.each([undefined, null, "", 1, {}])("a function that gives %o has given no token", async (given) => {
  const auth = bearer(() => given as string);
  if (typeof auth !== "function") throw new Error("expected a function");
  await expect(async () => auth(request)).rejects.toThrow("the function gave no token");
});

test.each([
  ["token-1", true],
  [() => "token-1", true],
  ["", false],
  [1, false],
  [null, false],
])("in a config, %o is one: %o", (value, expected) => {
  expect(token.safeParse(value).success).toBe(expected);
});
