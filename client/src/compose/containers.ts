/** Containers by the Engine API, as far as a deployment needs them. */
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { DockerConnection } from '../docker/connection.ts';
import { statusOf } from '../docker/faults.ts';

/** A row of `GET /containers/json`. */
export interface ListedContainer {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Image: string;
  readonly ImageID: string;
  readonly State: string;
  readonly Status: string;
  /** Seconds since 1970. */
  readonly Created: number;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Ports: readonly { readonly PrivatePort: number; readonly PublicPort?: number; readonly Type: string }[];
}

/** `GET /containers/{id}/json`, the members that are used. */
export interface InspectedContainer {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  /** Image id. */
  readonly Image: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly Restarting: boolean;
    readonly OOMKilled: boolean;
    readonly ExitCode: number;
    readonly Error: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Health?: { readonly Status: string; readonly Log: readonly { readonly ExitCode: number; readonly Output: string }[] | null };
  };
  readonly Config: {
    readonly Image: string;
    readonly Env: readonly string[] | null;
    readonly Labels: Readonly<Record<string, string>> | null;
    readonly Healthcheck?: {
      readonly Test?: readonly string[];
      readonly Interval?: number;
      readonly Timeout?: number;
      readonly Retries?: number;
      readonly StartPeriod?: number;
    };
    readonly StopSignal?: string;
    readonly StopTimeout?: number;
    readonly Tty: boolean;
  };
  readonly HostConfig: {
    readonly NetworkMode: string;
    readonly RestartPolicy: { readonly Name: string };
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>> | null;
    readonly Memory: number;
    readonly MemoryReservation: number;
    readonly NanoCpus: number;
    readonly Mounts?: readonly { readonly Source?: string; readonly Target: string; readonly ReadOnly?: boolean }[] | null;
  };
}

export interface TarEntry {
  /** Absolute path. */
  readonly path: string;
  readonly content: Uint8Array | string;
  readonly mode: number;
  readonly uid: number;
}

/** Name without the slash that the engine puts before it. */
export function nameOf(container: { readonly Names: readonly string[] }): string {
  return (container.Names[0] ?? '').replace(/^\//, '');
}

export async function listContainers(
  connection: DockerConnection,
  labels: readonly string[],
  signal: AbortSignal,
): Promise<readonly ListedContainer[]> {
  const query = { all: true, ...(labels.length === 0 ? {} : { filters: { label: labels } }) };
  return await connection.json<ListedContainer[]>('GET', '/containers/json', { query }, signal);
}

/** Undefined when there is no such container. */
export async function inspectContainer(
  connection: DockerConnection,
  id: string,
  signal: AbortSignal,
): Promise<InspectedContainer | undefined> {
  return await orMissing(connection.json<InspectedContainer>('GET', `/containers/${encodeURIComponent(id)}/json`, {}, signal));
}

/** Turns the answer 404 into undefined. */
export async function orMissing<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Creates a container and gives its id. A taken name is answered with status 409. */
export async function createContainer(
  connection: DockerConnection,
  name: string,
  body: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<string> {
  const created = await connection.json<{ Id: string }>('POST', '/containers/create', { query: { name }, body, seconds: 60 }, signal);
  return created.Id;
}

export async function startContainer(connection: DockerConnection, id: string, signal: AbortSignal): Promise<void> {
  await connection.json('POST', `/containers/${id}/start`, { seconds: 60 }, signal);
}

/** Stops with grace (seconds), then by force, as the engine does it. */
export async function stopContainer(connection: DockerConnection, id: string, grace: number, signal: AbortSignal): Promise<void> {
  const seconds = Math.ceil(grace);
  await connection.json('POST', `/containers/${id}/stop`, { query: { t: seconds }, seconds: seconds + 30 }, signal);
}

/** Removes by force; a container that is gone already is fine. */
export async function removeContainer(connection: DockerConnection, id: string, volumes: boolean, signal: AbortSignal): Promise<void> {
  await orMissing(connection.json('DELETE', `/containers/${id}`, { query: { force: true, v: volumes }, seconds: 60 }, signal));
}

export async function renameContainer(connection: DockerConnection, id: string, name: string, signal: AbortSignal): Promise<void> {
  await connection.json('POST', `/containers/${id}/rename`, { query: { name } }, signal);
}

export async function setRestartPolicy(
  connection: DockerConnection,
  id: string,
  policy: 'no' | 'always',
  signal: AbortSignal,
): Promise<void> {
  await connection.json('POST', `/containers/${id}/update`, { body: { RestartPolicy: { Name: policy, MaximumRetryCount: 0 } } }, signal);
}

/** Writes files into a container, running or not (`PUT /containers/{id}/archive`); missing folders are made. */
export async function putFiles(
  connection: DockerConnection,
  id: string,
  entries: readonly TarEntry[],
  sourceDate: Date,
  signal: AbortSignal,
): Promise<void> {
  if (entries.length === 0) return;
  const archive = pack();
  for (const entry of entries) {
    const name = entry.path.replace(/^\/+/, '');
    const content = typeof entry.content === 'string' ? Buffer.from(entry.content) : Buffer.from(entry.content);
    archive.entry({ name, mode: entry.mode, uid: entry.uid, gid: 0, mtime: sourceDate }, content);
  }
  archive.finalize();
  const source = Readable.from(archive);
  const headers = { 'Content-Type': 'application/x-tar' };
  await connection.json('PUT', `/containers/${id}/archive`, { query: { path: '/' }, headers, source, seconds: 60 }, signal);
}
