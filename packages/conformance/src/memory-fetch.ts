/** What a {@link memoryFetch} answers with. */
export interface MemoryResponse {
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /** Handed on one at a time, exactly as they are cut here, and only when they are asked for. */
  pieces: readonly Uint8Array[];
}

/** What was asked of a {@link memoryFetch}. */
export interface MemoryRequest {
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  text: string;
}

/**
 * A `fetch` without a network, for what needs thousands of requests or exact pieces. The requests it gets are pushed to `requests`.
 */
export function memoryFetch(
  answer: MemoryResponse | ((count: number) => MemoryResponse),
  requests: MemoryRequest[] = [],
): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    requests.push({
      url: request.url,
      method: request.method,
      headers: Object.fromEntries(request.headers),
      text: await request.text(),
    });
    const {
      status = 200,
      headers = {},
      pieces,
    } = typeof answer === "function" ? answer(requests.length) : answer;
    return new Response(status === 204 ? null : bodyOf(pieces, request.signal), { status, headers });
  };
}

function bodyOf(pieces: readonly Uint8Array[], signal: AbortSignal): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (signal.aborted) return controller.error(signal.reason);
        const piece = pieces[next++];
        if (!piece) controller.close();
        else if (piece.byteLength > 0) controller.enqueue(piece);
        else return this.pull?.(controller);
      },
    },
    { highWaterMark: 0 },
  );
}

/** A body cut at the given positions, which need not be sorted. */
export function cutAt(bytes: Uint8Array, positions: readonly number[]): Uint8Array[] {
  const ends = [...new Set(positions), bytes.byteLength].sort((a, b) => a - b);
  return ends
    .map((end, at) => bytes.subarray(at === 0 ? 0 : ends[at - 1], end))
    .filter(({ byteLength }) => byteLength > 0);
}
