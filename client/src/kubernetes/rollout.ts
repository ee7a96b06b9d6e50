/** Waits until a Deployment runs what was applied, by the rules of `kubectl rollout status`, from watches. */
import type { Clock, DeployEvent } from '../ports.ts';
import { podSelector } from './names.ts';
import { isReady, type PodView, podView, restartsOf, waitingReason } from './pods.ts';
import { type Api, statusOf } from './request.ts';
import type { DeploymentObject, KubeList, KubeObject, ReplicaSetObject } from './types.ts';
import { watchCollection } from './watch.ts';

export interface RolloutOrder {
  readonly namespace: string;
  readonly service: string;
  /** The generation that the apply answered. */
  readonly generation: number;
  /** Seconds, as in the manifest. */
  readonly progressDeadline: number;
}

/** What is known when the waiting ends. */
export interface RolloutEnd {
  readonly state: 'healthy' | 'failed' | 'deadline';
  readonly deployment: DeploymentObject | undefined;
  readonly replicaSet: ReplicaSetObject | undefined;
  /** Pods of the new template. */
  readonly pods: readonly PodView[];
  /** Pods of earlier templates that are still there. */
  readonly older?: readonly PodView[];
}

/** One look at a rollout. */
export type Judgement =
  | { readonly state: 'healthy' }
  | { readonly state: 'failed' }
  | { readonly state: 'waiting'; readonly ready: number; readonly wanted: number; readonly message: string };

/** A new instance may restart this often before the release counts as failed. */
const toleratedRestarts = 3;
/** A Secret or ConfigMap may still be on its way. */
const configErrorPatience = 15_000;
/** An image that was pushed a moment ago may still be on its way to the registry's mirror. */
const pullPatience = 4_000;

/** An outage that is over sooner is not spoken of. */
const noticed = 3_000;
/** How long expired credentials may stay so before the waiting ends. */
const loginPatience = 60_000;

/** What is remembered between two looks: reasons of waiting since when, and the restarts that were there before. */
export interface Memory {
  readonly since: Map<string, number>;
  readonly pullErrors: Map<string, string>;
  readonly restartsBefore: ReadonlyMap<string, number>;
}

/** Waits. Throws when the API refuses for good, and `signal.reason` when aborted. */
export async function awaitRollout(
  api: Api,
  order: RolloutOrder,
  report: (event: DeployEvent) => void,
  clock: Clock,
  signal: AbortSignal,
): Promise<RolloutEnd> {
  const scope = new AbortController();
  const inner = AbortSignal.any([signal, scope.signal]);
  const look = observeRollout(api, order, clock, inner);
  const deadline = clock.now().getTime() + (order.progressDeadline + 60) * 1000;
  let memory: Memory | undefined;
  let told = '';
  try {
    for (;;) {
      const { deployment, pods, lost } = await look.next(1000);
      signal.throwIfAborted();
      // What is seen is of before the outage: a deadline judged by it would be a guess.
      if (lost && clock.now().getTime() > deadline) throw lost;
      if (deployment) {
        memory ??= { since: new Map(), pullErrors: new Map(), restartsBefore: new Map(pods.map((pod) => [pod.uid, restartsOf(pod)])) };
        const replicaSet = await look.newReplicaSet();
        const own = pods.filter((pod) => replicaSet && pod.templateHash === replicaSet.metadata.labels?.['pod-template-hash']);
        const judgement = judge(deployment, own, order.generation, memory, clock.now().getTime());
        const older = pods.filter((pod) => !own.includes(pod));
        if (judgement.state !== 'waiting') return { state: judgement.state, deployment, replicaSet, pods: own, older };
        const message = lastSeen(judgement.message, lost);
        const text = `${judgement.ready}/${judgement.wanted} ${message}`;
        if (text !== told) report({ type: 'progress', ready: judgement.ready, wanted: judgement.wanted, message });
        told = text;
        if (clock.now().getTime() > deadline) return { state: 'deadline', deployment, replicaSet, pods: own, older };
      } else if (clock.now().getTime() > deadline) {
        return { state: 'deadline', deployment: undefined, replicaSet: undefined, pods: [] };
      }
    }
  } finally {
    scope.abort();
    await look.ended;
  }
}

