// What the tests of the Kubernetes platform share: a real cluster and registry, images that run, and intents to deploy them.
import assert from 'node:assert/strict';
import { kubernetesPlatform, pinOf } from '../../client/src/kubernetes/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { DeployEvent, DeployIntent, DeployResult, Plan, Platform } from '../../client/src/ports.ts';
import type { EnvironmentSummary, ImageByDigest } from '../../server/src/protocol.ts';
import { pushImage, type SeedImage } from '../bench/images.ts';
import { type Kubernetes, startKubernetes } from '../bench/kubernetes.ts';
import { type Registry, startRegistry } from '../bench/registry.ts';
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

export interface Bench extends AsyncDisposable {
  readonly cluster: Kubernetes;
  readonly registry: Registry;
  readonly platform: Platform;
  image(name: keyof typeof images): Promise<ImageByDigest>;
  /** A fresh, active namespace and the environment that pins it; `labels` are those of the namespace. */
  environment(namespace: string, labels?: Readonly<Record<string, string>>): Promise<EnvironmentSummary>;
}

export async function startBench(): Promise<Bench> {
  const [cluster, registry] = await Promise.all([startKubernetes(), startRegistry()]);
  const platform = kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [cluster.kubeconfig] });
  return {
    cluster,
    registry,
    platform,
    image: async (name) => {
      const repository = `${registry.host}/test/${name.toLowerCase()}`;
      return { repository, digest: await pushImage(`${repository}:1`, images[name]) };
    },
    environment: async (namespace, labels = {}) => {
      await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }));
      return environmentOf(cluster, namespace);
    },
    [Symbol.asyncDispose]: async () => {
      platform.close();
      await Promise.all([cluster.stop(), registry.stop()]);
    },
  };
}

/** An environment that pins the cluster as it is. */
export async function environmentOf(
  cluster: Kubernetes,
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
