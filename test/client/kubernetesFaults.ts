// What the tests of faults share: a cluster without a node whose Pods are played, and a proxy that answers what the server will not.
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as ask, createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubernetesPlatform } from '../../client/src/kubernetes/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { Clock, Platform } from '../../client/src/ports.ts';
import type { EnvironmentSummary } from '../../server/src/protocol.ts';
import { makeCertificates } from '../bench/certificates.ts';
import { type Kubernetes, type KubernetesAddress, type KubernetesHandle, startKubernetes, writeKubeconfig } from '../bench/kubernetes.ts';
import { environmentOf } from './kubernetesBench.ts';

/** What the proxy does with a request: passes it on (undefined), answers itself, or breaks the connection before or after the server acted. */
export type Trick =
  | undefined
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'cut-before'
  | 'cut-after'
  | { readonly cutBodyAfter: number }
  | { readonly delay: number };

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly watch: boolean;
  readonly at: number;
}

export interface ApiProxy {
  readonly kubeconfig: string;
  readonly server: string;
  readonly asked: Asked[];
  /** Decides about each request; reset to let everything through. */
  trick: (asked: Asked) => Trick | Promise<Trick>;
  /** Added to the `Date` header, in milliseconds. */
  skew: number;
  /** Sockets that are open now. */
  open(): number;
  /** Breaks every connection. */
  cut(): void;
  stop(): Promise<void>;
}

/** A proxy with a certificate of its own before a real API server. */
export async function startProxy(cluster: KubernetesAddress, token: string, name = 'proxied'): Promise<ApiProxy> {
  const certificates = await makeCertificates(join(cluster.folder, `proxy-${name}`));
  const sockets = new Set<Socket>();
  const ca = readFileSync(cluster.ca);
  const target = new URL(cluster.server);
  const state: ApiProxy = {
    kubeconfig: '',
    server: '',
    asked: [],
    trick: () => undefined,
    skew: 0,
    open: () => sockets.size,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse, trick: Trick): void => {
    const upstream = ask(
      {
        host: target.hostname,
        port: target.port,
        path: incoming.url,
        method: incoming.method,
        headers: { ...incoming.headers, host: target.host },
        ca,
      },
      (answer) => {
        if (trick === 'cut-after') {
          answer.resume().on('end', () => incoming.socket.destroy());
          return;
        }
        const headers = { ...answer.headers };
        if (state.skew !== 0) headers.date = new Date(Date.now() + state.skew).toUTCString();
        outgoing.writeHead(answer.statusCode ?? 502, headers);
        outgoing.flushHeaders();
        let left = typeof trick === 'object' && 'cutBodyAfter' in trick ? trick.cutBodyAfter : Number.POSITIVE_INFINITY;
        answer.on('data', (chunk: Buffer) => {
          outgoing.write(chunk.subarray(0, left));
          left -= chunk.length;
          if (left <= 0) setTimeout(() => incoming.socket.destroy(), 10);
        });
        answer.on('end', () => outgoing.end());
        answer.on('error', () => incoming.socket.destroy());
      },
    );
    upstream.on('error', () => incoming.socket.destroy());
    outgoing.on('close', () => upstream.destroy());
    incoming.pipe(upstream);
  };
  const server = createServer(
    { key: readFileSync(certificates.serverKey), cert: readFileSync(certificates.serverCertificate) },
    async (incoming, outgoing) => {
      const url = new URL(incoming.url ?? '/', 'https://x');
      const asked = { method: incoming.method ?? 'GET', path: url.pathname, watch: url.searchParams.has('watch'), at: Date.now() };
      state.asked.push(asked);
      const trick = await state.trick(asked);
      if (trick === 'cut-before') return incoming.socket.destroy();
      if (typeof trick === 'object' && 'status' in trick) {
        incoming.resume();
        outgoing.writeHead(trick.status, { 'content-type': 'application/json', ...trick.headers });
        return outgoing.end(JSON.stringify(trick.body ?? { kind: 'Status', code: trick.status, message: `played ${trick.status}` }));
      }
      if (typeof trick === 'object' && 'delay' in trick) await sleep(trick.delay);
      forward(incoming, outgoing, trick);
    },
  );
  server.on('secureConnection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = writeKubeconfig(join(cluster.folder, `${name}.conf`), {
    server: address,
    ca: certificates.ca,
    context: name,
    user: 'admin',
    token,
  });
  return Object.assign(state, { kubeconfig, server: address });
}