const lastSeen = (message: string, lost: unknown): string =>
  lost ? `the connection to the cluster is lost and is made again; last seen: ${message}` : message;

/** Rules: semantics of `kubectl rollout status` and of Argo's health of a Deployment, and what can no longer become good. */
export function judge(deployment: DeploymentObject, pods: readonly PodView[], generation: number, memory: Memory, now: number): Judgement {
  const status = deployment.status ?? {};
  const wanted = deployment.spec.replicas ?? 1;
  const updated = status.updatedReplicas ?? 0;
  const available = status.availableReplicas ?? 0;
  const ready = Math.min(pods.filter(isReady).length, wanted);
  const waiting = (message: string): Judgement => ({ state: 'waiting', ready, wanted, message });
  if ((status.observedGeneration ?? 0) < generation) return waiting('the controller has not seen the change yet');
  const condition = (type: string) => status.conditions?.find((entry) => entry.type === type);
  if (condition('Progressing')?.reason === 'ProgressDeadlineExceeded') return { state: 'failed' };
  if (condition('ReplicaFailure')?.status === 'True') return { state: 'failed' };
  if (updated >= wanted && (status.replicas ?? 0) <= updated && available >= updated) return { state: 'healthy' };
  if (pods.some((pod) => isLost(pod, memory, now))) return { state: 'failed' };
  if (deployment.spec.paused) return waiting('it is paused: resume it to let the change through');
  const hindered = pods.map(waitingReason).find((reason) => reason !== undefined);
  if (hindered) return waiting(`${hindered.reason}${hindered.message ? `: ${hindered.message}` : ''}`);
  if (updated < wanted) return waiting(`${updated} of ${wanted} new instances are started`);
  if ((status.replicas ?? 0) > updated) return waiting(`${(status.replicas ?? 0) - updated} old instances are ending`);
  return waiting(`${available} of ${updated} new instances are available`);
}

/** True when waiting longer cannot help. */
function isLost(pod: PodView, memory: Memory, now: number): boolean {
  if (pod.deleting) return false;
  if (restartsOf(pod) - (memory.restartsBefore.get(pod.uid) ?? 0) >= toleratedRestarts) return true;
  const waiting = waitingReason(pod);
  const lasts = (what: string, patience: number): boolean => {
    const key = `${pod.uid} ${what}`;
    const since = memory.since.get(key) ?? now;
    memory.since.set(key, since);
    return now - since >= patience;
  };
  switch (waiting?.reason) {
    case 'InvalidImageName':
    case 'ErrImageNeverPull':
      return true;
    case 'ErrImagePull':
    case 'ImagePullBackOff':
      // The back-off of older kubelets does not repeat what the first error said.
      if (waiting.reason === 'ErrImagePull') memory.pullErrors.set(pod.uid, waiting.message);
      return isPermanentPullError(`${waiting.message} ${memory.pullErrors.get(pod.uid) ?? ''}`) && lasts('pull', pullPatience);
    case 'CreateContainerConfigError':
      return lasts(waiting.reason, configErrorPatience);
    default:
      return false;
  }
}

/** Not there, not allowed, not for this machine; unlike a registry that is down. */
export const isPermanentPullError = (message: string): boolean =>
  /not found|manifest unknown|unauthorized|denied|forbidden|no match for platform|no basic auth/i.test(message);

