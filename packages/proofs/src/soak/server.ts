import { once } from "node:events";
import { createServer } from "node:http";
import {
  type AddressInfo,
  type Server,
  type Socket,
  connect,
  createServer as createTcpServer,
} from "node:net";
import { numberHeader, planOf } from "./plan.js";
import { reply } from "./replies.js";

/** A server that answers each call as its plan says, and keeps count. */
export interface SoakServer {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  /** An address at which every connection is refused. */
  refusing: string;
  ask: Ask;
  close(): void;
}

export interface Ask {
  /** How many exchanges are not over, and how many connections there are, idle ones included. */
  (question: "state"): Promise<{ exchanges: number; connections: number }>;
  /** Closes the connections on which no exchange is under way. */
  (question: "close idle"): Promise<undefined>;
  /** How many requests came of each call since this was asked last. */
  (question: "requests"): Promise<[number: number, requests: number][]>;
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startServer(seed: number): Promise<SoakServer> {
  let requests = new Map<number, number>();
  let exchanges = 0;
  // It never closes a connection of its own accord, and so says nothing of it to clients: those have their own time for idle ones.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    exchanges++;
    response.on("close", () => exchanges--);
    const number = Number(request.headers[numberHeader]);
    const count = (requests.get(number) ?? 0) + 1;
    requests.set(number, count);
    reply(planOf(seed, number), count, request, response).catch((error: unknown) => {
      // The client went away in the middle of its request. Everything else is a fault of this server's.
      if (!response.destroyed) throw error;
    });
  });
  // Of these Node does not think as idle: made for a call that was aborted before its request was sent.
  const unused = new Set<Socket>();
  server.on("connection", (socket) => {
    unused.add(socket);
    socket.on("close", () => unused.delete(socket));
  });
  server.on("request", ({ socket }) => unused.delete(socket));
  const origin = `http://127.0.0.1:${await listen(server)}`;
  const occupied = await occupyPort();

  const answers = {
    state: async () => ({ exchanges, connections: await connectionsOf(server) }),
    "close idle": async () => {
      server.closeIdleConnections();
      for (const socket of unused) socket.destroy();
    },
    requests: async () => {
      const taken = [...requests];
      requests = new Map();
      return taken;
    },
  };
  return {
    origin,
    refusing: `http://127.0.0.1:${occupied.port}`,
    ask: ((question: keyof typeof answers) => answers[question]()) as Ask,
    close() {
      server.close();
      server.closeAllConnections();
      occupied.free();
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

/** A port of a connection of our own: nobody listens there, and nobody else can begin to. */
async function occupyPort(): Promise<{ port: number; free(): void }> {
  const listener = createTcpServer();
  const socket = connect(await listen(listener), "127.0.0.1");
  await once(socket, "connect");
  return {
    port: socket.localPort as number,
    free() {
      socket.destroy();
      listener.close();
    },
  };
}
