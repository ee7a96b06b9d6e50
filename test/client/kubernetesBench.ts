// What the tests of the Kubernetes platform share: a real cluster and registry, images that run, and intents to deploy them.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubernetesPlatform, pinOf } from '../../client/src/kubernetes/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { Clock, DeployEvent, DeployIntent, DeployResult, Plan, Platform } from '../../client/src/ports.ts';
import type { EnvironmentSummary, ImageByDigest } from '../../server/src/protocol.ts';
import { pushImage, type SeedImage } from '../bench/images.ts';
import { type Kubernetes, type KubernetesHandle, startKubernetes } from '../bench/kubernetes.ts';
import { type RegistryAddress, startRegistry } from '../bench/registry.ts';
import { bench } from '../bench/shared.ts';
import { uid } from './kubernetesSamples.ts';

export { intentOf, quick, serviceOf } from './kubernetesSamples.ts';
export const images = {
  web: { command: ['httpd', '-f', '-p', '8080', '-h', '/www'], user: String(uid), files: { '/www/index.html': 'fine\n' } },
  web2: { command: ['httpd', '-f', '-p', '8080', '-h', '/www'], user: String(uid), files: { '/www/index.html': 'finer\n' } },
  crash: { command: ['sh', '-c', 'for i in $(seq 60); do echo "before the crash $i"; done; exit 3'], user: String(uid) },
  hungry: { command: ['sh', '-c', 'x=a; while true; do x=$x$x; done'], user: String(uid) },
  ticker: {
    command: ['sh', '-c', "trap 'exit 0' TERM; i=0; while true; do i=$((i+1)); echo line $i; usleep 20000; done"],
    user: String(uid),
  },
  quiet: { command: ['sh', '-c', "trap 'echo said; exit 0' TERM; while true; do sleep 1; done"], user: String(uid) },
  noProgram: { command: ['/bin/nothing-there'], user: String(uid) },
  rootUser: { command: ['sleep', '1000'] },
  lasting: {
    command: ['sh', '-c', 'for i in $(seq 100); do echo run line $i; usleep 10000; done; exit 4'],
    user: String(uid),
  },
} as const satisfies Record<string, SeedImage>;

export interface Bench<Cluster extends KubernetesHandle = KubernetesHandle> extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly registry: RegistryAddress;
  readonly platform: Platform;
  image(name: keyof typeof images): Promise<ImageByDigest>;
  /** A fresh, active namespace and the environment that pins it; `labels` are those of the namespace. Its name must be the test file's own. */
  environment(namespace: string, labels?: Readonly<Record<string, string>>): Promise<EnvironmentSummary>;
}

/** The shared cluster and registry; namespaces that were made are deleted afterwards. */
export async function sharedBench(): Promise<Bench> {
  const made: string[] = [];
  const [cluster, registry] = await Promise.all([bench().kubernetes(), bench().registry()]);
  const { platform, ...parts } = benchOn(cluster, registry, made);
  return {
    ...parts,
    platform,
    [Symbol.asyncDispose]: async () => {
      platform.close();
      if (made.length > 0) await cluster.kubectl('delete', 'namespace', ...made, '--ignore-not-found', '--wait=false');
    },
  };
}

/** A cluster and a registry of its own, which a test may break. */
export async function startBench(): Promise<Bench<Kubernetes>> {
  const [cluster, registry] = await Promise.all([startKubernetes(), startRegistry()]);
  const { platform, ...parts } = benchOn(cluster, registry, []);
  return {
    ...parts,
    platform,
    cluster,
    [Symbol.asyncDispose]: async () => {
      platform.close();
      await Promise.all([cluster.stop(), registry.stop()]);
    },
  };
}

function benchOn(cluster: KubernetesHandle, registry: RegistryAddress, made: string[]) {
  return {
    cluster,
    registry,
    platform: kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [cluster.kubeconfig] }),
    image: async (name: keyof typeof images): Promise<ImageByDigest> => {
      const repository = `${registry.host}/test/${name.toLowerCase()}`;
      return { repository, digest: await pushImage(`${repository}:1`, images[name]) };
    },
    environment: async (namespace: string, labels: Readonly<Record<string, string>> = {}) => {
      made.push(namespace);
      await cluster.kubectl('delete', 'namespace', namespace, '--ignore-not-found', '--wait=true');
      await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }));
      return environmentOf(cluster, namespace);
    },
  };
}

/** An environment that pins the cluster as it is. */
export async function environmentOf(
  cluster: KubernetesHandle,
  namespace: string,
  change: Partial<EnvironmentSummary> = {},
): Promise<EnvironmentSummary> {
  const pins = await pinOf(cluster.context, namespace, { kubeconfigPaths: [cluster.kubeconfig] }, AbortSignal.timeout(10_000));
  const at = { line: 0, character: 0 };
  return {
    name: 'integration',
    product: 'zero-dsp',
    location: { uri: 'file:///waybill.environments.yaml', range: { start: at, end: at } },
    target: { kind: 'kubernetes', context: cluster.context, namespace, createNamespace: false, ...pins },
    folder: '/nowhere',
    promote: { from: [], requires: [] },
    protected: { on: false, confirm: 'none', gates: [], forbid: [] },
    keepRecords: 20,
    problems: [],
    ...change,
  };
}

/** Time that passes several times as fast, for what is given up only after minutes. */
export function fastClock(factor: number): Clock {
  const begun = Date.now();
  return {
    now: () => new Date(begun + (Date.now() - begun) * factor),
    sleep: (milliseconds, signal) => sleep(milliseconds / factor, undefined, { signal }),
  };
}

export const soon = (seconds = 120): AbortSignal => AbortSignal.timeout(seconds * 1000);

/** Plans, expects no refusal, applies. */
export async function deploy(
  platform: Platform,
  intent: DeployIntent,
  signal = soon(),
  report: (event: DeployEvent) => void = () => undefined,
): Promise<{ plan: Plan; result: DeployResult }> {
  const plan = await platform.plan(intent, signal);
  assert.deepEqual(plan.refusals, []);
  return { plan, result: await platform.apply(plan, report, signal) };
}
