/**
 * Objects that a service owns and no longer asks for. Nothing is removed that does not carry both marks of this very object (S3),
 * nor after a render that cannot be right (S4), nor by default.
 */
import type { DeployIntent } from '../ports.ts';
import { applySetId, configMapName, endpointOf, groupPath, objectName, ownerAnnotation, ownerMark, pathOf } from './names.ts';
import { type Api, absent, statusOf } from './request.ts';
import { scheduleKinds } from './schedule.ts';
import type { KubeList, KubeObject } from './types.ts';

/** Kinds that may ever be removed, with the version asked for. Namespaces, volumes, Secrets and definitions are not among them. */
export const prunableKinds: readonly { readonly apiVersion: string; readonly kind: string }[] = [
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
];

/** What may be removed: beside the kinds of every service those that only a schedule takes. */
const removable = [...scheduleKinds, ...prunableKinds];

/** What the records of a service say that it once had. */
export interface Recorded {
  /** Names of the configurations that rolling back needs. */
  readonly configMaps: ReadonlySet<string>;
  readonly schedule: boolean;
}

/** Above this share of what a service owns the name of the environment is typed. */
const largeShare = 0.3;

export interface Leftovers {
  readonly objects: readonly KubeObject[];
  /** Removing them takes more than 30 % of what the service owns. */
  readonly large: boolean;
  /** Names of earlier configurations that records still need. */
  readonly kept: readonly string[];
}

/** ConfigMaps of earlier configurations that records still need are no leftovers; they are named as `kept`. */
export async function findLeftovers(
  api: Api,
  intent: DeployIntent,
  namespace: string,
  wanted: readonly KubeObject[],
  recorded: Recorded,
  signal: AbortSignal,
): Promise<Leftovers> {
  const names = new Set(wanted.map(objectName));
  const { configMaps: kept } = recorded;
  // Not asked of services that never had a schedule.
  const kinds = recorded.schedule || wanted.some(({ kind }) => kind === 'CronJob') ? removable : prunableKinds;
  const several = (kind: string): boolean => kind === 'ConfigMap' || scheduleKinds.some((known) => known.kind === kind);
  const owned = (
    await Promise.all(
      kinds.map((kind) =>
        several(kind.kind) ? listOwned(api, intent, namespace, kind, signal) : named(api, intent, namespace, kind, names, signal),
      ),
    )
  ).flat();
  const current = configMapName(intent.service);
  const objects = owned.filter(
    (object) =>
      !names.has(objectName(object)) &&
      !object.metadata.deletionTimestamp &&
      !(object.kind === 'ConfigMap' && (object.metadata.name === current || kept.has(object.metadata.name))),
  );
  const all = new Set([...names, ...owned.map(objectName)]).size;
  const needed = owned.filter(({ kind, metadata }) => kind === 'ConfigMap' && kept.has(metadata.name) && metadata.name !== current);
  return {
    objects,
    large: objects.length / Math.max(1, all) > largeShare,
    kept: needed.map(({ metadata }) => metadata.name),
  };
}

/** Of every kind but ConfigMaps a service has one object, of its own name: it is left over when it is not wanted. */
async function named(
  api: Api,
  { service }: DeployIntent,
  namespace: string,
  { apiVersion, kind }: (typeof prunableKinds)[number],
  wanted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  if (wanted.has(objectName({ apiVersion, kind, metadata: { name: service.name } }))) return [];
  try {
    const found = (await absent(api.send<KubeObject>({ path: pathOf(apiVersion, kind, namespace, service.name) }, signal)))?.body;
    return [found && { ...found, apiVersion, kind }]
      .filter((item) => item !== undefined)
      .filter((item) => isOwned(item, service, namespace));
  } catch (error) {
    if (statusOf(error) === 403) return [];
    throw error;
  }
}

async function listOwned(
  api: Api,
  { service }: DeployIntent,
  namespace: string,
  { apiVersion, kind }: (typeof prunableKinds)[number],
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const path = `${groupPath(apiVersion)}/namespaces/${namespace}/${endpointOf(kind).resource}`;
  const labelSelector = `applyset.kubernetes.io/part-of=${applySetId(service.name, namespace)}`;
  try {
    const list = await absent(api.send<KubeList<KubeObject>>({ path, query: { labelSelector, limit: 500 } }, signal));
    return (list?.body.items ?? []).map((item) => ({ ...item, apiVersion, kind })).filter((item) => isOwned(item, service, namespace));
  } catch (error) {
    // What may not be listed may not be removed either.
    if (statusOf(error) === 403) return [];
    throw error;
  }
}

/** Both marks: the ApplySet that it is part of, and the owner annotation that names this very object. */
export function isOwned(object: KubeObject, service: DeployIntent['service'], namespace: string): boolean {
  const { metadata, apiVersion, kind } = object;
  return (
    removable.some((known) => known.kind === kind && known.apiVersion === apiVersion) &&
    metadata.labels?.['applyset.kubernetes.io/part-of'] === applySetId(service.name, namespace) &&
    metadata.annotations?.[ownerAnnotation] === ownerMark(service, apiVersion, kind, namespace, metadata.name)
  );
}

/** Removes them one by one, each only while it is the object that was shown. Answers what was removed and what was not, with why. */
export async function prune(
  api: Api,
  intent: DeployIntent,
  namespace: string,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<{ readonly removed: readonly string[]; readonly kept: readonly string[] }> {
  const removed: string[] = [];
  const kept: string[] = [];
  for (const object of objects) {
    const name = `${object.kind} ${object.metadata.name}`;
    try {
      if (!isOwned(object, intent.service, namespace)) throw new Error('it is not marked as this service’s own');
      await absent(
        api.send(
          {
            method: 'DELETE',
            path: pathOf(object.apiVersion, object.kind, namespace, object.metadata.name),
            body: {
              apiVersion: 'v1',
              kind: 'DeleteOptions',
              propagationPolicy: 'Background',
              // Neither another object of the name, nor one that somebody has changed or taken since.
              preconditions: { uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion },
            },
          },
          signal,
        ),
      );
      removed.push(name);
    } catch (error) {
      kept.push(`${name} (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  return { removed, kept };
}
