import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { inspect } from 'node:util';
import Docker from 'dockerode';
import type { EngineAgent } from './transport.ts';

/** One HTTP exchange with an engine. `path` has the version and the encoded query. */
export interface Dial {
  readonly method: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: unknown;
  readonly source?: Readable;
  readonly upgrade?: string;
}

export type Dialer = (dial: Dial, signal: AbortSignal) => Promise<IncomingMessage | Duplex>;

/** Every status is an answer to us: docker-modem would make errors of some, without their body. */
const anyStatus = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [index + 100, true]));

/**
 * dockerode over our own connections. It reads DOCKER_HOST and DOCKER_CERT_PATH when it is made, so these are hidden from it: they
 * never choose a target (S2).
 */
export function dialer(agent: EngineAgent): Dialer {
  const options: Docker.DockerOptions & { agent: EngineAgent } = { socketPath: 'engine', host: undefined, protocol: 'http', agent };
  const docker = withoutDockerVariables(() => new Docker(options));
  return (dial, signal) =>
    new Promise((resolve, reject) => {
      const hasQuery = dial.path.includes('?');
      docker.modem.dial(
        {
          // docker-modem cuts the last character of a path with a query when it has no options of its own.
          path: hasQuery && dial.body === undefined ? `${dial.path}&` : dial.path,
          method: dial.method,
          headers: { ...dial.headers, ...(dial.upgrade ? { Upgrade: dial.upgrade } : {}) },
          ...(dial.body === undefined ? {} : { options: { _query: {}, _body: dial.body } }),
          ...(dial.source ? { file: dial.source } : {}),
          hijack: dial.upgrade !== undefined,
          isStream: true,
          statusCodes: anyStatus,
          abortSignal: quiet(signal),
        },
        (error: Error | null, result: unknown) => (error ? reject(error) : resolve(result as IncomingMessage | Duplex)),
      );
    });
}

function withoutDockerVariables<Made>(make: () => Made): Made {
  const hidden = Object.entries(process.env).filter(([name]) => name.startsWith('DOCKER_'));
  for (const [name] of hidden) delete process.env[name];
  try {
    return make();
  } finally {
    Object.assign(process.env, Object.fromEntries(hidden));
  }
}

/** docker-modem prints its options on every request; a signal with many listeners would cost milliseconds. */
function quiet(signal: AbortSignal): AbortSignal {
  const own = AbortSignal.any([signal]);
  Object.defineProperty(own, inspect.custom, { value: () => 'AbortSignal' });
  return own;
}
