/** From Deployments and Pods to the state that trees show. Pure. */
import type { EnvironmentState, Health, InstanceState, ServiceState } from '../ports.ts';
import { notCreated } from './findings.ts';
import { instanceOf, type Why, whyWaiting } from './instances.ts';
import { digestOf, type PodView, waitingReason } from './pods.ts';
import type { Condition, DeploymentObject, KubeObject } from './types.ts';

/** A Deployment, reduced to what is shown. */
export interface DeploymentView {
  readonly service: string;
  readonly wanted: number;
  readonly ready: number;
  readonly updated: number;
  readonly available: number;
  readonly total: number;
  readonly current: boolean;
  readonly paused: boolean;
  readonly conditions: readonly Condition[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly image: string;
}

const isDeployment = (object: KubeObject): object is DeploymentObject => 'spec' in object;

export function deploymentView(object: KubeObject): DeploymentView | undefined {
  if (!isDeployment(object)) return undefined;
  const { metadata, spec, status } = object;
  const annotations = metadata.annotations ?? {};
  const template: { readonly containers?: readonly { readonly image?: string }[] } = spec.template.spec ?? {};
  return {
    service: metadata.labels?.['app.kubernetes.io/name'] ?? metadata.name,
    wanted: spec.replicas ?? 1,
    ready: status?.readyReplicas ?? 0,
    updated: status?.updatedReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
    total: status?.replicas ?? 0,
    current: (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0),
    paused: spec.paused === true,
    conditions: status?.conditions ?? [],
    annotations: Object.fromEntries(Object.entries(annotations).filter(([name]) => name.startsWith('waybill.dev/'))),
    image: template.containers?.[0]?.image ?? '',
  };
}

/** Makes the state from what the watches know, again and again. */
export interface StateMaker {
  /**
   * Services by name, instances by age. `lost` marks everything as unknown: what is shown is what was last seen. A service of which nothing
   * has changed is the same object as before, and a state of nothing but such is the state of before.
   */
  next(deployments: readonly DeploymentView[], pods: Iterable<PodView>, lost: boolean): EnvironmentState;
}

interface Made {
  readonly deployment: DeploymentView;
  readonly pods: readonly PodView[];
  readonly lost: boolean;
  readonly state: ServiceState;
}

/** Remembers what each service was made of: of thousands of instances only those are looked at again whose service has changed. */
export function stateMaker(environment: string): StateMaker {
  let made = new Map<string, Made>();
  let last: EnvironmentState | undefined;
  const instances = instanceStates();
  return {
    next(deployments, pods, lost) {
      const grouped = groupedByService(pods);
      const next = new Map<string, Made>();
      for (const deployment of deployments) {
        const own = grouped.get(deployment.service) ?? [];
        const before = made.get(deployment.service);
        next.set(
          deployment.service,
          before && isSame(before, deployment, own, lost) ? before : make(instances, before, deployment, own, lost),
        );
      }
      made = next;
      const services = [...next.values()].map(({ state }) => state).sort((a, b) => (a.service < b.service ? -1 : 1));
      const unchanged =
        last && last.services.length === services.length && services.every((state, index) => state === last?.services[index]);
      last = unchanged && last ? last : { environment, services };
      return last;
    },
  };
}

/** The state of an instance that was made of the same view before, or of one that looked the same, is the same object. */
function instanceStates(): (pod: PodView, before: InstanceState | undefined) => InstanceState {
  const known = new WeakMap<PodView, InstanceState>();
  return (pod, before) => {
    const found = known.get(pod);
    if (found) return found;
    const fresh = instanceOf(pod);
    const state = before && isAlike(before, fresh) ? before : fresh;
    known.set(pod, state);
    return state;
  };
}

/** Two records of texts, numbers and truths say the same. */
function isAlike<T extends object>(one: T, other: T): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Reflect.get(one, name) === Reflect.get(other, name));
}

function make(
  stateOfPod: ReturnType<typeof instanceStates>,
  before: Made | undefined,
  deployment: DeploymentView,
  pods: readonly PodView[],
  lost: boolean,
): Made {
  const old = before?.state.instances;
  const fresh = [...pods].sort(byAge).map((pod, index) => stateOfPod(pod, old?.[index]));
  const instances = old?.length === fresh.length && fresh.every((instance, index) => instance === old[index]) ? old : fresh;
  const state = serviceState(deployment, pods, instances, lost);
  // Much of what changes in an object is nothing that is shown.
  return { deployment, pods, lost, state: before && isAlike(before.state, state) ? before.state : state };
}

