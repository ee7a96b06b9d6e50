/** What a deployment would do to a namespace, found out by dry runs: nothing is written. */
import { createHash } from 'node:crypto';
import type { KubernetesTarget } from '../../../server/src/protocol.ts';
import type { DeployIntent, Plan, PlannedChange } from '../ports.ts';
import { type Prediction, predict, tryPod } from './dryRun.ts';
import { kubernetesTarget, verifyIdentity } from './identity.ts';
import { configMapName, objectName } from './names.ts';
import { meaningful, objectDiff, sorted, templateChanges } from './noise.ts';
import { objectsOf, shortfalls } from './objects.ts';
import { readParent } from './parent.ts';
import { checkAccess, checkQuota, checkSecrets, type NamespaceState, namespaceState, type Verdict, verdict } from './preflight.ts';
import { checkGateway, checkJdk, checkSizes, ingressClass, unserved } from './prerequisites.ts';
import { findLeftovers } from './prune.ts';
import { recordsOf } from './records.ts';
import { type Api, statusOf } from './request.ts';
import { scheduledNow } from './schedule.ts';
import type { DeploymentObject, KubeObject } from './types.ts';

/** A plan and what is needed to carry it out. */
export interface Drawn {
  readonly plan: Omit<Plan, 'token'>;
  readonly intent: DeployIntent;
  /** In the order of application. */
  readonly predictions: readonly Prediction[];
  readonly createsNamespace: boolean;
  /** Removed when all else is healthy; empty unless chosen. */
  readonly pruned: readonly KubeObject[];
}

/** Draws the plan of an intent. Throws `wrong-target` and what keeps the cluster from answering; all else becomes a refusal. */
export async function drawPlan(api: Api, intent: DeployIntent, signal: AbortSignal): Promise<Drawn> {
  const target = kubernetesTarget(intent.environment);
  const { namespace } = target;
  const [identity, minor, ingress, state] = await Promise.all([
    verifyIdentity(api, intent.environment, true, signal),
    minorVersion(api, signal),
    ingressClass(api, intent.service, signal),
    namespaceState(api, namespace, signal),
  ]);
  const scheduled = scheduledNow(intent, api.time?.() ?? new Date());
  const objects = objectsOf(intent, namespace, { minor, bfe: ingress.bfe, ...(scheduled === undefined ? {} : { scheduled }) });
  const createsNamespace = state === 'missing' && target.createNamespace;
  const there = state === 'active' || state === 'hidden';
  const [missing, access] = await Promise.all([
    unserved(api, objects, signal),
    checkAccess(api, namespace, objects, { createsNamespace, prunes: intent.choices?.prune === true }, signal),
  ]);
  const predictions = await Promise.all(
    objects.map((object) => predict(api, object, there && !missing.objects.has(objectName(object)), intent.choices ?? {}, signal)),
  );
  const surroundings = await Promise.all([
    ...(missing.objects.size === 0 ? [checkGateway(api, namespace, intent.service, signal)] : []),
    checkJdk(api, minor, intent.service, signal),
    ...(there ? checks(api, intent, namespace, predictions, signal) : []),
  ]);
  const leftovers = await leftoversOf(api, intent, namespace, there ? objects : [], signal);
  const found = verdict([
    namespaceVerdict(target, state),
    checkSizes(intent.service),
    missing.verdict,
    ingress.verdict,
    access,
    ...predictions,
    ...surroundings,
    leftovers.verdict,
  ]);
  const conflicts = predictions.flatMap((prediction) => prediction.conflicts);
  const typed = typedReason(intent, predictions, leftovers, scheduled);
  const plan = {
    environment: intent.environment.name,
    service: intent.service.name,
    release: intent.release,
    image: intent.image,
    identity,
    changes: [
      ...(createsNamespace ? [namespaceChange(namespace)] : []),
      ...predictions.map((prediction) => changeOf(prediction)),
      ...leftovers.pruned.map(removalOf),
    ],
    warnings: unique([...found.warnings, ...intent.service.ignored.map(ignoredText), ...shortfalls(intent)]),
    refusals: unique([...found.refusals, ...forbidden(intent)]),
    ...(conflicts.length > 0 ? { conflicts } : {}),
    ...(leftovers.names.length > 0 ? { leftovers: leftovers.names } : {}),
    ...(typed ? { typed } : {}),
    hash: hashOf(intent, identity, predictions, leftovers.pruned),
  };
  return { plan, intent, predictions, createsNamespace, pruned: leftovers.pruned };
}

