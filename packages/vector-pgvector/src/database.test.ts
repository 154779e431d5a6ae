import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { inspect } from "node:util";
import { BelugaError, type ManagedVectorStore } from "@beluga/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type PgvectorConfig, type PostgresClient, type PostgresPool, createPgvectorStore } from "./index.js";
import { errorResponse, serve } from "./testing/fake-server.js";
import { type Sent, recorder } from "./testing/recorder.js";

const documents = [{ id: "a", content: "secret-1", embedding: [1, 0] }];
const look = { dimensions: 2, comment: null, version: "0.8.0" };

/** A database that has the table, and does at each further statement what a test says. */
function answering(
  sent: Sent[],
  answer: (text: string) => unknown[] | Promise<unknown[]> = () => [],
): PostgresClient {
  return recorder(sent, (text) => (text.includes("FROM pg_class") ? [look] : answer(text)));
}

/** A pool that writes down what becomes of its connections. */
function poolOf(client: PostgresClient): { pool: PostgresPool; events: string[] } {
  const events: string[] = [];
  const pool: PostgresPool = {
    async connect() {
      events.push("connect");
      return {
        query: (text, values) => client.query(text, values),
        release: (close) => events.push(close ? "close" : "release"),
        on: (event) => events.push(`on ${event}`),
        off: (event) => events.push(`off ${event}`),
        processID: 7_000 + events.length,
      };
    },
  };
  return { pool, events };
}

const never = new Promise<never>(() => undefined);

function texts(sent: readonly Sent[]): string[] {
  return sent.map(([text]) => text.split(" ", 1)[0] as string);
}

async function rejection(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => expect.unreachable("it resolved"),
    (error: unknown) => error,
  );
}

/** All that a program may print of a value. */
function printed(value: unknown): string {
  return [
    inspect(value, { depth: 20, showHidden: true }),
    JSON.stringify(value),
    String(value),
    value instanceof Error ? inspect(value.cause, { depth: 20 }) : "",
  ].join("\n");
}

describe("a pool", () => {
  test("lends a connection for each call, hears its errors meanwhile, and gets it back", async () => {
    const sent: Sent[] = [];
    const { pool, events } = poolOf(answering(sent));
    const store = createPgvectorStore({ pool });
    await store.add(documents);
    const turn = ["connect", "on error", "off error", "release"];
    expect(events).toEqual([...turn, ...turn]);
    expect(texts(sent)).toEqual(["SELECT", "BEGIN", "INSERT", "COMMIT"]);
    await store.close();
    expect(events).toHaveLength(8);
  });

  test("gets vectors as bytes, in pgvector's own order of them", async () => {
    const sent: Sent[] = [];
    const store = createPgvectorStore({ pool: poolOf(answering(sent)).pool });
    await store.add([{ id: "a", content: "", embedding: [1, -2.5] }]);
    expect(sent[2]?.[4]).toEqual(Uint8Array.of(0, 2, 0, 0, 0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0));
  });

  test("has the transaction rolled back where a statement fails, and gets the connection back", async () => {
    const sent: Sent[] = [];
    const failure = Object.assign(new Error("null value"), { code: "23502", detail: "secret-2" });
    const { pool, events } = poolOf(
      answering(sent, (text) => (text.startsWith("INSERT") ? Promise.reject(failure) : [])),
    );
    const store = createPgvectorStore({ pool });
    await expect(store.add(documents)).rejects.toMatchObject({ code: "invalid_input" });
    expect(texts(sent)).toEqual(["SELECT", "BEGIN", "INSERT", "ROLLBACK"]);
    expect(events.at(-1)).toBe("release");
  });

  test("has a connection closed that the server has ended", async () => {
    const failure = Object.assign(new Error("terminating connection"), { code: "57P01" });
    const { pool, events } = poolOf(answering([], () => Promise.reject(failure)));
    const store = createPgvectorStore({ pool });
    await expect(store.search([1, 0])).rejects.toMatchObject({ code: "provider_unavailable" });
    expect(events.at(-1)).toBe("close");
  });

  test("loses the connection of a call that is aborted, which rejects at once and is not committed", async () => {
    const sent: Sent[] = [];
    const { pool, events } = poolOf(answering(sent, (text) => (text.startsWith("INSERT") ? never : [])));
    const store = createPgvectorStore({ pool });
    const controller = new AbortController();
    const adding = rejection(store.add(documents, { signal: controller.signal }));
    await vi.waitFor(() => expect(texts(sent)).toContain("INSERT"));
    controller.abort("enough");
    expect(await adding).toBe("enough");
    const cancelling = ["connect", "on error", "off error", "release"];
    await vi.waitFor(() =>
      expect(events.slice(4)).toEqual(["connect", "on error", "off error", "close", ...cancelling]),
    );
    expect(sent.slice(2).map(([text, ...values]) => [text.split(" (", 1)[0], values[0]])).toEqual([
      ['INSERT INTO "public"."documents"', "a"],
      ["SELECT pg_cancel_backend($1)", 7_005],
    ]);
  });

  test("gets back a connection that comes after the abort, unused", async () => {
    const sent: Sent[] = [];
    const { pool, events } = poolOf(answering(sent));
    const open = new AbortController();
    const until = once(open.signal, "abort");
    const slow: PostgresPool = { connect: () => until.then(() => pool.connect()) };
    const controller = new AbortController();
    const searching = rejection(
      createPgvectorStore({ pool: slow }).search([1, 0], { signal: controller.signal }),
    );
    controller.abort("enough");
    expect(await searching).toBe("enough");
    open.abort();
    await vi.waitFor(() => expect(events).toEqual(["connect", "on error", "off error", "release"]));
    expect(sent).toEqual([]);
  });

  test("that cannot connect is provider_unavailable, also where it throws at once", async () => {
    const broken = { connect: () => Promise.reject(Object.assign(new Error("no"), { code: "EPIPE" })) };
    const throwing = {
      connect: () => {
        throw new Error("no");
      },
    };
    for (const pool of [broken, throwing]) {
      await expect(createPgvectorStore({ pool }).search([1, 0])).rejects.toMatchObject({
        code: "provider_unavailable",
        op: "vector.search",
      });
    }
  });
});

