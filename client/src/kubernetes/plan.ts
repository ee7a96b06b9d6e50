/** What a deployment would do to a namespace, found out by dry runs: nothing is written. */
import { createHash } from 'node:crypto';
import type { KubernetesTarget } from '../../../server/src/protocol.ts';
import type { DeployIntent, Plan, PlannedChange } from '../ports.ts';
import { type Prediction, predict, tryPod } from './dryRun.ts';
import { kubernetesTarget, verifyIdentity } from './identity.ts';
import { configMapName, podSelector } from './names.ts';
import { meaningful, objectDiff, sorted, templateChanges } from './noise.ts';
import { objectsOf, shortfalls } from './objects.ts';
import { checkAccess, checkQuota, checkSecrets, type NamespaceState, namespaceState, type Verdict, verdict } from './preflight.ts';
import { type Api, statusOf } from './request.ts';
import type { DeploymentObject, KubeList, KubeObject } from './types.ts';

/** A plan and what is needed to carry it out. */
export interface Drawn {
  readonly plan: Omit<Plan, 'token'>;
  readonly intent: DeployIntent;
  readonly objects: readonly KubeObject[];
  readonly createsNamespace: boolean;
}

/** Draws the plan of an intent. Throws `wrong-target` and what keeps the cluster from answering; all else becomes a refusal. */
export async function drawPlan(api: Api, intent: DeployIntent, signal: AbortSignal): Promise<Drawn> {
  const target = kubernetesTarget(intent.environment);
  const identity = await verifyIdentity(api, intent.environment, true, signal);
  const objects = objectsOf(intent, target.namespace, { minor: await minorVersion(api, signal) });
  const state = await namespaceState(api, target.namespace, signal);
  const createsNamespace = state === 'missing' && target.createNamespace;
  const there = state === 'active' || state === 'hidden';
  const access = await checkAccess(api, target.namespace, objects, createsNamespace, signal);
  const predictions = await Promise.all(objects.map((object) => predict(api, object, there, signal)));
  const found = verdict([
    namespaceVerdict(target, state),
    access,
    ...predictions,
    ...(there ? await Promise.all(checks(api, intent, target.namespace, predictions, signal)) : []),
  ]);
  const changes = [
    ...(createsNamespace ? [namespaceChange(target.namespace)] : []),
    ...predictions.map((prediction) => changeOf(prediction)),
  ];
  const plan = {
    environment: intent.environment.name,
    service: intent.service.name,
    release: intent.release,
    image: intent.image,
    identity,
    changes,
    warnings: unique([...found.warnings, ...intent.service.ignored.map(ignoredText), ...shortfalls(intent.service)]),
    refusals: unique(found.refusals),
    hash: hashOf(intent, identity, predictions),
  };
  return { plan, intent, objects, createsNamespace };
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

const ignoredText = (key: string): string => `${key}: this version of Waybill does not carry it out.`;

async function minorVersion(api: Api, signal: AbortSignal): Promise<number> {
  const { body } = await api.send<{ readonly minor?: string }>({ path: '/version' }, signal);
  return Number.parseInt(body.minor ?? '', 10) || 0;
}

function namespaceVerdict(target: KubernetesTarget, state: NamespaceState): Verdict {
  const { namespace } = target;
  const refusals =
    state === 'terminating'
      ? [`Namespace ${namespace} is being deleted: nothing can be created in it. Wait until it is gone.`]
      : state === 'missing' && !target.createNamespace
        ? [`Namespace ${namespace} does not exist. Create it, or set \`createNamespace: true\`.`]
        : [];
  return { refusals, warnings: [] };
}

function checks(
  api: Api,
  intent: DeployIntent,
  namespace: string,
  predictions: readonly Prediction[],
  signal: AbortSignal,
): readonly Promise<Verdict>[] {
  const deployment = predictions.find(({ intent: object }) => object.kind === 'Deployment');
  const predicted = deployment && isDeployment(deployment.predicted) ? deployment.predicted : undefined;
  const live = deployment?.live && isDeployment(deployment.live) ? deployment.live : undefined;
  return [
    checkSecrets(api, namespace, intent.service, signal),
    checkQuota(api, namespace, intent.service, live, signal),
    ...(predicted && deployment?.refusals.length === 0 ? [tryPod(api, namespace, predicted, signal)] : []),
    olderConfigMaps(api, namespace, intent, signal),
  ];
}

export const isDeployment = (object: KubeObject): object is DeploymentObject => object.kind === 'Deployment' && 'spec' in object;

/** Configuration of earlier releases stays, so that Roll Back finds it; it is named so that nobody wonders. */
async function olderConfigMaps(api: Api, namespace: string, intent: DeployIntent, signal: AbortSignal): Promise<Verdict> {
  const { service } = intent;
  try {
    const list = await api.send<KubeList<KubeObject>>(
      {
        path: `/api/v1/namespaces/${namespace}/configmaps`,
        query: { labelSelector: `${podSelector(service.name)},app.kubernetes.io/managed-by=waybill`, limit: 500 },
      },
      signal,
    );
    const pattern = new RegExp(`^${service.name}-[0-9a-f]{8}$`);
    const older = list.body.items.map((item) => item.metadata.name).filter((name) => pattern.test(name) && name !== configMapName(service));
    const kept = older.length > 0 ? [`Kept for rolling back: ConfigMap ${older.join(', ')}.`] : [];
    return { refusals: [], warnings: kept };
  } catch (error) {
    if (statusOf(error) === 403) return { refusals: [], warnings: [] };
    throw error;
  }
}

function changeOf({ intent, live, predicted }: Prediction): PlannedChange {
  // A dry run allocates addresses and ports that the creation will not get: they are not shown.
  const diff = objectDiff(live, !live && intent.kind === 'Service' ? intent : predicted);
  return {
    object: `${intent.apiVersion}/${intent.kind}/${intent.metadata.name}`,
    change: !live ? 'create' : diff === '' ? 'unchanged' : 'update',
    diff,
    restarts: intent.kind === 'Deployment' && live !== undefined && templateChanges(live, predicted),
  };
}

const namespaceChange = (namespace: string): PlannedChange => ({
  object: `v1/Namespace/${namespace}`,
  change: 'create',
  diff: '',
  restarts: false,
});

/**
 * Over what is asked, where, and what stands there now: equal hashes mean that what was shown is still what will happen. Status and
 * the versions of objects do not count, as they change without changing the plan; nor do predictions, which follow from the rest.
 */
function hashOf(intent: DeployIntent, identity: readonly string[], predictions: readonly Prediction[]): string {
  const content = {
    identity,
    release: intent.release,
    image: intent.image,
    objects: predictions.map(({ live, intent: object }) => ({
      intent: object,
      live: live ? { uid: live.metadata.uid, state: meaningful(live) } : null,
    })),
  };
  return `sha256:${createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('hex')}`;
}
