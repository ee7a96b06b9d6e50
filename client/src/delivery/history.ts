import type { EnvironmentSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import { isCancelled } from '../errors.ts';
import type { DeploymentRecord, Ports } from '../ports.ts';
import { recordFolder } from './find.ts';
import { inTurns } from './inTurns.ts';

export interface HistoryFilter {
  /** Id or name. */
  readonly service?: string;
  readonly environment?: string;
  readonly product?: string;
  /** A part of the name of who did it. */
  readonly by?: string;
  /** ISO 8601. */
  readonly since?: string;
  readonly outcome?: string;
}

/** One thing that happened to a service in an environment, from the target's record, from an exported copy, or from both. */
export interface HistoryEntry {
  /** `product/name`. */
  readonly service: string;
  readonly environment: string;
  readonly release: string;
  readonly alias: string;
  readonly tag: string;
  readonly digest: string;
  readonly at: string;
  readonly by: string;
  readonly result: string;
  readonly seconds?: number;
  readonly reason?: string;
  readonly promotedFrom?: string;
  readonly rollback: boolean;
  readonly operation?: DeploymentRecord['operation'];
  readonly verified: boolean;
  readonly message?: string;
  /** Number of the target's record; absent for a copy alone. */
  readonly sequence?: number;
}

export interface History {
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
  /** What could not be read, one sentence each: the history may be longer there. */
  readonly gaps: readonly string[];
}

/** Copies and records of one deployment are written by one clock, some seconds apart. */
const sameWithin = 120_000;

/** Everything known of the past: the records of the targets, and beyond them the exported copies in the release files. */
export async function readHistory(ports: Ports, filter: HistoryFilter, signal: AbortSignal): Promise<History> {
  const model = await ports.documents.model(signal);
  const [copies, records] = await Promise.all([exported(ports, model), recorded(ports, model, filter, signal)]);
  const entries = filtered([...records.entries, ...notRecorded(copies.entries, records.entries)], filter);
  entries.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  return { entries, gaps: [...copies.gaps, ...records.gaps] };
}

/** The exported copies alone: opens no connection. */
export async function readCopies(ports: Ports, filter: HistoryFilter, signal: AbortSignal): Promise<History> {
  const { entries, gaps } = await exported(ports, await ports.documents.model(signal));
  return { entries: filtered(entries, filter).sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)), gaps };
}

async function exported(ports: Ports, model: WorkspaceModel): Promise<History> {
  const folders = [
    ...new Set([...model.environments.map(({ folder }) => folder), ...model.services.map((service) => recordFolder(model, service))]),
  ];
  const read = await Promise.all(
    folders.map(async (folder) => (await ports.records.deployments?.(folder)) ?? { copies: [], unreadable: [] }),
  );
  const entries = read.flatMap(({ copies }) =>
    copies.map(({ deployment, ...release }): HistoryEntry => {
      const { environment, at, by, result, seconds, reason, promotedFrom, rollback = false, verified } = deployment;
      const optional = {
        ...(seconds === undefined ? {} : { seconds }),
        ...(reason ? { reason } : {}),
        ...(promotedFrom ? { promotedFrom } : {}),
      };
      return { ...release, environment, at, by, result, rollback, verified: verified !== undefined, ...optional };
    }),
  );
  return { entries, gaps: read.flatMap(({ unreadable }) => unreadable.map((file) => `${file} cannot be read.`)) };
}

async function recorded(ports: Ports, model: WorkspaceModel, filter: HistoryFilter, signal: AbortSignal): Promise<History> {
  const pairs = model.environments
    .filter(({ name, product }) => (filter.environment ?? name) === name && (filter.product ?? product) === product)
    .flatMap((environment) =>
      model.services
        .filter(({ id, name, product }) => product === environment.product && [undefined, id, name].includes(filter.service))
        .map((service) => ({ environment, service })),
    );
  const gaps = new Map<string, string>();
  const found = await inTurns(pairs, 8, async ({ environment, service }) => {
    if (gaps.has(environment.name)) return [];
    try {
      const records = await ports.platforms.of(environment.target).history(environment, service.name, signal);
      return records.map((record) => entryOf(service.id, environment, record));
    } catch (error) {
      if (isCancelled(error) || signal.aborted) throw error;
      gaps.set(environment.name, `${environment.name} could not be asked: ${error instanceof Error ? error.message : error}`);
      return [];
    }
  });
  return { entries: found.flat(), gaps: [...gaps.values()] };
}

function entryOf(service: string, environment: EnvironmentSummary, record: DeploymentRecord): HistoryEntry {
  const { release, alias, tag, at, by, result, rollback, message, sequence, operation, reason, promotedFrom, ended } = record;
  const seconds = ended === undefined ? undefined : (Date.parse(ended) - Date.parse(at)) / 1000;
  return {
    ...{
      service,
      environment: environment.name,
      release,
      alias,
      tag,
      digest: record.image.digest,
      at,
      by,
      result,
      rollback,
      message,
      sequence,
    },
    verified: record.verification?.passed === true,
    ...(seconds === undefined ? {} : { seconds }),
    ...(operation ? { operation } : {}),
    ...(reason ? { reason } : {}),
    ...(promotedFrom ? { promotedFrom } : {}),
  };
}

/** The copies of which the target has no record (any more). */
function notRecorded(copies: readonly HistoryEntry[], records: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const key = ({ service, environment, release }: HistoryEntry) => `${service}\n${environment}\n${release}`;
  const times = new Map<string, number[]>();
  for (const record of records) times.set(key(record), [...(times.get(key(record)) ?? []), Date.parse(record.at)]);
  return copies.filter((copy) => {
    const at = Date.parse(copy.at);
    return !times.get(key(copy))?.some((time) => Math.abs(at - time) < sameWithin);
  });
}

function filtered(entries: readonly HistoryEntry[], { service, environment, product, by, since, outcome }: HistoryFilter): HistoryEntry[] {
  const who = by?.toLowerCase();
  return entries.filter(
    (entry) =>
      (service === undefined || entry.service === service || entry.service.split('/')[1] === service) &&
      (environment === undefined || entry.environment === environment) &&
      (product === undefined || entry.service.startsWith(`${product}/`)) &&
      (who === undefined || entry.by.toLowerCase().includes(who)) &&
      (since === undefined || entry.at >= since) &&
      (outcome === undefined || entry.result.toLowerCase() === outcome.toLowerCase()),
  );
}