describe("the total time limit", () => {
  test("ends a call, and its connection, as an abort does", async () => {
    const { pool, events } = poolOf(answering([], (text) => (text === "BEGIN" ? [] : never)));
    const store = createPgvectorStore({ pool });
    const timeout = { total: 20 };
    for (const [op, call] of [
      ["vector.search", () => store.search([1, 0], { timeout })],
      ["vector.delete", () => store.delete({ ids: ["a"] }, { timeout })],
      ["vector.add", () => store.add(documents, { timeout })],
      ["vector.dropIndex", () => store.dropIndex({ timeout })],
    ] as const) {
      await expect(call()).rejects.toMatchObject({
        op,
        code: "timeout",
        message: `pgvector ${op}: the total time limit of 20 ms passed`,
      });
      expect(events).toContain("close");
      events.length = 0;
    }
  });

  test("may be so long that no timer holds it, and may be none", async () => {
    const store = createPgvectorStore({ pool: poolOf(answering([])).pool });
    for (const total of [2 ** 40, Infinity])
      expect(await store.search([1, 0], { timeout: { total } })).toEqual([]);
  });
});

describe("a client", () => {
  test("takes the calls of all stores on it one after the other", async () => {
    const sent: Sent[] = [];
    const client = answering(sent, async () => wait(1).then(() => []));
    const stores = ["one", "two"].map((index) => createPgvectorStore({ client, index }));
    await Promise.all(stores.map((store) => store.search([1, 0])));
    sent.length = 0;
    await Promise.all(stores.flatMap((store) => [store.add(documents), store.search([1, 0])]));
    expect(texts(sent).join(" ").replaceAll("BEGIN INSERT COMMIT", "add").split(" ").sort()).toEqual([
      "SELECT",
      "SELECT",
      "add",
      "add",
    ]);
  });

  test("goes on with what is under way when its call is aborted, and rolls it back before the next", async () => {
    const sent: Sent[] = [];
    const answer = new AbortController();
    const until = once(answer.signal, "abort");
    const client = answering(sent, (text) => (text.startsWith("INSERT") ? until : []));
    const store = createPgvectorStore({ client });
    const controller = new AbortController();
    const adding = rejection(store.add(documents, { signal: controller.signal }));
    await vi.waitFor(() => expect(texts(sent)).toContain("INSERT"));
    controller.abort("enough");
    expect(await adding).toBe("enough");
    const searching = store.search([1, 0]);
    answer.abort();
    await searching;
    expect(texts(sent)).toEqual(["SELECT", "BEGIN", "INSERT", "ROLLBACK", "SELECT"]);
  });

  test("whose call failed serves the next", async () => {
    let failures = 1;
    const client = answering([], () => (failures-- > 0 ? Promise.reject(new Error("lost")) : []));
    const store = createPgvectorStore({ client });
    await expect(store.search([1, 0])).rejects.toMatchObject({ code: "provider_unavailable" });
    expect(await store.search([1, 0])).toEqual([]);
  });

  test("that has transactions is asked for one", async () => {
    const sent: Sent[] = [];
    const outcomes: string[] = [];
    const client: PostgresClient = {
      ...answering(sent),
      async transaction(body) {
        const result = body(client);
        outcomes.push(
          await result.then(
            () => "commit",
            () => "roll back",
          ),
        );
        return result;
      },
    };
    const store = createPgvectorStore({ client });
    await store.add(documents);
    expect(texts(sent)).toEqual(["SELECT", "INSERT"]);
    expect(outcomes).toEqual(["commit"]);
  });
});

