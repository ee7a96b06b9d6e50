/** Plans and deployments in a cluster: a product of 20 services planned, and a small service from the click to healthy. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTurns } from '../../../client/src/delivery/inTurns.ts';
import { kubernetesPlatform, pinOf } from '../../../client/src/kubernetes/index.ts';
import { objectsOf } from '../../../client/src/kubernetes/objects.ts';
import { systemClock } from '../../../client/src/local/systemClock.ts';
import type { DeployIntent, Platform } from '../../../client/src/ports.ts';
import type { EffectiveService, EnvironmentSummary, ImageByDigest } from '../../../server/src/protocol.ts';
import { images } from '../../client/kubernetesBench.ts';
import { intentOf } from '../../client/kubernetesSamples.ts';
import { environment as toolEnvironment } from '../component.ts';
import { pushImage } from '../images.ts';
import type { KubernetesHandle } from '../kubernetes.ts';
import { bench } from '../shared.ts';
import { against, type Figure, median, timed } from './figures.ts';

const services = 20;
/** As `Deploy Environment` plans. */
const atOnce = 4;
const patience = (): AbortSignal => AbortSignal.timeout(120_000);

async function environmentIn(cluster: KubernetesHandle, namespace: string): Promise<EnvironmentSummary> {
  await cluster.kubectl('delete', 'namespace', namespace, '--ignore-not-found');
  await cluster.kubectl('create', 'namespace', namespace);
  const pins = await pinOf(cluster.context, namespace, { kubeconfigPaths: [cluster.kubeconfig] }, patience());
  const start = { line: 0, character: 0 };
  return {
    name: 'measure',
    product: 'measure',
    location: { uri: 'file:///waybill.environments.yaml', range: { start, end: start } },
    target: {
      kind: 'kubernetes',
      context: cluster.context,
      namespace,
      createNamespace: false,
      isolation: { networkPolicy: 'default-deny' },
      ...pins,
    },
    folder: '/',
    promote: { from: [], requires: [] },
    protected: { on: false, confirm: 'none', gates: [], forbid: [] },
    keepRecords: 20,
    problems: [],
  };
}

/** Five objects: service account, configuration, Service, network policy, Deployment. */
const small = (name: string, content: string, replicas: number): Partial<EffectiveService> => ({
  name,
  replicas,
  config: [{ target: '/etc/app.properties', content }],
});

async function run(platform: Platform, intent: DeployIntent): Promise<void> {
  const plan = await platform.plan(intent, patience());
  const result = await platform.apply(plan, () => undefined, patience());
  if (result.outcome !== 'Succeeded') throw new Error(`${result.outcome}: ${result.message} ${plan.refusals.join(' ')}`);
}

function kubectl(cluster: KubernetesHandle, ...parameters: readonly string[]): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(cluster.kube, ['kubectl', '--kubeconfig', cluster.kubeconfig, ...parameters], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: toolEnvironment(),
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    child.on('error', failed);
    child.on('close', (code) => (code === 0 ? done() : failed(new Error(said))));
  });
}

function listFile(cluster: KubernetesHandle, name: string, intents: readonly DeployIntent[], namespace: string): string {
  const items = intents.flatMap((intent) => objectsOf(intent, namespace, { minor: 34 }));
  const file = join(cluster.folder, name);
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  return file;
}

/** Against kubectl's own dry run of the same objects, which asks for no permissions, quotas or secrets and tries no pods. */
async function planFigures(cluster: KubernetesHandle, platform: Platform, image: ImageByDigest): Promise<readonly Figure[]> {
  const namespace = 'measure-plan';
  const environment = await environmentIn(cluster, namespace);
  const intents = (content: string): readonly DeployIntent[] =>
    Array.from({ length: services }, (_, index) => intentOf(environment, image, small(`service-${index}`, content, 0)));
  const planAll = (content: string) =>
    inTurns(intents(content), atOnce, async (intent) => {
      const plan = await platform.plan(intent, patience());
      if (plan.refusals.length > 0) throw new Error(plan.refusals.join(' '));
    });
  const fresh = await timed(() => planAll('a'));
  await inTurns(intents('a'), atOnce, (intent) => run(platform, intent));
  const file = listFile(cluster, 'measure-plan.json', intents('b'), namespace);
  const samples: [number[], number[]] = [[], []];
  for (let round = 0; round < 5; round++) {
    samples[0].push(await timed(() => planAll('b')));
    samples[1].push(
      await timed(() =>
        kubectl(cluster, 'apply', '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict', '-f', file),
      ),
    );
  }
  await cluster.kubectl('delete', 'namespace', namespace, '--wait=false');
  const value = median(samples[0]);
  return [
    { name: 'plan of 20 new services, 100 objects', value: fresh, unit: 'ms', budget: 3000 },
    {
      name: 'plan of 20 changed services, 100 objects',
      value,
      unit: 'ms',
      budget: 3000,
      against: against('kubectl apply --dry-run=server', median(samples[1]), value),
    },
  ];
}

/** From the click (plan included) to healthy and recorded, against kubectl apply and rollout status of the same objects. */
async function deployFigure(cluster: KubernetesHandle, platform: Platform, image: ImageByDigest): Promise<Figure> {
  const namespace = 'measure-deploy';
  const environment = await environmentIn(cluster, namespace);
  const ours = (name: string) => timed(() => run(platform, intentOf(environment, image, small(name, 'a', 1))));
  const theirs = (name: string) => {
    const file = listFile(cluster, 'measure-deploy.json', [intentOf(environment, image, small(name, 'a', 1))], namespace);
    return timed(async () => {
      await kubectl(cluster, 'apply', '-f', file);
      await kubectl(cluster, 'rollout', 'status', `deployment/${name}`, '-n', namespace);
    });
  };
  await ours('warm-ours');
  await theirs('warm-theirs');
  const samples: [number[], number[]] = [[], []];
  for (let round = 0; round < 5; round++) {
    samples[0].push(await ours(`ours-${round}`));
    samples[1].push(await theirs(`theirs-${round}`));
  }
  await cluster.kubectl('delete', 'namespace', namespace, '--wait=false');
  const [value, peer] = [median(samples[0]), median(samples[1])];
  return {
    name: 'deploy of a small service, click to healthy',
    value,
    unit: 'ms',
    budget: peer + 1000,
    against: against('kubectl apply + rollout status', peer, value),
  };
}

/** Needs the shared cluster with a node. */
export async function measureKubernetes(): Promise<readonly Figure[]> {
  const [cluster, registry] = await Promise.all([bench().kubernetes(), bench().registry()]);
  const platform = kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [cluster.kubeconfig] });
  try {
    const repository = `${registry.host}/measure/web`;
    const image = { repository, digest: await pushImage(`${repository}:1`, images.web) };
    return [...(await planFigures(cluster, platform, image)), await deployFigure(cluster, platform, image)];
  } finally {
    platform.close();
  }
}
