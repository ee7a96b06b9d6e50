import { once } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import { connect } from 'node:net';
import type { BuildSpec } from '../../../server/src/protocol.ts';
import { framed, GrpcStatus, messages, type Reply } from './grpc.ts';
import { bytesField, fields } from './wire.ts';

/** The ssh agent of this machine, for steps that ask for it. */
export interface SshAgent {
  /** Ids that a Dockerfile may name. */
  readonly ids: readonly string[];
  /** Its socket; undefined when no agent runs. */
  readonly socket: string | undefined;
}

/** `SSH_AUTH_SOCK`, as every ssh program finds it. Keys stay in the agent: it only signs. */
export function agentOf(spec: BuildSpec): { readonly agent?: SshAgent } {
  return spec.ssh === undefined ? {} : { agent: { ids: spec.ssh, socket: process.env.SSH_AUTH_SOCK } };
}

/** Answers `moby.sshforward.v1.SSH/CheckAgent`, with what is missing when the step cannot have the agent. */
export function checkAgent({ ids, socket }: SshAgent, id: string): Reply {
  const wanted = id === '' ? 'default' : id;
  if (!ids.includes(wanted))
    return { status: GrpcStatus.notFound, message: `build.ssh of waybill.yaml does not name the ssh id ${wanted}` };
  if (!socket) return { status: GrpcStatus.notFound, message: 'no ssh agent runs on this machine (SSH_AUTH_SOCK is not set)' };
  return { status: GrpcStatus.ok, body: Buffer.alloc(0) };
}

/** Answers `moby.sshforward.v1.SSH/ForwardAgent`: bytes to and from the agent, until one of both ends. */
export async function forwardAgent(
  stream: ServerHttp2Stream,
  headers: readonly string[],
  agent: SshAgent,
  signal: AbortSignal,
): Promise<Reply> {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'buildkit.ssh.id');
  const checked = checkAgent(agent, at < 0 ? '' : (headers[at + 1] ?? ''));
  if (checked.status !== GrpcStatus.ok || agent.socket === undefined) return checked;
  const socket = connect(agent.socket);
  const leave = (): void => void socket.destroy();
  signal.addEventListener('abort', leave, { once: true });
  stream.once('close', leave);
  try {
    await once(socket, 'connect');
    const answers = async (): Promise<void> => {
      for await (const chunk of socket as AsyncIterable<Buffer>) if (!stream.destroyed) stream.write(framed(bytesField(1, chunk)));
    };
    const questions = async (): Promise<void> => {
      for await (const message of messages(stream.iterator({ destroyOnReturn: false }))) {
        for (const field of fields(message)) if (field.number === 1) socket.write(field.bytes);
      }
      socket.end();
    };
    await Promise.all([answers(), questions()]);
    return { status: GrpcStatus.ok };
  } catch (error) {
    return { status: GrpcStatus.internal, message: `the ssh agent: ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    signal.removeEventListener('abort', leave);
    socket.destroy();
  }
}
