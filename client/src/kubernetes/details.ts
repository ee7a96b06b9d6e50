/** What is known of a workload or of one Pod, as lines of facts. */
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import type { Clock, Denials, Details } from '../ports.ts';
import { missingPermissions, type Permission, permissionText } from './access.ts';
import { type ContainerSpec, containerLines, probeLines, resourceLines, type Usage } from './detailsContainer.ts';
import { kubernetesTarget, verifyIdentity } from './identity.ts';
import { podSelector } from './names.ts';
import { choosePod, podView } from './pods.ts';
import { type Api, absent, statusOf } from './request.ts';
import type { Condition, DeploymentObject, EventObject, KubeList, KubeObject, PodObject } from './types.ts';

/** Throws `configuration` when the service, or the instance, is not there. */
export async function describe(
  api: Api,
  environment: EnvironmentSummary,
  service: string,
  instance: string | undefined,
  clock: Clock,
  signal: AbortSignal,
): Promise<Details> {
  await verifyIdentity(api, environment, false, signal);
  const { namespace } = kubernetesTarget(environment);
  const now = clock.now();
  return instance === undefined
    ? describeWorkload(api, namespace, service, now, signal)
    : describePod(api, namespace, (await choosePod(api, namespace, service, instance, signal)).name, now, signal);
}

async function describeWorkload(api: Api, namespace: string, service: string, now: Date, signal: AbortSignal): Promise<Details> {
  const [deployment, pods, events] = await Promise.all([
    absent(api.send<DeploymentObject>({ path: `/apis/apps/v1/namespaces/${namespace}/deployments/${service}` }, signal)),
    api.send<KubeList<PodObject>>(
      { path: `/api/v1/namespaces/${namespace}/pods`, query: { labelSelector: podSelector(service), limit: 500 } },
      signal,
    ),
    eventsOf(api, namespace, (name) => name === service || name.startsWith(`${service}-`), signal),
  ]);
  const usage = await usageOf(api, namespace, podSelector(service), signal);
  const { spec, status, metadata } = deployment?.body ?? {};
  const annotations = Object.entries(metadata?.annotations ?? {}).filter(([name]) =>
    /^waybill\.dev\/(release|alias|image-tag|deployed)/.test(name),
  );
  const template = podSpecOf(spec?.template.spec);
  return {
    title: service,
    sections: [
      {
        heading: 'Deployment',
        lines: deployment
          ? [
              `${status?.readyReplicas ?? 0} of ${spec?.replicas ?? 1} ready, ${status?.updatedReplicas ?? 0} of the newest template, ${status?.availableReplicas ?? 0} available`,
              ...(spec?.paused ? ['paused'] : []),
              ...annotations.map(([name, value]) => `${name.slice('waybill.dev/'.length)}: ${value}`),
            ]
          : ['is not there'],
      },
      { heading: 'Conditions', lines: conditionLines(status?.conditions, now) },
      {
        heading: 'Instances',
        lines: pods.body.items.map((pod) => podLine(pod, usage.get(pod.metadata.name), now)),
      },
      ...(template.containers ?? []).flatMap((container) => [
        {
          heading: `Container ${container.name}`,
          lines: [`image ${container.image ?? ''}`, ...probeLines(container), ...resourceLines(container, undefined)],
        },
      ]),
      { heading: 'Events', lines: eventLines(events, now) },
      ...(usage.size === 0 ? [{ heading: 'Usage', lines: [noMetrics] }] : []),
    ],
  };
}

async function describePod(api: Api, namespace: string, name: string, now: Date, signal: AbortSignal): Promise<Details> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const [{ body: pod }, events] = await Promise.all([
    api.send<PodObject>({ path }, signal),
    eventsOf(api, namespace, (involved) => involved === name, signal),
  ]);
  const usage = (await usageOf(api, namespace, undefined, signal, name)).get(name);
  const { status, metadata } = pod;
  const spec = podSpecOf(pod.spec);
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return {
    title: name,
    sections: [
      {
        heading: 'Pod',
        lines: [
          `${status?.phase ?? 'Pending'}${status?.reason ? `, ${status.reason}` : ''}${metadata.deletionTimestamp ? ', ending' : ''}`,
          ...(status?.message ? [status.message] : []),
          `node ${pod.spec?.nodeName ?? 'none yet'}`,
          ...(typeof status?.podIP === 'string' ? [`address ${status.podIP}`] : []),
          `created ${ago(metadata.creationTimestamp, now)}`,
          `service account ${spec.serviceAccountName ?? 'default'}`,
        ],
      },
      { heading: 'Conditions', lines: conditionLines(status?.conditions, now) },
      ...[...(spec.initContainers ?? []), ...(spec.containers ?? [])].map((container) => ({
        heading: `Container ${container.name}`,
        lines: [
          ...containerLines(
            container,
            statuses.find((one) => one.name === container.name),
            (time) => ago(time, now),
          ),
          ...probeLines(container),
          ...resourceLines(container, usage?.get(container.name)),
        ],
      })),
      { heading: 'Events', lines: eventLines(events, now) },
      ...(usage ? [] : [{ heading: 'Usage', lines: [noMetrics] }]),
    ],
  };
}

const noMetrics = 'not known: the cluster serves no metrics.k8s.io for it';

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly initContainers?: readonly ContainerSpec[];
  readonly containers?: readonly ContainerSpec[];
}

const podSpecOf = (spec: unknown): PodSpec => (typeof spec === 'object' && spec !== null ? spec : {});

