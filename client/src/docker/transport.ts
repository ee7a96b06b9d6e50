import { Agent } from 'node:http';
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import type { Secrets } from '../ports.ts';
import type { Address } from './address.ts';
import { SshStream } from './sshStream.ts';
import { readTls } from './tlsSource.ts';

const connectMilliseconds = 10_000;

type Connected = (error: Error | null, stream: Duplex) => void;

/**
 * An HTTP agent that knows one Docker Engine: every request made with it goes there, over its unix socket, TLS or ssh, whatever
 * host the request names. Connections are kept and reused; each has a time limit for being made, none for being quiet.
 */
export class EngineAgent extends Agent {
  readonly #address: Address;
  readonly #secrets: Secrets | undefined;

  constructor(address: Address, secrets?: Secrets) {
    super({ keepAlive: true, maxFreeSockets: 2 });
    this.#address = address;
    this.#secrets = secrets;
  }

  override createConnection(_options: unknown, connected?: Connected): Duplex | undefined {
    const address = this.#address;
    switch (address.kind) {
      case 'unix':
        return connectSocket({ path: address.path });
      case 'tcp':
        return inTime(connectSocket({ host: address.host, port: address.port }), 'connect');
      case 'ssh':
        return new SshStream(address);
      case 'tls':
        openTls(address, this.#secrets).then(
          (socket) => connected?.(null, socket),
          // Node's agent ignores the stream when there is an error.
          (error: Error) => (connected as ((error: Error) => void) | undefined)?.(error),
        );
        return undefined;
    }
  }

  /** docker-modem prints its options, agent included, on every request; this keeps it from walking the sockets. */
  [inspect.custom](): string {
    return 'EngineAgent';
  }
}

function inTime<S extends Socket>(socket: S, event: 'connect' | 'secureConnect'): S {
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error('no connection within 10 s'), { code: 'ETIMEDOUT' }));
  }, connectMilliseconds);
  const stop = () => clearTimeout(timer);
  return socket.once(event, stop).once('close', stop);
}

/** Begins a connection with mutual TLS; the server's certificate must be of the given authority. */
export async function openTls(address: Extract<Address, { kind: 'tls' }>, secrets?: Secrets): Promise<TLSSocket> {
  const { ca, cert, key } = await readTls(address.tls, secrets, AbortSignal.timeout(connectMilliseconds));
  const socket = connectTls({
    host: address.host,
    port: address.port,
    ca,
    ...(cert && key ? { cert, key } : {}),
    // Names are sent and checked; addresses are only checked (RFC 6066 §3).
    ...(isIP(address.host) ? {} : { servername: address.host }),
    rejectUnauthorized: true,
  });
  return inTime(socket, 'secureConnect');
}
