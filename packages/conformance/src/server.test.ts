import { afterAll, describe, expect, test } from "vitest";
import { startServer } from "./server.js";

const server = await startServer();
afterAll(() => server.close());

const endless = function* (): Generator<Uint8Array> {
  for (;;) yield new Uint8Array(64 * 1024);
};

describe.concurrent("the test server", () => {
  test("answers with status, headers and body, and keeps the request", async () => {
    const route = server.route({ status: 201, headers: { "x-kind": "good" }, body: "hello" });
    const response = await fetch(`${route.url}/path?q=1`, {
      method: "POST",
      headers: { "x-key": "k" },
      body: '{"a":[1]}',
    });
    expect([response.status, response.headers.get("x-kind"), await response.text()]).toEqual([
      201,
      "good",
      "hello",
    ]);
    const { method, base, path, headers, text, body, sent } = await route.request();
    expect({ method, base, path, key: headers["x-key"], text, body, sent }).toEqual({
      method: "POST",
      base: route.url,
      path: "/path?q=1",
      key: "k",
      text: '{"a":[1]}',
      body: { a: [1] },
      sent: 5,
    });
    expect(await route.requests[0]?.closed).toBe("server");
  });

  test("gives each request the next reply, and the last one again", async () => {
    const route = server.route({ body: "1" }, { body: "2" });
    const bodies: string[] = [];
    for (let i = 0; i < 3; i++) bodies.push(await (await fetch(route.url)).text());
    expect(bodies).toEqual(["1", "2", "2"]);
  });

  test("asks a handler, with the number of the request", async () => {
    const route = server.route(({ path }, count) => ({ body: `${path} ${count}` }));
    await (await fetch(`${route.url}/a`)).text();
    expect(await (await fetch(`${route.url}/b`)).text()).toBe("/b 2");
  });

  test("keeps routes apart, and answers 404 elsewhere", async () => {
    const one = server.route({ body: "one" });
    const two = server.route({ body: "two" });
    expect(await (await fetch(two.url)).text()).toBe("two");
    expect([one.requests.length, two.requests.length]).toEqual([0, 1]);
    expect((await fetch(`${server.url}/nowhere`)).status).toBe(404);
  });

  test("sends a body in the pieces given, with the pauses given", async () => {
    const pieces = [20, "a", 20, "\u00e9".repeat(3), 20, new Uint8Array([1, 2])];
    const route = server.route({ body: pieces });
    const response = await fetch(route.url);
    const chunks: string[] = [];
    for await (const chunk of response.body ?? []) chunks.push(Buffer.from(chunk).toString("hex"));
    expect(chunks).toEqual(["61", "c3a9c3a9c3a9", "0102"]);
  });

  test("resets before the headers", async () => {
    const route = server.route({ end: "reset" });
    await expect(fetch(route.url)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    expect(await route.requests[0]?.closed).toBe("server");
  });

  test.each(["reset", "close"] as const)("breaks off in mid-body: %s", async (end) => {
    const route = server.route({ body: ["first"], end });
    const response = await fetch(route.url);
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("first");
    await expect(reader?.read()).rejects.toThrow("terminated");
  });

  test("promises more than it sends", async () => {
    const route = server.route({ headers: { "content-length": "10" }, body: "short", end: "close" });
    await expect((await fetch(route.url)).text()).rejects.toThrow("terminated");
  });

  test("stalls before the headers, and sees the client leave", async () => {
    const route = server.route({ delay: Infinity });
    const controller = new AbortController();
    const response = fetch(route.url, { signal: controller.signal });
    const request = await route.request();
    controller.abort();
    await expect(response).rejects.toThrow("aborted");
    expect(await request.closed).toBe("client");
  });

  test("stalls in mid-body, and sees the client leave", async () => {
    const route = server.route({ body: ["first", Infinity, "never"] });
    const controller = new AbortController();
    const response = await fetch(route.url, { signal: controller.signal });
    await response.body?.getReader().read();
    controller.abort();
    const request = await route.request();
    expect([await request.closed, request.sent]).toEqual(["client", 5]);
  });

  test("sends an endless body only as fast as it is read", async () => {
    const route = server.route({ body: endless() });
    const response = await fetch(route.url);
    const reader = response.body?.getReader();
    await reader?.read();
    const request = await route.request();
    let before = -1;
    while (request.sent !== before) {
      before = request.sent;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(before).toBeLessThan(64 * 2 ** 20);
    await reader?.cancel();
    expect(await request.closed).toBe("client");
  });

  test("closes although replies are under way", async () => {
    const other = await startServer();
    const stalled = other.route({ body: ["first", Infinity] });
    const response = await fetch(stalled.url);
    await other.close();
    await expect(response.text()).rejects.toThrow("terminated");
  });
});