function podLine(pod: PodObject, usage: ReadonlyMap<string, Usage> | undefined, now: Date): string {
  const view = podView(pod);
  const restarts = view?.containers.reduce((sum, { restartCount }) => sum + restartCount, 0) ?? 0;
  const ready = view?.containers.filter((container) => container.ready).length ?? 0;
  const used = usage ? [...usage.values()].map(({ cpu, memory }) => `${cpu} CPU, ${memory}`).join('; ') : '';
  return [
    pod.metadata.name,
    pod.metadata.deletionTimestamp ? 'ending' : (pod.status?.phase ?? 'Pending'),
    `${ready}/${view?.containers.length ?? 0} ready`,
    ...(restarts > 0 ? [`restarted ${restarts} ×`] : []),
    pod.spec?.nodeName ?? 'no node',
    `created ${ago(pod.metadata.creationTimestamp, now)}`,
    ...(used ? [used] : []),
  ].join(' · ');
}

function conditionLines(conditions: readonly Condition[] | undefined, now: Date): readonly string[] {
  return (conditions ?? []).map(({ type, status, reason, message, lastTransitionTime }) => {
    const since = lastTransitionTime ? `, since ${ago(lastTransitionTime, now)}` : '';
    return `${type}: ${status}${reason ? ` (${reason})` : ''}${since}${message ? ` — ${message}` : ''}`;
  });
}

/** Oldest first, as they happened. */
async function eventsOf(
  api: Api,
  namespace: string,
  about: (name: string) => boolean,
  signal: AbortSignal,
): Promise<readonly EventObject[] | 'forbidden'> {
  try {
    const { body } = await api.send<KubeList<EventObject>>(
      { path: `/api/v1/namespaces/${namespace}/events`, query: { limit: 2000 } },
      signal,
    );
    return body.items.filter((event) => about(event.involvedObject?.name ?? '')).sort(inOrder);
  } catch (error) {
    if (statusOf(error) === 403) return 'forbidden';
    throw error;
  }
}

const timeOf = (event: EventObject): string => event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '';

/** Most times are whole seconds; within one the names tell, which end in the nanosecond when the event was made. */
function inOrder(a: EventObject, b: EventObject): number {
  const placeOf = (event: EventObject) => timeOf(event).slice(0, 19) + (/\.[0-9a-f]{16}$/.exec(event.metadata.name)?.[0] ?? '');
  const [left, right] = [placeOf(a), placeOf(b)];
  return left < right ? -1 : Number(left > right);
}

function eventLines(events: readonly EventObject[] | 'forbidden', now: Date): readonly string[] {
  if (events === 'forbidden') return ['may not be read: list events is not allowed'];
  if (events.length === 0) return ['none; clusters keep them for an hour'];
  return events.map((event) => {
    const count = typeof event.count === 'number' && event.count > 1 ? ` (${event.count} ×)` : '';
    const mark = event.type === 'Warning' ? '! ' : '';
    return `${mark}${ago(timeOf(event), now)} · ${event.involvedObject?.kind ?? ''} ${event.involvedObject?.name ?? ''} · ${event.reason ?? ''}${count}: ${(event.message ?? '').trim()}`;
  });
}

interface PodMetrics extends KubeObject {
  readonly containers?: readonly { readonly name: string; readonly usage?: { readonly cpu?: string; readonly memory?: string } }[];
}

/** Usage by Pod and container (metrics.k8s.io/v1beta1); empty where nothing serves it or it may not be read. */
async function usageOf(
  api: Api,
  namespace: string,
  labelSelector: string | undefined,
  signal: AbortSignal,
  pod?: string,
): Promise<ReadonlyMap<string, ReadonlyMap<string, Usage>>> {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods${pod ? `/${pod}` : ''}`;
  try {
    const { body } = await api.send<KubeList<PodMetrics> & PodMetrics>({ path, query: { labelSelector }, timeout: 5_000 }, signal);
    const items: readonly PodMetrics[] = pod ? [body] : body.items;
    return new Map(
      items.map(({ metadata, containers }) => [
        metadata.name,
        new Map((containers ?? []).map(({ name, usage }) => [name, { cpu: usage?.cpu ?? '0', memory: usage?.memory ?? '0' }])),
      ]),
    );
  } catch (error) {
    if (signal.aborted) throw error;
    return new Map();
  }
}

/** `4 min ago`, with the moment itself after a day. */
function ago(time: string | undefined, now: Date): string {
  const then = Date.parse(time ?? '');
  if (Number.isNaN(then)) return 'at an unknown time';
  const seconds = Math.max(0, Math.round((now.getTime() - then) / 1000));
  if (seconds < 100) return `${seconds} s ago`;
  if (seconds < 6_000) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  return new Date(then).toISOString().slice(0, 16).replace('T', ' ');
}

const verbs: readonly { readonly verb: string; readonly words: string; readonly permission: Permission }[] = [
  { verb: 'exec', words: 'open a shell', permission: { verb: 'get', group: '', resource: 'pods/exec' } },
  { verb: 'forward', words: 'forward a port', permission: { verb: 'get', group: '', resource: 'pods/portforward' } },
  { verb: 'logs', words: 'read logs', permission: { verb: 'get', group: '', resource: 'pods/log' } },
  { verb: 'deploy', words: 'deploy', permission: { verb: 'patch', group: 'apps', resource: 'deployments' } },
];

/** What the user may not do in the namespace, with the right to ask for. Empty where nothing is asked because nothing is there yet. */
export async function denialsOf(api: Api, environment: EnvironmentSummary, signal: AbortSignal): Promise<Denials> {
  const { namespace } = kubernetesTarget(environment);
  const missing = await missingPermissions(
    api,
    namespace,
    verbs.map(({ permission }) => permission),
    signal,
  );
  return Object.fromEntries(
    verbs
      .filter(({ permission }) => missing.includes(permission))
      .map(({ verb, words, permission }) => [verb, `You may not ${words}: ${permissionText(permission)} is not allowed in ${namespace}.`]),
  );
}