export const adminToken = (cluster: KubernetesAddress): string => {
  const config = JSON.parse(readFileSync(cluster.kubeconfig, 'utf8')) as { users: { user: { token: string } }[] };
  return config.users[0]?.user.token ?? '';
};

/** A way of its own to the API server of a cluster, with a proxy that plays tricks on nobody else. */
export interface Line extends AsyncDisposable {
  readonly cluster: Kubernetes;
  readonly proxy: ApiProxy;
  /** Through the proxy. */
  readonly platform: Platform;
  environment(namespace: string): Promise<EnvironmentSummary>;
}

/** A cluster of one's own that may be broken: no node; Pods are said to be ready by the test itself, all else is real. */
export interface Breakable extends Line {
  /** Namespaces whose Pods are not made ready for now. */
  readonly held: Set<string>;
}

/** A line to a cluster; the name must be the line's own. */
export async function startLine(cluster: Kubernetes, name: string, clock: Clock = systemClock()): Promise<Line> {
  const proxy = await startProxy(cluster, adminToken(cluster), name);
  const platform = kubernetesPlatform({ clock, kubeconfigPaths: [proxy.kubeconfig] });
  const through = { ...cluster, kubeconfig: proxy.kubeconfig, context: name };
  return {
    cluster,
    proxy,
    platform,
    environment: async (namespace) => {
      await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));
      return environmentOf(through, namespace);
    },
    [Symbol.asyncDispose]: async () => {
      platform.close();
      await proxy.stop();
    },
  };
}

export async function startBreakable(clock: Clock = systemClock()): Promise<Breakable> {
  const cluster = await startKubernetes({ node: false });
  const line = await startLine(cluster, 'proxied', clock);
  const held = new Set<string>();
  const nodes = playNode(cluster, held);
  return {
    ...line,
    held,
    [Symbol.asyncDispose]: async () => {
      line.platform.close();
      await nodes.stop();
      await line.proxy.stop();
      await cluster.stop();
    },
  };
}

/** The kubelet's part: every Pod of ours runs and is ready as soon as it is seen. */
function playNode(cluster: KubernetesAddress, held: ReadonlySet<string>): { stop(): Promise<void> } {
  const token = adminToken(cluster);
  const ca = readFileSync(cluster.ca);
  let stopped = false;
  const call = (method: string, path: string, body?: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      const sent = ask(
        `${cluster.server}${path}`,
        { method, ca, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/strategic-merge-patch+json' } },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', () => resolve(undefined));
          answer.on('end', () => {
            try {
              resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
            } catch {
              resolve(undefined);
            }
          });
        },
      );
      sent.on('error', () => resolve(undefined));
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const work = (async () => {
    while (!stopped) {
      const list = (await call('GET', '/api/v1/pods?labelSelector=app.kubernetes.io%2Fmanaged-by%3Dwaybill')) as PodList | undefined;
      for (const pod of list?.items ?? []) {
        if (pod.status?.phase === 'Running' || pod.metadata.deletionTimestamp || held.has(pod.metadata.namespace)) continue;
        await call('PATCH', `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/status`, { status: readyStatus(pod) });
      }
      await sleep(300);
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await work;
    },
  };
}

interface PodList {
  readonly items?: readonly PlayedPod[];
}
interface PlayedPod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
  readonly status?: { readonly phase?: string };
}

function readyStatus(pod: PlayedPod) {
  const now = new Date().toISOString().replace(/\.\d+/, '');
  const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: now });
  return {
    phase: 'Running',
    startTime: now,
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(condition),
    containerStatuses: pod.spec.containers.map(({ name, image }) => ({
      ...{ name, image, imageID: image, containerID: 'played://1', ready: true, started: true, restartCount: 0 },
      state: { running: { startedAt: now } },
    })),
  };
}

const lockAnnotation = 'waybill.dev/lock';

/** Whether the lock on the service of the samples is held. */
export const isLocked = async (cluster: KubernetesHandle, namespace: string): Promise<boolean> =>
  (await cluster.kubectl('get', 'configmap', 'waybill-order-api', '-n', namespace, '-o', 'json')).includes(lockAnnotation);

/** The lock of a deployer that is dead, as it is when its time has passed. */
export async function expireLock(cluster: KubernetesHandle, namespace: string): Promise<void> {
  const lock = JSON.stringify({ id: 'dead', holder: 'dev@example.com', expires: new Date(Date.now() - 1000).toISOString() });
  await cluster.kubectl('annotate', 'configmap', 'waybill-order-api', '-n', namespace, '--overwrite', `${lockAnnotation}=${lock}`);
}
