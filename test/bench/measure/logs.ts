/** Log lines per second: ours against `docker logs` and `kubectl logs` on the same source in the same run. */
import { spawn } from 'node:child_process';
import { composePlatform } from '../../../client/src/compose/index.ts';
import { Label, ownerOf } from '../../../client/src/compose/labels.ts';
import { kubernetesPlatform } from '../../../client/src/kubernetes/index.ts';
import { systemClock } from '../../../client/src/local/systemClock.ts';
import type { Platform } from '../../../client/src/ports.ts';
import type { EnvironmentSummary, Target } from '../../../server/src/protocol.ts';
import { environment as toolEnvironment } from '../component.ts';
import { pushImage } from '../images.ts';
import { bench } from '../shared.ts';
import { against, type Figure, median } from './figures.ts';

const lines = 100_000;
const writer = [
  '/bin/sh',
  '-c',
  `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "INFO order $i accepted for a customer who waits for it"; done; sleep 3600`,
];

function environmentOf(name: string, target: Target): EnvironmentSummary {
  return {
    name,
    product: 'measure',
    location: { uri: 'file:///waybill.environments.yaml', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } },
    target,
    folder: '/',
    promote: { from: [], requires: [] },
    protected: { on: false, confirm: 'none', gates: [], forbid: [] },
    keepRecords: 20,
    problems: [],
  };
}

async function ours(platform: Platform, environment: EnvironmentSummary): Promise<number> {
  const started = performance.now();
  let count = 0;
  for await (const batch of platform.logs(environment, { service: 'talker', follow: false }, AbortSignal.timeout(120_000)))
    count += batch.length;
  return count / ((performance.now() - started) / 1000);
}

function theirs(command: string, parameters: readonly string[]): Promise<number> {
  const started = performance.now();
  return new Promise((done, failed) => {
    const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'ignore'], env: toolEnvironment() });
    let count = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      for (const byte of chunk) if (byte === 10) count++;
    });
    child.on('error', failed);
    child.on('close', () => done(count / ((performance.now() - started) / 1000)));
  });
}

/** Alternating, so that both see the same machine. */
async function compare(name: string, own: () => Promise<number>, peerName: string, peer: () => Promise<number>): Promise<Figure> {
  const samples: [number[], number[]] = [[], []];
  await own();
  await peer();
  for (let round = 0; round < 3; round++) {
    samples[0].push(await own());
    samples[1].push(await peer());
  }
  const value = median(samples[0]);
  return { name, value, unit: 'lines/s', against: against(peerName, median(samples[1]), value) };
}

async function untilWritten(last: () => Promise<string>): Promise<void> {
  for (let waited = 0; waited < 300; waited++) {
    if ((await last()).includes(`order ${lines} accepted`)) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error('The source of the log never wrote its last line.');
}

async function dockerLogs(image: string): Promise<Figure> {
  const engine = await bench().engine('20.10');
  const name = 'measure-talker-1';
  const owner = { product: 'measure', service: 'talker', environment: 'hosts', project: 'measure' };
  const labels = {
    [Label.project]: 'measure',
    [Label.service]: 'talker',
    [Label.number]: '1',
    [Label.owner]: ownerOf(owner, name),
    [Label.environment]: 'hosts',
    [Label.ownService]: 'talker',
    [Label.product]: 'measure',
  };
  await engine.docker(
    'run',
    '-d',
    '--name',
    name,
    ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    image,
  );
  const credentials = { forRegistry: async () => undefined };
  const platform = composePlatform({ credentials, secrets: { read: () => Promise.reject(new Error('none')) }, clock: systemClock() });
  try {
    await untilWritten(() => engine.docker('logs', '--tail', '1', name));
    const target = {
      kind: 'compose' as const,
      project: 'measure',
      hosts: [{ name: 'here', host: `unix://${engine.socket}`, labels: {} }],
      placement: 'spread' as const,
    };
    const read = () => ours(platform, environmentOf('hosts', target));
    return await compare('log lines from a Docker host', read, 'docker logs', () =>
      theirs('docker', ['-H', `unix://${engine.socket}`, 'logs', '-t', name]),
    );
  } finally {
    platform.close();
    await engine.docker('rm', '-f', name);
  }
}

async function podLogs(image: string): Promise<Figure> {
  const cluster = await bench().kubernetes();
  const namespace = 'measure';
  const labels = { 'app.kubernetes.io/name': 'talker', 'app.kubernetes.io/instance': 'talker', 'app.kubernetes.io/managed-by': 'waybill' };
  await cluster.kubectl('create', 'namespace', namespace);
  await cluster.apply(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'talker', namespace, labels },
      spec: { containers: [{ name: 'talker', image }], terminationGracePeriodSeconds: 0 },
    }),
  );
  const platform = kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [cluster.kubeconfig] });
  try {
    await untilWritten(() => cluster.kubectl('logs', '-n', namespace, 'talker', '--tail=1').catch(() => ''));
    const target = { kind: 'kubernetes' as const, context: cluster.context, cluster: {}, namespace, createNamespace: false };
    const read = () => ours(platform, environmentOf('cluster', target));
    const parameters = ['kubectl', '--kubeconfig', cluster.kubeconfig, 'logs', '-n', namespace, 'talker', '--timestamps'];
    return await compare('log lines from a pod', read, 'kubectl logs', () => theirs(cluster.kube, parameters));
  } finally {
    platform.close();
    await cluster.kubectl('delete', 'namespace', namespace, '--wait=false');
  }
}

export async function measureLogs(): Promise<readonly Figure[]> {
  const registry = await bench().registry();
  const image = `${registry.host}/measure/talker:1`;
  await pushImage(image, { command: writer });
  return [await dockerLogs(image), await podLogs(image)];
}
