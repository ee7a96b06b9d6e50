/**
 * A local port that leads to a port of a service (Kubernetes API: pods/portforward, protocol v4.channel.k8s.io). Each connection goes to
 * an instance that is ready at that moment, so that the port outlives every Pod; what a connection carried dies with its Pod.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { Clock, Forwarding, ForwardOrder, ForwardState } from '../ports.ts';
import { type Permission, requirePermissions } from './access.ts';
import { kubernetesTarget, verifyIdentity } from './identity.ts';
import { podSelector } from './names.ts';
import { bestPod, isReady, type PodView, podView } from './pods.ts';
import type { Api } from './request.ts';
import type { Channels } from './sockets.ts';
import { watchCollection } from './watch.ts';

const data = 0;
const errors = 1;
/** A connection waits this long for an instance that is ready. */
const patience = 30_000;
/** Bytes under way in one direction before the faster side is held up, or, where it cannot be, cut off. */
const highWater = 1024 * 1024;
const mostUnread = 64 * 1024 * 1024;

const needed: readonly Permission[] = [
  { verb: 'get', group: '', resource: 'pods/portforward' },
  { verb: 'list', group: '', resource: 'pods' },
];

/** Resolves when the port is open. Throws `unauthorized`, `wrong-target`, or `configuration` for a local port that is taken. */
export async function forwardPort(
  api: Api,
  environment: EnvironmentSummary,
  order: ForwardOrder,
  report: (state: ForwardState) => void,
  clock: Clock,
  signal: AbortSignal,
): Promise<Forwarding> {
  await verifyIdentity(api, environment, false, signal);
  const { namespace } = kubernetesTarget(environment);
  await requirePermissions(api, namespace, needed, 'forward a port', signal);
  const scope = new AbortController();
  const inner = AbortSignal.any([signal, scope.signal]);
  const pods = readyPods(order);
  const sockets = new Set<Socket>();
  const tell = (message?: string): void => {
    if (inner.aborted || !pods.known()) return;
    const pod = pods.best();
    report({
      phase: pod ? 'ready' : 'waiting',
      ...(pod ? { instance: pod.name } : {}),
      connections: sockets.size,
      ...(message === undefined ? {} : { message }),
    });
  };
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    tell();
    socket.on('error', ({ message }) => tell(message.trim()));
    socket.on('close', () => {
      sockets.delete(socket);
      tell();
    });
    carry(api, namespace, order.remotePort, socket, pods, clock, inner).catch((error: unknown) => {
      socket.destroy();
      tell(error instanceof Error ? error.message : String(error));
    });
  });
  const localPort = await listen(server, order.localPort);
  const watching = watchCollection(
    api,
    { path: `/api/v1/namespaces/${namespace}/pods`, labelSelector: podSelector(order.service), project: podView },
    {
      changed: (view) => {
        const before = pods.known() && pods.best()?.uid;
        pods.set([...view.values()]);
        if (pods.best()?.uid !== before) tell();
      },
    },
    clock,
    inner,
  );
  const ended = watching.finally(() => {
    scope.abort();
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  ended.catch(() => undefined);
  return { localPort, ended, stop: () => scope.abort() };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        fail(
          'configuration',
          `Port ${port} on this machine cannot be opened: ${cause.code ?? cause.message}.`,
          'Choose another local port.',
          {
            cause,
          },
        ),
      ),
    );
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** The instances that may be led to, and a way to wait for one. */
function readyPods(order: ForwardOrder) {
  let pods: readonly PodView[] = [];
  let known = false;
  const waiting = new Set<() => void>();
  const best = (): PodView | undefined =>
    bestPod(pods.filter((pod) => isReady(pod) && !pod.deleting && (!order.instance || [pod.uid, pod.name].includes(order.instance))));
  return {
    best,
    known: () => known,
    set: (next: readonly PodView[]): void => {
      pods = next;
      known = true;
      for (const wake of [...waiting]) wake();
    },
    next: async (clock: Clock, signal: AbortSignal): Promise<PodView> => {
      const end = clock.now().getTime() + patience;
      for (;;) {
        signal.throwIfAborted();
        const found = best();
        if (found) return found;
        const left = end - clock.now().getTime();
        if (left <= 0) throw fail('unreachable', `No instance of ${order.service} became ready.`, 'Look why it does not start.');
        const scope = new AbortController();
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
          clock.sleep(left, AbortSignal.any([signal, scope.signal])).then(wake, wake);
        });
        scope.abort();
      }
    },
  };
}

/** Opens a way to an instance and carries both directions until either side ends. A Pod that has just gone is tried no second time. */
async function carry(
  api: Api,
  namespace: string,
  port: number,
  socket: Socket,
  pods: ReturnType<typeof readyPods>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  socket.pause();
  const query = new URLSearchParams({ ports: String(port) });
  for (let attempt = 1; ; attempt++) {
    const pod = await pods.next(clock, signal);
    try {
      const path = `/api/v1/namespaces/${namespace}/pods/${pod.name}/portforward`;
      join(socket, await api.channels(path, query, 'v4.channel.k8s.io', signal));
      return;
    } catch (error) {
      if (attempt === 5 || signal.aborted) throw error;
      await clock.sleep(300 * attempt, signal);
    }
  }
}

function join(socket: Socket, channels: Channels): void {
  const named = new Set<number>();
  channels.onMessage((channel, bytes) => {
    // The first message of each channel is its port, two bytes.
    if (!named.has(channel)) return void named.add(channel);
    if (channel === data) {
      socket.write(bytes);
      if (socket.writableLength > mostUnread) socket.destroy(new Error('The reader on this machine is too slow.'));
    }
    if (channel === errors) socket.destroy(new Error(Buffer.from(bytes).toString('utf8')));
  });
  channels.onClose(() => socket.end());
  socket.on('data', (bytes: Uint8Array) => {
    channels.send(data, bytes);
    if (channels.waiting > highWater) hold(socket, channels);
  });
  socket.on('close', () => channels.close());
  socket.resume();
}

/** The connection has no signal of its own for "sent". */
function hold(socket: Socket, channels: Channels): void {
  socket.pause();
  const timer = setInterval(() => {
    if (channels.waiting > highWater / 2 && !socket.destroyed) return;
    clearInterval(timer);
    socket.resume();
  }, 10);
}