/** Connections that are away, since when and why. One that is soon made again is none. */
function outagesOf(clock: Clock) {
  const away = new Map<string, { readonly since: number; readonly why: unknown }>();
  const length = (resource: string): number => clock.now().getTime() - (away.get(resource)?.since ?? clock.now().getTime());
  return {
    begin: (resource: string, why: unknown): void => {
      if (!away.has(resource)) away.set(resource, { since: clock.now().getTime(), why });
    },
    end: (resource: string): void => void away.delete(resource),
    length,
    /** Why the first connection that has been away for long is away. */
    lasting: (): unknown => [...away].find(([resource]) => length(resource) > noticed)?.[1].why,
  };
}

/** Watches of the Deployment and of the Pods, and the ReplicaSet that belongs to the Deployment's present revision. */
function observeRollout(api: Api, order: RolloutOrder, clock: Clock, signal: AbortSignal) {
  let deployment: DeploymentObject | undefined;
  let pods: readonly PodView[] = [];
  let podsListed = false;
  let failure: unknown;
  let wake = (): void => undefined;
  let known: { readonly revision: string; readonly replicaSet: ReplicaSetObject | undefined } | undefined;
  const { namespace, service } = order;
  const outages = outagesOf(clock);
  /** Credentials that expire meanwhile may be renewed in the kubeconfig: the rollout goes on without us, so they are waited for. */
  const run = async (resource: string, watch: () => Promise<void>): Promise<void> => {
    while (!signal.aborted && failure === undefined) {
      try {
        return await watch();
      } catch (error) {
        outages.begin(resource, error);
        if (statusOf(error) !== 401 || outages.length(resource) > loginPatience) failure ??= error;
        else await clock.sleep(2000, signal).catch(() => undefined);
        wake();
      }
    }
  };
  const line = (resource: string) => ({
    lost: (error: Error) => outages.begin(resource, error),
    connected: () => outages.end(resource),
  });
  const isDeployment = (object: KubeObject): object is DeploymentObject => 'spec' in object;
  const watchDeployment = () =>
    watchCollection(
      api,
      {
        path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
        fieldSelector: `metadata.name=${service}`,
        project: (object) => (isDeployment(object) ? object : undefined),
      },
      {
        changed: (view) => {
          deployment = [...view.values()][0];
          wake();
        },
        ...line('deployments'),
      },
      clock,
      signal,
    );
  const watchPods = () =>
    watchCollection(
      api,
      { path: `/api/v1/namespaces/${namespace}/pods`, labelSelector: podSelector(service), project: podView },
      {
        changed: (view) => {
          pods = [...view.values()];
          podsListed = true;
          wake();
        },
        ...line('pods'),
      },
      clock,
      signal,
    );
  return {
    ended: Promise.all([run('deployments', watchDeployment), run('pods', watchPods)]),
    /** The state after the next change, or after `milliseconds`. */
    next: async (milliseconds: number) => {
      const timer = new AbortController();
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (failure === undefined)
        await Promise.race([woken, clock.sleep(milliseconds, AbortSignal.any([signal, timer.signal])).catch(() => undefined)]);
      timer.abort();
      if (failure !== undefined) throw failure;
      return { deployment: podsListed ? deployment : undefined, pods, lost: outages.lasting() };
    },
    newReplicaSet: async (): Promise<ReplicaSetObject | undefined> => {
      const revision = deployment?.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? '';
      if (known?.revision === revision && known.replicaSet) return known.replicaSet;
      known = { revision, replicaSet: await replicaSetOf(api, order, revision, signal) };
      return known.replicaSet;
    },
  };
}

async function replicaSetOf(api: Api, order: RolloutOrder, revision: string, signal: AbortSignal): Promise<ReplicaSetObject | undefined> {
  const { body } = await api.send<KubeList<ReplicaSetObject>>(
    { path: `/apis/apps/v1/namespaces/${order.namespace}/replicasets`, query: { labelSelector: podSelector(order.service), limit: 500 } },
    signal,
  );
  return body.items.find((item) => item.metadata.annotations?.['deployment.kubernetes.io/revision'] === revision);
}
