/** The cluster that the sample's environments name: of the bench that runs, else one of its own. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type KubernetesHandle, startKubernetes } from '../bench/kubernetes.ts';
import { bench, readState } from '../bench/shared.ts';

/** As the environments file of the sample names it. */
const context = 'lantern-test';
const namespaces = ['parcel-integration', 'parcel-staging'];

export interface SampleCluster extends KubernetesHandle {
  stop(): Promise<void>;
}

/** A machine has room for one node: a bench that holds it (`WAYBILL_BENCH`) lends it, and gets it back without the sample's namespaces. */
export async function sampleCluster(scratch: string): Promise<SampleCluster> {
  const file = process.env.WAYBILL_BENCH;
  if (!file || !readState(file)?.kubernetes) return startKubernetes({ context });
  const shared = await bench().kubernetes();
  const clear = () => shared.kubectl('delete', 'namespace', ...namespaces, '--ignore-not-found');
  await clear();
  const kubeconfig = join(scratch, 'kubeconfig');
  writeFileSync(kubeconfig, renamed(readFileSync(shared.kubeconfig, 'utf8')), { mode: 0o600 });
  return { ...shared, kubeconfig, context, stop: async () => void (await clear()) };
}

/** The kubeconfig with its context under the sample's name. */
function renamed(text: string): string {
  const config = parse(text) as { readonly contexts: readonly object[] };
  return JSON.stringify({ ...config, contexts: config.contexts.map((entry) => ({ ...entry, name: context })), 'current-context': context });
}
