import { type AddressInfo, type Socket, createServer } from "node:net";

/** A server that does to who connects what a test says. */
export async function serve(
  onConnection: (socket: Socket) => void,
): Promise<{ port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Postgres' way to say that something failed: {@link https://www.postgresql.org/docs/current/protocol-error-fields.html}. */
export function errorResponse(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0DThe detail has secret-7.\0\0`);
  const head = Buffer.from("E....");
  head.writeInt32BE(4 + fields.length, 1);
  return Buffer.concat([head, fields]);
}