/** What a protected environment forbids, and a plan can tell before. */
function forbidden({ environment, service }: DeployIntent): readonly string[] {
  if (!environment.protected.forbid.includes('scale-to-zero')) return [];
  const none = service.auto ? service.auto.min === 0 : service.replicas === 0;
  const later = service.schedule?.some(({ min }) => min === 0) === true;
  return [
    ...(none ? [`${environment.name} forbids scale-to-zero, and scale.replicas is 0.`] : []),
    ...(later ? [`${environment.name} forbids scale-to-zero, and a min of scale.schedule is 0.`] : []),
  ];
}

/** Why the name is to be typed even where a click would do. */
function typedReason(
  intent: DeployIntent,
  predictions: readonly Prediction[],
  { pruned, large }: LeftoverVerdict,
  scheduled: number | undefined,
): string | undefined {
  const guarded = intent.environment.protected.on;
  const taken = predictions.filter(({ force, intent: object }) => force && intent.choices?.takeOver?.includes(objectName(object)));
  if (guarded && taken.length > 0)
    return `fields of others are taken over: ${taken.map(({ intent: object }) => objectName(object)).join(', ')}`;
  if (pruned.length > 0 && large) return `${pruned.length} objects are removed, more than 30 % of what the service has`;
  const live = predictions.find(({ live: object }) => object?.kind === 'Deployment')?.live;
  const before = live && isDeployment(live) ? (live.spec.replicas ?? 1) : 0;
  const after = intent.service.auto ? before : (scheduled ?? intent.service.replicas);
  return guarded && before > 0 && after <= before / 2 ? `${before} instances become ${after}` : undefined;
}

interface LeftoverVerdict {
  readonly verdict: Verdict;
  readonly names: readonly string[];
  readonly pruned: readonly KubeObject[];
  readonly large: boolean;
}

/** Leftovers are named always and removed only on demand; never after a render that is empty (S4). */
async function leftoversOf(
  api: Api,
  intent: DeployIntent,
  namespace: string,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<LeftoverVerdict> {
  if (objects.length === 0) return nothingLeft;
  const parent = await unlessDenied(readParent(api, namespace, intent.service.name, signal));
  // Whatever was applied has a parent.
  if (!parent) return nothingLeft;
  const records = recordsOf(parent.data);
  const found = await findLeftovers(
    api,
    intent,
    namespace,
    objects,
    {
      configMaps: new Set(records.map(({ effective }) => configMapName(effective))),
      schedule: records.some(({ effective }) => effective.schedule !== undefined),
    },
    signal,
  );
  const names = found.objects.map(objectName);
  const pruned = intent.choices?.prune ? found.objects : [];
  const warnings = [
    // Named, so that nobody wonders what they are for.
    ...(found.kept.length > 0 ? [`Kept for rolling back: ConfigMap ${found.kept.join(', ')}.`] : []),
    ...(names.length > 0 && pruned.length === 0 ? [`No longer part of the service, and left in place: ${names.join(', ')}.`] : []),
  ];
  return { verdict: { refusals: [], warnings }, names, pruned, large: found.large };
}

const nothingLeft: LeftoverVerdict = { verdict: { refusals: [], warnings: [] }, names: [], pruned: [], large: false };

async function unlessDenied<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (statusOf(error) === 403) return undefined;
    throw error;
  }
}

const removalOf = (object: KubeObject): PlannedChange => ({
  object: objectName(object),
  change: 'remove',
  diff: objectDiff(object, undefined),
  restarts: false,
});

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
  ];
}

export const isDeployment = (object: KubeObject): object is DeploymentObject => object.kind === 'Deployment' && 'spec' in object;

export function changeOf({ intent, live, predicted }: Prediction): PlannedChange {
  // A dry run allocates addresses and ports that the creation will not get: they are not shown.
  const diff = objectDiff(live, !live && intent.kind === 'Service' ? intent : predicted);
  return {
    object: objectName(intent),
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
function hashOf(
  intent: DeployIntent,
  identity: readonly string[],
  predictions: readonly Prediction[],
  pruned: readonly KubeObject[],
): string {
  const content = {
    identity,
    release: intent.release,
    image: intent.image,
    objects: predictions.map(({ live, intent: object, force }) => ({
      intent: object,
      force,
      live: live ? { uid: live.metadata.uid, state: meaningful(live) } : null,
    })),
    pruned: pruned.map(({ metadata, kind }) => [kind, metadata.name, metadata.uid]),
  };
  return `sha256:${createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('hex')}`;
}
