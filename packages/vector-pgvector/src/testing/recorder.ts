import type { PostgresClient } from "../client.js";

/** What was sent to a client: each statement with its values. */
export type Sent = [text: string, ...values: unknown[]];

/** A client that writes down what is sent to it, and lets another answer. */
export function recorder(
  sent: Sent[],
  answer: (text: string, values?: unknown[]) => unknown[] | Promise<unknown[]>,
): PostgresClient {
  return {
    async query(text, values) {
      sent.push([text, ...(values ?? [])]);
      return { rows: await answer(text, values) };
    },
  };
}

/** The same client, which tells what is sent to it, inside of transactions too. */
export function watched(
  client: Required<PostgresClient>,
  onQuery: (...sent: Sent) => void,
): Required<PostgresClient> {
  const over = (inner: Pick<PostgresClient, "query">): Pick<PostgresClient, "query"> => ({
    query(text, values) {
      onQuery(text, ...(values ?? []));
      return inner.query(text, values);
    },
  });
  return { ...over(client), transaction: (body) => client.transaction((inner) => body(over(inner))) };
}
