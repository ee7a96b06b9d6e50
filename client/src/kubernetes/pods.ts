/** What a Pod's status says about one instance. */
import { fail } from '../errors.ts';
import { podSelector } from './names.ts';
import type { Api } from './request.ts';
import type { ContainerStatus, KubeList, KubeObject, PodObject } from './types.ts';

/** A Pod, reduced to what trees, rollouts and log tails need; large clusters have thousands of them. */
export interface PodView {
  readonly name: string;
  readonly uid: string;
  readonly service: string;
  readonly templateHash: string;
  readonly created: string | undefined;
  readonly deleting: boolean;
  readonly phase: string;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly node: string;
  readonly started: string | undefined;
  /** Message of `PodScheduled=False`. */
  readonly unschedulable: string | undefined;
  readonly initContainers: readonly ContainerStatus[];
  readonly containers: readonly ContainerStatus[];
}

const isPod = (object: KubeObject): object is PodObject => 'metadata' in object;

export function podView(object: KubeObject): PodView | undefined {
  if (!isPod(object)) return undefined;
  const { metadata, spec, status } = object;
  const scheduled = status?.conditions?.find((condition) => condition.type === 'PodScheduled');
  return {
    name: metadata.name,
    uid: metadata.uid ?? metadata.name,
    service: metadata.labels?.['app.kubernetes.io/name'] ?? '',
    templateHash: metadata.labels?.['pod-template-hash'] ?? '',
    created: metadata.creationTimestamp,
    deleting: metadata.deletionTimestamp !== undefined,
    phase: status?.phase ?? 'Pending',
    reason: status?.reason,
    message: status?.message,
    node: spec?.nodeName ?? '',
    started: status?.startTime,
    unschedulable: scheduled?.status === 'False' ? (scheduled.message ?? scheduled.reason) : undefined,
    initContainers: (status?.initContainerStatuses ?? []).map(statusView),
    containers: (status?.containerStatuses ?? []).map(statusView),
  };
}

/** Without the resources, mounts and hashes of a status: they are several times what is read of it. */
function statusView({ name, ready, restartCount, imageID, started, state, lastState }: ContainerStatus): ContainerStatus {
  return {
    name,
    ready,
    restartCount,
    ...(imageID === undefined ? {} : { imageID }),
    ...(started === undefined ? {} : { started }),
    ...(state === undefined ? {} : { state }),
    ...(lastState?.terminated ? { lastState } : {}),
  };
}

/** The Pods of a service as they are now. */
export async function listPods(api: Api, namespace: string, service: string, signal: AbortSignal): Promise<readonly PodView[]> {
  const { body } = await api.send<KubeList<KubeObject>>(
    { path: `/api/v1/namespaces/${namespace}/pods`, query: { labelSelector: podSelector(service), limit: 500 } },
    signal,
  );
  return body.items.flatMap((item) => podView(item) ?? []);
}

/** The named Pod of a service (name or UID), or its newest that is ready, else that runs. Throws `configuration` when there is none. */
export async function choosePod(
  api: Api,
  namespace: string,
  service: string,
  instance: string | undefined,
  signal: AbortSignal,
): Promise<PodView> {
  const pods = (await listPods(api, namespace, service, signal)).filter((pod) => !pod.deleting);
  const chosen = instance === undefined ? bestPod(pods) : pods.find((pod) => pod.uid === instance || pod.name === instance);
  if (chosen) return chosen;
  const names = pods.map((pod) => pod.name).join(', ');
  throw fail(
    'configuration',
    instance === undefined
      ? `No instance of ${service} runs in ${namespace}.`
      : `${service} has no instance \`${instance}\` in ${namespace}.`,
    names === '' ? 'Deploy it first, or look why it does not start.' : `It has ${names}.`,
  );
}

/** The newest Pod that is ready, else the newest with a container that runs. */
export function bestPod(pods: readonly PodView[]): PodView | undefined {
  const newest = [...pods].sort((a, b) => ((a.created ?? '') < (b.created ?? '') ? 1 : -1));
  return newest.find(isReady) ?? newest.find((pod) => pod.containers.some((container) => container.state?.running));
}

/** The digest in a container's `imageID` (`repo@sha256:…`, `docker-pullable://repo@sha256:…`); undefined where it names none. */
export const digestOf = (imageID: string | undefined): string | undefined => /@(sha256:[0-9a-f]{64})$/.exec(imageID ?? '')?.[1];

export const isReady = (pod: PodView): boolean =>
  pod.phase === 'Running' && pod.containers.length > 0 && pod.containers.every((container) => container.ready);

export const restartsOf = (pod: PodView): number =>
  [...pod.initContainers, ...pod.containers].reduce((sum, container) => sum + container.restartCount, 0);

/** The first thing that keeps a Pod from running, in the words of the API: `ImagePullBackOff`. */
export function waitingReason(pod: PodView): { readonly reason: string; readonly message: string } | undefined {
  for (const container of [...pod.initContainers, ...pod.containers]) {
    const waiting = container.state?.waiting;
    if (waiting?.reason && waiting.reason !== 'PodInitializing' && waiting.reason !== 'ContainerCreating') {
      return { reason: waiting.reason, message: waiting.message ?? '' };
    }
  }
  return pod.unschedulable ? { reason: 'Unschedulable', message: pod.unschedulable } : undefined;
}