const isSame = (before: Made, deployment: DeploymentView, pods: readonly PodView[], lost: boolean): boolean =>
  before.deployment === deployment &&
  before.lost === lost &&
  before.pods.length === pods.length &&
  pods.every((pod, index) => pod === before.pods[index]);

function groupedByService(pods: Iterable<PodView>): ReadonlyMap<string, PodView[]> {
  const groups = new Map<string, PodView[]>();
  for (const pod of pods) {
    const group = groups.get(pod.service);
    if (group) group.push(pod);
    else groups.set(pod.service, [pod]);
  }
  return groups;
}

/** The state from one look. */
export function stateOf(
  environment: string,
  deployments: readonly DeploymentView[],
  pods: readonly PodView[],
  lost: boolean,
): EnvironmentState {
  return stateMaker(environment).next(deployments, pods, lost);
}

function serviceState(
  deployment: DeploymentView,
  pods: readonly PodView[],
  instances: readonly InstanceState[],
  lost: boolean,
): ServiceState {
  const [health, why] = lost
    ? (['Unknown', said('The connection to the cluster is lost; trying again.')] as const)
    : healthOf(deployment, pods);
  const annotation = (name: string): string | undefined => deployment.annotations[`waybill.dev/${name}`];
  const [release, alias, tag, digest] = [
    annotation('release'),
    annotation('alias'),
    annotation('image-tag'),
    runningDigest(deployment, pods),
  ];
  return {
    service: deployment.service,
    health,
    ready: deployment.ready,
    wanted: deployment.wanted,
    ...(release ? { release } : {}),
    ...(alias ? { alias } : {}),
    ...(tag ? { tag } : {}),
    ...(digest ? { digest } : {}),
    ...(why ? { message: why.words } : {}),
    ...(why && why.detail !== why.words ? { detail: why.detail } : {}),
    instances,
  };
}

function byAge(a: PodView, b: PodView): number {
  const [one, other] = [a.created ?? '', b.created ?? ''];
  if (one !== other) return one < other ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

/** The digest that all instances run; while they differ, the one that the Deployment asks for. */
function runningDigest(deployment: DeploymentView, pods: readonly PodView[]): string | undefined {
  const running = new Set(pods.filter((pod) => !pod.deleting).map((pod) => digestOf(pod.containers[0]?.imageID)));
  const [only] = running;
  return running.size === 1 && only ? only : digestOf(deployment.image);
}

const said = (words: string): Why => ({ words, detail: words });

function healthOf(deployment: DeploymentView, pods: readonly PodView[]): readonly [Health, Why | undefined] {
  const condition = (type: string): Condition | undefined => deployment.conditions.find((entry) => entry.type === type);
  const failed = condition('ReplicaFailure');
  if (failed?.status === 'True') {
    const detail = failed.message ?? failed.reason ?? '';
    return ['Degraded', { words: notCreated(detail).diagnosis.summary, detail }];
  }
  const stuck = pods.find((pod) => (waitingReason(pod)?.reason ?? 'Unschedulable') !== 'Unschedulable');
  if (stuck) return ['Degraded', whyWaiting(stuck)];
  const progress = condition('Progressing');
  if (progress?.reason === 'ProgressDeadlineExceeded') {
    return ['Degraded', { words: 'The rollout did not end in time.', detail: progress.message ?? progress.reason }];
  }
  if (deployment.paused) return ['Suspended', said('The Deployment is paused.')];
  if (deployment.wanted === 0) return ['Suspended', said('Scaled to zero.')];
  if (!deployment.current || deployment.updated < deployment.wanted) {
    return ['Progressing', said(`${deployment.updated} of ${deployment.wanted} instances are new.`)];
  }
  if (deployment.total > deployment.updated) {
    return ['Progressing', said(`${deployment.total - deployment.updated} old instances are ending.`)];
  }
  if (deployment.available < deployment.wanted) {
    const waiting = pods.find((pod) => waitingReason(pod) !== undefined);
    const count = said(`${deployment.available} of ${deployment.wanted} instances are available.`);
    return ['Progressing', (waiting && whyWaiting(waiting)) ?? count];
  }
  return ['Healthy', undefined];
}
