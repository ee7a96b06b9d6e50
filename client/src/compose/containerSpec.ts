/** What a container of a service is made of, before it has a name or a place; and the body that creates it. */
import type { ConfigFile, EffectiveService, ImageByDigest, ServicePort } from '../../../server/src/protocol.ts';
import { hashOf } from './hash.ts';
import { type HealthCheck, healthCheck } from './healthCheck.ts';
import { composeVersion, Label, type Ownership, ownerOf } from './labels.ts';
import { memoryBytes, nanoCpus } from './quantities.ts';

/** Where secret files appear in the container. */
export const secretsFolder = '/run/secrets';

export interface PublishedPort {
  readonly name: string;
  readonly port: number;
  readonly hostIp: string;
  /** A number, a range `low-high`, or empty for any. */
  readonly hostPort: string;
}

/** A secret that the container reads as a file. The value is never part of this. */
export interface SecretFile {
  readonly variable: string;
  readonly name: string;
  readonly key: string;
}

export interface BindMount {
  readonly source: string;
  readonly target: string;
}

export interface ContainerSpec {
  readonly image: ImageByDigest;
  readonly env: Readonly<Record<string, string>>;
  readonly health: EffectiveService['health'];
  /** Declared numbers of the ports that each instance is given its own for, by name. */
  readonly autoPorts: Readonly<Record<string, number>>;
  readonly stopSignal?: string;
  /** Seconds. */
  readonly stopGracePeriod: number;
  readonly network: 'bridge' | 'host';
  readonly published: readonly PublishedPort[];
  /** Bytes. */
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly nanoCpus?: number;
  readonly binds: readonly BindMount[];
  readonly files: readonly ConfigFile[];
  readonly secrets: readonly SecretFile[];
}

export function secretPath(secret: { readonly name: string; readonly key: string }): string {
  return `${secretsFolder}/${secret.name}/${secret.key}`;
}

/** Builds the specification of a service's containers. Throws `configuration` for amounts that cannot be read. */
export function containerSpec(service: EffectiveService, image: ImageByDigest, portRange?: { low: number; high: number }): ContainerSpec {
  const { limits, requests } = service.resources;
  return {
    image,
    env: environmentOf(service),
    health: service.health,
    autoPorts:
      service.network === 'host' ? Object.fromEntries(service.ports.flatMap((port) => (port.auto ? [[port.name, port.port]] : []))) : {},
    ...(service.lifecycle.stopSignal === undefined ? {} : { stopSignal: service.lifecycle.stopSignal }),
    stopGracePeriod: service.lifecycle.stopGracePeriod,
    network: service.network,
    published: service.network === 'host' ? [] : publishedPorts(service, portRange),
    ...(limits.memory === undefined ? {} : { memory: memoryBytes(limits.memory, 'resources.limits.memory') }),
    ...(requests.memory === undefined ? {} : { memoryReservation: memoryBytes(requests.memory, 'resources.requests.memory') }),
    ...(limits.cpu === undefined ? {} : { nanoCpus: nanoCpus(limits.cpu, 'resources.limits.cpu') }),
    binds: jdkBind(service),
    files: service.config,
    secrets: service.env.flatMap((entry) => ('secret' in entry ? [{ variable: entry.name, ...entry.secret }] : [])),
  };
}

function environmentOf(service: EffectiveService): Record<string, string> {
  const env: Record<string, string> = {};
  for (const port of service.ports) {
    if (port.env !== undefined && service.network === 'bridge') env[port.env] = String(port.port);
  }
  if (service.jdk?.mode === 'hostMount') env.JAVA_HOME = service.jdk.mountPath;
  for (const entry of service.env) {
    if ('secret' in entry) env[`${entry.name}_FILE`] = secretPath(entry.secret);
    else env[entry.name] = entry.value;
  }
  return env;
}

function jdkBind(service: EffectiveService): BindMount[] {
  const { jdk } = service;
  if (jdk?.mode !== 'hostMount') return [];
  return [{ source: jdk.hostPath ?? `/usr/java/jdk-${jdk.version}`, target: jdk.mountPath }];
}

/**
 * The ports that are reachable from outside the project's network: a fixed `nodePort` and `NodePort` services on every address of
 * the host, all others on its loopback address, where a proxy or a tunnel of the host finds them.
 */
function publishedPorts(service: EffectiveService, range: { low: number; high: number } | undefined): PublishedPort[] {
  if (service.expose.type === 'None') return [];
  const chosen = service.ports.filter((port) => service.expose.ports.includes(port.name) || port.nodePort !== undefined);
  return chosen.map((port) => published(port, service.expose.type === 'NodePort', range));
}

function published(port: ServicePort, outside: boolean, range: { low: number; high: number } | undefined): PublishedPort {
  if (port.nodePort !== undefined) return { name: port.name, port: port.port, hostIp: '0.0.0.0', hostPort: String(port.nodePort) };
  const hostPort = outside && range ? `${range.low}-${range.high}` : '';
  return { name: port.name, port: port.port, hostIp: outside ? '0.0.0.0' : '127.0.0.1', hostPort };
}

