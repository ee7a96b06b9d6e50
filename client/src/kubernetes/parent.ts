/**
 * The ConfigMap `waybill-<service>`: ApplySet parent (KEP-3659), lock (S11) and records (S10) of a service in one namespace. Every
 * write carries the version that was read, so of two people who write at once one is refused by the server.
 */
import { randomUUID } from 'node:crypto';
import type { EffectiveService } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { Clock, DeploymentRecord } from '../ports.ts';
import { clusterTime } from './clusterTime.ts';
import { applySetId, fieldManager, lockAnnotation, ownerAnnotation, ownerMark, parentName } from './names.ts';
import { type RecordData, recordData, recordsOf } from './records.ts';
import { type Api, absent, statusOf } from './request.ts';
import type { KubeObject } from './types.ts';

export interface ParentObject extends KubeObject {
  readonly data?: RecordData;
}

interface Lock {
  readonly id: string;
  readonly holder: string;
  readonly expires: string;
}

/** A lock that is held. */
export interface Held {
  readonly records: readonly DeploymentRecord[];
  /** Replaces the records; `release` gives the lock back in the same write. Throws `conflict` when the lock was lost. */
  write(records: readonly DeploymentRecord[], release: boolean, signal: AbortSignal): Promise<void>;
}

export interface LockOrder {
  readonly namespace: string;
  readonly service: EffectiveService;
  readonly holder: string;
  /** Seconds after which others may take the lock. */
  readonly seconds: number;
  readonly keepRecords: number;
}

/** Group kinds of all objects that a service can have, in the alphabetical order that KEP-3659 asks for. */
const containedKinds =
  'ConfigMap,CronJob.batch,Deployment.apps,HTTPRoute.gateway.networking.k8s.io,HorizontalPodAutoscaler.autoscaling,Ingress.networking.k8s.io,NetworkPolicy.networking.k8s.io,PodDisruptionBudget.policy,Role.rbac.authorization.k8s.io,RoleBinding.rbac.authorization.k8s.io,Service,ServiceAccount';

const collection = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`;

export const readParent = (api: Api, namespace: string, service: string, signal: AbortSignal): Promise<ParentObject | undefined> =>
  absent(api.send<ParentObject>({ path: `${collection(namespace)}/${parentName(service)}` }, signal)).then((answer) => answer?.body);

/** Takes the lock or throws `conflict`, naming who holds it and until when. */
export async function takeLock(api: Api, order: LockOrder, clock: Clock, signal: AbortSignal): Promise<Held> {
  const lock: Lock = {
    id: randomUUID(),
    holder: order.holder,
    expires: new Date(clusterTime(api, clock).getTime() + order.seconds * 1000).toISOString(),
  };
  const found = await readParent(api, order.namespace, order.service.name, signal);
  if (found) refuseForeign(found, order);
  const other = found && lockOf(found);
  if (other && Date.parse(other.expires) > clusterTime(api, clock).getTime()) throw lockedBy(order.service.name, other);
  const parent = parentBody(order, lock, found?.metadata.resourceVersion);
  try {
    const { body } = found
      ? await api.send<ParentObject>(mergePatch(order, parent), signal)
      : await api.send<ParentObject>({ method: 'POST', path: collection(order.namespace), query: { fieldManager }, body: parent }, signal);
    return held(api, order, body);
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
    const winner = await readParent(api, order.namespace, order.service.name, signal);
    // The answer to our own write may have been lost on its way.
    if (winner && lockOf(winner)?.id === lock.id) return held(api, order, winner);
    throw lockedBy(order.service.name, (winner && lockOf(winner)) ?? { id: '', holder: 'someone else', expires: '' });
  }
}

function held(api: Api, order: LockOrder, locked: ParentObject): Held {
  let version = locked.metadata.resourceVersion;
  return {
    records: recordsOf(locked.data),
    write: async (records, release, signal) => {
      const body = {
        metadata: { resourceVersion: version, ...(release ? { annotations: { [lockAnnotation]: null } } : {}) },
        data: recordData(records, order.keepRecords),
      };
      try {
        const answer = await api.send<ParentObject>(mergePatch(order, body), signal);
        version = answer.body.metadata.resourceVersion;
      } catch (error) {
        if (statusOf(error) !== 409) throw error;
        const now = await readParent(api, order.namespace, order.service.name, signal);
        const ours = now && (lockOf(now)?.id === lockOf(locked)?.id || (release && lockOf(now) === undefined));
        if (ours && isWritten(now.data, body.data)) {
          // The answer to our own write was lost on its way.
          version = now.metadata.resourceVersion;
          return;
        }
        throw fail(
          'conflict',
          `The lock on ${order.service.name} was lost: ${parentName(order.service.name)} was changed.`,
          'Plan again.',
          {
            cause: error,
          },
        );
      }
    },
  };
}

const isWritten = (found: RecordData | undefined, wanted: Required<RecordData>): boolean =>
  found?.current === wanted.current && (found.history ?? '') === wanted.history;

const mergePatch = (order: LockOrder, body: unknown) =>
  ({
    method: 'PATCH',
    path: `${collection(order.namespace)}/${parentName(order.service.name)}`,
    query: { fieldManager },
    body,
    contentType: 'application/merge-patch+json',
  }) as const;

function parentBody(order: LockOrder, lock: Lock, resourceVersion: string | undefined) {
  const { service, namespace } = order;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: parentName(service.name),
      namespace,
      ...(resourceVersion ? { resourceVersion } : {}),
      labels: {
        'app.kubernetes.io/managed-by': 'waybill',
        'app.kubernetes.io/part-of': service.product,
        'waybill.dev/environment': service.environment,
        'applyset.kubernetes.io/id': applySetId(service.name, namespace),
      },
      annotations: {
        'applyset.kubernetes.io/tooling': 'waybill/v1',
        'applyset.kubernetes.io/contains-group-kinds': containedKinds,
        [ownerAnnotation]: ownerMark(service, 'v1', 'ConfigMap', namespace, parentName(service.name)),
        [lockAnnotation]: JSON.stringify(lock),
      },
    },
  };
}

/** An object of that name that is no parent of ours is left alone. */
function refuseForeign(found: ParentObject, order: LockOrder): void {
  const expected = ownerMark(order.service, 'v1', 'ConfigMap', order.namespace, parentName(order.service.name));
  const owner = found.metadata.annotations?.[ownerAnnotation];
  if (owner === expected && found.metadata.labels?.['applyset.kubernetes.io/id'] === applySetId(order.service.name, order.namespace))
    return;
  throw fail(
    'refused',
    `ConfigMap ${found.metadata.name} belongs to ${owner ?? 'someone else'}, not to ${order.service.product}/${order.service.name} in \`${order.service.environment}\`.`,
    'Rename the service or remove that object.',
  );
}

function lockOf(parent: ParentObject): Lock | undefined {
  const text = parent.metadata.annotations?.[lockAnnotation];
  if (!text) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const member = (name: string): string => (typeof value === 'object' && value !== null ? String(Reflect.get(value, name) ?? '') : '');
    return { id: member('id'), holder: member('holder'), expires: member('expires') };
  } catch {
    return undefined;
  }
}

const lockedBy = (service: string, lock: Lock): Error =>
  fail(
    'conflict',
    `${service} is being deployed by ${lock.holder}${lock.expires ? `; the lock expires at ${lock.expires}` : ''}.`,
    'Wait until that deployment has ended, and plan again.',
  );
