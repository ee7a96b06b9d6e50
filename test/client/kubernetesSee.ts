/** What the tests of looking into Kubernetes share: the shared cluster, pods made by hand that look like Waybill's, and the sample workspace. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubernetesPlatform } from '../../client/src/kubernetes/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { EnvironmentSummary } from '../../server/src/protocol.ts';
import { pushImage, type SeedImage } from '../bench/images.ts';
import type { KubernetesHandle } from '../bench/kubernetes.ts';
import { bench } from '../bench/shared.ts';
import { environmentOf } from './kubernetesBench.ts';

/** A namespace of its own on the shared cluster. */
export async function sight(namespace: string) {
  const cluster = await bench().kubernetes();
  const registry = await bench().registry();
  await cluster.kubectl('create', 'namespace', namespace);
  const environment = await environmentOf(cluster as never, namespace);
  const platform = kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [cluster.kubeconfig] });
  return {
    cluster,
    namespace,
    environment,
    platform,
    image: async (name: string, seed: SeedImage): Promise<string> => {
      const reference = `${registry.host}/see/${name}:1`;
      return `${reference.slice(0, reference.lastIndexOf(':'))}@${await pushImage(reference, seed)}`;
    },
    deployment: (service: string, image: string, more: { replicas?: number; pod?: object; container?: object } = {}) =>
      applyAndWait(cluster, namespace, service, deploymentOf(service, namespace, image, more)),
    async [Symbol.asyncDispose]() {
      platform.close();
      await cluster.kubectl('delete', 'namespace', namespace, '--wait=false');
    },
  };
}

export type Sight = Awaited<ReturnType<typeof sight>>;

async function applyAndWait(cluster: KubernetesHandle, namespace: string, service: string, manifest: object): Promise<void> {
  await cluster.apply(JSON.stringify(manifest));
  await cluster.kubectl('rollout', 'status', '-n', namespace, `deployment/${service}`, '--timeout=120s');
}

/** A Deployment with the labels by which Waybill knows its own. */
export function deploymentOf(
  service: string,
  namespace: string,
  image: string,
  { replicas = 1, pod = {}, container = {} }: { replicas?: number; pod?: object; container?: object },
): object {
  const labels = {
    'app.kubernetes.io/name': service,
    'app.kubernetes.io/instance': service,
    'app.kubernetes.io/managed-by': 'waybill',
    'app.kubernetes.io/part-of': 'zero-dsp',
    'waybill.dev/environment': 'integration',
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: service, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: { 'app.kubernetes.io/name': service, 'app.kubernetes.io/instance': service } },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 1, containers: [{ name: service, image, ...container }], ...pod },
      },
    },
  };
}

/** A workspace folder with one service and one environment on the cluster, for the CLI. */
export function workspaceOf(environment: EnvironmentSummary, service: string, more = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-see-'));
  const { target } = environment;
  if (!('namespace' in target)) throw new Error('not a Kubernetes environment');
  const { cluster } = target;
  const pins = [
    `server: ${JSON.stringify(cluster.server)}`,
    ...(cluster.ca ? [`ca: ${cluster.ca}`] : []),
    ...(cluster.uid ? [`uid: ${cluster.uid}`] : []),
  ];
  writeFileSync(
    join(folder, 'waybill.environments.yaml'),
    `apiVersion: waybill.dev/v1
kind: Environments
metadata: { product: zero-dsp }
environments:
  - name: integration
    kind: kubernetes
    kubernetes: { context: ${target.context}, namespace: ${target.namespace}, cluster: { ${pins.join(', ')} } }
    promote: { from: [] }
${more}`,
  );
  writeFileSync(
    join(folder, 'waybill.yaml'),
    `apiVersion: waybill.dev/v1
kind: Service
metadata: { name: ${service}, product: zero-dsp }
build: { dockerfile: Dockerfile }
`,
  );
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
  return folder;
}
