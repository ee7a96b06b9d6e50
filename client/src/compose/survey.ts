/** What is on a host before a deployment: the service's own containers, the names and ports that are taken, the records. */
import type { DockerConnection } from '../docker/connection.ts';
import { type InspectedContainer, inspectContainer, type ListedContainer, listContainers, nameOf } from './containers.ts';
import { type HostIdentity, identifyHost } from './hosts.ts';
import { isOwned, Label, type Ownership } from './labels.ts';
import { readBook, type StoredBook } from './recordStore.ts';

/** A container whose owner label names this service, environment and the container itself. */
export interface OwnedContainer {
  readonly host: string;
  readonly id: string;
  readonly name: string;
  readonly sequence: number;
  readonly release: string;
  readonly configHash: string;
  readonly running: boolean;
  /** Stopped for good: kept from an earlier deployment until it is finished. */
  readonly previous: boolean;
  /** Port name to host port, given out by Waybill. */
  readonly ports: Readonly<Record<string, number>>;
  readonly inspected: InspectedContainer;
}

export interface HostSurvey {
  readonly connection: DockerConnection;
  readonly identity: HostIdentity;
  readonly owned: readonly OwnedContainer[];
  /** Names of all containers of the host. */
  readonly names: ReadonlySet<string>;
  /** Host ports taken by containers that are not of this service, with the name of the taker. */
  readonly taken: ReadonlyMap<number, string>;
  /** Containers that claim the project and service, but whose owner label does not name them: never touched. */
  readonly foreign: readonly string[];
  readonly stored: StoredBook;
}

export async function surveyHost(connection: DockerConnection, owner: Ownership, signal: AbortSignal): Promise<HostSurvey> {
  const identity = await identifyHost(connection, signal);
  const listed = await listContainers(connection, [], signal);
  const mine = listed.filter((container) => isOwned(owner, described(container)));
  const others = listed.filter((container) => !mine.includes(container));
  const owned: OwnedContainer[] = [];
  for (const container of mine) {
    const inspected = await inspectContainer(connection, container.Id, signal);
    if (inspected) owned.push(ownedContainer(connection.host.name, nameOf(container), inspected));
  }
  return {
    connection,
    identity,
    owned: owned.sort(byAge),
    names: new Set(listed.map(nameOf)),
    taken: takenPorts(others),
    foreign: others.filter((container) => claims(owner, container)).map(nameOf),
    stored: await readBook(connection, owner.project, signal),
  };
}

function described(container: ListedContainer): { name: string; labels: Readonly<Record<string, string>> } {
  return { name: nameOf(container), labels: container.Labels ?? {} };
}

function claims(owner: Ownership, container: ListedContainer): boolean {
  const labels = container.Labels ?? {};
  return labels[Label.project] === owner.project && labels[Label.service] === owner.service;
}

function ownedContainer(host: string, name: string, inspected: InspectedContainer): OwnedContainer {
  const labels = inspected.Config.Labels ?? {};
  const running = inspected.State.Running || inspected.State.Restarting;
  return {
    host,
    id: inspected.Id,
    name,
    sequence: Number(labels[Label.sequence] ?? 0),
    release: labels[Label.release] ?? '',
    configHash: labels[Label.configHash] ?? '',
    running,
    previous: !running && inspected.HostConfig.RestartPolicy.Name === 'no',
    ports: givenPorts(labels),
    inspected,
  };
}

/** Running ones first, then the newest. */
function byAge(left: OwnedContainer, right: OwnedContainer): number {
  return Number(right.running) - Number(left.running) || right.sequence - left.sequence || (left.name < right.name ? -1 : 1);
}

function givenPorts(labels: Readonly<Record<string, string>>): Record<string, number> {
  try {
    const value: unknown = JSON.parse(labels[Label.ports] ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).flatMap(([name, port]) => (typeof port === 'number' ? [[name, port]] : [])));
  } catch {
    return {};
  }
}

function takenPorts(containers: readonly ListedContainer[]): Map<number, string> {
  const taken = new Map<number, string>();
  for (const container of containers) {
    if (container.State !== 'running' && container.State !== 'restarting') continue;
    for (const port of container.Ports) if (port.PublicPort !== undefined) taken.set(port.PublicPort, nameOf(container));
    for (const port of Object.values(givenPorts(container.Labels ?? {}))) taken.set(port, nameOf(container));
  }
  return taken;
}
