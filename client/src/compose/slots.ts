/** Which container stands where after the deployment, and which of today's it replaces. */
import type { ComposeTarget, DockerHost, EffectiveService } from '../../../server/src/protocol.ts';
import { type ContainerSpec, configHashOf, fixedHostPorts } from './containerSpec.ts';
import { allocatePort, place } from './placement.ts';
import type { HostSurvey, OwnedContainer } from './survey.ts';

export interface GivenPort {
  readonly name: string;
  readonly port: number;
  readonly env?: string;
}

export interface Slot {
  readonly host: string;
  /** From 1 on each host. */
  readonly index: number;
  /** Name and number of the new container; of the present one when it stays. */
  readonly name: string;
  readonly number: number;
  readonly ports: readonly GivenPort[];
  readonly current?: OwnedContainer;
  readonly change: 'create' | 'update' | 'unchanged';
}

export interface SlotPlan {
  readonly slots: readonly Slot[];
  /** Containers of the service that have no place any more: scaled down, or left by earlier deployments. */
  readonly surplus: readonly OwnedContainer[];
  readonly refusals: readonly string[];
}

interface Wish {
  readonly service: EffectiveService;
  readonly target: ComposeTarget;
  readonly spec: ContainerSpec;
  readonly release: string;
  readonly surveys: readonly HostSurvey[];
  /** Nothing stays as it is. */
  readonly renew: boolean;
}

/** Computes the slots; deterministic for the same surveys. */
export function planSlots(wish: Wish): SlotPlan {
  const { service, target, surveys } = wish;
  const refusals: string[] = [];
  const hosts = eligibleHosts(service, target.hosts, refusals);
  const usable = surveys.filter((survey) => hosts.includes(survey.connection.host.name));
  const onePerHost = fixedHostPorts(service).length > 0;
  const placement = place({
    replicas: service.replicas,
    placement: target.placement,
    onePerHost,
    hosts: usable.map((survey) => ({ name: survey.connection.host.name, running: candidates(survey).length })),
  });
  if (placement.unplaced > 0) {
    const ports = fixedHostPorts(service).join(', ');
    const why = onePerHost ? `each instance takes port ${ports} of its host` : 'no host is usable';
    refusals.push(`${placement.unplaced} of ${service.replicas} replicas find no host: ${why}. Lower scale.replicas or add hosts.`);
  }
  const names = new Set(surveys.flatMap((survey) => [...survey.names]));
  const slots: Slot[] = [];
  const kept = new Set<string>();
  for (const survey of usable) {
    const count = placement.slots.get(survey.connection.host.name) ?? 0;
    const current = preferred(survey, wish).slice(0, count);
    for (const container of current) kept.add(container.id);
    slots.push(...hostSlots(wish, survey, count, current, names, refusals));
  }
  return { slots, surplus: surveys.flatMap((survey) => survey.owned.filter((container) => !kept.has(container.id))), refusals };
}

/** Hosts for a JDK of the host: those whose label `jdk` names the version, or has no say. */
function eligibleHosts(service: EffectiveService, hosts: readonly DockerHost[], refusals: string[]): string[] {
  const { jdk } = service;
  if (jdk?.mode !== 'hostMount') return hosts.map((host) => host.name);
  const fitting = hosts.filter((host) => host.labels.jdk === undefined || host.labels.jdk.split(/[,\s]+/).includes(jdk.version));
  if (fitting.length === 0) refusals.push(`No host has JDK ${jdk.version}: the label jdk of every host names other versions.`);
  return fitting.map((host) => host.name);
}

/** Containers that count as a filled place: all but those stopped for good. */
function candidates(survey: HostSurvey): readonly OwnedContainer[] {
  return survey.owned.filter((container) => !container.previous);
}

/** Those that may stay as they are come first. */
function preferred(survey: HostSurvey, wish: Wish): readonly OwnedContainer[] {
  return [...candidates(survey)].sort((left, right) => Number(isCurrent(right, wish)) - Number(isCurrent(left, wish)));
}

function isCurrent(container: OwnedContainer, wish: Wish): boolean {
  return !wish.renew && container.running && container.release === wish.release && container.configHash === configHashOf(wish.spec);
}

function hostSlots(
  wish: Wish,
  survey: HostSurvey,
  count: number,
  current: readonly OwnedContainer[],
  names: Set<string>,
  refusals: string[],
): Slot[] {
  const host = survey.connection.host.name;
  const given = new Set([...survey.taken.keys(), ...survey.owned.flatMap((container) => Object.values(container.ports))]);
  return Array.from({ length: count }, (_, position): Slot => {
    const index = position + 1;
    const container = current[position];
    if (container && isCurrent(container, wish)) {
      const number = Number(container.name.slice(container.name.lastIndexOf('-') + 1));
      const ports = Object.entries(container.ports).map(([name, port]) => ({ name, port }));
      return { host, index, name: container.name, number, ports, current: container, change: 'unchanged' };
    }
    const { name, number } = nextName(wish, names);
    const ports = givePorts(wish.service, host, index, given, refusals);
    return { host, index, name, number, ports, ...(container ? { current: container, change: 'update' } : { change: 'create' }) };
  });
}

/** The lowest number whose name is free on every host. */
function nextName(wish: Wish, names: Set<string>): { name: string; number: number } {
  for (let number = 1; ; number += 1) {
    const name = `${wish.target.project}-${wish.service.name}-${number}`;
    if (names.has(name)) continue;
    names.add(name);
    return { name, number };
  }
}

function givePorts(service: EffectiveService, host: string, index: number, given: Set<number>, refusals: string[]): GivenPort[] {
  if (service.network !== 'host') return [];
  return service.ports.flatMap((port) => {
    if (!port.auto) return [];
    const range = port.range ?? { low: port.port, high: port.port };
    const found = allocatePort({ host, service: `${service.name}/${port.name}`, index }, range, given);
    if (found === undefined) {
      refusals.push(`No port of ${range.low}-${range.high} is free on ${host} for port ${port.name}.`);
      return [];
    }
    given.add(found);
    return [{ name: port.name, port: found, ...(port.env === undefined ? {} : { env: port.env }) }];
  });
}
