import type { EnvironmentSummary, ServiceSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import { fail, isCancelled } from '../errors.ts';
import type { DeploymentRecord, Ports, ReleaseRecord } from '../ports.ts';
import { findEnvironment, findService, recordFolder } from './find.ts';
import { eligibility, type Gate, type Histories } from './gates.ts';
import { isGenuine } from './identity.ts';

export interface ReleaseChoice {
  readonly release: ReleaseRecord;
  readonly promotedFrom?: string;
  /** Empty when it may be deployed now. */
  readonly unmet: readonly Gate[];
}

export interface KnownReleases {
  /** Newest first. */
  readonly releases: readonly ReleaseRecord[];
  /** Files that cannot be read, or whose content does not give their id. */
  readonly unreadable: readonly string[];
}

/** The releases of a service; records that somebody changed are set apart (S20). */
export async function genuineReleases(ports: Ports, folder: string, service: string): Promise<KnownReleases> {
  const { releases, unreadable } = await ports.records.releases(folder, service);
  const changed = releases.filter((release) => !isGenuine(release)).map((release) => `${release.id} (changed since it was written)`);
  return { releases: releases.filter(isGenuine), unreadable: [...unreadable, ...changed] };
}

/** Which releases may go to an environment, and what keeps the others out; those that may come first. */
export async function releaseChoices(
  ports: Ports,
  input: { readonly service: string; readonly environment: string },
  signal: AbortSignal,
): Promise<{ readonly choices: readonly ReleaseChoice[]; readonly unreadable: readonly string[] }> {
  const model = await ports.documents.model(signal);
  const service = findService(model, input.service);
  const environment = findEnvironment(model, service, input.environment);
  const known = await genuineReleases(ports, recordFolder(model, service), service.id);
  const histories = await sourceHistories(ports, model, service, environment, signal);
  const choices = known.releases.map((release) => ({ release, ...eligibility(release, environment, histories, ports.clock.now()) }));
  const ready = (choice: ReleaseChoice) => (choice.unmet.length === 0 ? 0 : 1);
  return { choices: choices.sort((a, b) => ready(a) - ready(b)), unreadable: known.unreadable };
}

/** The release with this id, alias or tag. Throws `configuration` when there is none or several. */
export function pickRelease(known: KnownReleases, name: string): ReleaseRecord {
  const found = known.releases.filter((release) => release.id === name || release.alias === name || release.tags.includes(name));
  const [first] = found;
  if (first && found.length === 1) return first;
  if (first) {
    const ids = found.map((release) => `\`${release.id}\``).join(', ');
    throw fail('configuration', `Several releases are called \`${name}\`: ${ids}.`, 'Name the one by its id.');
  }
  const newest = known.releases.slice(0, 3).map((release) => `\`${release.id}\` (${release.alias})`);
  const damaged = known.unreadable.length > 0 ? ` Not readable: ${known.unreadable.join(', ')}.` : '';
  const advice = newest.length > 0 ? `Newest: ${newest.join(', ')}.` : 'Make one by `Release…` (`waybill release`).';
  throw fail('configuration', `There is no release \`${name}\` of this service.${damaged}`, advice);
}

/** What happened in the environments that a promotion may come from. One that cannot be reached counts as unknown, not as empty. */
export async function sourceHistories(
  ports: Ports,
  model: WorkspaceModel,
  service: ServiceSummary,
  environment: EnvironmentSummary,
  signal: AbortSignal,
): Promise<Histories> {
  const read = async (name: string): Promise<readonly [string, readonly DeploymentRecord[] | undefined]> => {
    try {
      const source = findEnvironment(model, service, name);
      return [name, await ports.platforms.of(source.target).history(source, service.name, signal)];
    } catch (error) {
      if (signal.aborted || isCancelled(error)) throw error;
      return [name, undefined];
    }
  };
  return new Map(await Promise.all(environment.promote.from.map(read)));
}
