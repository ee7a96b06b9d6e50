/** Sets objects back to what was deployed. */
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { DeployResult, Drift } from '../ports.ts';
import { intendedObjects } from './drift.ts';
import { applyObject } from './dryRun.ts';
import { appliedBy } from './fields.ts';
import { kubernetesTarget, verifyIdentity } from './identity.ts';
import { fieldManager, objectName, ownerAnnotation, pathOf } from './names.ts';
import { awaitHealthy, lastDeployment, type OperationTools, readDeployment, recorded } from './recordedChange.ts';
import { withReplicas } from './replicas.ts';
import { type Api, absent } from './request.ts';
import type { DeploymentObject, KubeObject } from './types.ts';

/** Sets the objects of a drift to what was deployed, taking the changed fields over. */
export async function reapplyDrift(
  tools: OperationTools,
  { environment, drift, by }: { readonly environment: EnvironmentSummary; readonly drift: Drift; readonly by: string },
  signal: AbortSignal,
): Promise<DeployResult> {
  const { api } = tools;
  await verifyIdentity(api, environment, true, signal);
  const { namespace } = kubernetesTarget(environment);
  const last = await lastDeployment(api, namespace, drift.service, signal);
  if (last.sequence !== drift.record?.sequence) {
    throw fail('conflict', `${drift.service} was deployed again since the drift was shown.`, 'Look at the drift again.');
  }
  const names = new Set(drift.fields.map(({ object }) => object));
  const objects = (await intendedObjects(api, environment, last, signal)).filter((object) => names.has(objectName(object)));
  const reason = `Set back: ${drift.fields.map(({ object, path }) => `${object.split('/').slice(-2).join(' ')} ${path}`.trim()).join(', ')}`;
  return await recorded(tools, { environment, last, by, operation: 'reapply', reason }, signal, async () => {
    let deployment = await readDeployment(api, namespace, drift.service, signal);
    for (const object of objects) {
      const live = await readOwned(api, namespace, object, signal);
      tools.report({ type: 'phase', phase: 'apply', message: `${object.kind} ${object.metadata.name}` });
      const wanted = withTrace(scaled(object, live, drift), live);
      const { body } = await applyObject(api, wanted, { dryRun: false, force: true }, signal);
      if (object.kind === 'Deployment') deployment = body as DeploymentObject;
    }
    if (!deployment) throw fail('conflict', `Deployment ${drift.service} is gone.`, 'Deploy the release again.');
    return await awaitHealthy(tools, namespace, last, deployment, signal);
  });
}

/** A number of instances that was set on purpose, by Waybill's own scale, is no drift and stays. */
function scaled(object: KubeObject, live: KubeObject | undefined, { fields }: Drift): KubeObject {
  const drifted = fields.some(({ object: name, path }) => name === objectName(object) && path === 'spec.replicas');
  const fixed = typeof object.spec === 'object' && object.spec !== null && 'replicas' in object.spec;
  return object.kind === 'Deployment' && fixed && live && !drifted ? withReplicas(object, live) : object;
}

/** Who deployed it and when stays on the object: only what was changed is set back. */
function withTrace(object: KubeObject, live: KubeObject | undefined): KubeObject {
  const applied = live && appliedBy(live, fieldManager)?.metadata.annotations;
  return { ...object, metadata: { ...object.metadata, annotations: { ...applied, ...object.metadata.annotations } } };
}

async function readOwned(api: Api, namespace: string, object: KubeObject, signal: AbortSignal): Promise<KubeObject | undefined> {
  const live = (
    await absent(api.send<KubeObject>({ path: pathOf(object.apiVersion, object.kind, namespace, object.metadata.name) }, signal))
  )?.body;
  const owner = live?.metadata.annotations?.[ownerAnnotation];
  // The mark itself may be what was changed; the ApplySet still says whose the object is.
  const set = live?.metadata.labels?.['applyset.kubernetes.io/part-of'];
  const ours =
    owner === object.metadata.annotations?.[ownerAnnotation] || set === object.metadata.labels?.['applyset.kubernetes.io/part-of'];
  if (live && !ours)
    throw fail(
      'refused',
      `${object.kind} ${object.metadata.name} is not this service's any more.`,
      'Deploy the release again to see whose it is.',
    );
  return live;
}
