/** The objects of one service in one namespace, as they are applied: only the fields that Waybill means to own. Pure. */
import type { EffectiveService } from '../../../server/src/protocol.ts';
import type { DeployIntent } from '../ports.ts';
import { exposedPorts, ingressAnnotations, ingressSpec, policySpec, routeSpec, serviceSpec } from './exposure.ts';
import { kubernetesTarget } from './identity.ts';
import { applySetId, configHash, configMapName, objectLabels, ownerMark, selectorLabels, stableTrack } from './names.ts';
import { type Abilities, configKeys, podSpec } from './podTemplate.ts';
import { scheduleObjects } from './schedule.ts';
import type { KubeObject } from './types.ts';

type Members = Readonly<Record<string, unknown>>;
type Make = (
  apiVersion: string,
  kind: string,
  name: string,
  members: Members,
  annotations?: Readonly<Record<string, string>>,
) => KubeObject;

/**
 * All objects of an intent, in the order of application: ServiceAccount, ConfigMap, Service, NetworkPolicy, Deployment,
 * HorizontalPodAutoscaler, PodDisruptionBudget, Ingress or HTTPRoute, and what its schedule takes. The image is given by digest (S1), secrets by reference (S6).
 */
export function objectsOf(intent: DeployIntent, namespace: string, abilities: Abilities): readonly KubeObject[] {
  const { service } = intent;
  const make: Make = (apiVersion, kind, name, members, annotations = {}) => ({
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      labels: { ...objectLabels(service, intent.tag), 'applyset.kubernetes.io/part-of': applySetId(service.name, namespace) },
      annotations: { 'waybill.dev/owner': ownerMark(service, apiVersion, kind, namespace, name), ...annotations },
    },
    ...members,
  });
  const published = exposedPorts(service);
  const policy = policySpec(service, kubernetesTarget(intent.environment), published);
  return [
    make('v1', 'ServiceAccount', service.name, { automountServiceAccountToken: false }),
    ...(service.config.length > 0 ? [make('v1', 'ConfigMap', configMapName(service), { immutable: true, data: configData(service) })] : []),
    ...(published.length > 0 ? [make('v1', 'Service', service.name, { spec: serviceSpec(service, published) })] : []),
    ...(policy ? [make('networking.k8s.io/v1', 'NetworkPolicy', service.name, { spec: policy })] : []),
    make('apps/v1', 'Deployment', service.name, { spec: deploymentSpec(intent, abilities) }, deploymentAnnotations(intent)),
    ...scaling(service, abilities, make),
    ...routes(service, namespace, abilities, make),
    ...scheduleObjects(intent, namespace).map(({ apiVersion, kind, name, members }) => make(apiVersion, kind, name, members)),
  ];
}

/** Fewer instances than two cannot be kept available while one is moved. */
function scaling(service: EffectiveService, { scheduled }: Abilities, make: Make): readonly KubeObject[] {
  const { auto, name } = service;
  const least = auto ? auto.min : service.replicas;
  return [
    ...(auto
      ? [make('autoscaling/v2', 'HorizontalPodAutoscaler', name, { spec: autoscalerSpec(name, { ...auto, min: scheduled ?? auto.min }) })]
      : []),
    ...(least >= 2
      ? [
          make('policy/v1', 'PodDisruptionBudget', name, {
            spec: { maxUnavailable: 1, selector: { matchLabels: selectorLabels(name) } },
          }),
        ]
      : []),
  ];
}

const autoscalerSpec = (name: string, { min, max, cpu }: NonNullable<EffectiveService['auto']>): Members => ({
  scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
  minReplicas: min,
  maxReplicas: max,
  metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } } }],
});

