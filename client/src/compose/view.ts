/** A container as people read it: the words of a Compose file, from a specification or from what runs. */
import { stringify } from 'yaml';
import type { ConfigFile } from '../../../server/src/protocol.ts';
import { type ContainerIdentity, type ContainerSpec, healthCheckOf, imageReference, secretPath, secretsFolder } from './containerSpec.ts';
import type { InspectedContainer } from './containers.ts';
import { canonicalJson } from './hash.ts';
import { Label } from './labels.ts';

export interface HealthView {
  readonly test: readonly string[];
  readonly interval: string;
  readonly timeout: string;
  readonly retries: number;
  readonly start_period?: string;
}

/** A service entry of the Compose specification, as far as Waybill writes one; members in the order of display. */
export interface ContainerView {
  readonly container_name?: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly network_mode?: string;
  readonly healthcheck?: HealthView;
  readonly mem_limit?: number;
  readonly mem_reservation?: number;
  readonly cpus?: number;
  readonly stop_signal?: string;
  readonly stop_grace_period?: string;
  readonly restart: string;
  readonly volumes?: readonly string[];
  /** Path to content. */
  readonly configs?: Readonly<Record<string, string>>;
}

const shownLabels = [Label.release, Label.alias, Label.tag];

export function yamlOf(view: ContainerView): string {
  return stringify(view, { lineWidth: 0 });
}

export function plannedView(spec: ContainerSpec, identity: ContainerIdentity): ContainerView {
  const check = healthCheckOf(spec, identity.ports);
  const given = Object.fromEntries(identity.ports.flatMap((port) => (port.env === undefined ? [] : [[port.env, String(port.port)]])));
  const binds = spec.binds.map((bind) => `${bind.source}:${bind.target}:ro`);
  const secrets = spec.secrets.map((secret) => `(secret ${secret.name}/${secret.key}):${secretPath(secret)}:ro`);
  return compact({
    container_name: identity.name,
    image: imageReference(spec.image),
    labels: { [Label.release]: identity.release, [Label.alias]: identity.alias, [Label.tag]: identity.tag },
    environment: sorted({ ...given, ...spec.env }),
    ports: spec.published.map((port) => portText(port.hostIp, port.hostPort, `${port.port}/tcp`)).sort(),
    network_mode: spec.network === 'host' ? 'host' : undefined,
    healthcheck: check ? healthView(check) : undefined,
    mem_limit: spec.memory,
    mem_reservation: spec.memoryReservation,
    cpus: spec.nanoCpus === undefined ? undefined : spec.nanoCpus / 1e9,
    stop_signal: spec.stopSignal === 'SIGTERM' ? undefined : spec.stopSignal,
    stop_grace_period: `${Math.ceil(spec.stopGracePeriod)}s`,
    restart: 'always',
    volumes: [...binds, ...secrets].sort(),
    configs: contents(spec.files),
  });
}

/** What the plan needs to know beside the container, to leave out what comes from the image and to show files and secrets. */
export interface LiveContext {
  readonly name: string;
  readonly imageEnv: readonly string[];
  readonly imageHealthCheck: unknown;
  readonly imageStopSignal?: string | undefined;
  readonly plannedEnv: Readonly<Record<string, string>>;
  /** Files and secrets that were delivered, from the record of its deployment. */
  readonly files: readonly ConfigFile[];
  readonly secrets: readonly { readonly name: string; readonly key: string }[];
}

export function liveView(container: InspectedContainer, context: LiveContext): ContainerView {
  const { Config, HostConfig } = container;
  const labels = Config.Labels ?? {};
  const binds = (HostConfig.Mounts ?? [])
    .filter((mount) => mount.Target !== secretsFolder)
    .map((mount) => `${mount.Source ?? ''}:${mount.Target}${mount.ReadOnly ? ':ro' : ''}`);
  const secrets = context.secrets.map((secret) => `(secret ${secret.name}/${secret.key}):${secretPath(secret)}:ro`);
  const check = Config.Healthcheck;
  return compact({
    container_name: context.name,
    image: Config.Image,
    labels: Object.fromEntries(shownLabels.map((label) => [label, labels[label] ?? ''])),
    environment: sorted(ownEnvironment(Config.Env ?? [], context)),
    ports: Object.entries(HostConfig.PortBindings ?? {})
      .flatMap(([port, bindings]) => (bindings ?? []).map((binding) => portText(binding.HostIp, binding.HostPort, port)))
      .sort(),
    network_mode: HostConfig.NetworkMode === 'host' ? 'host' : undefined,
    healthcheck: check?.Test && canonicalJson(check) !== canonicalJson(context.imageHealthCheck) ? healthView(check) : undefined,
    mem_limit: HostConfig.Memory || undefined,
    mem_reservation: HostConfig.MemoryReservation || undefined,
    cpus: HostConfig.NanoCpus ? HostConfig.NanoCpus / 1e9 : undefined,
    stop_signal: [context.imageStopSignal, 'SIGTERM', undefined].includes(Config.StopSignal) ? undefined : Config.StopSignal,
    stop_grace_period: Config.StopTimeout === undefined ? undefined : `${Config.StopTimeout}s`,
    restart: HostConfig.RestartPolicy.Name || 'no',
    volumes: [...binds, ...secrets].sort(),
    configs: contents(context.files),
  });
}

function ownEnvironment(env: readonly string[], context: LiveContext): Record<string, string> {
  const inherited = new Set(context.imageEnv);
  const own: Record<string, string> = {};
  for (const entry of env) {
    const split = entry.indexOf('=');
    const name = split < 0 ? entry : entry.slice(0, split);
    // An inherited entry that the manifest states as well is the manifest's.
    if (inherited.has(entry) && context.plannedEnv[name] === undefined) continue;
    own[name] = split < 0 ? '' : entry.slice(split + 1);
  }
  return own;
}

function healthView(check: {
  Test?: readonly string[];
  Interval?: number;
  Timeout?: number;
  Retries?: number;
  StartPeriod?: number;
}): HealthView {
  const seconds = (nanoseconds: number | undefined): string => `${(nanoseconds ?? 0) / 1e9}s`;
  return {
    test: check.Test ?? [],
    interval: seconds(check.Interval),
    timeout: seconds(check.Timeout),
    retries: check.Retries ?? 0,
    ...(check.StartPeriod ? { start_period: seconds(check.StartPeriod) } : {}),
  };
}

function portText(hostIp: string, hostPort: string, port: string): string {
  const number = port.replace(/\/tcp$/, '');
  return `${hostIp}:${hostPort}:${number}`;
}

function contents(files: readonly ConfigFile[]): Record<string, string> {
  return sorted(Object.fromEntries(files.map((file) => [file.target, file.content])));
}

function sorted(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1)));
}

type Loose<T> = { readonly [Name in keyof T]: T[Name] | undefined };

/** Leaves out what is undefined or empty. */
function compact(view: Loose<Required<ContainerView>>): ContainerView {
  const empty = (value: unknown): boolean =>
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(view).filter(([, value]) => !empty(value))) as unknown as ContainerView;
}
