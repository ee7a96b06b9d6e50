/** What `npm start` works on: a scratch copy of the sample, an engine, a registry with the sample's images, and Kubernetes if asked for. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerEngines } from '../../client/src/docker/index.ts';
import { pinOf } from '../../client/src/kubernetes/index.ts';
import { dockerConfigCredentials } from '../../client/src/local/dockerConfigCredentials.ts';
import { localSecrets } from '../../client/src/local/localSecrets.ts';
import { redactor } from '../../client/src/local/redactor.ts';
import { ociRegistry } from '../../client/src/registry/index.ts';
import { installPackages } from '../bench/install.ts';
import type { KubernetesHandle } from '../bench/kubernetes.ts';
import { startRegistry } from '../bench/registry.ts';
import { seedImages } from '../seed/images.ts';
import { type LocalCluster, type LocalHost, writeLocalEnvironments } from '../seed/local.ts';
import { copySample, type SampleCopy } from '../seed/sampleCopy.ts';
import { sampleCluster } from './cluster.ts';
import { findEngine } from './engineFinder.ts';

export interface WorldOptions {
  readonly kubernetes: boolean;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface World {
  /** The scratch copy. */
  readonly folder: string;
  /** Why nothing can be built or deployed; absent when it can. */
  readonly without?: string;
  /** Path of the kubeconfig when Kubernetes was asked for. */
  readonly kubeconfig?: string;
  stop(): Promise<void>;
}

/** Starts everything, or as much as this machine has the means for; `stop` takes it all away again. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const scratch = await mkdtemp(join(tmpdir(), 'waybill-sample-'));
  const stops: (() => Promise<void>)[] = [() => rm(scratch, { recursive: true, force: true })];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const copy = await copySample(join(scratch, 'lantern'));
    const without = await furnish(copy, scratch, options, stops);
    if (typeof without === 'string') return { folder: copy.folder, without, stop };
    return { folder: copy.folder, ...without, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function furnish(
  copy: SampleCopy,
  scratch: string,
  { kubernetes, report, signal }: WorldOptions,
  stops: (() => Promise<void>)[],
): Promise<string | { kubeconfig?: string }> {
  const engine = await findEngine(report);
  if (typeof engine === 'string') return engine;
  stops.push(engine.stop);
  report(`Building and deploying on ${engine.description}.`);
  const missing = installPackages(['registry'], report);
  if (missing) return missing;
  const registry = await startRegistry();
  stops.push(registry.stop);
  await seed(copy, engine.builder, registry.host, report, signal);
  if (!kubernetes) {
    await writeLocalEnvironments(copy, { builder: engine.builder, dev: engine.dev });
    return {};
  }
  report('Starting Kubernetes. The first time it is built from source, which takes some minutes.');
  const cluster = await sampleCluster(scratch);
  stops.push(cluster.stop);
  await writeLocalEnvironments(copy, { builder: engine.builder, dev: engine.dev, cluster: await pinned(cluster, signal) });
  return { kubeconfig: cluster.kubeconfig };
}

/** The identity of a cluster as an environments file pins it. */
export async function pinned(cluster: KubernetesHandle, signal: AbortSignal): Promise<LocalCluster> {
  const pins = await pinOf(cluster.context, undefined, { kubeconfigPaths: [cluster.kubeconfig] }, signal);
  return { context: cluster.context, cluster: pins.cluster };
}

/** Builds the sample's images through the product's own engine adapter and pushes them. */
export async function seed(
  copy: SampleCopy,
  builder: LocalHost,
  registryHost: string,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const credentials = dockerConfigCredentials({ redactor: redactor() });
  const registry = ociRegistry({ credentials });
  const engines = dockerEngines({ credentials, secrets: localSecrets({ redactor: redactor() }), registry });
  const engine = engines.open({ name: 'seed', ...builder, labels: {}, capacity: 1, weight: 1, draining: false, optional: false });
  try {
    await seedImages(copy, engine, registryHost, report, signal);
  } finally {
    engine.close();
  }
}
