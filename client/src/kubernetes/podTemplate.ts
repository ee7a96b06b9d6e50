/** The Pod of a service: container, probes, volumes, security defaults. Pure. */
import type { ConfigFile, EffectiveService, Probe } from '../../../server/src/protocol.ts';
import type { DeployIntent } from '../ports.ts';
import { configMapName, selectorLabels } from './names.ts';

/** What the cluster is able to do. */
export interface Abilities {
  /** Minor version of the API server; 30 and later know the `sleep` action of `preStop`. */
  readonly minor: number;
  /** Is the Ingress class that of BFE's controller? */
  readonly bfe?: boolean;
  /** The number of instances, or their minimum, that the schedule asks for now. */
  readonly scheduled?: number;
}

type Json = Readonly<Record<string, unknown>>;

/** Pod spec of an intent: the image by digest only, restricted by default, secrets by reference. */
export function podSpec(intent: DeployIntent, abilities: Abilities): Json {
  const { service } = intent;
  const volumes = volumesOf(service);
  const host = service.network === 'host';
  return {
    serviceAccountName: service.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // Counted from the beginning of preStop; the manifest counts from the stop signal.
    terminationGracePeriodSeconds: service.lifecycle.stopGracePeriod + service.lifecycle.preStopSleep,
    ...(host ? { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } : {}),
    ...(service.jdk?.mode === 'hostMount' ? { nodeSelector: { [jdkLabel(service.jdk.version)]: 'true' } } : {}),
    securityContext: {
      ...(service.uid === 0 ? {} : { runAsNonRoot: true }),
      ...(service.uid ? { runAsUser: service.uid } : {}),
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: selectorLabels(service.name) },
      },
    ],
    containers: [container(intent, abilities)],
    ...(volumes.length > 0 ? { volumes } : {}),
  };
}

function container(intent: DeployIntent, abilities: Abilities): Json {
  const { service, image } = intent;
  const { requests, limits } = service.resources;
  const env = environment(service);
  const mounts = mountsOf(service);
  return {
    name: service.name,
    image: `${image.repository}@${image.digest}`,
    // A digest cannot change.
    imagePullPolicy: 'IfNotPresent',
    ...(service.ports.length > 0
      ? { ports: service.ports.map((port) => ({ name: port.name, containerPort: port.port, protocol: 'TCP' })) }
      : {}),
    ...(env.length > 0 ? { env } : {}),
    resources: {
      ...(Object.keys(requests).length > 0 ? { requests } : {}),
      ...(Object.keys(limits).length > 0 ? { limits } : {}),
    },
    ...(service.health.startup ? { startupProbe: probe(service.health.startup) } : {}),
    ...(service.health.readiness ? { readinessProbe: probe(service.health.readiness) } : {}),
    ...(service.health.liveness ? { livenessProbe: probe(service.health.liveness) } : {}),
    ...(service.lifecycle.preStopSleep > 0 ? { lifecycle: { preStop: sleep(service.lifecycle.preStopSleep, abilities) } } : {}),
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
  };
}

/** The `sleep` action needs no program in the image; it is on by default since 1.30. */
const sleep = (seconds: number, abilities: Abilities): Json =>
  abilities.minor >= 30 ? { sleep: { seconds } } : { exec: { command: ['sleep', String(seconds)] } };

/** Kubernetes expands `$(NAME)` in values; what the manifest says must arrive unchanged, so `$` before `$` or `(` is doubled. */
export const literalValue = (value: string): string => value.replace(/\$(?=[$(])/g, '$$$$');

function environment(service: EffectiveService): readonly Json[] {
  const given = service.env.map((entry) =>
    'secret' in entry
      ? { name: entry.name, valueFrom: { secretKeyRef: { name: entry.secret.name, key: entry.secret.key } } }
      : { name: entry.name, value: literalValue(entry.value) },
  );
  const names = new Set(given.map((entry) => entry.name));
  const derived = [
    ...service.ports.flatMap((port) => (port.env ? [{ name: port.env, value: String(port.port) }] : [])),
    ...(jdkVolume(service) ? [{ name: 'JAVA_HOME', value: service.jdk?.mountPath ?? '' }] : []),
  ];
  return [...given, ...derived.filter((entry) => !names.has(entry.name))];
}

function probe(check: Probe): Json {
  const whole = (seconds: number): number => Math.max(1, Math.ceil(seconds));
  return {
    ...(check.http ? { httpGet: { path: check.http.path, port: check.http.port } } : {}),
    ...(check.tcp ? { tcpSocket: { port: check.tcp.port } } : {}),
    ...(check.command ? { exec: { command: check.command } } : {}),
    periodSeconds: whole(check.period),
    timeoutSeconds: whole(check.timeout),
    failureThreshold: check.failureThreshold,
    ...(check.initialDelay > 0 ? { initialDelaySeconds: whole(check.initialDelay) } : {}),
  };
}

/** Label of the nodes that have a JDK in the folder that the standards name. */
export const jdkLabel = (version: string): string => `waybill.dev/jdk-${version}`;

/** Undefined where the JDK is in the image. */
function jdkVolume(service: EffectiveService): Json | undefined {
  const { jdk } = service;
  if (jdk?.mode === 'hostMount') return { hostPath: { path: jdk.hostPath ?? `/usr/java/jdk-${jdk.version}`, type: 'Directory' } };
  return jdk?.mode === 'imageVolume' && jdk.image ? { image: { reference: jdk.image, pullPolicy: 'IfNotPresent' } } : undefined;
}

function volumesOf(service: EffectiveService): readonly Json[] {
  const jdk = jdkVolume(service);
  return [
    ...(service.config.length > 0 ? [{ name: 'config', configMap: { name: configMapName(service) } }] : []),
    ...(jdk ? [{ name: 'jdk', ...jdk }] : []),
  ];
}

function mountsOf(service: EffectiveService): readonly Json[] {
  const keys = configKeys(service.config);
  return [
    ...service.config.map((file, index) => ({ name: 'config', mountPath: file.target, subPath: keys[index] ?? '', readOnly: true })),
    ...(jdkVolume(service)
      ? [
          {
            name: 'jdk',
            mountPath: service.jdk?.mountPath,
            readOnly: true,
            ...(service.jdk?.imagePath ? { subPath: service.jdk.imagePath.replace(/^\/+/, '') } : {}),
          },
        ]
      : []),
  ];
}

/** ConfigMap keys of files, in their order: the path with all that a key may not hold replaced, numbered where two coincide. */
export function configKeys(config: readonly ConfigFile[]): readonly string[] {
  const seen = new Map<string, number>();
  return config.map((file) => {
    const key = file.target
      .replace(/^\/+/, '')
      .replace(/[^-._a-zA-Z0-9]+/g, '-')
      .slice(-200);
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return before === 0 ? key : `${key}.${before}`;
  });
}
