import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { DeploymentRecord, ReleaseRecord } from '../ports.ts';

/** Something that keeps a release out of an environment, and what to do about it. */
export interface Gate {
  /** `order`, `build`, `soak`, `evidence`, `verified`, `approvals`, `windows`. */
  readonly gate: string;
  readonly message: string;
  readonly remedy: string;
}

export interface Eligibility {
  readonly unmet: readonly Gate[];
  /** The environment that the release is promoted from. */
  readonly promotedFrom?: string;
}

/** Histories of the environments that a promotion may come from, newest first; undefined when one could not be read. */
export type Histories = ReadonlyMap<string, readonly DeploymentRecord[] | undefined>;

/** May a new build go to this environment? Only where `promote.from` is empty (S9). */
export function buildGates(environment: EnvironmentSummary): readonly Gate[] {
  const { from } = environment.promote;
  const order: Gate[] =
    from.length === 0
      ? []
      : [
          {
            gate: 'build',
            message: `\`${environment.name}\` takes no builds, only releases that succeeded in ${list(from)}`,
            remedy: `release to an environment that takes builds, then deploy the same release from ${list(from)}`,
          },
        ];
  return [...order, ...unjudged(environment)];
}

/** May this release go to this environment? It must have succeeded, by the same digest, in one of `promote.from` (S9). */
export function eligibility(release: ReleaseRecord, environment: EnvironmentSummary, histories: Histories): Eligibility {
  const { from } = environment.promote;
  if (from.length === 0) return { unmet: unjudged(environment) };
  const promotedFrom = from.find((name) => histories.get(name)?.some((record) => succeeded(record, release)));
  if (promotedFrom) return { unmet: unjudged(environment), promotedFrom };
  const unread = from.filter((name) => histories.get(name) === undefined);
  const unknown = unread.length > 0 ? `; the records of ${list(unread)} could not be read` : '';
  const order: Gate = {
    gate: 'order',
    message: `\`${release.id}\` has not succeeded in ${list(from)} by the same digest${unknown}`,
    remedy: `deploy it to ${list(from)} first`,
  };
  return { unmet: [order, ...unjudged(environment)] };
}

/** Gates on the way back: what is asked of new releases was met before; a closed window still holds. */
export function rollbackGates(environment: EnvironmentSummary): readonly Gate[] {
  return protectedGates(environment).filter(({ gate }) => gate === 'windows');
}

/** Throws `refused` naming every unmet gate with its remedy. */
export function refuseUnmet(what: string, environment: EnvironmentSummary, unmet: readonly Gate[]): void {
  if (unmet.length === 0) return;
  const messages = unmet.map(({ gate, message }) => `${message} (gate \`${gate}\`)`).join('; ');
  const remedies = [...new Set(unmet.map(({ remedy }) => remedy))].join('; ');
  throw fail(
    'refused',
    `${what} may not go to \`${environment.name}\`: ${messages}.`,
    `${remedies.charAt(0).toUpperCase()}${remedies.slice(1)}.`,
  );
}

function succeeded(record: DeploymentRecord, release: ReleaseRecord): boolean {
  const { digest, repository } = release.identity.image;
  return (
    record.result === 'Succeeded' &&
    record.release === release.id &&
    record.image.digest === digest &&
    record.image.repository === repository
  );
}

/** Conditions that cannot be judged yet: never passed over in silence. */
function unjudged(environment: EnvironmentSummary): readonly Gate[] {
  const required = environment.promote.requires.map((gate) => ({
    gate,
    message: `\`${environment.name}\` asks for \`${gate}\`, which cannot be proved by this version`,
    remedy: `take \`promote.requires.${gate}\` out of the environment, or deploy with what can prove it`,
  }));
  return [...required, ...protectedGates(environment)];
}

function protectedGates(environment: EnvironmentSummary): readonly Gate[] {
  return environment.protected.gates.map((gate) => ({
    gate,
    message: `\`${environment.name}\` is guarded by \`${gate}\`, which cannot be judged by this version`,
    remedy: `take \`protected.${gate}\` out of the environment, or deploy with what can judge it`,
  }));
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' or ');
}
