import { randomUUID } from 'node:crypto';
import { type IncomingHttpHeaders, performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Credentials, RegistryCredential } from '../ports.ts';
import type { DockerConnection } from './connection.ts';
import { type FileSets, sendFiles } from './fileSync.ts';
import { framed, GrpcStatus, messages, type Reply } from './grpc.ts';
import { checkAgent, forwardAgent, type SshAgent } from './sshAgent.ts';
import { bytesField, fields, numberField } from './wire.ts';

/** What a builder may ask us for while it builds. */
export interface SessionAnswers {
  /** The value of a secret by its id in the Dockerfile; undefined when the build has none of that name. */
  secret(id: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** The account for exactly this registry host; undefined is anonymous (S7). */
  credential(host: string, signal: AbortSignal): Promise<RegistryCredential | undefined>;
  /** Folders that the builder may ask files of; absent: none. */
  readonly files?: FileSets;
  /** Absent: no step gets an ssh agent. */
  readonly agent?: SshAgent;
}

/** Secrets by value, accounts by host. */
export function answersOf(credentials: Credentials, values: ReadonlyMap<string, Uint8Array>): SessionAnswers {
  return {
    secret: async (id) => values.get(id),
    credential: (host, signal) => credentials.forRegistry(host === 'registry-1.docker.io' ? 'docker.io' : host, signal),
  };
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

const diffCopy = '/moby.filesync.v1.FileSync/DiffCopy';
const forward = '/moby.sshforward.v1.SSH/ForwardAgent';
const check = '/moby.sshforward.v1.SSH/CheckAgent';

function offered({ files, agent }: SessionAnswers): readonly string[] {
  return [...methods, ...(files ? [diffCopy] : []), ...(agent ? [forward, check] : [])];
}

/**
 * Opens the channel on which BuildKit asks its client: `POST /session`, turned into HTTP/2 with us as the server
 * (github.com/moby/buildkit/session). Nothing but these methods is offered or answered. Builds with the same `key` share
 * what they sent before.
 */
export async function openSession(connection: DockerConnection, answers: SessionAnswers, signal: AbortSignal, key = ''): Promise<Session> {
  const id = randomUUID();
  const headers = {
    'X-Docker-Expose-Session-Uuid': id,
    'X-Docker-Expose-Session-Name': 'waybill',
    'X-Docker-Expose-Session-Sharedkey': key,
    'X-Docker-Expose-Session-Grpc-Method': [...offered(answers)],
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
  session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, raw: readonly string[]) => {
    stream.on('error', ignore);
    void respond(stream, { path: String(headers[':path']), raw }, answers, signal);
  });
}

async function respond(
  stream: ServerHttp2Stream,
  { path, raw }: { readonly path: string; readonly raw: readonly string[] },
  answers: SessionAnswers,
  signal: AbortSignal,
): Promise<void> {
  const lasting = lastingWork(stream, path, raw, answers, signal);
  const ended: { reply: Reply } = { reply: { status: GrpcStatus.ok } };
  const open = (): void => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => {
      const { status, message } = ended.reply;
      stream.sendTrailers({ 'grpc-status': String(status), ...(message ? { 'grpc-message': encodeURIComponent(message) } : {}) });
    });
  };
  if (lasting) open();
  ended.reply = await (lasting ? lasting() : answer(stream, path, answers, signal)).catch(
    (error: unknown): Reply => ({ status: GrpcStatus.internal, message: error instanceof Error ? error.message : 'failed' }),
  );
  if (stream.destroyed) return;
  if (!lasting) open();
  stream.end(ended.reply.body ? framed(ended.reply.body) : undefined);
}

/** Methods that talk for as long as the stream is open; undefined for those of one question and one answer. */
function lastingWork(
  stream: ServerHttp2Stream,
  path: string,
  raw: readonly string[],
  { files, agent }: SessionAnswers,
  signal: AbortSignal,
): (() => Promise<Reply>) | undefined {
  if (path === diffCopy && files) return () => sendFiles(stream, raw, files, signal);
  if (path === forward && agent) return () => forwardAgent(stream, raw, agent, signal);
  return undefined;
}

async function answer(stream: ServerHttp2Stream, path: string, answers: SessionAnswers, signal: AbortSignal): Promise<Reply> {
  const request = await readMessage(stream);
  switch (path) {
    case methods[0]: {
      const id = firstString(request);
      const value = await answers.secret(id, signal);
      return value
        ? { status: GrpcStatus.ok, body: bytesField(1, value) }
        : { status: GrpcStatus.notFound, message: `secret ${id} not found` };
    }
    case methods[1]: {
      const found = await answers.credential(firstString(request), signal);
      return {
        status: GrpcStatus.ok,
        body: found ? Buffer.concat([bytesField(1, found.username), bytesField(2, found.password)]) : Buffer.alloc(0),
      };
    }
    case methods[2]:
      return { status: GrpcStatus.ok, body: numberField(1, 1) };
    case check:
      if (answers.agent) return checkAgent(answers.agent, firstString(request));
      break;
  }
  return { status: GrpcStatus.unimplemented, message: `${path} is not offered` };
}

/** The request of a method that takes one message. */
async function readMessage(stream: ServerHttp2Stream): Promise<Buffer> {
  let first: Buffer | undefined;
  // To its end: leaving earlier would destroy the stream.
  for await (const message of messages(stream)) first ??= message;
  return first ?? Buffer.alloc(0);
}

function firstString(message: Buffer): string {
  for (const field of fields(message)) if (field.number === 1) return field.bytes.toString('utf8');
  return '';
}
