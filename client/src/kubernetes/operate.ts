/** Scale, restart, pause and resume: each under the lock, recorded before and after, on exactly the state that was shown. */
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { DeploymentRecord, DeployResult, Operation, OperationOrder, Workload } from '../ports.ts';
import { applyObject } from './dryRun.ts';
import { appliedBy, isJson, ownersOf } from './fields.ts';
import { kubernetesTarget, verifyIdentity } from './identity.ts';
import { fieldManager, ownerAnnotation, ownerMark, pathOf } from './names.ts';
import { awaitHealthy, lastDeployment, type OperationTools, readDeployment, recorded } from './recordedChange.ts';
import { type Api, statusOf } from './request.ts';
import type { DeploymentObject, KubeList, KubeObject } from './types.ts';

/** Managers that people act through; a number of instances that another one set is kept by a controller. */
const people = /^(kubectl|waybill|k9s|lens|rancher)/i;

export async function workloadOf(
  api: Api,
  environment: EnvironmentSummary,
  service: string,
  signal: AbortSignal,
): Promise<Workload | undefined> {
  await verifyIdentity(api, environment, false, signal);
  const { namespace } = kubernetesTarget(environment);
  const live = await readDeployment(api, namespace, service, signal);
  if (!live) return undefined;
  const auto = await autoscalerOf(api, namespace, service, signal);
  return {
    replicas: live.spec.replicas ?? 1,
    ready: live.status?.readyReplicas ?? 0,
    paused: live.spec.paused === true,
    ...(auto ? { auto } : {}),
    version: versionOf(live),
  };
}

/** Throws `wrong-target`, `refused` or `conflict` before anything is written; afterwards every end is a result and a record. */
export async function operateOn(tools: OperationTools, order: OperationOrder, signal: AbortSignal): Promise<DeployResult> {
  const { api } = tools;
  const { environment, service, operation } = order;
  await verifyIdentity(api, environment, true, signal);
  const { namespace } = kubernetesTarget(environment);
  const last = await lastDeployment(api, namespace, service, signal);
  const live = await requireShown(api, namespace, order, last, signal);
  if (operation.kind === 'scale') await requireNoController(api, namespace, service, live, signal);
  return await recorded(
    tools,
    { environment, last, by: order.by, operation: operation.kind, reason: wordsOf(operation, live) },
    signal,
    async () => {
      const changed = await change(tools, namespace, order, last, signal);
      if (operation.kind === 'pause') return { outcome: 'Succeeded', message: `${service} is paused: changes wait until it is resumed.` };
      return await awaitHealthy(tools, namespace, last, changed, signal);
    },
  );
}

async function requireShown(
  api: Api,
  namespace: string,
  { service, version }: OperationOrder,
  last: DeploymentRecord,
  signal: AbortSignal,
): Promise<DeploymentObject> {
  const live = await readDeployment(api, namespace, service, signal);
  if (!live) throw fail('refused', `There is no Deployment ${service} in ${namespace}.`, 'Deploy a release first.');
  if (live.metadata.annotations?.[ownerAnnotation] !== ownerMark(last.effective, 'apps/v1', 'Deployment', namespace, service)) {
    throw fail('refused', `Deployment ${service} does not belong to this service.`, 'Waybill changes nothing that it does not own.');
  }
  if (versionOf(live) === version) return live;
  throw fail('conflict', `${service} has changed since it was looked at.`, 'Nothing was changed. Look again.');
}

const versionOf = ({ metadata }: KubeObject): string => `${metadata.uid}/${metadata.generation}`;