describe("pg", () => {
  const password = "secret-3";
  const at = (port: number, config: PgvectorConfig = {}): ManagedVectorStore => {
    const connectionString = `postgres://someone:${password}@127.0.0.1:${port}/nowhere`;
    const store = createPgvectorStore({ connectionString, ...config });
    onTestFinished(() => store.close());
    return store;
  };

  test("finds no server, which is provider_unavailable", async () => {
    const error = await rejection(at(1).search([1, 0]));
    expect(error).toMatchObject({
      code: "provider_unavailable",
      message: "pgvector vector.search: no answer from the database (connect ECONNREFUSED 127.0.0.1:1)",
    });
    expect(printed(error)).not.toContain("secret-");
  });

  test.each([
    ["28P01", "auth_error", 'password authentication failed for user "someone"'],
    ["3D000", "not_found", 'database "nowhere" does not exist'],
    ["53300", "provider_unavailable", "sorry, too many clients already"],
    ["57P03", "provider_unavailable", "the database system is starting up"],
  ])(
    "is refused with %s, which is %s, and says neither the password nor the detail",
    async (state, code, words) => {
      await using server = await serve((socket) =>
        socket.once("data", () => socket.end(errorResponse(state, words))),
      );
      const error = await rejection(at(server.port).search([1, 0]));
      expect(error).toMatchObject({
        code,
        message: `pgvector vector.search: ${words} (SQLSTATE ${state})`,
      });
      expect(printed(error)).not.toContain("secret-");
    },
  );

  test("waits for a server that says nothing until the time limit passes, or the call is aborted", async () => {
    await using server = await serve(() => undefined);
    const store = at(server.port);
    await expect(store.search([1, 0], { timeout: { total: 20 } })).rejects.toMatchObject({ code: "timeout" });
    await expect(store.search([1, 0], { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });

  test("is cut off, which is provider_unavailable, and connects again for the next call", async () => {
    let connections = 0;
    await using server = await serve((socket) => {
      connections++;
      socket.once("data", () => socket.resetAndDestroy());
    });
    const store = at(server.port);
    for (let n = 0; n < 2; n++) {
      await expect(store.search([1, 0])).rejects.toMatchObject({
        code: "provider_unavailable",
        retryable: true,
      });
    }
    expect(connections).toBe(2);
  });

  test("keeps the password to itself, whatever is printed of the store", () => {
    expect(printed(at(1))).not.toContain("secret-");
  });

  test("connects to nothing before the first call, and closes without one", async () => {
    let connections = 0;
    await using server = await serve(() => connections++);
    const store = at(server.port);
    await store.close();
    expect(await rejection(store.search([1, 0]))).toSatisfy(BelugaError.is);
    expect(connections).toBe(0);
  });
});
