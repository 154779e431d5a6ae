import type { Reply } from "@beluga/conformance";

/** A refusal of the data plane, with its HTTP status and the code of gRPC that stands in its body. */
export class PineconeError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** {@link https://docs.pinecone.io/reference/api/2026-07/data-plane/upsert | `rpcStatus`}, as the service is seen to fill it. */
  get reply(): Reply {
    return json({ code: this.code, message: this.message, details: [] }, this.status);
  }
}

/** A refusal of the control plane: {@link https://docs.pinecone.io/reference/api/2026-07/control-plane/create_index | `ErrorResponse`}. */
export function controlError(status: number, code: string, message: string): Reply {
  return json({ error: { code, message }, status }, status);
}

/** What the layer of authentication says, which comes before both: a plain text. */
export function unauthorized(): Reply {
  return { status: 401, headers: { "content-type": "text/plain" }, body: "Invalid API key" };
}

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  const standard = { "content-type": "application/json", "x-pinecone-request-id": "3687967458925971419" };
  return { status, headers: { ...standard, ...headers }, body: JSON.stringify(body) };
}
