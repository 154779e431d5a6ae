import type { Reply } from "@beluga/conformance";

/** An answer that is no success. */
export class Refusal extends Error {
  readonly reply: Reply;

  constructor(reply: Reply) {
    super();
    this.reply = reply;
  }
}

/** `src/actix/helpers.rs`, process_response_error. */
export function refuse(status: number, error: string): Refusal {
  return new Refusal(respond(status, { status: { error }, time: 0.0001 }));
}

/** `src/actix/mod.rs`, validation_error_handler: of a value that has the right type, and is out of bounds. */
export function invalid(field: string, value: number, bounds: string): Refusal {
  return refuse(422, `Validation error in JSON body: [${field}: value ${value} invalid, must be ${bounds}]`);
}

export function respond(status: number, body: unknown): Reply {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
