import { randomUUID } from 'node:crypto';
import { type IncomingHttpHeaders, performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { RegistryCredential } from '../ports.ts';
import type { DockerConnection } from './connection.ts';
import { bytesField, fields, numberField } from './wire.ts';

/** What a builder may ask us for while it builds. */
export interface SessionAnswers {
  /** The value of a secret by its id in the Dockerfile; undefined when the build has none of that name. */
  secret(id: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** The account for exactly this registry host; undefined is anonymous (S7). */
  credential(host: string, signal: AbortSignal): Promise<RegistryCredential | undefined>;
}

export interface Session {
  /** Goes into the build request. */
  readonly id: string;
  /** Ends the connection that the builder asks on. */
  close(): void;
}

const methods = [
  '/moby.buildkit.secrets.v1.Secrets/GetSecret',
  '/moby.filesync.v1.Auth/Credentials',
  '/grpc.health.v1.Health/Check',
] as const;

/** gRPC status codes (grpc.github.io/grpc/core/md_doc_statuscodes.html). */
const ok = 0;
const notFound = 5;
const unimplemented = 12;
const internal = 13;

interface Reply {
  readonly status: number;
  readonly message?: string;
  readonly body?: Buffer;
}

/**
 * Opens the channel on which BuildKit asks its client: `POST /session`, turned into HTTP/2 with us as the server
 * (github.com/moby/buildkit/session). Nothing but the three methods is offered or answered.
 */
export async function openSession(connection: DockerConnection, answers: SessionAnswers, signal: AbortSignal): Promise<Session> {
  const id = randomUUID();
  const headers = {
    'X-Docker-Expose-Session-Uuid': id,
    'X-Docker-Expose-Session-Name': 'waybill',
    'X-Docker-Expose-Session-Sharedkey': '',
    'X-Docker-Expose-Session-Grpc-Method': [...methods],
  };
  const socket = await connection.upgrade('/session', 'h2c', headers, signal);
  serve(socket, answers, signal);
  return { id, close: () => socket.destroy() };
}

function serve(socket: Duplex, answers: SessionAnswers, signal: AbortSignal): void {
  // The build's own request reports a lost connection; here it only must not end the process.
  const ignore = (): void => undefined;
  socket.on('error', ignore);
  // Not a server's `connection` event: that one refuses a TLS socket which did not negotiate h2 by ALPN.
  const session = performServerHandshake(socket);
  session.on('error', ignore);
  session.on('stream', (stream, headers) => {
    stream.on('error', ignore);
    void respond(stream, headers, answers, signal);
  });
}

async function respond(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  answers: SessionAnswers,
  signal: AbortSignal,
): Promise<void> {
  const reply = await answer(stream, String(headers[':path']), answers, signal).catch(
    (error: unknown): Reply => ({ status: internal, message: error instanceof Error ? error.message : 'failed' }),
  );
  if (stream.destroyed) return;
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => {
    const message = reply.message ? { 'grpc-message': encodeURIComponent(reply.message) } : {};
    stream.sendTrailers({ 'grpc-status': String(reply.status), ...message });
  });
  stream.end(reply.body ? framed(reply.body) : undefined);
}

async function answer(stream: ServerHttp2Stream, path: string, answers: SessionAnswers, signal: AbortSignal): Promise<Reply> {
  const request = await readMessage(stream);
  switch (path) {
    case methods[0]: {
      const id = firstString(request);
      const value = await answers.secret(id, signal);
      return value ? { status: ok, body: bytesField(1, value) } : { status: notFound, message: `secret ${id} not found` };
    }
    case methods[1]: {
      const found = await answers.credential(firstString(request), signal);
      return { status: ok, body: found ? Buffer.concat([bytesField(1, found.username), bytesField(2, found.password)]) : Buffer.alloc(0) };
    }
    case methods[2]:
      return { status: ok, body: numberField(1, 1) };
    default:
      return { status: unimplemented, message: `${path} is not offered` };
  }
}

/** One gRPC message: a flag (compressed, never here), its length in four bytes, itself. */
async function readMessage(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).subarray(5);
}

function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function firstString(message: Buffer): string {
  for (const field of fields(message)) if (field.number === 1) return field.bytes.toString('utf8');
  return '';
}
