import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import type { DockerConnection } from './connection.ts';
import { connectionFault } from './faults.ts';
import { framed, GrpcStatus, messages } from './grpc.ts';
import { fields, numberField } from './wire.ts';

/** An answer of gRPC that is no success (grpc.github.io/grpc/core/md_doc_statuscodes.html). */
export interface ControlFault extends Error {
  readonly grpcStatus: number;
}

/** BuildKit's own API (github.com/moby/buildkit/api/services/control), beside the Engine's. */
export interface Control {
  /** Calls a method of `moby.buildkit.v1.Control`; answers its messages as they come. Throws a `ControlFault` on a failure of the builder's. */
  call(method: string, message: Buffer, signal: AbortSignal): AsyncIterable<Buffer>;
  close(): void;
}

/** Opens it over `POST /grpc` (Engine API 1.39 and later), which turns the connection into HTTP/2 with us as the client. */
export async function openControl(connection: DockerConnection, signal: AbortSignal): Promise<Control> {
  const socket = await connection.upgrade('/grpc', 'h2c', {}, signal);
  // A socket that TLS made is used as it is: HTTP/2 was agreed on by the upgrade, not by ALPN.
  const session = connect('http://builder', { createConnection: () => socket });
  session.on('error', () => undefined);
  return {
    call: (method, message, abort) => call(connection, session, method, message, abort),
    close: () => {
      session.destroy();
      socket.destroy();
    },
  };
}

async function* call(
  connection: DockerConnection,
  session: ClientHttp2Session,
  method: string,
  message: Buffer,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  signal.throwIfAborted();
  const stream = session.request({
    ':method': 'POST',
    ':path': `/moby.buildkit.v1.Control/${method}`,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  const abort = (): void => stream.close(constants.NGHTTP2_CANCEL);
  signal.addEventListener('abort', abort, { once: true });
  const ended: { headers: IncomingHttpHeaders } = { headers: {} };
  stream.on('response', (headers) => Object.assign(ended.headers, headers));
  stream.on('trailers', (headers) => Object.assign(ended.headers, headers));
  stream.end(framed(message));
  try {
    yield* messages(stream);
    signal.throwIfAborted();
    const status = ended.headers['grpc-status'];
    if (status === undefined) throw cut();
    if (status !== '0') throw fault(Number(status), String(ended.headers['grpc-message'] ?? 'no reason was given'));
  } catch (error) {
    if (isControlFault(error)) throw error;
    throw connectionFault(connection.host, session.closed || session.destroyed ? cut() : error, signal);
  } finally {
    signal.removeEventListener('abort', abort);
    stream.close(constants.NGHTTP2_CANCEL);
  }
}

function cut(): Error {
  return Object.assign(new Error('the stream ended early'), { code: 'ECONNRESET' });
}

function fault(grpcStatus: number, message: string): ControlFault {
  return Object.assign(new Error(decodeURIComponent(message)), { grpcStatus });
}

export function isControlFault(error: unknown): error is ControlFault {
  return error instanceof Error && 'grpcStatus' in error;
}

/**
 * How many builds run on the engine now, everybody's; undefined when it does not tell (BuildKit before 0.11, as in Engine 20.10).
 * `ListenBuildHistory` with `ActiveOnly` and `EarlyExit`.
 */
export async function activeBuilds(connection: DockerConnection, signal: AbortSignal): Promise<number | undefined> {
  const control = await openControl(connection, signal);
  const started = new Set<string>();
  try {
    const request = Buffer.concat([numberField(1, 1), numberField(3, 1)]);
    for await (const event of control.call('ListenBuildHistory', request, signal)) {
      const reference = referenceOf(event);
      if (reference) started.add(reference);
    }
    return started.size;
  } catch (error) {
    if (isControlFault(error) && error.grpcStatus === GrpcStatus.unimplemented) return undefined;
    throw error;
  } finally {
    control.close();
  }
}

/** `BuildHistoryEvent.record.Ref` of a build that has begun and not ended. */
function referenceOf(event: Buffer): string | undefined {
  let begun = true;
  let reference: string | undefined;
  for (const field of fields(event)) {
    if (field.number === 1) begun = field.value === 0;
    if (field.number === 2) for (const part of fields(field.bytes)) if (part.number === 1) reference = part.bytes.toString('utf8');
  }
  return begun ? reference : undefined;
}
