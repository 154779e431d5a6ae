// Loaded before the command (`node --import`), so that it asks vendors at their real addresses, and yet nothing leaves this machine: BELUGA_TEST_SERVERS
// says which local address stands in for which origin.

/** @type {Record<string, string>} */
const servers = JSON.parse(process.env["BELUGA_TEST_SERVERS"] ?? "{}");
const { fetch } = globalThis;

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const { origin, hostname, pathname, search } = new URL(request.url);
  const server = servers[origin];
  if (server !== undefined) return fetch(new Request(server + pathname + search, request));
  if (hostname === "127.0.0.1") return fetch(request);
  throw new Error(`a test asked ${origin}`);
};
