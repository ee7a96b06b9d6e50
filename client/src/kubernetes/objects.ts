/** The objects of one service in one namespace, as they are applied: only the fields that Waybill means to own. Pure. */
import type { EffectiveService, ServicePort } from '../../../server/src/protocol.ts';
import type { DeployIntent } from '../ports.ts';
import { applySetId, configHash, configMapName, objectLabels, ownerMark, selectorLabels, stableTrack } from './names.ts';
import { type Abilities, configKeys, podSpec } from './podTemplate.ts';
import type { KubeObject } from './types.ts';

/**
 * All objects of an intent, in the order of application: ServiceAccount, ConfigMap, Service, Deployment, PodDisruptionBudget.
 * The image is given by digest (S1), secrets by reference (S6).
 */
export function objectsOf(intent: DeployIntent, namespace: string, abilities: Abilities): readonly KubeObject[] {
  const { service } = intent;
  const object = (apiVersion: string, kind: string, name: string, members: Readonly<Record<string, unknown>>): KubeObject => ({
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      labels: { ...objectLabels(service, intent.tag), 'applyset.kubernetes.io/part-of': applySetId(service.name, namespace) },
      annotations: {
        'waybill.dev/owner': ownerMark(service, apiVersion, kind, namespace, name),
        ...(kind === 'Deployment' ? deploymentAnnotations(intent) : {}),
      },
    },
    ...members,
  });
  const published = servicePorts(service);
  return [
    object('v1', 'ServiceAccount', service.name, { automountServiceAccountToken: false }),
    ...(service.config.length > 0
      ? [object('v1', 'ConfigMap', configMapName(service), { immutable: true, data: configData(service) })]
      : []),
    ...(published.length > 0 ? [object('v1', 'Service', service.name, { spec: serviceSpec(service, published) })] : []),
    object('apps/v1', 'Deployment', service.name, { spec: deploymentSpec(intent, abilities) }),
    ...(service.replicas >= 2
      ? [
          object('policy/v1', 'PodDisruptionBudget', service.name, {
            spec: { maxUnavailable: 1, selector: { matchLabels: selectorLabels(service.name) } },
          }),
        ]
      : []),
  ];
}

/** What the manifest asks for and Kubernetes is not given by this version, or is given in another way. */
export function shortfalls(service: EffectiveService): readonly string[] {
  const expose = service.expose.type;
  return [
    ...(expose === 'Ingress' || expose === 'Gateway'
      ? [`expose.type ${expose}: only the Service inside the cluster is made; no route from outside.`]
      : []),
    ...(service.network === 'host' && service.ports.some((port) => port.auto)
      ? ['ports with `auto` on the host network: every instance gets the first port of the range, so only one fits on a node.']
      : []),
    ...(service.lifecycle.stopSignal && service.lifecycle.stopSignal !== 'SIGTERM'
      ? [`lifecycle.stopSignal ${service.lifecycle.stopSignal}: Kubernetes sends what the image says in STOPSIGNAL.`]
      : []),
    ...(service.jdk?.mode === 'imageVolume' ? ['jdk.mode imageVolume: no JDK is mounted.'] : []),
    ...(service.uid === 0 ? ['The image runs as root: runAsNonRoot is not asked for.'] : []),
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

const servicePorts = (service: EffectiveService): readonly ServicePort[] =>
  service.expose.type === 'None'
    ? []
    : service.ports.filter((port) => service.expose.ports.length === 0 || service.expose.ports.includes(port.name));

function serviceSpec(service: EffectiveService, ports: readonly ServicePort[]): Readonly<Record<string, unknown>> {
  const node = service.expose.type === 'NodePort';
  return {
    type: node ? 'NodePort' : 'ClusterIP',
    // On the host network the instances are found by their nodes' own addresses.
    ...(service.network === 'host' && !node ? { clusterIP: 'None' } : {}),
    selector: selectorLabels(service.name),
    ports: ports.map((port) => ({
      name: port.name,
      port: port.port,
      targetPort: port.name,
      protocol: 'TCP',
      ...(node && port.nodePort !== undefined ? { nodePort: port.nodePort } : {}),
    })),
  };
}

function deploymentSpec(intent: DeployIntent, abilities: Abilities): Readonly<Record<string, unknown>> {
  const { service } = intent;
  const { rollout } = service;
  return {
    replicas: service.replicas,
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
