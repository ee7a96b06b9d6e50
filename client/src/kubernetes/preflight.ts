/** What must be true of a namespace before a deployment: it is there, one may write, secrets exist, the quota leaves room. */
import type { EffectiveService } from '../../../server/src/protocol.ts';
import { missingPermissions, type Permission, permissionText } from './access.ts';
import { endpointOf } from './names.ts';
import { prunableKinds } from './prune.ts';
import { type Demand, overQuota, type QuotaStatus, quantity } from './quantity.ts';
import { type Api, absent, statusOf } from './request.ts';
import type { DeploymentObject, KubeList, KubeObject } from './types.ts';

/** Reasons against, and things to know. */
export interface Verdict {
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
}

export const verdict = (parts: readonly Verdict[]): Verdict => ({
  refusals: parts.flatMap((part) => part.refusals),
  warnings: parts.flatMap((part) => part.warnings),
});

/** `missing` also covers a namespace that is to be created. */
export type NamespaceState = 'active' | 'missing' | 'terminating' | 'hidden';

export async function namespaceState(api: Api, namespace: string, signal: AbortSignal): Promise<NamespaceState> {
  try {
    const found = await absent(api.send<KubeObject>({ path: `/api/v1/namespaces/${namespace}` }, signal));
    if (!found) return 'missing';
    return found.body.metadata.deletionTimestamp ? 'terminating' : 'active';
  } catch (error) {
    if (statusOf(error) === 403) return 'hidden';
    throw error;
  }
}

/** Every verb that a deployment will use, asked before it is used. Reading events and logs only helps to explain failures. */
export async function checkAccess(
  api: Api,
  namespace: string,
  objects: readonly KubeObject[],
  plan: { readonly createsNamespace: boolean; readonly prunes: boolean },
  signal: AbortSignal,
): Promise<Verdict> {
  const kinds = [...new Set(['ConfigMap', ...objects.map((object) => object.kind)])];
  const needed: readonly Permission[] = [
    ...kinds.flatMap((kind) => ['get', 'create', 'patch'].map((verb) => ({ verb, ...endpointOf(kind) }))),
    ...['list', 'watch'].flatMap((verb) => [
      { verb, group: 'apps', resource: 'deployments' },
      { verb, group: '', resource: 'pods' },
    ]),
    { verb: 'list', group: 'apps', resource: 'replicasets' },
    ...(plan.prunes ? prunableKinds.map(({ kind }) => ({ verb: 'delete', ...endpointOf(kind) })) : []),
    ...(plan.createsNamespace ? [{ verb: 'create', group: '', resource: 'namespaces' }] : []),
  ];
  const helpful: readonly Permission[] = [
    { verb: 'list', group: '', resource: 'events' },
    { verb: 'get', group: '', resource: 'pods/log' },
  ];
  const missing = await missingPermissions(api, namespace, [...needed, ...helpful], signal);
  const isHelpful = (permission: Permission): boolean => helpful.includes(permission);
  return {
    refusals: missing
      .filter((permission) => !isHelpful(permission))
      .map((permission) => `You may not ${permissionText(permission)} in namespace ${namespace}: ask for a Role that allows it.`),
    warnings: missing
      .filter(isHelpful)
      .map((permission) => `You may not ${permissionText(permission)}: if the rollout fails, the reason may stay hidden.`),
  };
}

/** Every Secret that the environment refers to, with its key. Only the names of keys are kept; values are dropped at once. */
export async function checkSecrets(api: Api, namespace: string, service: EffectiveService, signal: AbortSignal): Promise<Verdict> {
  const keys = new Map<string, string[]>();
  for (const entry of service.env) {
    if ('secret' in entry) keys.set(entry.secret.name, [...(keys.get(entry.secret.name) ?? []), entry.secret.key]);
  }
  return verdict(await Promise.all([...keys].map(([name, wanted]) => checkSecret(api, namespace, name, wanted, signal))));
}

async function checkSecret(api: Api, namespace: string, name: string, wanted: readonly string[], signal: AbortSignal): Promise<Verdict> {
  try {
    const found = await absent(
      api.send<{ readonly data?: Readonly<Record<string, unknown>> }>({ path: `/api/v1/namespaces/${namespace}/secrets/${name}` }, signal),
    );
    if (!found) return { refusals: [`Secret ${name} is not in namespace ${namespace}; env refers to it.`], warnings: [] };
    const there = new Set(Object.keys(found.body.data ?? {}));
    const gone = wanted.filter((key) => !there.has(key));
    return { refusals: gone.map((key) => `Secret ${name} has no key \`${key}\`; env refers to it.`), warnings: [] };
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
    return { refusals: [], warnings: [`You may not read Secret ${name}, so it was not checked that it holds ${wanted.join(', ')}.`] };
  }
}

/** Compares what the deployment adds at its peak, surge included, with what the quotas leave. */
export async function checkQuota(
  api: Api,
  namespace: string,
  service: EffectiveService,
  live: DeploymentObject | undefined,
  signal: AbortSignal,
): Promise<Verdict> {
  try {
    const quotas = await api.send<KubeList<KubeObject & { readonly status?: QuotaStatus }>>(
      { path: `/api/v1/namespaces/${namespace}/resourcequotas` },
      signal,
    );
    const demand = addedDemand(service, live?.spec.replicas ?? 0);
    return {
      refusals: [],
      warnings: quotas.body.items.flatMap((quota) => overQuota(quota.metadata.name, quota.status ?? {}, demand)),
    };
  } catch (error) {
    if (statusOf(error) === 403) return { refusals: [], warnings: [] };
    throw error;
  }
}

function addedDemand(service: EffectiveService, running: number): Demand {
  const surge = running > 0 && service.rollout.strategy === 'rolling' ? service.rollout.maxSurge : 0;
  const pods = Math.max(0, (service.auto?.min ?? service.replicas) - running) + surge;
  const each = (text: string | undefined): number => (text === undefined ? 0 : pods * quantity(text));
  const { requests, limits } = service.resources;
  return {
    pods,
    'count/pods': pods,
    cpu: each(requests.cpu ?? limits.cpu),
    memory: each(requests.memory ?? limits.memory),
    'requests.cpu': each(requests.cpu ?? limits.cpu),
    'requests.memory': each(requests.memory ?? limits.memory),
    'limits.cpu': each(limits.cpu),
    'limits.memory': each(limits.memory),
  };
}