async function requireNoController(
  api: Api,
  namespace: string,
  service: string,
  live: DeploymentObject,
  signal: AbortSignal,
): Promise<void> {
  const auto = await autoscalerOf(api, namespace, service, signal);
  if (auto) {
    throw fail(
      'refused',
      `${auto.by} sets the number of instances of ${service} between ${auto.min} and ${auto.max}.`,
      'Change `scale.auto` in the manifest and deploy it.',
    );
  }
  const owner = ownersOf(live, ['spec', 'replicas']).find(({ manager }) => !people.test(manager));
  if (owner) {
    throw fail(
      'refused',
      `\`${owner.manager}\` sets the number of instances of ${service}.`,
      'Change it there: it would be set back at once.',
    );
  }
}

/** The change itself, on the version that was shown; a status that moved meanwhile is no reason to fail. */
async function change(
  { api, clock }: OperationTools,
  namespace: string,
  order: OperationOrder,
  last: DeploymentRecord,
  signal: AbortSignal,
): Promise<DeploymentObject> {
  for (let attempt = 0; ; attempt++) {
    const live = await requireShown(api, namespace, order, last, signal);
    try {
      return await write(api, live, order, clock.now().toISOString(), signal);
    } catch (error) {
      if (statusOf(error) !== 409 || attempt >= 5) throw error;
    }
  }
}

async function write(
  api: Api,
  live: DeploymentObject,
  { operation, by }: OperationOrder,
  at: string,
  signal: AbortSignal,
): Promise<DeploymentObject> {
  const { name, namespace = '', resourceVersion } = live.metadata;
  const path = pathOf('apps/v1', 'Deployment', namespace, name);
  if (operation.kind === 'scale') {
    const applied = appliedBy({ ...live, apiVersion: 'apps/v1', kind: 'Deployment' }, fieldManager);
    if (!applied) throw fail('refused', `Deployment ${name} was not applied by Waybill.`, 'Deploy the release again.');
    const { annotations } = applied.metadata;
    const scaled = JSON.stringify({ replicas: operation.replicas, by, at });
    const object: KubeObject = {
      ...applied,
      metadata: {
        ...applied.metadata,
        ...(resourceVersion ? { resourceVersion } : {}),
        annotations: { ...annotations, 'waybill.dev/scaled': scaled },
      },
      spec: { ...(isJson(applied.spec) ? applied.spec : {}), replicas: operation.replicas },
    };
    return (await applyObject(api, object, { dryRun: false, force: true }, signal)).body as DeploymentObject;
  }
  const restart = { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': at } } } };
  const spec = operation.kind === 'restart' ? restart : { paused: operation.kind === 'pause' ? true : null };
  const { body } = await api.send<DeploymentObject>(
    {
      method: 'PATCH',
      path,
      query: { fieldManager: `waybill-${operation.kind === 'restart' ? 'restart' : 'pause'}` },
      body: { metadata: { resourceVersion }, spec },
      contentType: 'application/merge-patch+json',
    },
    signal,
  );
  return body;
}

function wordsOf(operation: Operation, live: DeploymentObject): string {
  if (operation.kind === 'scale') return `Scaled from ${live.spec.replicas ?? 1} to ${operation.replicas}`;
  return { restart: 'Restarted', pause: 'Paused', resume: 'Resumed' }[operation.kind];
}

interface Autoscaler extends KubeObject {
  readonly spec?: {
    readonly minReplicas?: number;
    readonly maxReplicas?: number;
    readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  };
}

async function autoscalerOf(api: Api, namespace: string, service: string, signal: AbortSignal): Promise<Workload['auto']> {
  try {
    const { body } = await api.send<KubeList<Autoscaler>>(
      { path: `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`, query: { limit: 500 } },
      signal,
    );
    const found = body.items.find(({ spec }) => spec?.scaleTargetRef?.kind === 'Deployment' && spec.scaleTargetRef.name === service);
    return (
      found && {
        by: `HorizontalPodAutoscaler ${found.metadata.name}`,
        min: found.spec?.minReplicas ?? 1,
        max: found.spec?.maxReplicas ?? 1,
      }
    );
  } catch (error) {
    if (statusOf(error) === 403 || statusOf(error) === 404) return undefined;
    throw error;
  }
}
