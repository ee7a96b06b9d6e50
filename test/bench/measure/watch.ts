/**
 * Ten thousand pods of two hundred services under changes: what the extension's half of it costs, beside `kubectl get pods -w` on the same
 * changes. The cluster has no node: pods are objects, made and changed through the API.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { openContext } from '../../../client/src/kubernetes/connection.ts';
import { pinOf } from '../../../client/src/kubernetes/index.ts';
import { type Api, apiOf } from '../../../client/src/kubernetes/request.ts';
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { environment as toolEnvironment } from '../component.ts';
import { type KubernetesHandle, startKubernetes } from '../kubernetes.ts';
import { against, type Figure } from './figures.ts';

const namespace = 'crowd';
const digest = `sha256:${'5e6f'.repeat(16)}`;

export interface Crowd {
  readonly services: number;
  readonly podsOfEach: number;
  readonly seconds: number;
  /** Changes a second that are tried. */
  readonly changes: number;
}

export const fullCrowd: Crowd = { services: 200, podsOfEach: 50, seconds: 60, changes: 500 };

export async function measureWatch(crowd: Crowd = fullCrowd): Promise<readonly Figure[]> {
  const cluster = await startKubernetes({ node: false, context: 'crowd' });
  try {
    const making = await populated(cluster, crowd);
    return [
      { name: `${crowd.services * crowd.podsOfEach} pods: making them`, value: making, unit: 's' },
      ...(await watched(cluster, crowd)),
    ];
  } finally {
    await cluster.stop();
  }
}

/** Makes the crowd; answers the seconds that it took. */
export async function populated(cluster: KubernetesHandle, crowd: Crowd): Promise<number> {
  const api = apiOf(openContext(cluster.context, { kubeconfigPaths: [cluster.kubeconfig] }));
  const made = performance.now();
  await populate(api, crowd);
  api.close();
  return (performance.now() - made) / 1000;
}

/** Watches a crowd that is there while it changes. */
export async function watched(cluster: KubernetesHandle, crowd: Crowd): Promise<readonly Figure[]> {
  const pods = crowd.services * crowd.podsOfEach;
  const [own, theirs] = [await countingProxy(cluster), await countingProxy(cluster)];
  const base = Date.now() - 1000;
  const child = node('watchChild.ts', { kubeconfig: own.kubeconfig, base, environment: await environmentOf(cluster, own.kubeconfig) });
  const lines = child.lines;
  const first = await lines.next();
  const kubectl = followWithKubectl(cluster, theirs.kubeconfig);
  await until(() => theirs.bytes() > 500_000, 60);
  await new Promise((done) => setTimeout(done, 3_000));
  const before = { own: own.bytes(), theirs: theirs.bytes() };
  const order = {
    kubeconfig: cluster.kubeconfig,
    context: cluster.context,
    namespace,
    pods,
    base,
    seconds: crowd.seconds,
    most: crowd.changes,
  };
  const idle = node('idleChild.ts', {});
  const written = await node('watchWriter.ts', order).lines.next();
  await new Promise((done) => setTimeout(done, 1_500));
  idle.process.stdin.write('end\n');
  const floor = await idle.lines.next();
  child.process.stdin.write('end\n');
  const seen = await lines.next();
  const requests = await kubectl.end();
  own.close();
  theirs.close();
  const megabyte = 1024 * 1024;
  const name = `${pods} pods, ${Math.round(number(written, 'perSecond'))} changes/s for ${crowd.seconds} s`;
  const [mine, other] = [(own.bytes() - before.own) / megabyte, (theirs.bytes() - before.theirs) / megabyte];
  const peer = (value: number, ours: number) => against('kubectl get -w', value, ours);
  const idleFloor = (member: string) => against('an idle process', number(floor, member), number(seen, member));
  const plain = (what: string, value: number, unit: string, more: Partial<Figure> = {}): Figure => ({
    name: `${name}: ${what}`,
    value,
    unit,
    ...more,
  });
  const of = (what: string, member: string, unit: string, more: Partial<Figure> = {}): Figure =>
    plain(what, number(seen, member), unit, more);
  return [
    plain('changes taken', number(written, 'done'), ''),
    plain('changes refused', number(written, 'failed'), ''),
    plain('memory of adapter and tree (RSS)', number(seen, 'rss') / megabyte, 'MB', { budget: 300 }),
    plain('of which the program itself, unbundled', number(seen, 'rssBefore') / megabyte, 'MB'),
    plain('heap of adapter and tree', number(seen, 'heap') / megabyte, 'MB'),
    of('tree behind, median', 'lag50', 'ms'),
    of('tree behind, 99 %', 'lag99', 'ms'),
    of('tree behind, most', 'lagMost', 'ms', { budget: 1000 }),
    of('changes seen in the tree', 'seen', ''),
    of('longest stall', 'longestStall', 'ms', { budget: 50, against: idleFloor('longestStall') }),
    of('stall, 99 %', 'stall99', 'ms', { against: idleFloor('stall99') }),
    of('slowest draw of the tree, processor time', 'slowestDraw', 'ms', { budget: 50 }),
    of('processor time in all', 'cpu', 's'),
    of('draws of the tree', 'draws', ''),
    plain('rows that were ready', number(first, 'ready'), ''),
    of('requests', 'requests', '', { against: peer(requests, number(seen, 'requests')) }),
    plain('first list', before.own / megabyte, 'MB', { against: peer(before.theirs / megabyte, before.own / megabyte) }),
    plain('bytes of the changes', mine, 'MB', { against: peer(other, mine) }),
  ];
}