/** Ports of the host that every instance takes: two instances cannot stand on one host. */
export function fixedHostPorts(service: EffectiveService): number[] {
  if (service.network === 'host') return service.ports.filter((port) => !port.auto).map((port) => port.port);
  if (service.expose.type === 'None') return [];
  return service.ports.flatMap((port) => (port.nodePort === undefined ? [] : [port.nodePort]));
}

/** Hash of everything that makes a container need replacing; neither scale nor place nor release are in it, as in Compose. */
export function configHashOf(spec: ContainerSpec): string {
  return hashOf(spec).slice('sha256:'.length);
}

/** The name, place and origin of one container. */
export interface ContainerIdentity {
  readonly owner: Ownership;
  readonly name: string;
  readonly number: number;
  readonly sequence: number;
  readonly release: string;
  readonly alias: string;
  readonly tag: string;
  /** Port name to host port, for ports given out by Waybill (`auto` on the host network), with the variable that carries each. */
  readonly ports: readonly { readonly name: string; readonly port: number; readonly env?: string }[];
  /** Folder of the host that holds the secret files. */
  readonly secretsSource?: string;
}

export function imageReference(image: ImageByDigest): string {
  return `${image.repository}@${image.digest}`;
}

export function networkOf(project: string): string {
  return `${project}_default`;
}

/** The health check of one container: it asks the ports that this container was given. */
export function healthCheckOf(spec: ContainerSpec, given: ContainerIdentity['ports']): HealthCheck | undefined {
  const ports = given.flatMap(({ name, port }): [number, number][] => {
    const declared = spec.autoPorts[name];
    return declared === undefined ? [] : [[declared, port]];
  });
  return healthCheck(spec.health, new Map(ports));
}

/** Labels of a service's container. */
export function containerLabels(spec: ContainerSpec, identity: ContainerIdentity): Record<string, string> {
  const { owner } = identity;
  return {
    [Label.project]: owner.project,
    [Label.service]: owner.service,
    [Label.number]: String(identity.number),
    [Label.configHash]: configHashOf(spec),
    [Label.oneOff]: 'False',
    [Label.composeVersion]: composeVersion,
    [Label.owner]: ownerOf(owner, identity.name),
    [Label.release]: identity.release,
    [Label.alias]: identity.alias,
    [Label.tag]: identity.tag,
    [Label.environment]: owner.environment,
    [Label.ownService]: owner.service,
    [Label.product]: owner.product,
    [Label.sequence]: String(identity.sequence),
    [Label.image]: imageReference(spec.image),
    ...(identity.ports.length === 0
      ? {}
      : { [Label.ports]: JSON.stringify(Object.fromEntries(identity.ports.map((port) => [port.name, port.port]))) }),
  };
}

/** Body of `POST /containers/create` (Engine API 1.40 and later). */
export function createBody(spec: ContainerSpec, identity: ContainerIdentity): Record<string, unknown> {
  const given = Object.fromEntries(identity.ports.flatMap((port) => (port.env === undefined ? [] : [[port.env, String(port.port)]])));
  const env = { ...given, ...spec.env };
  const check = healthCheckOf(spec, identity.ports);
  return {
    Image: imageReference(spec.image),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: containerLabels(spec, identity),
    ...(check ? { Healthcheck: check } : {}),
    ...(spec.stopSignal === undefined ? {} : { StopSignal: spec.stopSignal }),
    StopTimeout: Math.ceil(spec.stopGracePeriod),
    ExposedPorts: Object.fromEntries(spec.published.map((port) => [`${port.port}/tcp`, {}])),
    HostConfig: hostConfig(spec, identity),
    ...(spec.network === 'host' ? {} : { NetworkingConfig: networking(identity) }),
  };
}

function networking(identity: ContainerIdentity): Record<string, unknown> {
  const network = networkOf(identity.owner.project);
  return { EndpointsConfig: { [network]: { Aliases: [identity.owner.service, identity.name] } } };
}

function hostConfig(spec: ContainerSpec, identity: ContainerIdentity): Record<string, unknown> {
  const mounts = spec.binds.map((bind) => readOnlyBind(bind));
  if (identity.secretsSource !== undefined) mounts.push(readOnlyBind({ source: identity.secretsSource, target: secretsFolder }));
  return {
    NetworkMode: spec.network === 'host' ? 'host' : networkOf(identity.owner.project),
    // Not `unless-stopped`: an engine that comes back from a crash ends what it finds running, and counts that as stopped by hand.
    RestartPolicy: { Name: 'always', MaximumRetryCount: 0 },
    PortBindings: Object.fromEntries(
      spec.published.map((port) => [`${port.port}/tcp`, [{ HostIp: port.hostIp, HostPort: port.hostPort }]]),
    ),
    ...(spec.memory === undefined ? {} : { Memory: spec.memory }),
    ...(spec.memoryReservation === undefined ? {} : { MemoryReservation: spec.memoryReservation }),
    ...(spec.nanoCpus === undefined ? {} : { NanoCpus: spec.nanoCpus }),
    Mounts: mounts,
  };
}

/** `Mounts` rather than `Binds`: a missing folder is an error instead of a new empty folder. */
function readOnlyBind(bind: BindMount): Record<string, unknown> {
  return { Type: 'bind', Source: bind.source, Target: bind.target, ReadOnly: true };
}