/** The first exposed port is the one that the route leads to. */
function routes(service: EffectiveService, namespace: string, abilities: Abilities, make: Make): readonly KubeObject[] {
  const [port] = exposedPorts(service);
  const { type } = service.expose;
  if (!port || (type !== 'Ingress' && type !== 'Gateway')) return [];
  return type === 'Ingress'
    ? [
        make(
          'networking.k8s.io/v1',
          'Ingress',
          service.name,
          { spec: ingressSpec(service, port) },
          ingressAnnotations(service, abilities.bfe === true),
        ),
      ]
    : [make('gateway.networking.k8s.io/v1', 'HTTPRoute', service.name, { spec: routeSpec(service, port, namespace) })];
}

/** What the manifest asks for and Kubernetes is given in another way. */
export function shortfalls({ service, environment }: DeployIntent): readonly string[] {
  const { auto, expose, resources, lifecycle } = service;
  const route = expose.type === 'Ingress' || expose.type === 'Gateway';
  return [
    ...(route && expose.ports.length > 1
      ? [`expose.type ${expose.type}: the route leads to port \`${expose.ports[0]}\`, the first of expose.ports.`]
      : []),
    ...(service.network === 'host' && service.ports.some((port) => port.auto)
      ? ['ports with `auto` on the host network: every instance gets the first port of the range, so only one fits on a node.']
      : []),
    ...(lifecycle.stopSignal && lifecycle.stopSignal !== 'SIGTERM'
      ? [`lifecycle.stopSignal ${lifecycle.stopSignal}: Kubernetes sends what the image says in STOPSIGNAL.`]
      : []),
    ...(service.schedule && !kubernetesTarget(environment).kubectlImage
      ? [`scale.schedule is not carried out: ${environment.name} names no image with kubectl (kubernetes.kubectlImage).`]
      : []),
    ...(service.uid === 0 ? ['The image runs as root: runAsNonRoot is not asked for.'] : []),
    ...(auto && !(resources.requests.cpu ?? resources.limits.cpu)
      ? ['scale.auto measures the load in percent of resources.requests.cpu, which is not set: nothing will be scaled.']
      : []),
    ...(!auto && service.replicas === 0 ? ['scale.replicas is 0: no instance will run, and nobody answers.'] : []),
  ];
}

function deploymentAnnotations(intent: DeployIntent): Readonly<Record<string, string>> {
  const { repository, revision } = intent.source;
  return {
    'waybill.dev/release': intent.release,
    'waybill.dev/alias': intent.alias,
    'waybill.dev/image-tag': intent.tag,
    'waybill.dev/config-hash': configHash(intent.service.config),
    ...(repository ? { 'waybill.dev/source': repository } : {}),
    ...(revision ? { 'waybill.dev/revision': revision } : {}),
  };
}

function configData(service: EffectiveService): Readonly<Record<string, string>> {
  const keys = configKeys(service.config);
  return Object.fromEntries(service.config.map((file, index) => [keys[index] ?? '', file.content]));
}

function deploymentSpec(intent: DeployIntent, abilities: Abilities): Members {
  const { service } = intent;
  const { rollout } = service;
  return {
    // The autoscaler's own field: two who set it would undo each other's work.
    ...(service.auto ? {} : { replicas: abilities.scheduled ?? service.replicas }),
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: Math.max(1, rollout.progressDeadline, rollout.minReady + 1),
    minReadySeconds: rollout.minReady,
    strategy:
      rollout.strategy === 'recreate'
        ? { type: 'Recreate' }
        : { type: 'RollingUpdate', rollingUpdate: { maxSurge: rollout.maxSurge, maxUnavailable: rollout.maxUnavailable } },
    selector: { matchLabels: { ...selectorLabels(service.name), ...stableTrack } },
    template: {
      metadata: {
        labels: { ...objectLabels(service, intent.tag), ...stableTrack },
        annotations: {
          'waybill.dev/release': intent.release,
          ...(service.config.length > 0 ? { 'checksum/config': configHash(service.config) } : {}),
        },
      },
      spec: podSpec(intent, abilities),
    },
  };
}