function number(line: IteratorResult<string>, member: string): number {
  const value: unknown = JSON.parse(line.value ?? '{}')[member];
  return typeof value === 'number' ? value : Number.NaN;
}

function node(file: string, order: object) {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, file), JSON.stringify(order)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return { process: child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

const labels = (service: string) => ({
  'app.kubernetes.io/name': service,
  'app.kubernetes.io/instance': service,
  'app.kubernetes.io/managed-by': 'waybill',
  'app.kubernetes.io/part-of': 'measure',
  'waybill.dev/environment': 'crowd',
});

/** Paused Deployments, which make nothing of themselves, and pods for a scheduler that does not exist. */
async function populate(api: Api, crowd: Crowd): Promise<void> {
  const post = (path: string, body: object) => api.send({ method: 'POST', path, body, timeout: 60_000 }, AbortSignal.timeout(600_000));
  await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await untilAccount(api);
  const container = { name: 'main', image: `registry.example.com/measure@${digest}`, resources: { requests: { cpu: '100m' } } };
  const services = Array.from({ length: crowd.services }, (_, index) => `service-${index}`);
  const work = services.flatMap((service, index) => [
    () =>
      post(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: service, labels: labels(service), annotations: { 'waybill.dev/image-tag': 'main-3f2a91c' } },
        spec: {
          paused: true,
          replicas: crowd.podsOfEach,
          selector: { matchLabels: { 'app.kubernetes.io/name': service } },
          template: { metadata: { labels: labels(service) }, spec: { containers: [container] } },
        },
      }),
    ...Array.from({ length: crowd.podsOfEach }, (_, at) => () => {
      const name = `pod-${index * crowd.podsOfEach + at}`;
      // A label that no selector of a Deployment has keeps the controllers from adopting it.
      const metadata = { name, labels: labels(service), annotations: { 'kubernetes.io/limit-ranger': 'none' } };
      return post(`/api/v1/namespaces/${namespace}/pods`, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata,
        spec: { schedulerName: 'nobody', containers: [container] },
      });
    }),
  ]);
  const worker = async (): Promise<void> => {
    for (let next = work.shift(); next; next = work.shift()) await next();
  };
  await Promise.all(Array.from({ length: 24 }, worker));
}

async function untilAccount(api: Api): Promise<void> {
  for (let waited = 0; waited < 100; waited++) {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
    const found = await api.send({ path }, AbortSignal.timeout(10_000)).catch(() => undefined);
    if (found) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('The namespace never got its service account.');
}

/** A way to the API server that counts what comes back, and a kubeconfig for it. */
async function countingProxy(cluster: KubernetesHandle) {
  let bytes = 0;
  const port = Number(new URL(cluster.server).port);
  const server = createServer((socket) => {
    const upstream = connect(port, '127.0.0.1');
    upstream.on('data', (data) => {
      bytes += data.length;
    });
    socket.pipe(upstream).pipe(socket);
    for (const end of [socket, upstream]) end.on('error', () => [socket, upstream].map((one) => one.destroy()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const own = typeof address === 'object' && address ? address.port : 0;
  const kubeconfig = join(cluster.folder, `proxy-${own}.conf`);
  writeFileSync(kubeconfig, readFileSync(cluster.kubeconfig, 'utf8').replaceAll(cluster.server, `https://127.0.0.1:${own}`), {
    mode: 0o600,
  });
  return { kubeconfig, bytes: () => bytes, close: () => server.close() };
}

async function environmentOf(cluster: KubernetesHandle, kubeconfig: string): Promise<EnvironmentSummary> {
  const pins = await pinOf(cluster.context, namespace, { kubeconfigPaths: [kubeconfig] }, AbortSignal.timeout(10_000));
  const at = { line: 0, character: 0 };
  return {
    name: 'crowd',
    product: 'measure',
    location: { uri: 'file:///waybill.environments.yaml', range: { start: at, end: at } },
    target: { kind: 'kubernetes', context: cluster.context, namespace, createNamespace: false, ...pins },
    folder: '/nowhere',
    promote: { from: [], requires: [] },
    protected: { on: false, confirm: 'none', gates: [], forbid: [] },
    keepRecords: 20,
    problems: [],
  };
}

/** `kubectl get pods -w` as people run it; answers how many requests it made. */
function followWithKubectl(cluster: KubernetesHandle, kubeconfig: string) {
  const selector = 'app.kubernetes.io/managed-by=waybill';
  const parameters = ['kubectl', '--kubeconfig', kubeconfig, 'get', 'pods', '-n', namespace, '-l', selector, '-w', '-v=6'];
  const child = spawn(cluster.kube, parameters, { stdio: ['ignore', 'ignore', 'pipe'], env: toolEnvironment() });
  let requests = 0;
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (/verb="?GET/.test(line) || /GET https/.test(line)) requests += 1;
  });
  return {
    end: async (): Promise<number> => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      return requests;
    },
  };
}

async function until(done: () => boolean, seconds: number): Promise<void> {
  for (let waited = 0; waited < seconds * 10 && !done(); waited++) await new Promise((resume) => setTimeout(resume, 100));
}
