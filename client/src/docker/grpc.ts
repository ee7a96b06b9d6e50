/** gRPC's frames over an HTTP/2 stream (grpc.github.io/grpc/core/md_doc__p_r_o_t_o_c_o_l-_h_t_t_p2.html). */

/** Status codes that are used here. */
export const GrpcStatus = { ok: 0, notFound: 5, unimplemented: 12, internal: 13 } as const;

/** How a method of ours ends. */
export interface Reply {
  readonly status: number;
  readonly message?: string;
  readonly body?: Buffer;
}

/** A flag (compressed: never here), the length in four bytes, the message. */
export function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** The messages of a stream, as they become whole. */
export async function* messages(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = endOfFirst(rest); end !== undefined; end = endOfFirst(rest)) {
      yield rest.subarray(5, end);
      rest = rest.subarray(end);
    }
  }
}

/** Where the first frame ends, when all of it is there. */
function endOfFirst(bytes: Buffer): number | undefined {
  if (bytes.length < 5) return undefined;
  const end = 5 + bytes.readUInt32BE(1);
  return bytes.length >= end ? end : undefined;
}
